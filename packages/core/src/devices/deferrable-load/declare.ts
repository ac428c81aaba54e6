import { stepLocalTime } from '../../base/time-grid.ts';
import { mul } from '../../problem/affine.ts';
import { defineDevice } from '../contract.ts';
import { kvarPerKW } from '../power-factor.ts';
import { short } from '../reach.ts';
import { onSteps } from '../window.ts';
import { example } from './example.ts';
import { params } from './params.ts';
import { deferrableLoadOracle } from './prox.ts';

export const deferrableLoad = defineDevice({
  kind: 'deferrable-load',
  title: 'Load that needs an energy within a window',
  params,
  declare(m, x) {
    const window = { from: x.startsAt, to: x.endsAt };
    const power = m.input(
      'p_kW',
      0,
      onSteps(m.steps_count, [window]).map((on) => on * x.p_max_kW),
    );
    m.inject(mul(-1, power));
    m.injectReactive(mul(-kvarPerKW(x.pf_frac), power));
    m.total('energy needed', power, x.e_needed_kWh, x.e_needed_kWh, window);
  },
  check(x, grid) {
    if (x.endsAt <= x.startsAt) {
      return [`endsAt ${stepLocalTime(grid, x.endsAt)} is not after startsAt ${stepLocalTime(grid, x.startsAt)}`];
    }
    const hours = (x.endsAt - x.startsAt) * grid.dt_h;
    if (x.e_needed_kWh <= x.p_max_kW * hours * (1 + 1e-12)) return [];
    return [
      `e_needed_kWh ${x.e_needed_kWh} is more than p_max_kW ${x.p_max_kW} gives in the ${short(hours)} h from startsAt to endsAt: ` +
        `${short(x.p_max_kW * hours)} kWh`,
    ];
  },
  oracle: deferrableLoadOracle,
  example,
});
