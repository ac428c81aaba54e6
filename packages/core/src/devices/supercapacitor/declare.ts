import type { TimeGrid } from '../../base/time-grid.ts';
import { mul, sum } from '../../problem/affine.ts';
import { defineDevice, type ValuesOf } from '../contract.ts';
import { inverterReactive } from '../inverter.ts';
import { short } from '../reach.ts';
import { example } from './example.ts';
import { params } from './params.ts';
import { allowed_frac, powerLines } from './voltage.ts';

type Values = ValuesOf<typeof params>;

export const supercapacitor = defineDevice({
  kind: 'supercapacitor',
  title: 'Supercapacitor, whose power falls with its voltage',
  params,
  declare(m, x) {
    const charge = m.input('p_charge_kW', 0, x.p_max_kW);
    const discharge = m.input('p_discharge_kW', 0, x.p_max_kW);
    const energy = m.state('e_kWh', leastEnergy_kWh(x), x.e_max_kWh, x.e_start_kWh);
    const flow = sum(mul(x.eta_charge_frac, charge), mul(-1 / x.eta_discharge_frac, discharge));
    m.rate(energy, sum(flow, mul(-x.leak_per_h, energy)));
    m.atEndOf(m.steps_count - 1, energy, x.e_end_min_kWh, x.e_max_kWh);
    // the voltage is lowest before what is charged has come, and after what is discharged has gone
    const { keep, gain } = onStep(x, m.dt_h);
    const before = sum(mul(1 / keep, energy), mul(-gain / keep, flow));
    powerLines(x.v_min_frac).forEach(({ atEmpty_frac, perFull_frac }, k) => {
      const slope = (x.p_max_kW * perFull_frac) / x.e_max_kWh;
      m.keep(`current, giving ${k}`, sum(discharge, mul(-slope, energy)), -Infinity, x.p_max_kW * atEmpty_frac);
      m.keep(`current, taking ${k}`, sum(charge, mul(-slope, before)), -Infinity, x.p_max_kW * atEmpty_frac);
    });
    m.inject(sum(discharge, mul(-1, charge)));
    m.exclusive(charge, discharge);
    m.cost(mul(x.wear_cur_per_kWh, discharge));
    inverterReactive(m, sum(discharge, mul(-1, charge)), x);
  },
  check(x, grid) {
    const least_kWh = leastEnergy_kWh(x);
    const faults: string[] = [];
    if (x.e_start_kWh < least_kWh || x.e_start_kWh > x.e_max_kWh) {
      faults.push(`e_start_kWh ${x.e_start_kWh} is outside ${short(least_kWh)} (v_min_frac) … e_max_kWh ${x.e_max_kWh}`);
    }
    if (x.e_end_min_kWh > x.e_max_kWh) faults.push(`e_end_min_kWh ${x.e_end_min_kWh} is above e_max_kWh ${x.e_max_kWh}`);
    return faults.length > 0 ? faults : outOfReach(x, grid);
  },
  example,
});

/** What is left at the lowest voltage. */
const leastEnergy_kWh = (x: Pick<Values, 'v_min_frac' | 'e_max_kWh'>): number => x.v_min_frac * x.v_min_frac * x.e_max_kWh;

/** e after a step = keep·e before + gain·flow. */
function onStep({ leak_per_h }: Pick<Values, 'leak_per_h'>, dt_h: number): { readonly keep: number; readonly gain: number } {
  return { keep: Math.exp(-leak_per_h * dt_h), gain: leak_per_h > 0 ? -Math.expm1(-leak_per_h * dt_h) / leak_per_h : dt_h };
}

/** Charging all the time is the fullest that it can be at every time, as the power allowed rises with what is stored: it can do without exactly if that can. */
function outOfReach(x: Values, { steps_count, dt_h }: TimeGrid): string[] {
  const { keep, gain } = onStep(x, dt_h);
  const lines = powerLines(x.v_min_frac);
  const least_kWh = leastEnergy_kWh(x);
  const rating_kW = x.s_max_kVA > 0 ? Math.min(x.p_max_kW, x.s_max_kVA) : x.p_max_kW;
  let e_kWh = x.e_start_kWh;
  for (let t = 0; t < steps_count; t++) {
    const charge_kW = Math.min(rating_kW, x.p_max_kW * allowed_frac(lines, e_kWh / x.e_max_kWh));
    e_kWh = Math.min(x.e_max_kWh, keep * e_kWh + gain * x.eta_charge_frac * charge_kW);
    const gives = `charging all the time gives ${short(e_kWh)} kWh`;
    if (e_kWh < least_kWh * (1 - 1e-9)) return [`v_min_frac ${x.v_min_frac} cannot be held: ${gives}`];
    if (t === steps_count - 1 && e_kWh < x.e_end_min_kWh - 1e-9 * (1 + x.e_end_min_kWh)) {
      return [`e_end_min_kWh ${x.e_end_min_kWh} cannot be reached: ${gives}`];
    }
  }
  return [];
}
