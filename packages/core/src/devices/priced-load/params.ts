import type { ParamTable } from '../contract.ts';

export const params = {
  p_load_kW: { type: 'profile', min: 0, about: 'what is drawn at the usual price' },
  p_contract_kW: { type: 'profile', min: 0, about: 'the load by which bill and energy are promised; usually the forecast of p_load_kW' },
  tariff_cur_per_kWh: { type: 'profile', min: 0, about: 'the usual price' },
  elasticity_frac: {
    type: 'number',
    min: -5,
    max: 0,
    default: -0.2113,
    about: 'change of the load per change of the price, in logarithms',
  },
  level_min_frac: { type: 'number', min: 0.1, max: 1, default: 0.7, about: 'lowest price level, as a fraction of the usual price' },
  level_step_frac: { type: 'number', min: 0.01, max: 1, default: 0.1, about: 'from one level to the next' },
  levels_count: { type: 'number', min: 2, max: 20, default: 10, about: 'number of price levels' },
  pf_frac: { type: 'number', min: 0.01, max: 1, default: 1, about: 'power factor of the load, lagging' },
} as const satisfies ParamTable;
