/**
 * Puts an evenly spaced, piecewise constant series on another even grid: the mean over each step.
 *
 * A coarser series is thereby held, a finer one averaged, and one that is out of step weighted by overlap. The series
 * must cover the grid.
 * @shape values (n), result (steps_count)
 * @unit milliseconds; the values keep their unit
 * @cost O(n + steps_count)
 */
export function resample(
  values: Float64Array,
  from_ms: number,
  valueStep_ms: number,
  start_ms: number,
  step_ms: number,
  steps_count: number,
): Float64Array {
  const result = new Float64Array(steps_count);
  for (let t = 0; t < steps_count; t++) {
    const begin = start_ms + t * step_ms - from_ms;
    const end = begin + step_ms;
    const first = Math.floor(begin / valueStep_ms);
    const last = Math.min(values.length, Math.ceil(end / valueStep_ms)) - 1;
    if (first === last) {
      result[t] = values[first];
      continue;
    }
    let sum = 0;
    for (let k = first; k <= last; k++) {
      sum += values[k] * (Math.min(end, (k + 1) * valueStep_ms) - Math.max(begin, k * valueStep_ms));
    }
    result[t] = sum / step_ms;
  }
  return result;
}
