import { mul, sum } from '../../problem/affine.ts';
import type { Form } from '../form.ts';
import { holdPlan, holdWorkspace_count } from '../knots.ts';

/**
 * A lossless store:
 *
 *   |p_t| ≤ P,  e_t = e_{t−1} − p_t·dt,  0 ≤ e_t ≤ Q,  e_0 and e_T given
 *
 * With s_t = Σ_{τ ≤ t} p_τ, what was drawn, the limits are (e_0 − Q)/dt ≤ s_t ≤ e_0/dt and s_T = (e_0 − e_T)/dt: `holdPlan` with κ = 1.
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
  workspace_count: holdWorkspace_count,
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
      work.fill((start[i] - size[i]) / dt_h, 0, T);
      work.fill(start[i] / dt_h, T, 2 * T);
      holdPlan(x, row, T, -power[i], power[i], 1, (start[i] - end[i]) / dt_h, work);
    }
  },
  proxBy(kernels, [power, size, start, end], first, last, { steps_count, dt_h }, _rho, x, at, work) {
    const [P, Q] = [power.byteOffset, size.byteOffset];
    kernels.holdStores(x.byteOffset + 8 * at, steps_count, first, last, P, Q, start.byteOffset, end.byteOffset, dt_h, work.byteOffset);
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
