import { mul, sum } from '../../problem/affine.ts';
import { defineDevice } from '../contract.ts';
import { inverterReactive } from '../inverter.ts';
import { firstOutOfReach, short } from '../reach.ts';
import { declareAgeing } from './ageing.ts';
import { example } from './example.ts';
import { params } from './params.ts';

export const battery = defineDevice({
  kind: 'battery',
  title: 'Battery storage behind an inverter',
  params,
  declare(m, x) {
    const charge = m.input('p_charge_kW', 0, x.p_max_kW);
    const discharge = m.input('p_discharge_kW', 0, x.p_max_kW);
    const energy = m.state('e_kWh', x.e_min_kWh, x.e_max_kWh, x.e_start_kWh);
    m.rate(energy, sum(mul(x.eta_charge_frac, charge), mul(-1 / x.eta_discharge_frac, discharge), mul(-x.leak_per_h, energy)));
    m.atEndOf(m.steps_count - 1, energy, x.e_end_min_kWh, x.e_max_kWh);
    m.inject(sum(discharge, mul(-1, charge)));
    m.exclusive(charge, discharge);
    m.cost(sum(mul(x.wear_cur_per_kWh, discharge), mul(x.wear_charge_cur_per_kWh, charge)));
    if (x.replacement_cur > 0 && x.e_max_kWh > 0) declareAgeing(m, charge, discharge, x);
    inverterReactive(m, sum(discharge, mul(-1, charge)), x);
  },
  check(x, grid) {
    const faults: string[] = [];
    if (x.e_min_kWh > x.e_max_kWh) faults.push(`e_min_kWh ${x.e_min_kWh} is above e_max_kWh ${x.e_max_kWh}`);
    if (x.e_start_kWh < x.e_min_kWh || x.e_start_kWh > x.e_max_kWh) {
      faults.push(`e_start_kWh ${x.e_start_kWh} is outside e_min_kWh ${x.e_min_kWh} … e_max_kWh ${x.e_max_kWh}`);
    }
    if (!Number.isInteger(x.depths_count)) faults.push(`depths_count ${x.depths_count} is not a whole number`);
    if (x.e_end_min_kWh > x.e_max_kWh) faults.push(`e_end_min_kWh ${x.e_end_min_kWh} is above e_max_kWh ${x.e_max_kWh}`);
    if (faults.length > 0) return faults;
    const { steps_count, dt_h } = grid;
    const lower = new Float64Array(steps_count).fill(x.e_min_kWh);
    lower[steps_count - 1] = Math.max(x.e_min_kWh, x.e_end_min_kWh);
    const p_kW = x.s_max_kVA > 0 ? Math.min(x.p_max_kW, x.s_max_kVA) : x.p_max_kW;
    const out = firstOutOfReach({
      steps_count,
      dt_h,
      start: x.e_start_kWh,
      leak: x.leak_per_h,
      slowest: -p_kW / x.eta_discharge_frac,
      fastest: x.eta_charge_frac * p_kW,
      lower,
      upper: x.e_max_kWh,
    });
    if (!out) return faults;
    const wanted = lower[out.step] > x.e_min_kWh ? `e_end_min_kWh ${x.e_end_min_kWh}` : `e_min_kWh ${x.e_min_kWh}`;
    faults.push(
      `${wanted} cannot be ${lower[out.step] > x.e_min_kWh ? 'reached' : 'held'}: charging all the time gives ${short(out.high)} kWh`,
    );
    return faults;
  },
  example,
});
