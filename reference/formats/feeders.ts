/** Made-up feeders in our own text, from plain to everything: what a round trip is tried on. */
export const feeders: Readonly<Record<string, string>> = {
  balanced: `gridflock: feeder/1
name: balanced
frequency_Hz: 50
buses:
  - {id: grid, v_base_kV: 10}
  - {id: station, v_base_kV: 10}
  - {id: lv, v_base_kV: 0.4}
  - {id: end, v_base_kV: 0.4}
sources:
  - {id: feed, bus: grid, v_set_pu: 1.02}
lines:
  - {id: cable, from: grid, to: station, length_km: 2, r1_ohm: 0.5, x1_ohm: 0.24, b1_S: 1.6e-4, r0_ohm: 0.5, x0_ohm: 0.24, b0_S: 1.6e-4, i_max_A: 300}
  - {id: street, from: lv, to: end, length_km: 0.2, r1_ohm: 0.05, x1_ohm: 0.016, i_max_A: 200}
transformers:
  - id: t1
    x_frac: [0.04]
    antifloat_frac: 1e-11
    windings:
      - {bus: station, connection: delta, v_rated_kV: 10, s_rated_kVA: 400, r_frac: 0.005}
      - {bus: lv, v_rated_kV: 0.4, s_rated_kVA: 400, r_frac: 0.005, clock: 5}
loads:
  - {id: shop, bus: end, p_kW: [20, 20, 20], q_kvar: [6, 6, 6]}
  - {id: heat, bus: lv, p_kW: [10, 10, 10], q_kvar: [0, 0, 0], law: impedance}
generators:
  - {id: chp, bus: lv, p_kW: [5, 5, 5], q_kvar: [1, 1, 1]}
shunts:
  - {id: bank, bus: lv, capacitor_kvar: [5, 5, 5]}
`,
  unbalanced: `gridflock: feeder/1
name: unbalanced
frequency_Hz: 50
buses:
  - {id: head, v_base_kV: 0.4, x: 1, y: 2}
  - {id: mid, v_base_kV: 0.4, v_min_pu: 0.9, v_max_pu: 1.1}
  - {id: far, v_base_kV: 0.4}
sources:
  - {id: feed, bus: head, v_set_pu: 1.01, angle_deg: 30, r1_ohm: 0.01, x1_ohm: 0.02, r0_ohm: 0.02, x0_ohm: 0.04}
line_codes:
  - {id: bundle, r_ohm_per_km: [[0.4], [0.05, 0.42], [0.05, 0.06, 0.41]], x_ohm_per_km: [[0.35], [0.2, 0.36], [0.19, 0.21, 0.35]]}
lines:
  - {id: first, from: head, to: mid, code: bundle, length_km: 0.15}
  - {id: second, from: mid, to: far, length_km: 0.1, r1_ohm: 0.03, x1_ohm: 0.01, r0_ohm: 0.1, x0_ohm: 0.03}
switches:
  - {id: breaker, from: mid, to: far, closed: false}
loads:
  - {id: house1, bus: far, phases: a, p_kW: [3], q_kvar: [1]}
  - {id: house2, bus: far, phases: c, p_kW: [2], q_kvar: [0.5], law: current}
  - {id: saw, bus: mid, connection: delta, phases: ab, p_kW: [4], q_kvar: [2]}
  - {id: shop, bus: mid, p_kW: [4, 5, 6], q_kvar: [1, 1, 1], p_zip: [0.3, 0.3, 0.4], q_zip: [0, 0, 1]}
generators:
  - {id: roof, bus: far, phases: b, p_kW: [2], q_kvar: [0]}
`,
  everything: `gridflock: feeder/1
name: everything
source: made up
frequency_Hz: 60
buses:
  - {id: sub, v_base_kV: 12.47}
  - {id: reg, v_base_kV: 12.47}
  - {id: lat, v_base_kV: 12.47}
  - {id: tap, v_base_kV: 12.47}
  - {id: home, v_base_kV: 0.2078461}
sources:
  - {id: grid, bus: sub, v_set_pu: 1}
lines:
  - {id: lateral, from: reg, to: lat, length_km: 1, r1_ohm: 0.3, x1_ohm: 0.4, r0_ohm: 0.9, x0_ohm: 1.2}
  - {id: single, from: lat, to: tap, phases: b, length_km: 0.5, r_ohm: 0.5, x_ohm: 0.4}
transformers:
  - id: vr
    x_frac: [0.01]
    windings:
      - {bus: sub, v_rated_kV: 12.47, s_rated_kVA: 5000, r_frac: 0.001}
      - {bus: reg, v_rated_kV: 12.47, s_rated_kVA: 5000, r_frac: 0.001, tap_pu: 1.0125, tap_min_pu: 0.9, tap_max_pu: 1.1, tap_steps_count: 32}
  - id: pole
    cores_count: 1
    x_frac: [0.02, 0.02, 0.015]
    windings:
      - {bus: tap, phases: b, v_rated_kV: 7.2, s_rated_kVA: 25, r_frac: 0.006}
      - {bus: home, phases: [1, 0], v_rated_kV: 0.12, s_rated_kVA: 25, r_frac: 0.012}
      - {bus: home, phases: [0, 2], v_rated_kV: 0.12, s_rated_kVA: 25, r_frac: 0.012}
shunts:
  - {id: cap, bus: lat, capacitor_kvar: [100, 100, 100], steps_count: 2, closed_count: 1}
loads:
  - {id: big, bus: lat, connection: delta, p_kW: [100, 120, 80], q_kvar: [40, 50, 30], daily: day}
  - {id: kettle, bus: home, phases: [1, 0], v_rated_kV: 0.12, p_kW: [2], q_kvar: [0]}
inverters:
  - {id: pv, bus: lat, s_rated_kVA: 100, p_kW: 80, q_inject_max_kvar: 44, q_absorb_max_kvar: 44}
  - {id: battery, bus: lat, kind: storage, s_rated_kVA: 50, p_kW: -20, e_rated_kWh: 100}
regulators:
  - {id: rc, transformer: vr, v_set_V: 122, band_V: 2, pt_ratio: 60, ct_rating_A: 300, r_V: 3, x_V: 5}
capacitor_controls:
  - {id: cc, shunt: cap, element: lateral, kind: voltage, on: 116, off: 124, pt_ratio: 60}
inverter_controls:
  - {id: vv, inverters: [pv], functions: [{kind: volt-var, x: [0.92, 0.98, 1.02, 1.08], y: [0.44, 0, 0, -0.44]}]}
profiles:
  - {id: day, step_s: 3600, p: [0.6, 0.8, 1], q: [0.6, 0.8, 1]}
`,
};
