/**
 * What study files and tests take from the tables of one paper.
 * @source D. Jia, Z. Ren, K. Liu, X. Zhang, Electronics 14(7), 1306, 2025, doi 10.3390/electronics14071306
 */

/** Table A2: purchase and sale price of each hour of the day in CNY/kWh. "Purchase" is what energy from the grid costs. */
export const jia2025Prices = Object.freeze({
  buy_cur_per_kWh: hours([7, 0.25], [3, 0.53], [5, 0.82], [3, 0.53], [3, 0.82], [3, 0.53]),
  sell_cur_per_kWh: hours([7, 0.22], [3, 0.42], [5, 0.65], [3, 0.42], [3, 0.65], [3, 0.42]),
});

/**
 * Table A1, with the start of §5.1: 0.5 MWh of 1 MWh. The paper has no rule for the end.
 * @see studies/regulate/market/contract.ts, Storage
 */
export const jia2025Storage = Object.freeze({
  p_charge_max_kW: 100,
  p_discharge_max_kW: 100,
  eta_charge_frac: 0.9,
  eta_discharge_frac: 0.9,
  e_rated_kWh: 1000,
  soc_min_frac: 0.1,
  soc_max_frac: 0.9,
  e_start_kWh: 500,
});

/** Table A2 as profiles of a study file. */
export const pricesInYaml = `    # Jia et al. (2025), Electronics 14(7) 1306, Table A2: CNY/kWh by hour.
${seriesInYaml('buy', jia2025Prices.buy_cur_per_kWh)}
${seriesInYaml('sell', jia2025Prices.sell_cur_per_kWh)}
`;

/** Agents 2 to 11 of Table 1 as devices of a study file: bus and rating are the paper's, all else is a stand-in. The first is the storage. */
export const agentsInYaml = `  - { id: pv-9,  kind: pv, bus: 9,  owner: solar park A, s_max_kVA: 150, p_available_kW: { profile: sun, scale: 150 } }
  - { id: wp-12, kind: wind, bus: 12, owner: wind cooperative, s_max_kVA: 100, p_available_kW: { profile: wind, scale: 100 } }
  - { id: pv-13, kind: pv, bus: 13, owner: solar park B, s_max_kVA: 150, p_available_kW: { profile: sun, scale: 150 } }
  - { id: hydro-18, kind: hydro, bus: 18, owner: mill, p_max_kW: 100, p_inflow_kW: 80, e_max_kWh: 240, e_start_kWh: 120, e_end_min_kWh: 120,
      s_max_kVA: 100 }
  - { id: pv-21, kind: pv, bus: 21, owner: school, s_max_kVA: 150, p_available_kW: { profile: sun, scale: 150 } }
  - { id: pv-22, kind: pv, bus: 22, owner: factory, s_max_kVA: 150, p_available_kW: { profile: sun, scale: 150 } }
  - { id: wp-23, kind: wind, bus: 23, owner: wind cooperative, s_max_kVA: 100, p_available_kW: { profile: wind, scale: 100 } }
  - { id: ev-25, kind: ev, bus: 25, owner: office car park, p_max_kW: 100, e_max_kWh: 700, e_arrives_kWh: 200, e_needed_kWh: 560,
      arrivesAt: "08:00", leavesAt: "17:00", s_max_kVA: 100 }
  - { id: ev-30, kind: ev, bus: 30, owner: housing estate, p_max_kW: 100, e_max_kWh: 700, e_arrives_kWh: 200, e_needed_kWh: 500,
      arrivesAt: "17:00", leavesAt: "24:00", feedsBack: true, s_max_kVA: 100 }
  - { id: wp-33, kind: wind, bus: 33, owner: wind cooperative, s_max_kVA: 100, p_available_kW: { profile: wind, scale: 100 } }
`;

/** Runs of hours with one price. */
function hours(...runs: readonly (readonly [hours_count: number, price: number])[]): readonly number[] {
  return Object.freeze(runs.flatMap(([hours_count, price]) => Array.from({ length: hours_count }, () => price)));
}

/** 24 values in two lines. */
function seriesInYaml(name: string, values: readonly number[]): string {
  const half = (from: number): string =>
    values
      .slice(from, from + 12)
      .map((value) => value.toFixed(2))
      .join(', ');
  return `    ${`${name}:`.padEnd(5)} [${half(0)},\n           ${half(12)}]`;
}
