import { agentsInYaml, pricesInYaml } from '../jia2025.ts';

/** The commented study file that `gridflock new study regulate` prints: the case of Jia et al. (2025). */
export const template = `# Clusters of resources on the IEEE 33-bus feeder follow the commands of the grid above, with and without a market.
# Run it:   npx gridflock run examples/15-clusters.yaml --out out/clusters
# Every key is checked; units are in the keys; resources + into the network, the point of common coupling (pcc) + into the feeder.

study: regulate
title: Eleven resources on the IEEE 33-bus feeder follow AGC and AVC
seed: 1
currency: CNY

network: ieee33
time: { start: 2025-01-15T00:00, zone: Asia/Shanghai, step_min: 60, days_count: 1 }

profiles:
  define:
${pricesInYaml}    # Shapes (gridflock list shapes): the paper shows its curves only as pictures, so these are stand-ins.
    load: { shape: load-winter-weekday }
    sun:  { shape: pv }
    wind: { shape: wind }

loads: { scale_frac: load }
limits: { v_min_pu: 0.9, v_max_pu: 1.1 }

# Table 1: agent, bus, rating.
devices:
  - { id: es-6, kind: battery, bus: 6, owner: storage company, p_max_kW: 100, e_max_kWh: 900, e_min_kWh: 100, e_start_kWh: 500,
      eta_charge_frac: 0.9, eta_discharge_frac: 0.9, s_max_kVA: 100 }
${agentsInYaml}
# Sources that trade with a storage of their own beside them (Table A1). Other structures: flat, real-time, two-sided.
# One storage for several sources: { id: portfolio, sources: [pv-9, pv-13], storage: es-6 }
market:
  structure: time-of-use
  buy_cur_per_kWh: buy
  sell_cur_per_kWh: sell
  power: on-off            # or continuous
  keepsEnergy: false       # the paper sets no rule for the end of the day
  portfolios:
    - id: generation with storage
      sources: [pv-9, wp-12, pv-13, pv-21, pv-22, wp-23, wp-33]
      storageEach: { kind: battery, p_max_kW: 100, e_max_kWh: 900, e_min_kWh: 100, e_start_kWh: 500, eta_charge_frac: 0.9, eta_discharge_frac: 0.9 }

# The paper shows its commands only as a picture. Stand-in: the middle of what the feeder can reach without a market, less import
# from 8 to 11 h and from 18 to 21 h as the paper says. The evening's depth is fitted to one number, the error of single-point regulation
# without a market in Table 2.
commands:
  p_pcc_kW:
    band: without-market
    at_frac: 0.5
    dips: [{ from_h: 8, to_h: 11, depth_frac: 0.15 }, { from_h: 18, to_h: 21, depth_frac: 1.765 }]
  q_pcc_kvar: { band: without-market, at_frac: 0.5 }
  p_weight: 1
  q_weight: 1

clusters: { method: exact, distanceMax: 0.35, resources_min_count: 2, choose: 3 }
characteristic: { kind: polygon, corners_count: 16 }
overTime: { signals_count: 64, commands_count: 20 }
screening: { commands_count: 100, partitions_max_count: 60, error_max_ratio: 2 }

compareWith: jia2025

notes:
  - "Buses, ratings, storage and prices: Jia et al. (2025), Electronics 14(7) 1306, Tables 1, A1, A2."
  - "Profiles of sun, wind and water and the commands are stand-ins made here, because the paper prints them as pictures only; load: IEEE RTS winter weekday."
  - "Stays and needs of the vehicles, the mill's pond and the voltage limits are stand-ins made here."
`;
