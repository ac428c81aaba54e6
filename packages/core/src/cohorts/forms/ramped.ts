import { mul, sum } from '../../problem/affine.ts';
import { type Form, within } from '../form.ts';

/**
 * A source with a quadratic cost, limits and ramps:
 *
 *   f = Σ dt·(a·p_t² + b·p_t),  L ≤ p_t ≤ U,  |p_t − p_{t−1}| ≤ R = r·dt
 *
 * Prox by dynamic programming over the steps, exact. With h = 2·a·dt + ρ, g_t = ρ·v_t − b·dt and V_t(x) the least cost of steps
 * up to t that end at p_t = x,
 *
 *   V_t(x) = ½·h·x² − g_t·x + min { V_{t−1}(y) : |y − x| ≤ R, L ≤ y ≤ U }
 *
 * V_t′ is piecewise linear and does not fall. The minimum over y cuts it where it is zero, at m_{t−1}, and moves the left part
 * by R to the left, the right part by R to the right. Backwards p_T = m_T, p_t = clip(m_t, p_{t+1} ± R).
 *
 * V′ is kept as points (x, y), vertical where a limit binds; at most 2·T + 4 of them, in practice fewer than (U − L)/R + T/2.
 * Cost: O(T·points), no tolerance.
 *
 * | symbol | name |
 * |---|---|
 * | L, U | p_min_kW, p_max_kW |
 * | a, b | cost_cur_per_kW2h, cost_cur_per_kWh |
 * | r | ramp_kW_per_h |
 */
export const ramped: Form = {
  name: 'ramped',
  terminals_count: 1,
  parameters: [
    { name: 'p_min_kW', per: 'device' },
    { name: 'p_max_kW', per: 'device' },
    { name: 'cost_cur_per_kW2h', per: 'device', least: 0 },
    { name: 'cost_cur_per_kWh', per: 'device' },
    { name: 'ramp_kW_per_h', per: 'device', least: 0 },
  ],
  workspace_count: (T) => T + 2 * (2 * T + 8),
  fault: ([low, high], i) => (low[i] <= high[i] ? undefined : `p_min_kW ${low[i]} is above p_max_kW ${high[i]}`),
  prox([low, high, a, b, ramp], first, last, { steps_count: T, dt_h }, rho, x, at, work) {
    for (let i = first, row = at; i < last; i++, row += T) {
      const step_kW = Math.min(ramp[i] * dt_h, high[i] - low[i]);
      rampedPlan(x, row, T, low[i], high[i], step_kW, 2 * a[i] * dt_h + rho, rho, b[i] * dt_h, work);
    }
  },
  proxBy(kernels, values, first, last, { steps_count, dt_h }, rho, x, at, work) {
    const [low, high, a, b, ramp] = values.map(({ byteOffset }) => byteOffset);
    kernels.rampSources(x.byteOffset + 8 * at, steps_count, first, last, low, high, a, b, ramp, dt_h, rho, work.byteOffset);
  },
  cost([, , a, b], i, { steps_count: T, dt_h }, x, at) {
    let sum_cur_per_h = 0;
    for (let t = 0; t < T; t++) sum_cur_per_h += (a[i] * x[at + t] + b[i]) * x[at + t];
    return dt_h * sum_cur_per_h;
  },
  costMost([low, high, a, b], i, { steps_count: T, dt_h }) {
    return dt_h * T * Math.max((a[i] * low[i] + b[i]) * low[i], (a[i] * high[i] + b[i]) * high[i]);
  },
  room([low, high, , , ramp], i, { steps_count: T, dt_h }, x, at, t, room) {
    const step_kW = ramp[i] * dt_h;
    let least = low[i];
    let most = high[i];
    if (t > 0) {
      least = Math.max(least, x[at + t - 1] - step_kW);
      most = Math.min(most, x[at + t - 1] + step_kW);
    }
    if (t + 1 < T) {
      least = Math.max(least, x[at + t + 1] - step_kW);
      most = Math.min(most, x[at + t + 1] + step_kW);
    }
    room[0] = least;
    room[1] = most;
  },
  offer([, , a, b], i, _horizon, _t, price, room) {
    const earned = price - b[i];
    if (a[i] > 0) return within(earned / (2 * a[i]), room[0], room[1]);
    return earned > 0 ? room[1] : room[0];
  },
  reach: ([low, high], i) => Math.max(Math.abs(low[i]), Math.abs(high[i])),
  declare(model, name, [low, high, a, b, ramp], i, { steps_count: T, dt_h }) {
    const p = model.variables(`${name}p_kW`, [T], { lower: low[i], upper: high[i] });
    for (let t = 0; t < T; t++) {
      model.cost(mul(dt_h * b[i], p(t)));
      if (a[i] > 0) model.costSquare(dt_h * a[i], p(t));
      if (t > 0) model.between(`${name}ramp[${t}]`, sum(p(t), mul(-1, p(t - 1))), -ramp[i] * dt_h, ramp[i] * dt_h);
    }
    return [p.variables];
  },
};

