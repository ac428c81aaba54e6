/** A roof of 150 kVA around noon, with 120 kW available and 0.01 per kWh for cleaning. */
export const example = { p_available_kW: 120, s_max_kVA: 150, cost_cur_per_kWh: 0.01 };
