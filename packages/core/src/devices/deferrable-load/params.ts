import type { ParamTable } from '../contract.ts';

export const params = {
  p_max_kW: { type: 'number', min: 0, about: 'largest power while it runs' },
  e_needed_kWh: { type: 'number', min: 0, about: 'energy to be drawn within the window' },
  startsAt: { type: 'time', about: 'from when it may run' },
  endsAt: { type: 'time', after: 'startsAt', cut: true, about: 'by when it must be done; a time of day is the first one after startsAt' },
  pf_frac: { type: 'number', min: 0.01, max: 1, default: 1, about: 'power factor while it runs, lagging' },
} as const satisfies ParamTable;
