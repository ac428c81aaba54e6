import { mul } from '../../problem/affine.ts';
import { inverterReactive } from '../inverter.ts';
import { defineDevice } from '../contract.ts';
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
  example: { p_available_kW: 120, s_max_kVA: 150, cost_cur_per_kWh: 0.01 },
});
