/** Parameters that both consensus laws share. */
export const consensusParams = {
  w_ref_rad_per_s: { type: 'number', min: 1, default: 100 * Math.PI, about: 'frequency to return to' },
  v_ref_V: { type: 'number', min: 1e-3, about: 'line-to-line voltage to return to' },
  droop_rad_per_s_per_kW: { type: 'number', min: 0, about: "the inverter's own droop: its share of active power is m·P" },
  droop_V_per_kvar: { type: 'number', min: 0, about: "the inverter's own droop: its share of reactive power is n·Q" },
  pin_frac: { type: 'number', min: 0, default: 0, about: 'above 0: this agent knows the references' },
  gain_w_per_s: { type: 'number', min: 0, default: 4, about: 'gain of frequency' },
  gain_p_per_s: { type: 'number', min: 0, default: 4, about: 'gain of active shares' },
  gain_v_per_s: { type: 'number', min: 0, default: 4, about: 'gain of voltage' },
  gain_q_per_s: { type: 'number', min: 0, default: 4, about: 'gain of reactive shares' },
} as const;

export const consensusExample = {
  w_ref_rad_per_s: 100 * Math.PI,
  v_ref_V: 380,
  droop_rad_per_s_per_kW: 0.094,
  droop_V_per_kvar: 1.3,
  pin_frac: 1,
  gain_w_per_s: 4,
  gain_p_per_s: 4,
  gain_v_per_s: 4,
  gain_q_per_s: 4,
};

/** Gains that make the consensus laws faster together. */
export const consensusSpeed = { gain_w_per_s: 1, gain_p_per_s: 1, gain_v_per_s: 1, gain_q_per_s: 1 } as const;
