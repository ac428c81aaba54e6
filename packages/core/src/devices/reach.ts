import { at, type Coefficient } from '../problem/affine.ts';

/**
 * What a device with one state can reach: x' = r − leak·x with r free between two limits on each step.
 *
 * The reachable set is an interval, so that stepping its two ends and cutting them at the limits is exact:
 * a schedule exists if and only if the interval never becomes empty.
 */
export interface ReachLaw {
  readonly steps_count: number;
  readonly dt_h: number;
  readonly start: number;
  /** Share of the state lost per hour; 0 when it keeps. */
  readonly leak: number;
  /** Limits of r, in the state's unit per hour. */
  readonly slowest: Coefficient;
  readonly fastest: Coefficient;
  /** Limits of the state at the end of each step. */
  readonly lower: Coefficient;
  readonly upper: Coefficient;
}

/** A step at whose end no allowed value can be reached, with what can be reached there. */
export interface OutOfReach {
  readonly step: number;
  readonly low: number;
  readonly high: number;
}

/** The first step at which limits cannot be kept; undefined when a schedule exists. */
export function firstOutOfReach(law: ReachLaw, tolerance = 1e-9): OutOfReach | undefined {
  const { leak, dt_h } = law;
  const keep = Math.exp(-leak * dt_h);
  const gain = leak > 0 ? -Math.expm1(-leak * dt_h) / leak : dt_h;
  let low = law.start;
  let high = law.start;
  for (let t = 0; t < law.steps_count; t++) {
    low = keep * low + gain * at(law.slowest, t);
    high = keep * high + gain * at(law.fastest, t);
    const lower = at(law.lower, t);
    const upper = at(law.upper, t);
    const below = high < lower - tolerance * (1 + Math.abs(lower));
    if (below || low > upper + tolerance * (1 + Math.abs(upper)) || lower > upper) return { step: t, low, high };
    low = Math.min(Math.max(low, lower), upper);
    high = Math.max(Math.min(high, upper), lower);
  }
  return undefined;
}

/** 12.3456 → "12.346": for sentences. */
export const short = (value: number): string => String(Number(value.toPrecision(5)));
