import type { ParamTable } from '../contract.ts';

export const params = {
  p_load_kW: { type: 'profile', min: 0, about: 'active power wanted, as a positive number' },
  pf_frac: {
    type: 'number',
    min: 0.01,
    max: 1,
    default: 1,
    about: 'power factor of the load, lagging; reactive power is shed with active power',
  },
  shed_max_frac: { type: 'number', min: 0, max: 1, default: 1, about: 'largest share that may be shed' },
  lost_cur_per_kWh: { type: 'profile', min: 0, about: 'value of lost load: what a kWh not served costs its owner' },
} as const satisfies ParamTable;
