import { mul, sum } from '../../problem/affine.ts';
import { type Form, within } from '../form.ts';

/**
 * A load that may fall short of what it wants, at a price:
 *
 *   f = Σ dt·α·(l_t + p_t),  −l_t ≤ p_t ≤ 0        prox: p_t = clip(v_t − α·dt/ρ, −l_t, 0)
 *
 * | symbol | name |
 * |---|---|
 * | l_t | p_load_kW |
 * | α | short_cur_per_kWh |
 */
export const curtailed: Form = {
  name: 'curtailed',
  terminals_count: 1,
  parameters: [
    { name: 'p_load_kW', per: 'step', least: 0 },
    { name: 'short_cur_per_kWh', per: 'device' },
  ],
  workspace_count: () => 0,
  fault: () => undefined,
  prox([load, price], first, last, { steps_count: T, dt_h }, rho, x, at) {
    let k = at;
    for (let i = first; i < last; i++) {
      const shift = (price[i] * dt_h) / rho;
      for (let t = i * T; t < (i + 1) * T; t++, k++) x[k] = within(x[k] - shift, -load[t], 0);
    }
  },
  cost([load, price], i, { steps_count: T, dt_h }, x, at) {
    let short_kW = 0;
    for (let t = 0; t < T; t++) short_kW += load[i * T + t] + x[at + t];
    return dt_h * price[i] * short_kW;
  },
  costMost([load, price], i, { steps_count: T, dt_h }) {
    let sum_kW = 0;
    for (let t = 0; t < T; t++) sum_kW += load[i * T + t];
    return dt_h * Math.max(0, price[i]) * sum_kW;
  },
  room([load], i, { steps_count: T }, _x, _at, t, room) {
    room[0] = -load[i * T + t];
    room[1] = 0;
  },
  offer: ([, short], i, _horizon, _t, price, room) => (price > short[i] ? room[1] : room[0]),
  reach([load], i, { steps_count: T }) {
    let most = 0;
    for (let t = 0; t < T; t++) most = Math.max(most, load[i * T + t]);
    return most;
  },
  declare(model, name, [load, price], i, { steps_count: T, dt_h }) {
    const p = model.variables(`${name}p_kW`, [T], { lower: (t) => -load[i * T + t], upper: 0 });
    for (let t = 0; t < T; t++) model.cost(mul(dt_h * price[i], sum(p(t), load[i * T + t])));
    return [p.variables];
  },
};