/** Row x[row …] of v becomes the plan. Work: m (T), then x and y of the points. */
function rampedPlan(
  x: Float64Array,
  row: number,
  T: number,
  low: number,
  high: number,
  R: number,
  h: number,
  rho: number,
  b: number,
  work: Float64Array,
): void {
  const X = T;
  const Y = T + (2 * T + 8);
  let count = 2;
  work[X] = low;
  work[X + 1] = high;
  work[Y] = 0;
  work[Y + 1] = 0;
  for (let t = 0; t < T; t++) {
    const g = rho * x[row + t] - b;
    for (let k = 0; k < count; k++) work[Y + k] += h * work[X + k] - g;
    let right = 0;
    while (right < count && work[Y + right] < 0) right++;
    const m = right === 0 ? low : right === count ? high : rootBetween(work, X + right - 1, Y + right - 1);
    work[t] = m;
    if (t + 1 < T) count = stretch(work, X, Y, count, right, m, R, low, high);
  }
  let p = work[T - 1];
  x[row + T - 1] = p;
  for (let t = T - 2; t >= 0; t--) {
    p = within(work[t], p - R, p + R);
    x[row + t] = p;
  }
}

/** Where the segment from a point with y < 0 to the next with y ≥ 0 is zero. */
function rootBetween(work: Float64Array, X: number, Y: number): number {
  return work[X] + ((work[X + 1] - work[X]) * -work[Y]) / (work[Y + 1] - work[Y]);
}

/**
 * Points before `right` go left by R, the others go right by R, (m − R, 0) and (m + R, 0) come between; what lies beyond
 * low … high is cut off. Returns the new number of points.
 */
function stretch(
  work: Float64Array,
  X: number,
  Y: number,
  count: number,
  right: number,
  m: number,
  R: number,
  low: number,
  high: number,
): number {
  // the right part, from its end: room of two more points
  for (let k = count - 1; k >= right; k--) {
    work[X + k + 2] = work[X + k] + R;
    work[Y + k + 2] = work[Y + k];
  }
  for (let k = 0; k < right; k++) work[X + k] -= R;
  work[X + right] = m - R;
  work[Y + right] = 0;
  work[X + right + 1] = m + R;
  work[Y + right + 1] = 0;
  let end = count + 2;
  // cut on the right: the last point at or below `high` is followed by one at `high`
  if (work[X + end - 1] > high) {
    while (work[X + end - 2] > high) end--;
    const k = end - 2;
    const share = (high - work[X + k]) / (work[X + k + 1] - work[X + k]);
    work[Y + k + 1] = work[Y + k] + share * (work[Y + k + 1] - work[Y + k]);
    work[X + k + 1] = high;
  }
  // cut on the left
  if (work[X] < low) {
    let begin = 0;
    while (work[X + begin + 1] < low) begin++;
    const share = (low - work[X + begin]) / (work[X + begin + 1] - work[X + begin]);
    work[Y + begin] += share * (work[Y + begin + 1] - work[Y + begin]);
    work[X + begin] = low;
    if (begin > 0) {
      for (let k = begin; k < end; k++) {
        work[X + k - begin] = work[X + k];
        work[Y + k - begin] = work[Y + k];
      }
      end -= begin;
    }
  }
  return end;
}
