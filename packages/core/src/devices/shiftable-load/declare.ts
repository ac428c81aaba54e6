import { at, mul, sum } from '../../problem/affine.ts';
import { defineDevice } from '../contract.ts';
import { kvarPerKW } from '../power-factor.ts';
import { short } from '../reach.ts';
import { example } from './example.ts';
import { params } from './params.ts';

export const shiftableLoad = defineDevice({
  kind: 'shiftable-load',
  title: 'Load with a plan that may be moved within the horizon, for compensation',
  params,
  declare(m, x) {
    const power = m.input('p_kW', x.p_min_kW, x.p_max_kW);
    const more = m.input('p_more_kW', 0, Infinity);
    const less = m.input('p_less_kW', 0, Infinity);
    m.keep('plan', sum(power, less, mul(-1, more)), x.p_plan_kW, x.p_plan_kW);
    let planned_kWh = 0;
    for (let t = 0; t < m.steps_count; t++) planned_kWh += at(x.p_plan_kW, t) * m.dt_h;
    m.total('energy', power, planned_kWh, planned_kWh, { from: 0, to: m.steps_count });
    m.inject(mul(-1, power));
    m.injectReactive(mul(-kvarPerKW(x.pf_frac), power));
    m.cost(mul(x.shift_cur_per_kWh, sum(more, less)));
  },
  check(x, grid) {
    if (x.p_min_kW > x.p_max_kW) return [`p_min_kW ${x.p_min_kW} is above p_max_kW ${x.p_max_kW}`];
    let mean_kW = 0;
    for (let t = 0; t < grid.steps_count; t++) mean_kW += at(x.p_plan_kW, t) / grid.steps_count;
    if (mean_kW >= x.p_min_kW * (1 - 1e-12) && mean_kW <= x.p_max_kW * (1 + 1e-12)) return [];
    return [
      `the mean ${short(mean_kW)} of p_plan_kW is outside p_min_kW ${x.p_min_kW} … p_max_kW ${x.p_max_kW}, so its energy has no place`,
    ];
  },
  example,
});
