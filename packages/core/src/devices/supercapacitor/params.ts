import type { ParamTable } from '../contract.ts';

export const params = {
  p_max_kW: { type: 'number', min: 0, about: 'power at the terminals at full voltage, both ways: what the largest current gives' },
  e_max_kWh: { type: 'number', min: 0.001, about: 'energy at full voltage, half the capacitance times its square' },
  v_min_frac: { type: 'number', min: 0.05, max: 0.95, default: 0.5, about: 'lowest voltage, as a fraction of the full one' },
  e_start_kWh: { type: 'number', min: 0, about: 'stored energy at the start' },
  e_end_min_kWh: { type: 'number', min: 0, default: 0, about: 'stored energy to be left at the end, at least' },
  eta_charge_frac: { type: 'number', min: 0.01, max: 1, default: 0.97, about: 'efficiency from terminals into the store' },
  eta_discharge_frac: { type: 'number', min: 0.01, max: 1, default: 0.97, about: 'efficiency from the store to the terminals' },
  leak_per_h: { type: 'number', min: 0, max: 1, default: 0.01, about: 'self-discharge: share of the stored energy lost per hour' },
  wear_cur_per_kWh: { type: 'number', min: 0, default: 0, about: 'cost of wear per kWh discharged' },
  s_max_kVA: { type: 'number', min: 0, default: 0, about: 'rating of the inverter; 0 means no reactive power' },
} as const satisfies ParamTable;
