import { mul, sum } from '../../problem/affine.ts';
import { type Form, within } from '../form.ts';
import { clipKnots, insertKnot, levelOf } from '../knots.ts';

/**
 * A store that loses on the way in and on the way out, relaxed so that energy may also be thrown away:
 *
 *   |p_t| ≤ P,  e_t ≤ e_{t−1} − ψ(p_t)·dt,  0 ≤ e_t ≤ Q,  e_T ≥ e_end,   ψ(p) = max(p/η_out, η_in·p)
 *
 * With equality in e the law is not convex; this is its convex relaxation. What a plan throws away is `relaxed`: where that is 0, the battery can
 * follow the plan. While stored energy is worth something nothing is thrown away.
 *
 * With s_t = Σ ψ(p) + what was thrown away, the price μ ≥ 0 of what is stored (in kW, divided by ρ) gives
 *
 *   p(v, μ) = v − μ/η_out where positive, v − μ·η_in where negative, otherwise 0, clipped to ±P
 *
 * and S_t(μ) = clip(S_{t−1}(μ) + ψ(p(v_t, μ)), (e_0 − Q)/dt, e_0/dt) for μ > 0, vertical up to e_0/dt at μ = 0. Forwards and backwards as in
 * `holdPlan`; up to four points more each step. O(T·points), no tolerance.
 *
 * | symbol | name |
 * |---|---|
 * | P, Q | p_max_kW, e_max_kWh |
 * | e_0, e_end | e_start_kWh, e_end_kWh |
 * | η_in, η_out | in_frac, out_frac |
 */
export const lossy: Form = {
  name: 'lossy',
  terminals_count: 1,
  parameters: [
    { name: 'p_max_kW', per: 'device', least: 0 },
    { name: 'e_max_kWh', per: 'device', least: 0 },
    { name: 'e_start_kWh', per: 'device', least: 0 },
    { name: 'e_end_kWh', per: 'device', least: 0 },
    { name: 'in_frac', per: 'device', least: 0 },
    { name: 'out_frac', per: 'device', least: 0 },
  ],
  workspace_count: (T) => 2 * T + 2 * (4 * T + 8),
  fault([power, size, start, end, into, out], i, { steps_count: T, dt_h }) {
    if (!(into[i] > 0 && into[i] <= 1 && out[i] > 0 && out[i] <= 1)) return `in_frac ${into[i]} or out_frac ${out[i]} is not in (0, 1]`;
    if (start[i] > size[i] || end[i] > size[i]) return `e_start_kWh ${start[i]} or e_end_kWh ${end[i]} is above e_max_kWh ${size[i]}`;
    const can_kWh = into[i] * power[i] * T * dt_h;
    return end[i] - start[i] <= can_kWh * (1 + 1e-12)
      ? undefined
      : `e_end_kWh ${end[i]} is out of reach from ${start[i]}: only ${can_kWh} kWh can be stored`;
  },
  prox([power, size, start, end, into, out], first, last, { steps_count: T, dt_h }, _rho, x, at, work) {
    for (let i = first, row = at; i < last; i++, row += T) {
      const lower = (start[i] - size[i]) / dt_h;
      lossyPlan(x, row, T, power[i], into[i], out[i], lower, start[i] / dt_h, (start[i] - end[i]) / dt_h, work);
    }
  },
  cost: () => 0,
  costMost: () => 0,
  relaxed([, size, start, , into, out], i, { steps_count: T, dt_h }, x, at) {
    let held_kWh = start[i];
    let thrown_kWh = 0;
    for (let t = 0; t < T; t++) {
      const wanted_kWh = held_kWh - dt_h * drawn(x[at + t], into[i], out[i]);
      held_kWh = Math.min(size[i], wanted_kWh);
      thrown_kWh += wanted_kWh - held_kWh;
    }
    return thrown_kWh;
  },
  reach: ([power], i) => power[i],
  declare(model, name, [power, size, start, end, into, out], i, { steps_count: T, dt_h }) {
    const given = model.variables(`${name}p_out_kW`, [T], { lower: 0, upper: power[i] });
    const taken = model.variables(`${name}p_in_kW`, [T], { lower: 0, upper: power[i] });
    const thrown = model.variables(`${name}thrown_kWh`, [T], { lower: 0, upper: Infinity });
    const e = model.variables(`${name}e_kWh`, [T], { lower: (t) => (t === T - 1 ? end[i] : 0), upper: size[i] });
    return [
      Array.from({ length: T }, (_, t) => {
        const change = sum(mul(dt_h * into[i], taken(t)), mul(-dt_h / out[i], given(t)), mul(-1, thrown(t)));
        model.equal(`${name}energy[${t}]`, sum(e(t), mul(-1, change)), t === 0 ? start[i] : e(t - 1));
        return sum(given(t), mul(-1, taken(t)));
      }),
    ];
  },
};

/** ψ: what the store loses at power p. */
const drawn = (p: number, into: number, out: number): number => (p > 0 ? p / out : p * into);

/** p(v, μ). */
function answer(v: number, mu: number, P: number, into: number, out: number): number {
  const given = v - mu / out;
  if (given > 0) return given < P ? given : P;
  const taken = v - mu * into;
  return taken < 0 ? (taken > -P ? taken : -P) : 0;
}

/** Row x[row …] of v becomes the plan. Work: top (T), bottom (T), then μ and s of the points; the first stands at μ = 0 above the limit. */
function lossyPlan(
  x: Float64Array,
  row: number,
  T: number,
  P: number,
  into: number,
  out: number,
  lower: number,
  upper: number,
  end: number,
  work: Float64Array,
): void {
  const M = 2 * T;
  const S = M + 4 * T + 8;
  let count = 0;
  let level = 0;
  for (let t = 0; t < T; t++) {
    const v = x[row + t];
    if (count === 0 || work[M] > 0) insertKnot(work, M, S, count++, 0);
    if ((v - P) * out > 0) insertKnot(work, M, S, count++, (v - P) * out);
    if (v > 0) insertKnot(work, M, S, count++, v * out);
    if (v > 0) insertKnot(work, M, S, count++, v / into);
    if (v + P > 0) insertKnot(work, M, S, count++, (v + P) / into);
    for (let k = 0; k < count; k++) work[S + k] += drawn(answer(v, work[M + k], P, into, out), into, out);
    count = standUpright(work, M, S, count, upper);
    if (t === T - 1) level = levelOf(work, M, S, count, end);
    else count = clipKnots(work, t, T + t, M, S, count, lower, upper);
  }
  for (let t = T - 1; t >= 0; t--) {
    x[row + t] = answer(x[row + t], level, P, into, out);
    if (t > 0) level = within(level, work[t - 1], work[T + t - 1]);
  }
}

/** Two points at μ = 0, the first above the limit: there, anything may be thrown away. Returns the number of points. */
function standUpright(work: Float64Array, M: number, S: number, count: number, upper: number): number {
  const isThere = count > 1 && work[M + 1] === 0;
  if (!isThere) {
    for (let k = count; k > 0; k--) {
      work[M + k] = work[M + k - 1];
      work[S + k] = work[S + k - 1];
    }
  }
  work[M] = 0;
  work[S] = Math.max(upper, work[S + 1]) + 1;
  return isThere ? count : count + 1;
}
