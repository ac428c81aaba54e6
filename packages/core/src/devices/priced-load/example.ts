/** A row of shops that is told one of four prices. */
export const example = {
  p_load_kW: 85,
  p_contract_kW: 85,
  tariff_cur_per_kWh: 0.12,
  levels_count: 4,
  pf_frac: 0.95,
};
