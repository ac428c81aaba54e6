/** O6 of the operation notes: how wide a set to guard against, in a table of promises, costs and plans that fail. */
export const budgets = `# How wide a set is worth guarding against? One plan for the forecast, three for wider and wider sets, all against the same samples of small, middle and
# large errors. Exchange with the grid and units on are fixed the day before; battery and running units react, and a surplus is sold for little.
# Run it:   gridflock run study.yaml --out out/budgets

study: dispatch
title: Budgets of uncertainty, and what samples make of them
seed: 6
currency: USD
network: microgrid
time: { start: 2025-01-15T00:00, zone: Asia/Singapore, step_min: 180, steps_count: 8 }
notes:
  - "Sets of 5/10/20 % for sun, 2/4/6 % for load, 1/2/3 % for heat, errors of (5, 2, 1), (10, 4, 2) and (20, 8, 4) %: Xu, talk 2024. Published day-ahead cost 5993, 6387, 6586, 6822; infeasible in 0.1/12.5/25.9, 0/1.6/6.5, 0/1.0/5.7, 0/0/0 % of samples."
  - "Only what hurts is in the sets (less sun, more load), in steps of three hours. Devices, prices and profiles: stand-ins, as the talk has no input data. A reference scenario, not a reproduction: shapes may be compared, figures not."

profiles:
  define:
    sun:  { shape: pv, scale: 700 }
    load: { shape: load-winter-weekday, scale: 900 }
    heat: [112, 112, 98, 75, 72, 85, 106, 110]
    buy:  [0.09, 0.09, 0.15, 0.15, 0.14, 0.16, 0.23, 0.13]
    sell: [0.05, 0.05, 0.08, 0.08, 0.08, 0.09, 0.13, 0.07]

upstream: { kind: grid-connection, bus: grid, owner: utility, buy_cur_per_kWh: buy, sell_cur_per_kWh: sell, p_import_max_kW: 700, p_export_max_kW: 300, q_max_kvar: 1000 }
formulation: copper-plate
decided: { ahead: [grid] }

devices:
  - { id: turbine 1, kind: generator, bus: busbar, owner: microgrid, p_min_kW: 80, p_max_kW: 250, cost_cur_per_kWh: 0.15, stops: true, start_cur: 4 }
  - { id: turbine 2, kind: generator, bus: busbar, owner: microgrid, p_min_kW: 80, p_max_kW: 250, cost_cur_per_kWh: 0.17, stops: true, start_cur: 4 }
  - { id: battery, kind: battery, bus: busbar, owner: microgrid, p_max_kW: 80, e_min_kWh: 30, e_max_kWh: 270, e_start_kWh: 150, e_end_min_kWh: 150, wear_cur_per_kWh: 0.02 }
  - { id: sun, kind: pv, bus: busbar, owner: microgrid, p_available_kW: sun }
  - { id: load, kind: fixed-load, bus: busbar, owner: customers, p_load_kW: load }
  - { id: surplus, kind: grid-connection, bus: busbar, owner: utility, buy_cur_per_kWh: 1, sell_cur_per_kWh: 0.01, p_import_max_kW: 0, p_export_max_kW: 400, q_max_kvar: 0 }
  - { id: heat, kind: fixed-load, bus: busbar, owner: customers, p_load_kW: heat }

uncertain:
  - { name: sun, devices: [sun], parameter: p_available_kW, down_frac: 0.2, deviations_max_count: 2, error: { law: beta, deviation_frac: 0.05, persistence_frac: 0.6 } }
  - { name: load, devices: [load], parameter: p_load_kW, up_frac: 0.06, deviations_max_count: 3, error: { law: normal, deviation_frac: 0.02, persistence_frac: 0.6 } }
  - { name: heat, devices: [heat], parameter: p_load_kW, up_frac: 0.03, deviations_max_count: 3, error: { law: normal, deviation_frac: 0.01, persistence_frac: 0.6 } }

shortfall_cur_per_kWh: 1.5
budgetPrices: false
plans:
  - { name: set 3, knows: set, strategy: column-and-constraint, gap_frac: 0.002 }
  - { name: set 2, knows: set, strategy: column-and-constraint, gap_frac: 0.002, widen_frac: { sun: 0.5, load: 0.6667, heat: 0.6667 } }
  - { name: set 1, knows: set, strategy: column-and-constraint, gap_frac: 0.002, widen_frac: { sun: 0.25, load: 0.3333, heat: 0.3333 } }
  - { name: forecast, knows: forecast, strategy: extensive }

replay: { samples_count: 100, errors_frac: [1, 2, 4] }
`;
