import { agentsInYaml, pricesInYaml } from '../jia2025.ts';

/** The commented study file that `gridflock new study negotiate` prints; also the main job of `npm start`. */
export const template = `# Eleven owners on the IEEE 33-bus feeder negotiate a winter day.
# Run it:   npx gridflock run examples/01-first-walk.yaml --out out/first-walk
# Every key is checked; units are in the keys; + is into the network.

study: negotiate
title: Eleven owners on the IEEE 33-bus feeder
seed: 1
currency: CNY

# A built-in network (gridflock list networks) or a file beside this one, e.g. feeder.m (MATPOWER).
network: ieee33

time: { start: 2025-01-15T00:00, zone: Asia/Shanghai, step_min: 60, days_count: 1 }

# Named series, one value per step. Columns of CSV files (files: [day.csv]) are profiles, too.
profiles:
  define:
${pricesInYaml}    # Shapes (gridflock list shapes): the paper shows its curves only as pictures, so these are stand-ins.
    load: { shape: load-winter-weekday }
    sun:  { shape: pv, deviation_frac: 0.05 }
    wind: { shape: wind, deviation_frac: 0.10 }

# The loads of the network file belong to the feeder's other customers; they are the operator's forecast.
loads: { scale_frac: load }

# Planning band, tighter than the ±10 % of EN 50160: 11.75 kV to 13.29 kV.
limits: { v_min_pu: 0.928, v_max_pu: 1.05 }

# What an owner pays and is paid who acts alone.
tariff: { buy_cur_per_kWh: buy, sell_cur_per_kWh: sell }

# The grid above, at the slack bus.
upstream:
  kind: grid-connection
  owner: upstream retailer
  buy_cur_per_kWh: buy
  sell_cur_per_kWh: sell
  p_import_max_kW: 5000
  p_export_max_kW: 2000
  q_max_kvar: 4000

# Jia et al. (2025), Table 1: agent, bus, rating. Storage: Table A1.
devices:
  - { id: es-6, kind: battery, bus: 6, owner: storage company, p_max_kW: 100, e_max_kWh: 900, e_min_kWh: 100, e_start_kWh: 500,
      e_end_min_kWh: 500, eta_charge_frac: 0.9, eta_discharge_frac: 0.9, wear_cur_per_kWh: 0.01, s_max_kVA: 100 }
${agentsInYaml}
formulation: lindistflow
refinements_count: 1

scheme: { kind: proximal-message-passing, tolerance_frac: 5.0e-5 }

# loop: one process, perfect delivery. simulated: a network with delay, loss and duplication, in virtual time.
transport: { kind: loop }

notes:
  - "Buses, ratings, storage and prices: Jia et al. (2025), Electronics 14(7) 1306, Tables 1, A1, A2."
  - "Shapes of sun, wind and water are stand-ins made here (seeded), because the paper prints them as pictures only; load: IEEE RTS winter weekday."
  - "Stays and needs of the vehicles, the mill's pond and the voltage band are stand-ins made here."
`;
