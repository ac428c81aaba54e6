/** A house from the 1990s on a cold day: 4 kW compressor, 180 W/K, walls that hold 12 kWh/K. */
export const example = {
  p_max_kW: 4,
  t_ambient_degC: -2,
  loss_kW_per_K: 0.18,
  c_air_kWh_per_K: 1.5,
  c_mass_kWh_per_K: 12,
  coupling_kW_per_K: 1.2,
  p_gain_kW: 0.4,
  pf_frac: 0.95,
};
