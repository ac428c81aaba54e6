/** Prices change by the hour, steps are quarters. */
const price_cur_per_kWh = [
  0.06, 0.06, 0.06, 0.06, 0.06, 0.06, 0.09, 0.13, 0.16, 0.15, 0.12, 0.1, 0.09, 0.09, 0.1, 0.12, 0.17, 0.24, 0.28, 0.25, 0.18, 0.12, 0.08,
  0.06,
];
const byQuarters = (hours: readonly number[]): string => hours.map((value) => Array(4).fill(value).join(', ')).join(',  ');

/** O3 of the operation notes: hybrid storage in two layers, the battery's health paid for. */
export const hybridStorage = `# Two stores, two layers. By the hour: battery, turbine and exchange with the grid, decided the day before; the battery pays for the depth of its cycles.
# By the quarter: a supercapacitor takes up what sun and load differ from the hour, and ends as full as it began; what it cannot take is balanced at a dear price.
# Run it:   gridflock run study.yaml --out out/hybrid-storage

study: dispatch
title: Hybrid storage in two layers
seed: 3
currency: USD
network: microgrid
time: { start: 2025-01-15T00:00, zone: Asia/Singapore, step_min: 15, steps_count: 96 }
notes:
  - "Two layers after Ju, Wang, Goel, Xu (two-layer energy management with hybrid storage and degradation costs), whose input data are not in the abstract; devices, prices and profiles: stand-ins. A reference scenario, not a reproduction."

profiles:
  define:
    sun: { shape: pv, scale: 700 }
    load: { shape: load-winter-weekday, scale: 800 }
    buy: [${byQuarters(price_cur_per_kWh)}]

upstream: { kind: grid-connection, bus: grid, owner: utility, buy_cur_per_kWh: buy, sell_cur_per_kWh: { profile: buy, scale: 0.5 }, p_import_max_kW: 600, p_export_max_kW: 300, q_max_kvar: 1000 }
formulation: copper-plate
exclusive: relaxed

# The upper layer holds its power for four quarters; all else is the lower layer.
decided: { ahead: [grid, turbine, battery], hold_count: 4 }

devices:
  - { id: turbine, kind: generator, bus: busbar, owner: microgrid, p_max_kW: 250, cost_cur_per_kWh: 0.19 }
  - { id: battery, kind: battery, bus: busbar, owner: microgrid, p_max_kW: 200, e_min_kWh: 80, e_max_kWh: 800, e_start_kWh: 400, e_end_min_kWh: 400, replacement_cur: 120000, cycles_count: 4000, ageing_exponent_frac: 2, depths_count: 8 }
  - { id: capacitor, kind: supercapacitor, bus: busbar, owner: microgrid, p_max_kW: 150, e_max_kWh: 40, e_start_kWh: 25, e_end_min_kWh: 25, wear_cur_per_kWh: 0.002 }
  - { id: balancing, kind: grid-connection, bus: grid, owner: utility, buy_cur_per_kWh: 0.9, sell_cur_per_kWh: 0, p_import_max_kW: 600, p_export_max_kW: 600, q_max_kvar: 0 }
  - { id: sun, kind: pv, bus: busbar, owner: microgrid, p_available_kW: sun }
  - { id: load, kind: fixed-load, bus: busbar, owner: customers, p_load_kW: load }

uncertain:
  - { name: sun, devices: [sun], parameter: p_available_kW, down_frac: 0.2, deviations_max_count: 8, error: { law: beta, deviation_frac: 0.1, persistence_frac: 0.3 } }
  - { name: load, devices: [load], parameter: p_load_kW, up_frac: 0.1, deviations_max_count: 8, error: { law: normal, deviation_frac: 0.04, persistence_frac: 0.3 } }

shortfall_cur_per_kWh: 3
scenarios: { drawn_count: 200, kept_count: 6 }
budgetPrices: false
plans:
  - { name: scenarios, knows: scenarios, strategy: extensive }
  - { name: forecast, knows: forecast, strategy: extensive }

replay: { samples_count: 60, errors_frac: [1], rolled_count: 4 }
`;
