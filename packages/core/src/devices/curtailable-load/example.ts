/** A cold store that lets go of up to 40 % of its 60 kW for 0.80 per kWh. */
export const example = { p_load_kW: 60, pf_frac: 0.9, shed_max_frac: 0.4, lost_cur_per_kWh: 0.8 };
