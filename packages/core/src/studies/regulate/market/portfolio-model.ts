import { mul, sum, type Variable } from '../../../problem/affine.ts';
import type { Model } from '../../../problem/model.ts';
import type { Storage, TradeOptions } from './contract.ts';
import { storageStep } from './storage.ts';

/** A storage's decisions in a model. @shape per step */
export interface StorageVariables {
  /** Charging from the portfolio's own sources, and from the grid. */
  readonly own: readonly Variable[];
  readonly bought: readonly Variable[];
  readonly discharge: readonly Variable[];
  /** Energy at the end of each step. */
  readonly energy: readonly Variable[];
}

/** Money per kW on a step that a solver of linear programmes tells from nothing. */
const NOTICED_CUR = 1e-5;

/**
 * Whether charging and discharging at once could pay on a step: when what a kWh costs that is charged is not noticeably more than what
 * becomes of it at once, η_c·η_d of a kWh sold. Burning energy pays where prices are negative.
 */
export function bothCouldPay(storage: Storage, cost_cur_per_kWh: number, sell_cur_per_kWh: number, dt_h: number): boolean {
  const back_cur_per_kWh = storage.eta_charge_frac * storage.eta_discharge_frac * sell_cur_per_kWh;
  return !(cost_cur_per_kWh > 0 && dt_h * (cost_cur_per_kWh - back_cur_per_kWh) > NOTICED_CUR);
}

/**
 * Writes a storage into a model, eq. 2–5 of the paper:
 *
 *   ε^c + ε^d ≤ 1                                                    (2)
 *   e_t = k·e_(t−1) + g·(η_c·(own + bought) − discharge/η_d)          (3), with the sign of discharge corrected
 *   soc_min·E ≤ e_t ≤ soc_max·E                                       (4)
 *   own ≤ p_available                                                 (5)
 *
 * with own + bought = ε^c·P_c and discharge = ε^d·P_d when it is on or off, ≤ when it may run at any power. ε is
 * whole where it is needed: always for on or off; at any power only on steps where charging and discharging at once could pay.
 * @param couldDoBoth - whether that could pay on a step
 */
export function addStorage(
  m: Model,
  storage: Storage,
  p_available_kW: Float64Array,
  options: TradeOptions,
  couldDoBoth: (t: number) => boolean,
): StorageVariables {
  const steps_count = p_available_kW.length;
  const { keeps_frac, gains_h, e_min_kWh, e_max_kWh, e_end_min_kWh } = storageStep(storage, options.dt_h);
  const { p_charge_max_kW, p_discharge_max_kW, eta_charge_frac, eta_discharge_frac, e_start_kWh, id } = storage;
  const isOnOff = options.power !== 'continuous';
  const bought_max_kW = options.chargeFrom === 'any' ? p_charge_max_kW : 0;
  const family = (name: string, lower: number | ((t: number) => number), upper: number | ((t: number) => number)) =>
    m.variables(`${id}.${name}`, [steps_count], { lower, upper }).variables;
  const own = family('own_kW', 0, (t) => Math.min(p_charge_max_kW, p_available_kW[t]));
  const bought = family('bought_kW', 0, bought_max_kW);
  const discharge = family('discharge_kW', 0, p_discharge_max_kW);
  const energy = family('e_kWh', (t) => (t === steps_count - 1 ? e_end_min_kWh : e_min_kWh), e_max_kWh);
  for (let t = 0; t < steps_count; t++) {
    const charge = sum(own[t], bought[t]);
    const gained = sum(mul(gains_h * eta_charge_frac, charge), mul(-gains_h / eta_discharge_frac, discharge[t]));
    m.equal(() => `${id}.energy[${t}]`, energy[t], sum(mul(keeps_frac, t === 0 ? e_start_kWh : energy[t - 1]), gained));
    if (!isOnOff && !couldDoBoth(t)) {
      m.atMost(() => `${id}.charge[${t}]`, charge, p_charge_max_kW);
      continue;
    }
    const charges = m.variable(`${id}.charges[${t}]`, { lower: 0, upper: 1, whole: true });
    const discharges = m.variable(`${id}.discharges[${t}]`, { lower: 0, upper: 1, whole: true });
    m.atMost(() => `${id}.one way[${t}]`, sum(charges, discharges), 1);
    const hold = isOnOff ? m.equal.bind(m) : m.atMost.bind(m);
    hold(() => `${id}.charge[${t}]`, charge, mul(p_charge_max_kW, charges));
    hold(() => `${id}.discharge[${t}]`, discharge[t], mul(p_discharge_max_kW, discharges));
  }
  return { own, bought, discharge, energy };
}
