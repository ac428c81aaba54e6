/** O2 of the operation notes: storage for an hour, direct load control in its quarters. */
export const storageHour = `# For the coming hour storage is told what to do; in each of its quarters wind and sun turn out, and what is missing is bought or controllable load is
# shed. Six sets, each within the next: how much does more caution cost?
# Run it:   gridflock run study.yaml --out out/storage-hour

study: dispatch
title: Storage for an hour, load control by the quarter
seed: 2
currency: USD
network: ieee33
time: { start: 2025-01-15T18:00, zone: Asia/Singapore, step_min: 15, steps_count: 4 }
loads: { scale_frac: 0.75 }
limits: { v_min_pu: 0.95, v_max_pu: 1.05, v_slack_pu: 1.03 }
notes:
  - "Six nested sets, wind 5 to 30 %, sun 2.5 to 15 %: Xu, talk 2024, and IEEE Trans. Power Syst. 32(4), 2017. Published profit 192.39, 187.94, 184.45, 179.86, 177.30, 174.29; rounds 5, 5, 3, 3, 3, 2; 7 to 61 s."
  - "Sites, ratings and prices: stand-ins. Storage power is continuous here, in steps of a tenth there. A reference scenario, not a reproduction."

upstream: { kind: grid-connection, owner: utility, buy_cur_per_kWh: 0.3, sell_cur_per_kWh: 0.05, p_import_max_kW: 2050, p_export_max_kW: 500, q_max_kvar: 4000 }
formulation: lindistflow
decided: { ahead: [storage 1, storage 2] }

devices:
  - { id: storage 1, kind: battery, bus: 14, owner: operator, p_max_kW: 250, e_max_kWh: 500, e_min_kWh: 50, e_start_kWh: 250, e_end_min_kWh: 120, wear_cur_per_kWh: 0.08 }
  - { id: storage 2, kind: battery, bus: 30, owner: operator, p_max_kW: 250, e_max_kWh: 500, e_min_kWh: 50, e_start_kWh: 250, e_end_min_kWh: 120, wear_cur_per_kWh: 0.08 }
  - { id: wind 1, kind: pv, bus: 18, owner: operator, p_available_kW: [420, 400, 380, 400] }
  - { id: wind 2, kind: pv, bus: 33, owner: operator, p_available_kW: [380, 400, 390, 370] }
  - { id: sun 1, kind: pv, bus: 22, owner: operator, p_available_kW: [200, 180, 160, 140] }
  - { id: sun 2, kind: pv, bus: 25, owner: operator, p_available_kW: [150, 135, 120, 105] }
  - { id: controlled 1, kind: curtailable-load, bus: 8, owner: customers, p_load_kW: 300, pf_frac: 0.95, shed_max_frac: 0.5, lost_cur_per_kWh: 0.55 }
  - { id: controlled 2, kind: curtailable-load, bus: 24, owner: customers, p_load_kW: 300, pf_frac: 0.95, shed_max_frac: 0.5, lost_cur_per_kWh: 0.55 }

uncertain:
  - { name: wind, devices: [wind 1, wind 2], parameter: p_available_kW, down_frac: 0.3, up_frac: 0.3, error: { law: beta, deviation_frac: 0.15, persistence_frac: 0.8 } }
  - { name: sun, devices: [sun 1, sun 2], parameter: p_available_kW, down_frac: 0.15, up_frac: 0.15, error: { law: beta, deviation_frac: 0.075, persistence_frac: 0.8 } }

plans:
  - { name: set 6, knows: set, strategy: column-and-constraint, gap_frac: 0.0001 }
  - { name: set 5, knows: set, strategy: column-and-constraint, gap_frac: 0.0001, widen_frac: 0.8333 }
  - { name: set 4, knows: set, strategy: column-and-constraint, gap_frac: 0.0001, widen_frac: 0.6667 }
  - { name: set 3, knows: set, strategy: column-and-constraint, gap_frac: 0.0001, widen_frac: 0.5 }
  - { name: set 2, knows: set, strategy: column-and-constraint, gap_frac: 0.0001, widen_frac: 0.3333 }
  - { name: set 1, knows: set, strategy: column-and-constraint, gap_frac: 0.0001, widen_frac: 0.1667 }
  - { name: forecast, knows: forecast, strategy: extensive }

replay: { samples_count: 100, errors_frac: [1] }
`;
