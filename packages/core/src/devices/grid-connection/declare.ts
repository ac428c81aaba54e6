import { at, mul, multiplyCoefficients, sum } from '../../problem/affine.ts';
import { defineDevice } from '../contract.ts';
import { separableOracle } from '../separable.ts';
import { example } from './example.ts';
import { params } from './params.ts';

export const gridConnection = defineDevice({
  kind: 'grid-connection',
  title: 'Connection to the grid upstream',
  params,
  declare(m, x) {
    const bought = m.input('p_import_kW', 0, x.p_import_max_kW);
    const sold = m.input('p_export_kW', 0, x.p_export_max_kW);
    const reactive = m.input('q_kvar', -x.q_max_kvar, x.q_max_kvar);
    m.inject(sum(bought, mul(-1, sold)));
    m.injectReactive(reactive);
    m.cost(sum(mul(x.buy_cur_per_kWh, bought), mul(multiplyCoefficients(-1, x.sell_cur_per_kWh), sold)));
  },
  check(x, grid) {
    for (let t = 0; t < grid.steps_count; t++) {
      const buy = at(x.buy_cur_per_kWh, t);
      const sell = at(x.sell_cur_per_kWh, t);
      if (sell > buy) {
        return [`sell_cur_per_kWh ${sell} is above buy_cur_per_kWh ${buy} at step ${t}, so that buying to sell would pay without end`];
      }
    }
    return [];
  },
  oracle: (x, { steps_count, dt_h }) =>
    separableOracle({
      steps_count,
      dt_h,
      region: { p_low: -x.p_export_max_kW, p_high: x.p_import_max_kW, q_low: -x.q_max_kvar, q_high: x.q_max_kvar },
      cost_cur_per_kWh: x.buy_cur_per_kWh,
      costBelow_cur_per_kWh: x.sell_cur_per_kWh,
      schedule: (p, q) =>
        new Map([
          ['p_import_kW', p.map((power) => Math.max(power, 0))],
          ['p_export_kW', p.map((power) => Math.max(-power, 0))],
          ['q_kvar', q],
        ]),
    }),
  example,
});
