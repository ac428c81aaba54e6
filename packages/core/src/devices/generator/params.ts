import type { ParamTable } from '../contract.ts';

export const params = {
  p_max_kW: { type: 'number', min: 0, about: 'largest output' },
  p_min_kW: { type: 'number', min: 0, default: 0, about: 'smallest output while it runs' },
  cost_cur_per_kWh: { type: 'profile', default: 0, about: 'linear part of the cost' },
  cost_cur_per_kW2h: { type: 'number', min: 0, default: 0, about: 'quadratic part of the cost: a in a·p² + b·p' },
  ramp_up_kW_per_h: { type: 'number', min: 0, default: 0, about: 'fastest rise; 0 means no limit' },
  ramp_down_kW_per_h: { type: 'number', min: 0, default: 0, about: 'fastest fall; 0 means no limit' },
  p_before_kW: { type: 'number', min: -1, default: -1, about: 'output just before the horizon, for the first ramp; -1 when not known' },
  stops: { type: 'flag', default: false, about: 'it may be off, and its output is then zero; it runs all the time otherwise' },
  start_cur: { type: 'number', min: 0, default: 0, about: 'what a start costs, when it may stop' },
  s_max_kVA: { type: 'number', min: 0, default: 0, about: 'rating of the machine; 0 means no reactive power and no apparent limit' },
  pf_min_frac: { type: 'number', min: 0, max: 1, default: 0, about: 'smallest power factor |p|/s; 0 for none' },
} as const satisfies ParamTable;
