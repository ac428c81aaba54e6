import type { ParamTable } from '../contract.ts';

export const params = {
  p_max_kW: { type: 'number', min: 0, about: 'largest electric power' },
  cop_frac: {
    type: 'profile',
    min: 0,
    max: 20,
    default: 0,
    about: 'heat per electric energy; 0 computes it from t_supply_degC and t_ambient_degC',
  },
  t_supply_degC: { type: 'number', min: 0, max: 90, default: 40, about: 'temperature of the heating water; used when cop_frac is 0' },
  eta_carnot_frac: {
    type: 'number',
    min: 0.01,
    max: 1,
    default: 0.45,
    about: 'share of the Carnot figure that is reached; used when cop_frac is 0',
  },
  t_ambient_degC: { type: 'profile', min: -60, max: 60, about: 'outdoor temperature' },
  t_start_degC: { type: 'number', min: -60, max: 60, default: 20, about: 'temperature of air and mass at the start' },
  t_min_degC: { type: 'profile', min: -60, max: 60, default: 19, about: 'lower edge of the comfort band' },
  t_max_degC: { type: 'profile', min: -60, max: 60, default: 23, about: 'upper edge of the comfort band' },
  discomfort_cur_per_Kh: { type: 'number', min: 0, default: 1, about: 'price of one kelvin outside the band for an hour' },
  loss_kW_per_K: { type: 'number', min: 0, about: 'heat lost from air to outdoors' },
  c_air_kWh_per_K: { type: 'number', min: 1e-6, about: 'heat capacity of air and furniture' },
  c_mass_kWh_per_K: { type: 'number', min: 0, default: 0, about: 'heat capacity of walls and floors; 0 leaves the second state out' },
  coupling_kW_per_K: { type: 'number', min: 0, default: 0, about: 'heat from air to mass' },
  p_gain_kW: { type: 'profile', default: 0, about: 'heat from sun, people and appliances into the air' },
  pf_frac: { type: 'number', min: 0.01, max: 1, default: 1, about: 'power factor of the compressor, lagging' },
} as const satisfies ParamTable;
