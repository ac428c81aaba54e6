/**
 * The registry of unit suffixes. Every exported number, parameter, wire field and column ends in `_<unit>`.
 *
 * House units are coherent (kW · h = kWh), so no factor of 1000 appears outside `base/` and the readers of foreign formats.
 * `cur` is the study's currency.
 */
export const units = {
  kW: 'active power',
  kvar: 'reactive power',
  kVA: 'apparent power',
  kWh: 'energy',
  kvarh: 'reactive energy',
  h: 'duration',
  min: 'duration',
  s: 'duration',
  ms: 'duration',
  V: 'voltage',
  kV: 'voltage',
  A: 'current',
  ohm: 'resistance, reactance',
  ohm_per_km: 'resistance, reactance of a line',
  ohm_per_mile: 'resistance, reactance of a line, as American sources print it',
  ohm_per_m: 'resistance, reactance of a line',
  ohm_m: 'resistivity of the ground',
  H: 'inductance',
  F: 'capacitance',
  Vs: 'integral of a voltage over time',
  As: 'integral of a current over time',
  S: 'conductance, susceptance',
  S_per_km: 'conductance, susceptance of a line',
  uS_per_mile: 'conductance, susceptance of a line, as American sources print it',
  pu: 'per unit on the base of the network',
  pu_per_kW: 'answer of a voltage to active power',
  pu_per_kvar: 'answer of a voltage to reactive power',
  kvar_per_pu: 'gain from voltage to reactive power',
  kvar_per_pu_per_s: 'integral gain from voltage to reactive power',
  pu_per_Hz: 'answer of power to frequency: damping, bias',
  Hz_per_pu: 'droop of frequency with power',
  pu_s_per_Hz: 'inertia of an area: power that changes its frequency by one hertz in a second',
  pu_per_s_per_Hz: 'stiffness of a tie: how fast its power grows per hertz between its ends',
  rad: 'angle',
  deg: 'angle',
  degC: 'temperature',
  K: 'temperature difference',
  Hz: 'frequency',
  frac: 'fraction of one',
  count: 'number of things',
  bits: 'information: minus the binary logarithm of a probability, or length of a key',
  kW2: 'sum of squares of powers',
  cur: 'money in the currency of the study',
  cur_per_kWh: 'price of energy',
  cur_per_kvarh: 'price of reactive energy',
  cur_per_kW2: 'weight of a square of power',
  cur_per_kW2h: 'slope of a price with power',
  cur2_per_kWh2: 'sum of squares of prices',
  cur_per_Kh: 'price of discomfort',
  cur_per_h: 'rate of cost',
  kW_per_h: 'ramp',
  kW_per_s: 'rate of change of active power',
  kvar_per_s: 'rate of change of reactive power',
  kW_per_K: 'heat loss coefficient',
  kWh_per_K: 'heat capacity',
  per_h: 'rate',
  per_s: 'rate, gain of an integrator',
  rad_per_s: 'angular frequency',
  rad_per_s2: 'rate of change of an angular frequency',
  rad_per_s_per_kW: 'droop of frequency with active power',
  rad2_per_s: 'integral of the square of an angular frequency over time',
  V2s: 'integral of the square of a voltage over time',
  V_per_s: 'rate of change of a voltage',
  V_per_kvar: 'droop of voltage with reactive power',
  A_per_V: 'proportional gain from voltage to current',
  A_per_Vs: 'integral gain from voltage to current',
  V_per_A: 'proportional gain from current to voltage',
  V_per_As: 'integral gain from current to voltage',
  km: 'length',
  mile: 'length',
  ft: 'length',
  m: 'length',
  m3_per_s: 'water flow',
  m_per_s: 'wind speed',
} as const;

export type Unit = keyof typeof units;

/** A name that carries its unit: `p_max_kW`. The compiler refuses a name whose suffix is not in the registry. */
export type QuantityName = `${string}_${Unit}`;

/** The unit at the end of a quantity's name, longest match first; undefined when it has none. */
export type UnitOf<Name extends string> = { [U in Unit]: Name extends `${string}_${U}` ? U : never }[Unit];

const byLength = (Object.keys(units) as Unit[]).sort((a, b) => b.length - a.length);

/**
 * `p_max_kW` → `kW`; `price_cur_per_kWh` → `cur_per_kWh`; undefined for a name without a unit, and for a unit per
 * something that is not in the registry: `price_EUR_per_kWh`.
 */
export function unitOfName(name: string): Unit | undefined {
  return byLength.find((unit) => name.endsWith(`_${unit}`) && !name.endsWith(`_per_${unit}`));
}

/** `p_max_kW` → `p_max`. */
export function withoutUnit(name: string): string {
  const unit = unitOfName(name);
  return unit === undefined ? name : name.slice(0, -unit.length - 1);
}
