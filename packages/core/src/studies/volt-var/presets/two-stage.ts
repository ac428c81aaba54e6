/** The commented study file that `gridflock new study volt-var` prints: V1 of the operation notes. */
export const template = `# The day before, the tap changer of the substation and two capacitor banks get a position for every hour. Then loads and sun turn out, and six inverters
# give or take reactive power: what can be decided late is decided late.
# Run it:   gridflock run study.yaml --out out/volt-var
# Every key is checked; units are in the keys.

study: volt-var
title: Taps and banks for a day, inverters after
seed: 1
network: ieee33
time: { start: 2025-06-15T00:00, zone: UTC, step_min: 60, days_count: 1 }
loads: { scale_frac: { profile: day, scale: 0.9 } }
limits: { v_min_pu: 0.97, v_max_pu: 1.03, margin_pu: 0.006 }
notes:
  - "Two stages, Beta law for sun and normal law for loads: Xu, Dong, Zhang, Hill, IEEE Trans. Power Systems 32(6), 2017, 4398. Sites, ratings, profiles and errors: stand-ins, as no input data are published. A reference scenario, not a reproduction."

profiles:
  define:
    day: { shape: load-winter-weekday }
    sun: { shape: pv }

# What is decided by the hour, with limits of moves in the whole horizon. A move counts as the losses that it is worth in wear.
hold_min: 60
tapChanger: { v_lowest_pu: 0.95, step_pu: 0.0125, positions_count: 9, moves_max_count: 8, move_kWh: 0.5 }
banks:
  - { id: bank 10, bus: 10, step_kvar: 150, steps_count: 4 }
  - { id: bank 30, bus: 30, step_kvar: 150, steps_count: 4 }
bankMoves_max_count: 6
bankMove_kWh: 0.2

# What reacts: reactive power of inverters, within their ratings.
devices:
  - { id: sun 8,  kind: pv, bus: 8,  owner: farmer,  s_max_kVA: 770, p_available_kW: { profile: sun, scale: 600 } }
  - { id: sun 14, kind: pv, bus: 14, owner: school,  s_max_kVA: 550, p_available_kW: { profile: sun, scale: 430 } }
  - { id: sun 18, kind: pv, bus: 18, owner: factory, s_max_kVA: 440, p_available_kW: { profile: sun, scale: 340 } }
  - { id: sun 22, kind: pv, bus: 22, owner: village, s_max_kVA: 440, p_available_kW: { profile: sun, scale: 340 } }
  - { id: sun 25, kind: pv, bus: 25, owner: village, s_max_kVA: 660, p_available_kW: { profile: sun, scale: 520 } }
  - { id: sun 33, kind: pv, bus: 33, owner: farmer,  s_max_kVA: 660, p_available_kW: { profile: sun, scale: 520 } }

# What is not known: a factor on the loads of each zone, and one on its sun.
zones:
  - { name: near laterals, buses: [19, 20, 21, 22, 23, 24, 25] }
  - { name: south lateral, buses: [26, 27, 28, 29, 30, 31, 32, 33] }
errors:
  load: { law: normal, deviation_frac: 0.06, persistence_frac: 0.8, correlation_frac: 0.6 }
  sun:  { law: beta, deviation_frac: 0.2, persistence_frac: 0.8, correlation_frac: 0.8, most_frac: 1.2 }

scenarios: { drawn_count: 200, kept_count: 3 }
decide: { knows: scenarios, strategy: extensive, gap_frac: 0.001 }
objective: loss
tangents_count: 7
replay: { samples_count: 30 }
`;
