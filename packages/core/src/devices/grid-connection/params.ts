import type { ParamTable } from '../contract.ts';

export const params = {
  buy_cur_per_kWh: { type: 'profile', about: 'what a kWh from upstream costs' },
  sell_cur_per_kWh: { type: 'profile', about: 'what upstream pays for a kWh; not above buy_cur_per_kWh' },
  p_import_max_kW: { type: 'number', min: 0, max: 1e9, about: 'largest power from upstream' },
  p_export_max_kW: { type: 'number', min: 0, max: 1e9, default: 0, about: 'largest power to upstream' },
  oneWay: { type: 'flag', default: false, about: 'on a step it either buys or sells; which one is an intention of its own' },
  q_max_kvar: { type: 'number', min: 0, max: 1e9, about: 'largest reactive power either way' },
} as const satisfies ParamTable;
