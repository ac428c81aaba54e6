import { mul, sum } from '../../problem/affine.ts';
import { type Form, within } from '../form.ts';

/**
 * A line or a converter that loses a share of what it takes, whichever way; relaxed so that energy may also be thrown away:
 *
 *   p₂ ≤ −η·p₁,  p₁ ≤ −η·p₂,  −C ≤ p₁, p₂
 *
 * With equality in one of the first two the law is not convex; this is its convex relaxation, a kite with corners 0, (−C, η·C), (−C, −C), (η·C, −C). What a
 * plan throws away is `relaxed`; while energy is worth something at the receiving end nothing is. The prox is the nearest point of the kite:
 * v itself or the nearest point of one of the four edges, each in closed form.
 *
 * | symbol | name |
 * |---|---|
 * | C | capacity_kW: taken at most, at either end |
 * | η | through_frac: share that arrives, in (0, 1] |
 * @source Kraning, Chu, Lavaei, Boyd (2014), §3 (lines and converters with losses, relaxed)
 */
export const conversion: Form = {
  name: 'conversion',
  terminals_count: 2,
  parameters: [
    { name: 'capacity_kW', per: 'device', least: 0 },
    { name: 'through_frac', per: 'device', least: 0 },
  ],
  workspace_count: () => 0,
  fault: ([, through], i) => (through[i] > 0 && through[i] <= 1 ? undefined : `through_frac ${through[i]} is not in (0, 1]`),
  prox([capacity, through], first, last, { steps_count: T }, _rho, x, at) {
    for (let i = first, k = at; i < last; i++, k += T) {
      for (const end = k + T; k < end; k++) intoKite(x, k, k + T, capacity[i], through[i]);
    }
  },
  cost: () => 0,
  costMost: () => 0,
  relaxed([, through], i, { steps_count: T, dt_h }, x, at) {
    let thrown_kWh = 0;
    for (let k = at; k < at + T; k++) {
      const most_kW = otherEnd(Math.min(x[k], x[k + T]), through[i]);
      thrown_kWh += dt_h * Math.max(0, most_kW - Math.max(x[k], x[k + T]));
    }
    return thrown_kWh;
  },
  joins([capacity, through], i, p_kW) {
    if (p_kW < 0) return p_kW > -capacity[i] ? 1 / through[i] : 0;
    return p_kW > 0 && p_kW < through[i] * capacity[i] ? through[i] : 0;
  },
  room([capacity, through], i, _horizon, _x, _at, _t, room) {
    room[0] = -capacity[i];
    room[1] = through[i] * capacity[i];
  },
  across: ([, through], i, p_kW) => otherEnd(p_kW, through[i]),
  reach: ([capacity], i) => capacity[i],
  declare(model, name, [capacity, through], i, { steps_count: T }) {
    const p = model.variables(`${name}p1_kW`, [T], { lower: -capacity[i], upper: Infinity });
    const q = model.variables(`${name}p2_kW`, [T], { lower: -capacity[i], upper: Infinity });
    for (let t = 0; t < T; t++) {
      model.atMost(`${name}forth[${t}]`, sum(q(t), mul(through[i], p(t))), 0);
      model.atMost(`${name}back[${t}]`, sum(p(t), mul(through[i], q(t))), 0);
    }
    return [p.variables, q.variables];
  },
};

/** Power at the other terminal when nothing is thrown away. */
const otherEnd = (p_kW: number, through: number): number => (p_kW < 0 ? -through * p_kW : -p_kW / through);

/** Moves (x[a], x[b]) to the nearest point of the kite. The law is the same with both ends exchanged, so the end that takes is called p. */
function intoKite(x: Float64Array, a: number, b: number, most: number, through: number): void {
  const isTurned = x[b] < x[a];
  const p = isTurned ? x[b] : x[a];
  const q = isTurned ? x[a] : x[b];
  // with p ≤ q the nearest point lies on the edge from 0 to (−C, η·C), on the one below it, or is (p, q)
  let ownP = p;
  let ownQ = q;
  if (q + through * p > 0) {
    const taken = within((through * q - p) / (1 + through * through), 0, most);
    ownP = -taken;
    ownQ = through * taken;
  } else if (p < -most) {
    ownP = -most;
    ownQ = within(q, -most, through * most);
  }
  x[a] = isTurned ? ownQ : ownP;
  x[b] = isTurned ? ownP : ownQ;
}
