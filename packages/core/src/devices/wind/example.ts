/** A 100 kW turbine behind a 100 kVA converter in a wind of 9 m/s. */
export const example = { wind_m_per_s: 9, p_rated_kW: 100, s_max_kVA: 100, cost_cur_per_kWh: 0.02 };
