import type { ParamTable } from '../contract.ts';

export const params = {
  p_max_kW: { type: 'number', min: 0, about: 'electric power when on; any share of it in the mean of a step' },
  cop_frac: { type: 'number', min: 0.01, max: 20, default: 1, about: 'heat moved per electric energy; 1 for a heating rod' },
  cools: { type: 'flag', default: false, about: 'takes heat out (fridge) instead of putting it in (water heater)' },
  t_ambient_degC: { type: 'profile', min: -60, max: 60, default: 20, about: 'temperature around it' },
  t_min_degC: { type: 'number', min: -60, max: 150, about: 'lowest temperature allowed' },
  t_max_degC: { type: 'number', min: -60, max: 150, about: 'highest temperature allowed' },
  t_start_degC: { type: 'number', min: -60, max: 150, about: 'temperature at the start' },
  loss_kW_per_K: { type: 'number', min: 0, about: 'heat exchanged with what is around' },
  c_kWh_per_K: { type: 'number', min: 1e-6, about: 'heat capacity of the contents' },
  p_draw_kW: { type: 'profile', min: 0, default: 0, about: 'heat drawn off (hot water), or let in (warm goods, open doors)' },
  pf_frac: { type: 'number', min: 0.01, max: 1, default: 1, about: 'power factor, lagging' },
} as const satisfies ParamTable;
