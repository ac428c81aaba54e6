import { mul, sum } from '../../problem/affine.ts';
import { defineDevice } from '../contract.ts';
import { inverterReactive } from '../inverter.ts';
import { oneOf } from '../load.ts';
import { firstOutOfReach, short } from '../reach.ts';
import { curtailableSourceOracle } from '../source.ts';
import { example } from './example.ts';
import { inflowPower, usableInflow } from './inflow.ts';
import { params } from './params.ts';

export const hydro = defineDevice({
  kind: 'hydro',
  title: 'Small hydro station, run of river or with a pond',
  params,
  declare(m, x) {
    const pond = x.e_max_kWh > 0;
    const power = m.input('p_kW', 0, pond ? x.p_max_kW : usableInflow(x));
    m.inject(power);
    m.cost(mul(x.cost_cur_per_kWh, power));
    inverterReactive(m, power, x);
    if (!pond) return;
    const spill = m.input('p_spill_kW', 0, Infinity);
    const energy = m.state('e_kWh', 0, x.e_max_kWh, x.e_start_kWh);
    m.rate(energy, sum(inflowPower(x), mul(-1, power), mul(-1, spill)));
    m.atEndOf(m.steps_count - 1, energy, x.e_end_min_kWh, x.e_max_kWh);
  },
  check(x, grid) {
    const faults = oneOf(['p_inflow_kW', 'inflow_m3_per_s'], [x.p_inflow_kW, x.inflow_m3_per_s]);
    if (x.inflow_m3_per_s !== 0 && x.head_m === 0) faults.push('inflow_m3_per_s needs head_m above 0');
    if (x.e_start_kWh > x.e_max_kWh) faults.push(`e_start_kWh ${x.e_start_kWh} is above e_max_kWh ${x.e_max_kWh}`);
    if (x.e_end_min_kWh > x.e_max_kWh) faults.push(`e_end_min_kWh ${x.e_end_min_kWh} is above e_max_kWh ${x.e_max_kWh}`);
    if (faults.length > 0) return faults;
    const { steps_count, dt_h } = grid;
    const lower = new Float64Array(steps_count);
    lower[steps_count - 1] = x.e_end_min_kWh;
    const law = { steps_count, dt_h, start: x.e_start_kWh, leak: 0, slowest: -Infinity, fastest: inflowPower(x) };
    const out = firstOutOfReach({ ...law, lower, upper: x.e_max_kWh });
    if (out) faults.push(`e_end_min_kWh ${x.e_end_min_kWh} cannot be reached: keeping all water gives ${short(out.high)} kWh`);
    return faults;
  },
  oracle: (x, grid) => (x.e_max_kWh > 0 ? undefined : curtailableSourceOracle(grid, 0, usableInflow(x), x)),
  example,
});
