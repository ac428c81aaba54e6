import { mul } from '../../problem/affine.ts';
import { defineDevice } from '../contract.ts';
import { inverterReactive } from '../inverter.ts';
import { oneOf } from '../load.ts';
import { curtailableSourceOracle } from '../source.ts';
import { example } from './example.ts';
import { params } from './params.ts';
import { availablePower } from './power-curve.ts';

export const wind = defineDevice({
  kind: 'wind',
  title: 'Wind turbine that can be curtailed',
  params,
  declare(m, x) {
    const power = m.input('p_kW', 0, availablePower(x));
    m.inject(power);
    m.cost(mul(x.cost_cur_per_kWh, power));
    inverterReactive(m, power, x);
  },
  check(x) {
    const faults = oneOf(['p_available_kW', 'wind_m_per_s'], [x.p_available_kW, x.wind_m_per_s]);
    if (x.wind_m_per_s !== 0 && x.p_rated_kW === 0) faults.push('wind_m_per_s needs p_rated_kW above 0');
    if (x.wind_cut_in_m_per_s >= x.wind_rated_m_per_s || x.wind_rated_m_per_s > x.wind_cut_out_m_per_s) {
      faults.push(
        `wind_cut_in_m_per_s ${x.wind_cut_in_m_per_s} < wind_rated_m_per_s ${x.wind_rated_m_per_s} ≤ ` +
          `wind_cut_out_m_per_s ${x.wind_cut_out_m_per_s} does not hold`,
      );
    }
    return faults;
  },
  oracle: (x, grid) => curtailableSourceOracle(grid, 0, availablePower(x), x),
  example,
});
