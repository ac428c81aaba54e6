import { mul } from '../../problem/affine.ts';
import { type Form, within } from '../form.ts';

/**
 * A source that gives at most what sun or wind allow, at a cost per kWh:
 *
 *   f = Σ dt·c·p_t,  0 ≤ p_t ≤ a_t        prox: p_t = clip(v_t − c·dt/ρ, 0, a_t)
 *
 * | symbol | name |
 * |---|---|
 * | a_t | p_available_kW |
 * | c | cost_cur_per_kWh |
 */
export const available: Form = {
  name: 'available',
  terminals_count: 1,
  parameters: [
    { name: 'p_available_kW', per: 'step', least: 0 },
    { name: 'cost_cur_per_kWh', per: 'device' },
  ],
  workspace_count: () => 0,
  fault: () => undefined,
  prox([most, cost], first, last, { steps_count: T, dt_h }, rho, x, at) {
    let k = at;
    for (let i = first; i < last; i++) {
      const shift = (cost[i] * dt_h) / rho;
      for (let t = i * T; t < (i + 1) * T; t++, k++) x[k] = within(x[k] - shift, 0, most[t]);
    }
  },
  cost([, cost], i, { steps_count: T, dt_h }, x, at) {
    let sum_kW = 0;
    for (let t = 0; t < T; t++) sum_kW += x[at + t];
    return dt_h * cost[i] * sum_kW;
  },
  costMost([most, cost], i, { steps_count: T, dt_h }) {
    let sum_kW = 0;
    for (let t = 0; t < T; t++) sum_kW += most[i * T + t];
    return dt_h * Math.max(0, cost[i]) * sum_kW;
  },
  room([most], i, { steps_count: T }, _x, _at, t, room) {
    room[0] = 0;
    room[1] = most[i * T + t];
  },
  offer: ([, cost], i, _horizon, _t, price, room) => (price > cost[i] ? room[1] : room[0]),
  reach([most], i, { steps_count: T }) {
    let reach_kW = 0;
    for (let t = 0; t < T; t++) reach_kW = Math.max(reach_kW, most[i * T + t]);
    return reach_kW;
  },
  declare(model, name, [most, cost], i, { steps_count: T, dt_h }) {
    const p = model.variables(`${name}p_kW`, [T], { lower: 0, upper: (t) => most[i * T + t] });
    for (let t = 0; t < T; t++) model.cost(mul(dt_h * cost[i], p(t)));
    return [p.variables];
  },
};
