import type { ParamTable } from '../contract.ts';

export const params = {
  p_max_kW: { type: 'number', min: 0, about: 'rating of the charger, or of all chargers of a hub together' },
  e_max_kWh: { type: 'number', min: 0, about: 'usable battery of the vehicle, or of all vehicles together' },
  e_arrives_kWh: { type: 'number', min: 0, about: 'energy on arrival' },
  e_needed_kWh: { type: 'number', min: 0, about: 'energy needed at departure, at least' },
  arrivesAt: { type: 'time', about: 'when it is plugged in' },
  leavesAt: {
    type: 'time',
    after: 'arrivesAt',
    cut: true,
    about: 'when it is unplugged; a time of day is the first one after arrivesAt; the end of the horizon cuts the stay',
  },
  everyDay: { type: 'flag', default: false, about: 'the stay comes again every 24 h, and what it has to add is used in between' },
  feedsBack: { type: 'flag', default: false, about: 'may discharge into the network (V2G)' },
  eta_charge_frac: { type: 'number', min: 0.01, max: 1, default: 0.92, about: 'efficiency from terminals into the battery' },
  eta_discharge_frac: { type: 'number', min: 0.01, max: 1, default: 0.92, about: 'efficiency from the battery to the terminals' },
  wear_cur_per_kWh: { type: 'number', min: 0, default: 0.02, about: 'cost of wear per kWh fed back' },
  s_max_kVA: { type: 'number', min: 0, default: 0, about: 'rating of the charger as an inverter; 0 means no reactive power' },
} as const satisfies ParamTable;
