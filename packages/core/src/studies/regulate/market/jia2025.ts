import type { Storage } from './contract.ts';
import type { HourlyPrices } from './structures.ts';

/**
 * Table A2: purchase and sale price of each hour of the day in CNY/kWh. "Purchase" is what energy from the grid costs.
 * @source Jia et al., Electronics 14 (2025) 1306, Appendix A
 */
export const jia2025Prices: HourlyPrices = Object.freeze({
  buy_cur_per_kWh: hours([7, 0.25], [3, 0.53], [5, 0.82], [3, 0.53], [3, 0.82], [3, 0.53]),
  sell_cur_per_kWh: hours([7, 0.22], [3, 0.42], [5, 0.65], [3, 0.42], [3, 0.65], [3, 0.42]),
});

/**
 * Table A1, with the start of §5.1: 0.5 MWh of 1 MWh. The end energy is ours, as much as at the start: the paper has no rule for it.
 * @source Jia et al., Electronics 14 (2025) 1306, Appendix A and §5.1
 */
export const jia2025Storage: Omit<Storage, 'id'> = Object.freeze({
  p_charge_max_kW: 100,
  p_discharge_max_kW: 100,
  eta_charge_frac: 0.9,
  eta_discharge_frac: 0.9,
  e_rated_kWh: 1000,
  soc_min_frac: 0.1,
  soc_max_frac: 0.9,
  e_start_kWh: 500,
});

/** Runs of hours with one price. */
function hours(...runs: readonly (readonly [hours_count: number, price: number])[]): readonly number[] {
  return Object.freeze(runs.flatMap(([hours_count, price]) => Array.from({ length: hours_count }, () => price)));
}
