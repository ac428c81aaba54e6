import { at, mul, multiplyCoefficients, sum } from '../../problem/affine.ts';
import { defineDevice } from '../contract.ts';
import { kvarPerKW } from '../power-factor.ts';
import { copOf } from './cop.ts';
import { example } from './example.ts';
import { params } from './params.ts';

export const heatPump = defineDevice({
  kind: 'heat-pump',
  title: 'Heat pump in a building',
  params,
  declare(m, x) {
    const power = m.input('p_kW', 0, x.p_max_kW);
    const cold = m.input('cold_K', 0, Infinity);
    const warm = m.input('warm_K', 0, Infinity);
    const air = m.state('t_air_degC', -Infinity, Infinity, x.t_start_degC);
    const c = 1 / x.c_air_kWh_per_K;
    const heat = sum(
      mul(copOf(x), power),
      x.p_gain_kW,
      multiplyCoefficients(x.loss_kW_per_K, x.t_ambient_degC),
      mul(-x.loss_kW_per_K, air),
    );
    if (x.c_mass_kWh_per_K > 0) {
      const mass = m.state('t_mass_degC', -Infinity, Infinity, x.t_start_degC);
      const intoMass = sum(mul(x.coupling_kW_per_K, air), mul(-x.coupling_kW_per_K, mass));
      m.rate(air, mul(c, sum(heat, mul(-1, intoMass))));
      m.rate(mass, mul(1 / x.c_mass_kWh_per_K, intoMass));
    } else m.rate(air, mul(c, heat));
    m.inject(mul(-1, power));
    m.injectReactive(mul(-kvarPerKW(x.pf_frac), power));
    m.keep('warm enough', sum(air, cold), x.t_min_degC, Infinity);
    m.keep('cool enough', sum(air, mul(-1, warm)), -Infinity, x.t_max_degC);
    m.cost(mul(x.discomfort_cur_per_Kh, sum(cold, warm)));
  },
  check(x, grid) {
    const faults: string[] = [];
    for (let t = 0; t < grid.steps_count; t++) {
      if (at(x.t_min_degC, t) <= at(x.t_max_degC, t)) continue;
      faults.push(`t_min_degC ${at(x.t_min_degC, t)} is above t_max_degC ${at(x.t_max_degC, t)} at step ${t}`);
      break;
    }
    if (x.c_mass_kWh_per_K > 0 && x.coupling_kW_per_K === 0) faults.push('c_mass_kWh_per_K needs coupling_kW_per_K above 0');
    if (x.c_mass_kWh_per_K === 0 && x.coupling_kW_per_K > 0) faults.push('coupling_kW_per_K needs c_mass_kWh_per_K above 0');
    return faults;
  },
  example,
});
