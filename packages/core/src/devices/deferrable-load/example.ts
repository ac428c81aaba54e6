/** A laundry that needs 20 kWh between 09:00 and 17:00, at up to 5 kW. */
export const example = { p_max_kW: 5, e_needed_kWh: 20, startsAt: '09:00', endsAt: '17:00', pf_frac: 0.95 };
