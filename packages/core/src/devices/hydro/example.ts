/** A 100 kVA station at a mill pond: 0.6 m³/s over 16 m, two hours of pond. */
export const example = {
  p_max_kW: 100,
  inflow_m3_per_s: 0.6,
  head_m: 16,
  e_max_kWh: 200,
  e_start_kWh: 100,
  e_end_min_kWh: 100,
  s_max_kVA: 100,
};
