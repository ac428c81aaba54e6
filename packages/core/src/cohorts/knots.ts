import { within } from './form.ts';

/**
 * What can be stored at which price: a function s(μ) that does not rise, linear between points (μ, s) and constant beyond them. Forms that hold an
 * energy build it step after step (dynamic programming over the price of what is held), as a list in their scratch space: μ from place M
 * on, s from place S on, in the order of μ.
 */

/** A point at μ on the line through the `count` points that are there (0 before the first). */
export function insertKnot(work: Float64Array, M: number, S: number, count: number, mu: number): void {
  let k = count;
  while (k > 0 && work[M + k - 1] > mu) {
    work[M + k] = work[M + k - 1];
    work[S + k] = work[S + k - 1];
    k--;
  }
  work[M + k] = mu;
  // the point after μ stands at k + 1 now, the one before at k − 1
  if (count === 0) work[S + k] = 0;
  else if (k === 0) work[S + k] = work[S + k + 1];
  else if (k === count) work[S + k] = work[S + k - 1];
  else {
    const share = (mu - work[M + k - 1]) / (work[M + k + 1] - work[M + k - 1]);
    work[S + k] = work[S + k - 1] + share * (work[S + k + 1] - work[S + k - 1]);
  }
}

/**
 * Clips s to lower … upper, and returns the number of points left. Notes where it was clipped: upper is met for μ ≤ work[top], lower for
 * μ ≥ work[bottom].
 */
export function clipKnots(
  work: Float64Array,
  top: number,
  bottom: number,
  M: number,
  S: number,
  count: number,
  lower: number,
  upper: number,
): number {
  let begin = 0;
  let end = count;
  work[top] = -Infinity;
  work[bottom] = Infinity;
  if (work[S] > upper) {
    while (begin + 2 < end && work[S + begin + 1] > upper) begin++;
    work[top] = crossing(work, M + begin, S + begin, upper);
    work[M + begin] = work[top];
    work[S + begin] = upper;
  }
  if (work[S + end - 1] < lower) {
    while (end - 2 > begin && work[S + end - 2] < lower) end--;
    work[bottom] = crossing(work, M + end - 2, S + end - 2, lower);
    work[M + end - 1] = work[bottom];
    work[S + end - 1] = lower;
  }
  if (begin > 0) {
    for (let k = begin; k < end; k++) {
      work[M + k - begin] = work[M + k];
      work[S + k - begin] = work[S + k];
    }
  }
  return end - begin;
}

/** μ at which the segment from this point, above s, to the next falls to s. */
function crossing(work: Float64Array, M: number, S: number, s: number): number {
  const fall = work[S] - work[S + 1];
  return fall > 0 ? work[M] + (work[M + 1] - work[M]) * Math.min(1, (work[S] - s) / fall) : work[M + 1];
}

/** μ with s(μ) = s, or the end of the points that is nearest to it. */
export function levelOf(work: Float64Array, M: number, S: number, count: number, s: number): number {
  if (work[S] <= s) return work[M];
  let k = 0;
  while (k + 1 < count && work[S + k + 1] > s) k++;
  return k + 1 === count ? work[M + k] : crossing(work, M + k, S + k, s);
}

/** Scratch space of `holdPlan`. */
export const holdWorkspace_count = (T: number): number => 4 * T + 2 * (2 * T + 4);

/**
 * The plan nearest to v that keeps what is held within limits:
 *
 *   min ½·‖p − v‖²,   least ≤ p_t ≤ most,   s_t = κ·s_{t−1} + p_t,  s_0 = 0,   lower_t ≤ s_t ≤ upper_t,   s_T = end where given
 *
 * The price of what is held, μ, moves by κ from step to step except where a limit is met; p_t = clip(v_t − μ_t, least, most). As functions of μ,
 *
 *   S_t(μ) = clip(κ·S_{t−1}(κ·μ) + clip(v_t − μ, least, most), lower_t, upper_t)
 *
 * Forwards they are built, remembering where each was clipped. Backwards μ_T solves S_T(μ) = end, or is 0 clipped to the same places,
 * and μ_{t−1} = clip(κ·μ_t, top_{t−1}, bottom_{t−1}). Two points more each step, those beyond the limits dropped. O(T·points), no tolerance.
 * @param x - row x[row …]: v on entry, p on return
 * @param work - lower (T) and upper (T) first, the rest is scratch space
 * @param end - NaN: free
 */
export function holdPlan(
  x: Float64Array,
  row: number,
  T: number,
  least: number,
  most: number,
  keep: number,
  end: number,
  work: Float64Array,
): void {
  const TOP = 2 * T;
  const BOTTOM = 3 * T;
  const M = 4 * T;
  const S = M + 2 * T + 4;
  const isFree = Number.isNaN(end);
  let count = 0;
  let level = 0;
  for (let t = 0; t < T; t++) {
    const v = x[row + t];
    if (keep !== 1) {
      for (let k = 0; k < count; k++) {
        work[M + k] /= keep;
        work[S + k] *= keep;
      }
    }
    insertKnot(work, M, S, count, v - most);
    insertKnot(work, M, S, count + 1, v - least);
    count += 2;
    for (let k = 0; k < count; k++) work[S + k] += within(v - work[M + k], least, most);
    if (t === T - 1 && !isFree) level = levelOf(work, M, S, count, end);
    else count = clipKnots(work, TOP + t, BOTTOM + t, M, S, count, work[t], work[T + t]);
  }
  if (isFree) level = within(0, work[TOP + T - 1], work[BOTTOM + T - 1]);
  for (let t = T - 1; t >= 0; t--) {
    x[row + t] = within(x[row + t] - level, least, most);
    if (t > 0) level = within(keep * level, work[TOP + t - 1], work[BOTTOM + t - 1]);
  }
}
