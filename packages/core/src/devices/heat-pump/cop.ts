import { at, type Coefficient } from '../../problem/affine.ts';
import type { ValuesOf } from '../contract.ts';
import type { params } from './params.ts';

/** Absolute zero is this far below 0 °C. */
const zero_K = 273.15;
/** Below this lift the Carnot figure says nothing about a machine. */
const liftLeast_K = 10;
const copMost = 8;

/**
 * Heat per electric energy on each step: as given, or a share of the Carnot figure,
 *
 *   COP = η · T_supply / (T_supply − T_ambient),  temperatures in kelvin, the lift at least 10 K, the COP at most 8.
 */
export function copOf(x: ValuesOf<typeof params>): Coefficient {
  const supply_K = x.t_supply_degC + zero_K;
  const carnot = (ambient_degC: number): number =>
    Math.min(copMost, (x.eta_carnot_frac * supply_K) / Math.max(liftLeast_K, x.t_supply_degC - ambient_degC));
  const { cop_frac: given, t_ambient_degC: ambient } = x;
  if (typeof given === 'number' && typeof ambient === 'number') return given > 0 ? given : carnot(ambient);
  const steps_count = typeof given === 'number' ? (ambient as Float64Array).length : given.length;
  return Float64Array.from({ length: steps_count }, (_, t) => (at(given, t) > 0 ? at(given, t) : carnot(at(ambient, t))));
}
