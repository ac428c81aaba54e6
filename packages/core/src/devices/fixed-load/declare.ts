import { addCoefficients, mul, multiplyCoefficients } from '../../problem/affine.ts';
import { defineDevice } from '../contract.ts';
import { bothReactive } from '../load.ts';
import { kvarPerKW } from '../power-factor.ts';
import { example } from './example.ts';
import { params } from './params.ts';
import { fixedLoadOracle } from './prox.ts';

export const fixedLoad = defineDevice({
  kind: 'fixed-load',
  title: 'Load that has to be served',
  params,
  declare(m, x) {
    m.inject(mul(-1, x.p_load_kW));
    m.injectReactive(mul(-1, addCoefficients(x.q_load_kvar, multiplyCoefficients(kvarPerKW(x.pf_frac), x.p_load_kW))));
  },
  check: (x) => bothReactive(x),
  oracle: fixedLoadOracle,
  example,
});
