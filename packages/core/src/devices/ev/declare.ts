import { stepLocalTime } from '../../base/time-grid.ts';
import { mul, sum } from '../../problem/affine.ts';
import { defineDevice } from '../contract.ts';
import { inverterReactive } from '../inverter.ts';
import { firstOutOfReach, short } from '../reach.ts';
import { onSteps } from '../window.ts';
import { example } from './example.ts';
import { params } from './params.ts';
import { staysOf, tripPower } from './stays.ts';

export const ev = defineDevice({
  kind: 'ev',
  title: 'Electric vehicle or charging hub',
  params,
  declare(m, x) {
    const stays = staysOf(x, m);
    const pluggedIn = onSteps(m.steps_count, stays);
    const rating = pluggedIn.map((on) => on * x.p_max_kW);
    const charge = m.input('p_charge_kW', 0, rating);
    const energy = m.state('e_kWh', 0, x.e_max_kWh, x.e_arrives_kWh);
    const trips = tripPower(stays, Math.max(0, x.e_needed_kWh - x.e_arrives_kWh), m);
    if (x.feedsBack) {
      const discharge = m.input('p_discharge_kW', 0, rating);
      m.rate(energy, sum(mul(x.eta_charge_frac, charge), mul(-1 / x.eta_discharge_frac, discharge), mul(-1, trips)));
      m.inject(sum(discharge, mul(-1, charge)));
      m.exclusive(charge, discharge);
      m.cost(mul(x.wear_cur_per_kWh, discharge));
      inverterReactive(m, sum(discharge, mul(-1, charge)), x, 1, pluggedIn);
    } else {
      m.rate(energy, sum(mul(x.eta_charge_frac, charge), mul(-1, trips)));
      m.inject(mul(-1, charge));
      inverterReactive(m, mul(-1, charge), x, -1, pluggedIn);
    }
    for (const { to } of stays) m.atEndOf(to - 1, energy, x.e_needed_kWh, x.e_max_kWh);
  },
  check(x, grid) {
    const faults: string[] = [];
    if (x.e_arrives_kWh > x.e_max_kWh) faults.push(`e_arrives_kWh ${x.e_arrives_kWh} is above e_max_kWh ${x.e_max_kWh}`);
    if (x.e_needed_kWh > x.e_max_kWh) faults.push(`e_needed_kWh ${x.e_needed_kWh} is above e_max_kWh ${x.e_max_kWh}`);
    if (x.leavesAt <= x.arrivesAt) {
      const [arrives, leaves] = [x.arrivesAt, x.leavesAt].map((t) => stepLocalTime(grid, t));
      faults.push(`it leaves before it arrives: leavesAt is ${leaves}, arrivesAt is ${arrives}`);
    } else if (x.everyDay && (x.leavesAt - x.arrivesAt) * grid.dt_h >= 24) {
      faults.push('everyDay needs a stay from arrivesAt to leavesAt below 24 h');
    }
    if (faults.length > 0) return faults;
    const stays = staysOf(x, grid);
    const lower = new Float64Array(grid.steps_count);
    for (const { to } of stays) lower[to - 1] = x.e_needed_kWh;
    const trips = tripPower(stays, Math.max(0, x.e_needed_kWh - x.e_arrives_kWh), grid);
    const on = onSteps(grid.steps_count, stays);
    const p_kW = x.s_max_kVA > 0 ? Math.min(x.p_max_kW, x.s_max_kVA) : x.p_max_kW;
    const out = firstOutOfReach({
      steps_count: grid.steps_count,
      dt_h: grid.dt_h,
      start: x.e_arrives_kWh,
      leak: 0,
      slowest: on.map((here, t) => -trips[t] - (x.feedsBack ? (here * p_kW) / x.eta_discharge_frac : 0)),
      fastest: on.map((here, t) => -trips[t] + here * x.eta_charge_frac * p_kW),
      lower,
      upper: x.e_max_kWh,
    });
    if (out) {
      faults.push(
        `e_needed_kWh ${x.e_needed_kWh} cannot be reached by leavesAt: charging with p_max_kW ${short(p_kW)} from arrivesAt on ` +
          `gives ${short(out.high)} kWh`,
      );
    }
    return faults;
  },
  example,
});
