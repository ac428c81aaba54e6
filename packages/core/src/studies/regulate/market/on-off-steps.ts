import type { Prices, Schedule, Storage, TradeOptions } from './contract.ts';

/** What a storage that is on or off does on a step. */
export const deeds = { idle: 0, charge: 1, discharge: 2, unreached: 3 } as const;

/** What charging and discharging at rated power are worth. @shape per step */
export interface OnOffSteps {
  /** What charging costs in money or in what sources then do not sell; Infinity where there is nothing to charge from. */
  readonly charge_cur: Float64Array;
  readonly discharge_cur: Float64Array;
  /** Of the charge, what is best bought. */
  readonly bought_kW: Float64Array;
  /** Energy that one step of charging adds at the start of its decay, and that discharging takes: both before the factor of (3). */
  readonly charged_kW: number;
  readonly discharged_kW: number;
}

export function onOffSteps(storage: Storage, p_available_kW: Float64Array, prices: Prices, options: TradeOptions): OnOffSteps {
  const { p_charge_max_kW: rated_kW, p_discharge_max_kW, eta_charge_frac, eta_discharge_frac } = storage;
  const { sell_cur_per_kWh: sell, buy_cur_per_kWh: buy } = prices;
  const bought_kW = p_available_kW.map((own_kW, t) => {
    if (options.chargeFrom !== 'any') return 0;
    return buy[t] < Math.max(0, sell[t]) ? rated_kW : Math.max(0, rated_kW - own_kW);
  });
  return {
    bought_kW,
    charge_cur: p_available_kW.map((own_kW, t) => {
      if (rated_kW === 0 || (options.chargeFrom !== 'any' && own_kW < rated_kW)) return Number.POSITIVE_INFINITY;
      return options.dt_h * (Math.max(0, sell[t]) * (rated_kW - bought_kW[t]) + buy[t] * bought_kW[t]);
    }),
    discharge_cur: Float64Array.from(sell, (price) => options.dt_h * price * p_discharge_max_kW),
    charged_kW: eta_charge_frac * rated_kW,
    discharged_kW: p_discharge_max_kW / eta_discharge_frac,
  };
}

/** Powers of what is done on each step. @shape done, e_kWh per step */
export function scheduleOfDeeds(storage: Storage, steps: OnOffSteps, done: Uint8Array, e_kWh: Float64Array): Omit<Schedule, 'fed_kW'> {
  const isOn = (deed: number) => Float64Array.from(done, (how) => (how === deed ? 1 : 0));
  const charges = isOn(deeds.charge);
  return {
    bought_kW: charges.map((on, t) => on * steps.bought_kW[t]),
    own_kW: charges.map((on, t) => on * (storage.p_charge_max_kW - steps.bought_kW[t])),
    discharge_kW: isOn(deeds.discharge).map((on) => on * storage.p_discharge_max_kW),
    e_kWh,
  };
}
