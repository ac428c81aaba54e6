import type { Feeder, Places, ThreePhaseResult } from '@gridflock/core';
import { dead_pu, seenVoltages } from './seen-voltages.ts';

/** What the voltages of one moment come to; indices are places. */
export interface VoltageSummary {
  /** Magnitude to earth, per unit of the bus's nominal phase-to-neutral voltage. @shape [place] */
  readonly v_pu: Float64Array;
  /** What a load sees (seen-voltages.ts); NaN for neutrals and what is not energised. @shape [place] */
  readonly seen_pu: Float64Array;
  /** Lowest and highest of `seen_pu` over all phases (index 0) and of phases a, b, c (1 … 3); −1 where there is none. */
  readonly lowest: readonly number[];
  readonly highest: readonly number[];
  readonly sequences: readonly SequenceVoltages[];
  /** Places of phases that nothing supplies. */
  readonly dead_count: number;
}

/** Symmetrical components at a bus with three phases, as parts: negative (and zero) sequence over positive. */
export interface SequenceVoltages {
  readonly bus: number;
  readonly v_positive_pu: number;
  readonly negative_frac: number;
  readonly zero_frac: number;
}

export function summarise({ buses }: Feeder, places: Places, { v_re_V, v_im_V, floating }: ThreePhaseResult): VoltageSummary {
  const { other, perVolt_pu } = seenVoltages(places, floating);
  const v_pu = new Float64Array(places.count);
  const seen_pu = new Float64Array(places.count).fill(Number.NaN);
  const lowest = [-1, -1, -1, -1];
  const highest = [-1, -1, -1, -1];
  let dead_count = 0;
  for (let k = 0; k < places.count; k++) {
    const base_V = places.v_base_V[k] ?? Number.NaN;
    const re = v_re_V[k] ?? Number.NaN;
    const im = v_im_V[k] ?? Number.NaN;
    v_pu[k] = Math.hypot(re, im) / base_V;
    const n = other[k] ?? -2;
    if (n === -2) continue;
    const conductor = places.conductor[k] ?? 0;
    const seen = Math.hypot(re - (v_re_V[n] ?? 0), im - (v_im_V[n] ?? 0)) * (perVolt_pu[k] ?? Number.NaN);
    if (!(seen > dead_pu)) {
      dead_count++;
      continue;
    }
    seen_pu[k] = seen;
    for (const phase of [0, conductor]) {
      const low = lowest[phase] ?? -1;
      const high = highest[phase] ?? -1;
      if (low < 0 || seen < (seen_pu[low] ?? 0)) lowest[phase] = k;
      if (high < 0 || seen > (seen_pu[high] ?? 0)) highest[phase] = k;
    }
  }
  const sequences = buses.flatMap((_, bus) => sequencesAt(bus, places, v_re_V, v_im_V) ?? []);
  return { v_pu, seen_pu, lowest, highest, sequences, dead_count };
}

const half = Math.sqrt(3) / 2;

/** V₀, V₁, V₂ = ⅓·(Va + αᵏ·Vb + α²ᵏ·Vc) with α = 1∠120°; the larger of V₁ and V₂ counts as positive (a feeder may turn the other way). */
function sequencesAt(bus: number, places: Places, v_re_V: Float64Array, v_im_V: Float64Array): SequenceVoltages | undefined {
  const at = [1, 2, 3].map((conductor) => places.indexOf(bus, conductor));
  if (at.some((k) => k < 0)) return undefined;
  const [ar = 0, br = 0, cr = 0] = at.map((k) => v_re_V[k] ?? Number.NaN);
  const [ai = 0, bi = 0, ci = 0] = at.map((k) => v_im_V[k] ?? Number.NaN);
  const turned = (sign: number): number =>
    Math.hypot(ar - (br + cr) / 2 - sign * half * (bi - ci), ai - (bi + ci) / 2 + sign * half * (br - cr)) / 3;
  const [one, two] = [turned(1), turned(-1)];
  const zero = Math.hypot(ar + br + cr, ai + bi + ci) / 3;
  const positive = Math.max(one, two);
  const base_V = places.v_base_V[at[0] ?? 0] ?? Number.NaN;
  if (!(positive > dead_pu * base_V)) return undefined;
  return { bus, v_positive_pu: positive / base_V, negative_frac: Math.min(one, two) / positive, zero_frac: zero / positive };
}
