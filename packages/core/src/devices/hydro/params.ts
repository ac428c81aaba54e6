import type { ParamTable } from '../contract.ts';

export const params = {
  p_max_kW: { type: 'number', min: 0, about: 'largest output of the turbine' },
  p_inflow_kW: { type: 'profile', min: 0, default: 0, about: 'what the inflow would give at the terminals; or give inflow_m3_per_s' },
  inflow_m3_per_s: { type: 'profile', min: 0, default: 0, about: 'water that arrives; or give p_inflow_kW' },
  head_m: { type: 'number', min: 0, default: 0, about: 'net head; needed with inflow_m3_per_s' },
  eta_frac: { type: 'number', min: 0.01, max: 1, default: 0.85, about: 'efficiency from water to terminals; used with inflow_m3_per_s' },
  e_max_kWh: { type: 'number', min: 0, default: 0, about: 'what the full pond would still generate; 0 means run of river' },
  e_start_kWh: { type: 'number', min: 0, default: 0, about: 'what the pond would generate at the start' },
  e_end_min_kWh: { type: 'number', min: 0, default: 0, about: 'what is to be left in the pond at the end, at least' },
  s_max_kVA: { type: 'number', min: 0, default: 0, about: 'rating of the generator; 0 means no reactive power and no apparent limit' },
  pf_min_frac: { type: 'number', min: 0, max: 1, default: 0, about: 'smallest power factor |p|/s; 0 for none' },
  cost_cur_per_kWh: { type: 'number', min: 0, default: 0, about: 'own cost per kWh generated' },
} as const satisfies ParamTable;
