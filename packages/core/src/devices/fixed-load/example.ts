/** A row of shops: 90 kW at power factor 0.95, all day. */
export const example = { p_load_kW: 90, pf_frac: 0.95 };
