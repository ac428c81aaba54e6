/** O1 of the operation notes: price levels announced the day before, turbines and exchange by the hour. */
export const priceLevels = `# The day before, customers are told one of ten price levels for every hour; then sun, wind and demand turn out, and turbines and exchange react.
# Run it:   gridflock run study.yaml --out out/price-levels

study: dispatch
title: Price levels for the day, turbines by the hour
seed: 3
currency: USD
network: ieee33
time: { start: 2025-01-15T00:00, zone: Asia/Singapore, step_min: 60, days_count: 1 }
loads: { scale_frac: 0.35 }
limits: { v_min_pu: 0.95, v_max_pu: 1.05, v_slack_pu: 1.02 }
notes:
  - "Ten levels from 70 to 160 % and what is drawn at them; errors of (5, 1), (10, 2), (20, 4) % for sources and demand: Xu, talk 2024, and IEEE Trans. Smart Grid 9(5), 2018. Published profit of two stages 3484.56, 3479.21, 3464.49, of one stage 3465.65, 3437.12, 3378.48."
  - "Sites, ratings, tariff and profiles: stand-ins. One zone answers to prices here, all customers there. A reference scenario, not a reproduction."

profiles:
  define:
    sun:    { shape: pv, scale: 500 }
    wind:   { shape: wind, scale: 500 }
    load:   { shape: load-winter-weekday, scale: 1400 }
    rest:   { shape: load-winter-weekday, scale: 600 }
    tariff: [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.14, 0.16, 0.18, 0.18, 0.16, 0.16, 0.16, 0.16, 0.16, 0.16, 0.18, 0.2, 0.22, 0.2, 0.18, 0.14, 0.12, 0.1]
    buy:    [0.06, 0.06, 0.06, 0.06, 0.06, 0.06, 0.09, 0.12, 0.15, 0.14, 0.12, 0.11, 0.11, 0.11, 0.11, 0.13, 0.16, 0.21, 0.24, 0.2, 0.15, 0.1, 0.07, 0.06]

upstream: { kind: grid-connection, owner: utility, buy_cur_per_kWh: buy, sell_cur_per_kWh: 0.03, p_import_max_kW: 3000, p_export_max_kW: 1000, q_max_kvar: 4000 }
formulation: lindistflow

devices:
  - { id: north, kind: priced-load, bus: 8, owner: customers, p_load_kW: load, p_contract_kW: load, tariff_cur_per_kWh: tariff, pf_frac: 0.97 }
  - { id: south, kind: fixed-load, bus: 26, owner: customers, p_load_kW: rest, pf_frac: 0.97 }
  - { id: turbine 1, kind: generator, bus: 13, owner: operator, p_max_kW: 500, cost_cur_per_kWh: 0.12, ramp_up_kW_per_h: 250, ramp_down_kW_per_h: 250 }
  - { id: turbine 2, kind: generator, bus: 30, owner: operator, p_max_kW: 500, cost_cur_per_kWh: 0.13, ramp_up_kW_per_h: 250, ramp_down_kW_per_h: 250 }
  - { id: wind 1, kind: pv, bus: 18, owner: operator, p_available_kW: wind }
  - { id: wind 2, kind: pv, bus: 33, owner: operator, p_available_kW: wind }
  - { id: sun 1, kind: pv, bus: 22, owner: operator, p_available_kW: sun }
  - { id: sun 2, kind: pv, bus: 25, owner: operator, p_available_kW: sun }

uncertain:
  - { name: wind, devices: [wind 1, wind 2], parameter: p_available_kW, down_frac: 0.2, deviations_max_count: 8, error: { law: beta, deviation_frac: 0.05, persistence_frac: 0.8, most_frac: 1.5 } }
  - { name: sun, devices: [sun 1, sun 2], parameter: p_available_kW, down_frac: 0.2, deviations_max_count: 4, error: { law: beta, deviation_frac: 0.05, persistence_frac: 0.8 } }
  - { name: demand, devices: [north], parameter: p_load_kW, up_frac: 0.05, deviations_max_count: 8, error: { law: normal, deviation_frac: 0.01, persistence_frac: 0.8 } }

shortfall_cur_per_kWh: 3
budgetPrices: false
plans:
  - { name: robust, knows: set, strategy: column-and-constraint, gap_frac: 0.005 }
  - { name: forecast, knows: forecast, strategy: extensive, gap_frac: 0.005 }

replay: { samples_count: 50, errors_frac: [1, 2, 4] }
`;
