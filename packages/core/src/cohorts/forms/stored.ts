import { mul, sum } from '../../problem/affine.ts';
import { type Form, within } from '../form.ts';

/**
 * A lossless store:
 *
 *   |p_t| ≤ P,  e_t = e_{t−1} − p_t·dt,  0 ≤ e_t ≤ Q,  e_0 and e_T given
 *
 * With s_t = Σ_{τ ≤ t} p_τ the limits are (e_0 − Q)/dt ≤ s_t ≤ e_0/dt and s_T = (e_0 − e_T)/dt. The price of what is stored, μ (in kW, that
 * is, divided by ρ), moves only where the store is empty or full; between, p_t = clip(v_t − μ, ±P). So, as functions of μ,
 *
 *   S_t(μ) = clip(S_{t−1}(μ) + clip(v_t − μ, ±P), lower_t, upper_t)
 *
 * which are piecewise linear and do not rise. Forwards they are built, remembering where each was clipped: upper_t is met for μ ≤ top_t,
 * lower_t for μ ≥ bottom_t. Backwards μ_T solves S_T(μ) = s_T, p_t = clip(v_t − μ_t, ±P), μ_{t−1} = clip(μ_t, top_{t−1}, bottom_{t−1}).
 *
 * S is kept as points (μ, s), constant beyond the ends; two more each step, those beyond the limits dropped.
 * Cost: O(T·points), no tolerance.
 *
 * | symbol | name |
 * |---|---|
 * | P, Q | p_max_kW, e_max_kWh |
 * | e_0, e_T | e_start_kWh, e_end_kWh |
 */
export const stored: Form = {
  name: 'stored',
  terminals_count: 1,
  parameters: [
    { name: 'p_max_kW', per: 'device', least: 0 },
    { name: 'e_max_kWh', per: 'device', least: 0 },
    { name: 'e_start_kWh', per: 'device', least: 0 },
    { name: 'e_end_kWh', per: 'device', least: 0 },
  ],
  workspace_count: (T) => 2 * T + 2 * (2 * T + 4),
  fault([power, size, start, end], i, { steps_count: T, dt_h }) {
    if (start[i] > size[i] || end[i] > size[i]) return `e_start_kWh ${start[i]} or e_end_kWh ${end[i]} is above e_max_kWh ${size[i]}`;
    const can_kWh = power[i] * T * dt_h;
    const away_kWh = Math.abs(end[i] - start[i]);
    return away_kWh <= can_kWh * (1 + 1e-12)
      ? undefined
      : `e_end_kWh is ${away_kWh} kWh away from e_start_kWh, but only ${can_kWh} kWh can be moved`;
  },
  prox([power, size, start, end], first, last, { steps_count: T, dt_h }, _rho, x, at, work) {
    for (let i = first, row = at; i < last; i++, row += T) {
      storedPlan(x, row, T, power[i], (start[i] - size[i]) / dt_h, start[i] / dt_h, (start[i] - end[i]) / dt_h, work);
    }
  },
  cost: () => 0,
  costMost: () => 0,
  reach: ([power], i) => power[i],
  declare(model, name, [power, size, start, end], i, { steps_count: T, dt_h }) {
    const p = model.variables(`${name}p_kW`, [T], { lower: -power[i], upper: power[i] });
    const e = model.variables(`${name}e_kWh`, [T], {
      lower: (t) => (t === T - 1 ? end[i] : 0),
      upper: (t) => (t === T - 1 ? end[i] : size[i]),
    });
    for (let t = 0; t < T; t++) model.equal(`${name}energy[${t}]`, sum(e(t), mul(dt_h, p(t))), t === 0 ? start[i] : e(t - 1));
    return [p.variables];
  },
};

/** Row x[row …] of v becomes the plan. Work: top (T), bottom (T), then μ and s of the points. */
function storedPlan(
  x: Float64Array,
  row: number,
  T: number,
  P: number,
  lower: number,
  upper: number,
  sum_T: number,
  work: Float64Array,
): void {
  const M = 2 * T;
  const S = M + 2 * T + 4;
  let count = 0;
  let level = 0;
  for (let t = 0; t < T; t++) {
    const v = x[row + t];
    insertKnot(work, M, S, count, v - P);
    insertKnot(work, M, S, count + 1, v + P);
    count += 2;
    for (let k = 0; k < count; k++) work[S + k] += within(v - work[M + k], -P, P);
    if (t === T - 1) level = levelOf(work, M, S, count, sum_T);
    else count = clipKnots(work, t, T, M, S, count, lower, upper);
  }
  for (let t = T - 1; t >= 0; t--) {
    x[row + t] = within(x[row + t] - level, -P, P);
    if (t > 0) level = within(level, work[t - 1], work[T + t - 1]);
  }
}

/** A point at μ on the line through the `count` points that are there (0 before the first). */
function insertKnot(work: Float64Array, M: number, S: number, count: number, mu: number): void {
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

/** Clips S to lower … upper, notes where (top_t, bottom_t), and returns the number of points left. */
function clipKnots(work: Float64Array, t: number, T: number, M: number, S: number, count: number, lower: number, upper: number): number {
  let begin = 0;
  let end = count;
  work[t] = -Infinity;
  work[T + t] = Infinity;
  if (work[S] > upper) {
    while (begin + 2 < end && work[S + begin + 1] > upper) begin++;
    work[t] = crossing(work, M + begin, S + begin, upper);
    work[M + begin] = work[t];
    work[S + begin] = upper;
  }
  if (work[S + end - 1] < lower) {
    while (end - 2 > begin && work[S + end - 2] < lower) end--;
    work[T + t] = crossing(work, M + end - 2, S + end - 2, lower);
    work[M + end - 1] = work[T + t];
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

/** μ with S(μ) = s, or the end of the points that is nearest to it. */
function levelOf(work: Float64Array, M: number, S: number, count: number, s: number): number {
  if (work[S] <= s) return work[M];
  let k = 0;
  while (k + 1 < count && work[S + k + 1] > s) k++;
  return k + 1 === count ? work[M + k] : crossing(work, M + k, S + k, s);
}
