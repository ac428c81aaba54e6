import type { BeyondLimits, VoltageLaw } from '../../network/feeder/feeder.ts';

/**
 * How much power an element takes at its own voltage v (in units of its rating), as the factor c(v) = (S(v)/S₀)/v² of its rated admittance.
 *
 *   v < v_low            c = 1                                  rated impedance (only where v_low is given)
 *   v_low … v_min        c = a + b/v, v·c straight              current in a straight line between both ends
 *   v_min … v_max        c = z + i/v + p/v², or v^(n−2)         the law
 *   below, above         c of the law at that limit             the impedance that fits there
 *
 * c is continuous (for v_low: so is the current), unless another law holds beyond the limits (`beyondExponent`): then "at that limit" means c = v^(n−2) of it, c
 * jumps there, and with `stepsAtLow` also at v_low, where it else follows the line. Below `vFloor_pu` every law is an impedance, so that a short circuit has a current.
 * @source limits as OpenDSS has them for its load models (vminpu, vmaxpu, vlowpu), found by measuring one load behind an ideal source
 */
export interface LawRange {
  readonly v_low_pu?: number | undefined;
  readonly v_min_pu?: number | undefined;
  readonly v_max_pu?: number | undefined;
  readonly beyond?: BeyondLimits | undefined;
}

/** Below this part of its rated voltage every element is an impedance. */
const vFloor_pu = 0.01;

/** Segments of v in rising order, and z, i, p of each: c = z + i/v + p/v². */
export const segments_count = 4;

/** One law with its limits. `exponent` (NaN: none) replaces the third segment. @shape bounds [3], z, i, p [4] */
export interface LawTable {
  readonly bounds: readonly [low: number, min: number, max: number];
  readonly z: readonly number[];
  readonly i: readonly number[];
  readonly p: readonly number[];
  readonly exponent: number;
}

/** @param beyondExponent - of the law that holds beyond the limits; the law itself when absent */
export function lawTable(law: VoltageLaw, range: LawRange, beyondExponent?: number): LawTable {
  const exponent = 'exponent' in law ? law.exponent : Number.NaN;
  const zip = 'exponent' in law ? zipOfExponent(law.exponent) : { z: law.z_frac, i: law.i_frac, p: law.p_frac };
  const min = Math.max(range.v_min_pu ?? 0, vFloor_pu);
  const max = Math.max(range.v_max_pu ?? Number.POSITIVE_INFINITY, min);
  const at = (v: number) => (zip ? zip.z + zip.i / v + zip.p / (v * v) : v ** (exponent - 2));
  const atLimit = (v: number) => (beyondExponent === undefined ? at(v) : v ** (beyondExponent - 2));
  const atMin = atLimit(min);
  const atMax = max === Number.POSITIVE_INFINITY ? 0 : atLimit(max);
  const low = range.v_low_pu !== undefined && range.v_low_pu > 0 && range.v_low_pu < min ? range.v_low_pu : min;
  // Current v·c through (low, low) and (min, min·atMin): slope·v + intercept.
  const isLine = low < min && range.beyond?.stepsAtLow !== true;
  const slope = isLine ? (min * atMin - low) / (min - low) : atMin;
  const intercept = isLine ? low * (1 - slope) : 0;
  return {
    bounds: [low, min, max],
    z: [low < min ? 1 : atMin, slope, zip?.z ?? 0, atMax],
    i: [0, intercept, zip?.i ?? 0, 0],
    p: [0, 0, zip?.p ?? 0, 0],
    exponent: zip ? Number.NaN : exponent,
  };
}

function zipOfExponent(n: number): { z: number; i: number; p: number } | undefined {
  if (n !== 0 && n !== 1 && n !== 2) return undefined;
  return { z: n === 2 ? 1 : 0, i: n === 1 ? 1 : 0, p: n === 0 ? 1 : 0 };
}

/** Constant power where no law is given. */
export const constantPower: VoltageLaw = { z_frac: 0, i_frac: 0, p_frac: 1 };
export const constantImpedance: VoltageLaw = { z_frac: 1, i_frac: 0, p_frac: 0 };
