/** A 200-litre water heater: 0.233 kWh/K, 2 kW rod, 45 to 65 °C, 0.3 kW of hot water drawn. */
export const example = {
  p_max_kW: 2,
  t_min_degC: 45,
  t_max_degC: 65,
  t_start_degC: 55,
  loss_kW_per_K: 0.002,
  c_kWh_per_K: 0.233,
  p_draw_kW: 0.3,
};
