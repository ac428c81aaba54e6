import { mul, sum } from '../../problem/affine.ts';
import { defineDevice } from '../contract.ts';
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
    m.cost(mul(x.wear_cur_per_kWh, discharge));
    if (x.s_max_kVA > 0) {
      const reactive = m.input('q_kvar', -x.s_max_kVA, x.s_max_kVA);
      m.injectReactive(reactive);
      m.capability(sum(discharge, mul(-1, charge)), reactive, x.s_max_kVA);
    }
  },
  check(x, grid) {
    const faults: string[] = [];
    if (x.e_min_kWh > x.e_max_kWh) faults.push(`e_min_kWh ${x.e_min_kWh} is above e_max_kWh ${x.e_max_kWh}`);
    if (x.e_start_kWh < x.e_min_kWh || x.e_start_kWh > x.e_max_kWh) {
      faults.push(`e_start_kWh ${x.e_start_kWh} is outside e_min_kWh ${x.e_min_kWh} … e_max_kWh ${x.e_max_kWh}`);
    }
    if (x.e_end_min_kWh > x.e_max_kWh) faults.push(`e_end_min_kWh ${x.e_end_min_kWh} is above e_max_kWh ${x.e_max_kWh}`);
    const hours = grid.steps_count * grid.dt_h;
    const hold = Math.exp(-x.leak_per_h * hours);
    const gain = x.leak_per_h > 0 ? (1 - hold) / x.leak_per_h : hours;
    const reach = Math.min(x.e_max_kWh, x.e_start_kWh * hold + x.eta_charge_frac * x.p_max_kW * gain);
    if (faults.length === 0 && reach < x.e_end_min_kWh - 1e-9) {
      faults.push(`e_end_min_kWh ${x.e_end_min_kWh} cannot be reached: charging all the time gives ${reach.toFixed(3)} kWh`);
    }
    return faults;
  },
  example: {
    p_max_kW: 100, e_max_kWh: 900, e_min_kWh: 100, e_start_kWh: 500, e_end_min_kWh: 500,
    eta_charge_frac: 0.9, eta_discharge_frac: 0.9, leak_per_h: 0.001, wear_cur_per_kWh: 0.01, s_max_kVA: 100,
  },
});
