/** A bank beside the battery of a microgrid: 40 kW at full voltage, half of its voltage in use. */
export const example = {
  p_max_kW: 40,
  e_max_kWh: 40,
  e_start_kWh: 25,
  e_end_min_kWh: 25,
  wear_cur_per_kWh: 0.002,
  s_max_kVA: 50,
};
