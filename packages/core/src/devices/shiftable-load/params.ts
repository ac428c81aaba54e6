import type { ParamTable } from '../contract.ts';

export const params = {
  p_plan_kW: { type: 'profile', min: 0, about: 'when its owner would like to have it' },
  p_min_kW: { type: 'number', min: 0, default: 0, about: 'smallest power on any step' },
  p_max_kW: { type: 'number', min: 0, about: 'largest power on any step' },
  shift_cur_per_kWh: { type: 'number', min: 0, default: 0, about: 'discomfort of a kWh drawn more, and of one drawn less, than planned' },
  pf_frac: { type: 'number', min: 0.01, max: 1, default: 1, about: 'power factor of the load, lagging' },
} as const satisfies ParamTable;
