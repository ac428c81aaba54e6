import type { ParamTable } from '../contract.ts';

export const params = {
  p_available_kW: { type: 'profile', min: 0, default: 0, about: 'what the wind would give at the terminals; or give wind_m_per_s' },
  wind_m_per_s: { type: 'profile', min: 0, max: 100, default: 0, about: 'wind speed at hub height; or give p_available_kW' },
  p_rated_kW: { type: 'number', min: 0, default: 0, about: 'power at and above wind_rated_m_per_s; needed with wind_m_per_s' },
  wind_cut_in_m_per_s: { type: 'number', min: 0, max: 30, default: 3, about: 'speed at which the turbine starts' },
  wind_rated_m_per_s: { type: 'number', min: 0, max: 60, default: 12, about: 'speed at which it reaches p_rated_kW' },
  wind_cut_out_m_per_s: { type: 'number', min: 0, max: 100, default: 25, about: 'speed at which it stops' },
  s_max_kVA: { type: 'number', min: 0, default: 0, about: 'rating of the converter; 0 means no reactive power and no apparent limit' },
  pf_min_frac: {
    type: 'number',
    min: 0,
    max: 1,
    default: 0,
    about: 'smallest power factor |p|/s; 0 lets it give reactive power without wind',
  },
  cost_cur_per_kWh: { type: 'number', min: 0, default: 0, about: 'own cost per kWh generated' },
} as const satisfies ParamTable;
