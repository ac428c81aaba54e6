import type { ParamTable } from '../contract.ts';

export const params = {
  p_available_kW: { type: 'profile', min: 0, about: 'what the sun would give at the terminals' },
  s_max_kVA: { type: 'number', min: 0, default: 0, about: 'rating of the inverter; 0 means no reactive power and no apparent limit' },
  pf_min_frac: { type: 'number', min: 0, max: 1, default: 0, about: 'smallest power factor |p|/s; 0 lets it give reactive power at night' },
  cost_cur_per_kWh: { type: 'number', min: 0, default: 0, about: 'own cost per kWh generated' },
} as const satisfies ParamTable;
