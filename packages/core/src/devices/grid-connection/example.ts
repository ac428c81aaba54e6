/** A 400 kW connection that buys at 0.25 and sells at 0.08. */
export const example = {
  buy_cur_per_kWh: 0.25,
  sell_cur_per_kWh: 0.08,
  p_import_max_kW: 400,
  p_export_max_kW: 400,
  q_max_kvar: 200,
};
