import { mul, multiplyCoefficients, sum } from '../../problem/affine.ts';
import { defineDevice } from '../contract.ts';
import { kvarPerKW } from '../power-factor.ts';
import { example } from './example.ts';
import { params } from './params.ts';
import { curtailableLoadOracle } from './prox.ts';

export const curtailableLoad = defineDevice({
  kind: 'curtailable-load',
  title: 'Load that may be shed at a price',
  params,
  declare(m, x) {
    const shed = m.input('p_shed_kW', 0, multiplyCoefficients(x.shed_max_frac, x.p_load_kW));
    const power = sum(shed, mul(-1, x.p_load_kW));
    m.inject(power);
    m.injectReactive(mul(kvarPerKW(x.pf_frac), power));
    m.cost(mul(x.lost_cur_per_kWh, shed));
  },
  oracle: curtailableLoadOracle,
  example,
});
