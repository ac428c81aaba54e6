import type { ParamTable } from '../contract.ts';

export const params = {
  p_max_kW: { type: 'number', min: 0, about: 'largest charging and discharging power at the terminals' },
  e_max_kWh: { type: 'number', min: 0, about: 'largest stored energy that may be used' },
  e_min_kWh: { type: 'number', min: 0, default: 0, about: 'smallest stored energy' },
  e_start_kWh: { type: 'number', min: 0, about: 'stored energy at the start' },
  e_end_min_kWh: { type: 'number', min: 0, default: 0, about: 'stored energy to be left at the end, at least' },
  eta_charge_frac: { type: 'number', min: 0.01, max: 1, default: 0.95, about: 'efficiency from terminals into the store' },
  eta_discharge_frac: { type: 'number', min: 0.01, max: 1, default: 0.95, about: 'efficiency from the store to the terminals' },
  leak_per_h: { type: 'number', min: 0, max: 1, default: 0, about: 'self-discharge: share of the stored energy lost per hour' },
  wear_cur_per_kWh: { type: 'number', min: 0, default: 0, about: 'cost of wear per kWh discharged' },
  wear_charge_cur_per_kWh: { type: 'number', min: 0, default: 0, about: 'cost of wear per kWh charged, at the terminals' },
  replacement_cur: {
    type: 'number',
    min: 0,
    default: 0,
    about: 'cost of new cells, paid for by depth of cycle; 0 means no ageing by depth',
  },
  cycles_count: { type: 'number', min: 1, default: 4000, about: 'cycles of full depth until the cells are replaced' },
  ageing_exponent_frac: {
    type: 'number',
    min: 1,
    max: 5,
    default: 2,
    about: 'power of the depth by which a cycle ages; 1 means that shallow cycles spare nothing',
  },
  depths_count: { type: 'number', min: 1, max: 50, default: 8, about: 'number of layers of depth, for ageing by depth' },
  s_max_kVA: { type: 'number', min: 0, default: 0, about: 'rating of the inverter; 0 means no reactive power' },
} as const satisfies ParamTable;
