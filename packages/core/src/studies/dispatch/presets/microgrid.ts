/** The commented study file that `gridflock new study dispatch` prints: a published microgrid, robust against sun and demand. */
export const template = `# A microgrid decides the day before in which hours its battery may discharge and the grid may be bought from. Then the sun shines less than forecast
# in up to six hours and demand is higher in up to twelve, whichever hurt most; everything else reacts.
# Run it:   npx gridflock run examples/21-robust-microgrid.yaml --out out/microgrid
# Every key is checked; units are in the keys; + is into the network.

study: dispatch
title: A microgrid, robust against sun and demand
seed: 1
currency: CNY
network: microgrid
time: { start: 2025-01-15T00:00, zone: Asia/Shanghai, step_min: 60, days_count: 1 }
notes:
  - "Sun, demand, prices, turbine, battery and shiftable load: as printed in programs after Liu, Guo and Wang, Proc. CSEE 38(14), 2018. Optimal costs for budgets (0, 0), (3, 6), (6, 12), (12, 24), computed independently: 2212.763, 3380.494, 4209.320, 5020.692."
  - "Busbar and transformer, the laws of the forecast errors: stand-ins."

profiles:
  define:
    sun:    [0, 0, 0, 0, 0, 0, 0, 109.63, 314.82, 642.22, 1080, 1110.37, 1214.81, 1054.07, 905.19, 917.78, 771.11, 540, 312.59, 73.33, 0, 0, 0, 0]
    demand: [360.52, 325.68, 309.74, 278.04, 273.12, 401.53, 521.55, 537.1, 569.97, 716.76, 756.46, 943.14, 765.51, 692.35, 687.43, 663.08, 754.22, 739.33, 805.8, 860.72, 888.87, 676.07, 499.5, 406.39]
    plan:   [80, 70, 60, 50, 70, 70, 90, 100, 120, 150, 170, 200, 140, 100, 100, 120, 140, 150, 190, 200, 200, 190, 100, 80]
    price:  [0.48, 0.48, 0.48, 0.48, 0.48, 0.48, 0.48, 0.9, 1.35, 1.35, 1.35, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 1.35, 1.35, 1.35, 1.35, 1.35, 0.48]

# The grid above, behind the transformer; bought and sold at one price, but which of the two is decided ahead.
upstream: { kind: grid-connection, bus: grid, owner: utility, buy_cur_per_kWh: price, sell_cur_per_kWh: price, p_import_max_kW: 1500, p_export_max_kW: 1500, q_max_kvar: 1000, oneWay: true }

formulation: copper-plate

devices:
  - { id: turbine, kind: generator, bus: busbar, owner: microgrid, p_min_kW: 80, p_max_kW: 800, cost_cur_per_kWh: 0.67 }
  - { id: battery, kind: battery, bus: busbar, owner: microgrid, p_max_kW: 500, e_min_kWh: 400, e_max_kWh: 1800, e_start_kWh: 1000, e_end_min_kWh: 1000, wear_cur_per_kWh: 0.4, wear_charge_cur_per_kWh: 0.361 }
  - { id: customers, kind: shiftable-load, bus: busbar, owner: microgrid, p_plan_kW: plan, p_min_kW: 50, p_max_kW: 200, shift_cur_per_kWh: 0.32 }
  - { id: base load, kind: fixed-load, bus: busbar, owner: microgrid, p_load_kW: demand }
  - { id: roof, kind: pv, bus: busbar, owner: microgrid, p_available_kW: sun }

# What is not known: a parameter of a device. The set says what a robust plan guards against, the error how scenarios and samples are drawn.
uncertain:
  - { name: sun, devices: [roof], parameter: p_available_kW, down_frac: 0.15, deviations_max_count: 6, error: { law: beta, deviation_frac: 0.08, persistence_frac: 0.7 } }
  - { name: demand, devices: [base load], parameter: p_load_kW, up_frac: 0.1, deviations_max_count: 12, error: { law: normal, deviation_frac: 0.05, persistence_frac: 0.7 } }

# Plans beside each other; the first is adopted and explained.
plans:
  - { name: robust, knows: set, strategy: column-and-constraint }
  - { name: stochastic, knows: scenarios, strategy: extensive }
  - { name: deterministic, knows: forecast, strategy: extensive }

scenarios: { drawn_count: 200, kept_count: 6, method: latin-hypercube, reduction: fast-forward }

# Every plan against the same fresh samples, with the errors as they are and twice as large.
replay: { samples_count: 50, errors_frac: [1, 2] }
`;
