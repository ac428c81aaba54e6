import type { Plant } from './plant.ts';

/**
 * An integrator of one plant, step by step. It owns x; what happens between steps happens through `restart`.
 * Members: rk4, dormand-prince, rodas4.
 */
export interface Stepper {
  readonly t_s: number;
  /** Where the last step began. */
  readonly before_s: number;
  /** The state at t_s. Changed from outside only before a `restart`. */
  readonly x: Float64Array;
  readonly u: Float64Array;
  readonly steps_count: number;
  readonly rejected_count: number;
  /** Begins anew at t_s with x and u as they stand now. */
  restart(t_s: number): void;
  /** One step that does not pass `limit_s`, and ends exactly there when it gets near. */
  step(limit_s: number): StepStatus;
  /** The state anywhere in the last step. */
  stateAtInto(t_s: number, x: Float64Array): void;
}

/** `too-small`: the tolerance would need a step below the resolution of the clock. */
export type StepStatus = 'ok' | 'too-small' | 'not-finite' | 'singular';

export interface Tolerances {
  /** Error per step of each state, relative to its size. */
  readonly relative_frac: number;
  /** The same for states near zero, in their own units. */
  readonly absolute: number;
}

export type BuildStepper = (plant: Plant, options: StepperOptions) => Stepper;

export interface StepperOptions {
  /** Fixed step of rk4; the others' first and longest step. */
  readonly step_s: number;
  readonly tolerances: Tolerances;
}

/** Steps shorter than this part of the time are rounding. */
const STEP_FLOOR_FRAC = 1e-14;

export const tooSmall = (t_s: number, h_s: number): boolean => h_s <= STEP_FLOOR_FRAC * Math.max(1e-3, Math.abs(t_s));

/**
 * The next step towards a limit: near the end it is stretched or halved so that the last one is no splinter.
 * @returns a step that is at most 1 % longer than wished
 */
export function stepTowards(left_s: number, wished_s: number): number {
  if (left_s <= 1.01 * wished_s) return left_s;
  return left_s < 2 * wished_s ? left_s / 2 : wished_s;
}

/** Root mean square of e_i / (absolute + relative·max(|a_i|, |b_i|)). */
export function scaledError(e: Float64Array, a: Float64Array, b: Float64Array, { relative_frac, absolute }: Tolerances): number {
  const n = e.length;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const part = e[i] / (absolute + relative_frac * Math.max(Math.abs(a[i]), Math.abs(b[i])));
    sum += part * part;
  }
  return n === 0 ? 0 : Math.sqrt(sum / n);
}
