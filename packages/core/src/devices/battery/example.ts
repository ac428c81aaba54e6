/** The storage at bus 6 of the eleven-agent case: 100 kW, 1 MWh used from 10 to 90 %, half full. */
export const example = {
  p_max_kW: 100,
  e_max_kWh: 900,
  e_min_kWh: 100,
  e_start_kWh: 500,
  e_end_min_kWh: 500,
  eta_charge_frac: 0.9,
  eta_discharge_frac: 0.9,
  leak_per_h: 0.001,
  wear_cur_per_kWh: 0.01,
  s_max_kVA: 100,
};
