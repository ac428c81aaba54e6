/** A cold store that would like to draw the same all day, and may do otherwise. */
export const example = {
  p_plan_kW: 20,
  p_max_kW: 60,
  shift_cur_per_kWh: 0.03,
  pf_frac: 0.95,
};
