/** A gas engine of 250 kVA that runs at 50 to 200 kW, changes by 100 kW in an hour, and costs 0.08 to 0.16 at the margin. */
export const example = {
  p_max_kW: 200,
  p_min_kW: 50,
  cost_cur_per_kWh: 0.06,
  cost_cur_per_kW2h: 0.00025,
  ramp_up_kW_per_h: 100,
  ramp_down_kW_per_h: 100,
  p_before_kW: 80,
  s_max_kVA: 250,
  pf_min_frac: 0.8,
};
