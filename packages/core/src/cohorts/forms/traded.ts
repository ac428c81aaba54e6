import { mul, sum } from '../../problem/affine.ts';
import { type Form, within } from '../form.ts';

/**
 * Trade with the outside at a price, with a fee on either direction:
 *
 *   f = Σ dt·(c_t·p_t + γ·|p_t|),  |p_t| ≤ P
 *   prox: y = v_t − c_t·dt/ρ,  p_t = clip(sign(y)·(|y| − γ·dt/ρ)₊, ±P)
 *
 * | symbol | name |
 * |---|---|
 * | c_t, γ | price_cur_per_kWh, fee_cur_per_kWh |
 * | P | p_max_kW |
 */
export const traded: Form = {
  name: 'traded',
  terminals_count: 1,
  parameters: [
    { name: 'price_cur_per_kWh', per: 'step' },
    { name: 'fee_cur_per_kWh', per: 'device', least: 0 },
    { name: 'p_max_kW', per: 'device', least: 0 },
  ],
  workspace_count: () => 0,
  fault: () => undefined,
  prox([price, fee, most], first, last, { steps_count: T, dt_h }, rho, x, at) {
    let k = at;
    const share = dt_h / rho;
    for (let i = first; i < last; i++) {
      const dead = fee[i] * share;
      for (let t = i * T; t < (i + 1) * T; t++, k++) {
        const y = x[k] - price[t] * share;
        x[k] = within(y > dead ? y - dead : y < -dead ? y + dead : 0, -most[i], most[i]);
      }
    }
  },
  cost([price, fee], i, { steps_count: T, dt_h }, x, at) {
    let sum_cur_per_h = 0;
    for (let t = 0; t < T; t++) sum_cur_per_h += price[i * T + t] * x[at + t] + fee[i] * Math.abs(x[at + t]);
    return dt_h * sum_cur_per_h;
  },
  costMost([price, fee, most], i, { steps_count: T, dt_h }) {
    let sum_cur_per_h = 0;
    for (let t = 0; t < T; t++) sum_cur_per_h += most[i] * (Math.abs(price[i * T + t]) + fee[i]);
    return dt_h * sum_cur_per_h;
  },
  room([, , most], i, _horizon, _x, _at, _t, room) {
    room[0] = -most[i];
    room[1] = most[i];
  },
  offer([own, fee], i, { steps_count: T }, t, price, room) {
    const earned = price - own[i * T + t];
    if (Math.abs(earned) <= fee[i]) return within(0, room[0], room[1]);
    return earned > 0 ? room[1] : room[0];
  },
  reach: ([, , most], i) => most[i],
  declare(model, name, [price, fee, most], i, { steps_count: T, dt_h }) {
    const bought = model.variables(`${name}p_bought_kW`, [T], { lower: 0, upper: most[i] });
    const sold = model.variables(`${name}p_sold_kW`, [T], { lower: 0, upper: most[i] });
    return [
      Array.from({ length: T }, (_, t) => {
        model.cost(mul(dt_h * (price[i * T + t] + fee[i]), bought(t)));
        model.cost(mul(dt_h * (fee[i] - price[i * T + t]), sold(t)));
        return sum(bought(t), mul(-1, sold(t)));
      }),
    ];
  },
};
