import { placeOf } from './plant.ts';
import type { Trajectory } from './simulate.ts';

/** One definition each, for tests, studies and reports alike. */

/** An output over the recorded times. @throws {InputError} SIMULATION_UNKNOWN_NAME */
export function outputOf({ outputs, time_s, values }: Trajectory, name: string): Float64Array {
  const at = placeOf(name, outputs, 'recorded output');
  const width = outputs.length;
  return Float64Array.from({ length: time_s.length }, (_, t) => values[t * width + at]);
}

/** (max − min)/|mean|: how unequally something is shared; 0 when all are equal. */
export function spread_frac(shares: ArrayLike<number>): number {
  let low = Infinity;
  let high = -Infinity;
  let sum = 0;
  for (let k = 0; k < shares.length; k++) {
    low = Math.min(low, shares[k]);
    high = Math.max(high, shares[k]);
    sum += shares[k];
  }
  return high === low ? 0 : (high - low) / Math.abs(sum / shares.length);
}

/**
 * The last recorded time at which a signal was outside of target ± band, plus one record; counted from `from_s`. Infinity when it is outside at the end.
 */
export function settling_s(time_s: Float64Array, signal: Float64Array, target: number, band: number, from_s = 0): number {
  let last = -1;
  for (let t = 0; t < time_s.length; t++) if (time_s[t] >= from_s && !(Math.abs(signal[t] - target) <= band)) last = t;
  if (last === time_s.length - 1) return Infinity;
  return last < 0 ? 0 : time_s[last + 1] - from_s;
}

/** Lowest value from `from_s` on, and when it was. */
export function nadirOf(time_s: Float64Array, signal: Float64Array, from_s = 0): { readonly value: number; readonly at_s: number } {
  let value = Infinity;
  let at_s = from_s;
  for (let t = 0; t < time_s.length; t++) {
    if (time_s[t] < from_s || signal[t] >= value) continue;
    value = signal[t];
    at_s = time_s[t];
  }
  return { value, at_s };
}

/** Mean rate of change over the first `window_s` after `from_s`: RoCoF, when the signal is a frequency. */
export function meanRate_per_s(time_s: Float64Array, signal: Float64Array, from_s: number, window_s: number): number {
  const first = time_s.findIndex((t) => t >= from_s);
  let last = first;
  while (last + 1 < time_s.length && time_s[last + 1] <= from_s + window_s) last++;
  return first < 0 || last === first ? Number.NaN : (signal[last] - signal[first]) / (time_s[last] - time_s[first]);
}
