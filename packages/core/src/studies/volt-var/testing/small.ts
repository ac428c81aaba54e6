/** Two periods on the four-bus feeder: one inverter, one bank. */
export const small = {
  study: 'volt-var',
  network: 'four-bus',
  time: { start: '2025-01-15T12:00', step_min: 60, steps_count: 2 },
  loads: { scale_frac: [0.5, 0.9] },
  limits: { v_min_pu: 0.9, v_max_pu: 1.1, margin_pu: 0.004 },
  tapChanger: { v_lowest_pu: 0.96, step_pu: 0.02, positions_count: 5, moves_max_count: 2 },
  banks: [{ id: 'bank', bus: 'farm', step_kvar: 5, steps_count: 2 }],
  bankMoves_max_count: 1,
  devices: [{ id: 'roof', kind: 'pv', bus: 'mill', owner: 'miller', s_max_kVA: 25, p_available_kW: [20, 4] }],
  errors: {
    load: { down_frac: 0.1, up_frac: 0.1, law: 'normal', deviation_frac: 0.05 },
    sun: { down_frac: 0.2, up_frac: 0.1, law: 'beta', deviation_frac: 0.1 },
  },
  scenarios: { drawn_count: 30, kept_count: 3 },
  tangents_count: 7,
  replay: { samples_count: 8 },
};
