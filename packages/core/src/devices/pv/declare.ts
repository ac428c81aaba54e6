import { mul } from '../../problem/affine.ts';
import { defineDevice } from '../contract.ts';
import { inverterReactive } from '../inverter.ts';
import { curtailableSourceOracle } from '../source.ts';
import { example } from './example.ts';
import { params } from './params.ts';

export const pv = defineDevice({
  kind: 'pv',
  title: 'Photovoltaic plant that can be curtailed',
  params,
  declare(m, x) {
    const power = m.input('p_kW', 0, x.p_available_kW);
    m.inject(power);
    m.cost(mul(x.cost_cur_per_kWh, power));
    inverterReactive(m, power, x);
  },
  oracle: (x, grid) => curtailableSourceOracle(grid, 0, x.p_available_kW, x),
  example,
});
