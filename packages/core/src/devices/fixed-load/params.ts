import type { ParamTable } from '../contract.ts';

export const params = {
  p_load_kW: { type: 'profile', min: 0, about: 'active power drawn, as a positive number' },
  q_load_kvar: { type: 'profile', default: 0, about: 'reactive power drawn; negative when capacitive' },
  pf_frac: { type: 'number', min: 0.01, max: 1, default: 1, about: 'power factor of the load, lagging, when q_load_kvar is not given' },
} as const satisfies ParamTable;
