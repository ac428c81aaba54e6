import type { VoltageLaw } from '../../network/feeder/feeder.ts';
import type { LawTable } from '../../powerflows/three-phase/voltage-law.ts';
import type { AffineRow } from '../../problem/program.ts';
import { combine, constant } from '../affine.ts';
import type { Pair } from './pairs.ts';

/** One element of a load, between a and b: p·law(u) + j q·law(u) with u² = |v_a − v_b|²/w_rated. */
export interface PairLoad extends Pair {
  readonly p_pu: number;
  readonly q_pu: number;
  readonly pLaw: VoltageLaw;
  readonly qLaw: VoltageLaw;
  readonly pTable: LawTable;
  readonly qTable: LawTable;
  readonly w_rated_pu: number;
}

/** Part of its rated power at u² = (v/v_rated)², and its slope in u². */
export interface LawAt {
  readonly value: number;
  readonly slope: number;
}

/**
 * The power of a load by the law of the power flow, as a function of u²: straight where it is an impedance or of constant power, concave in between.
 * @example lawAt(lawTable({ z_frac: 0, i_frac: 1, p_frac: 0 }, {}), 1) // value 1, slope ½
 */
export function lawAt({ bounds, z, i, p, exponent }: LawTable, u2: number): LawAt {
  const u = Math.sqrt(u2);
  const segment = segmentOf(bounds, u);
  if (segment === 2 && !Number.isNaN(exponent)) return { value: u ** exponent, slope: (exponent / 2) * u ** (exponent - 2) };
  return { value: z[segment] * u2 + i[segment] * u + p[segment], slope: z[segment] + (i[segment] === 0 ? 0 : i[segment] / (2 * u)) };
}

const segmentOf = ([low, min, max]: LawTable['bounds'], u: number): number => (u < low ? 0 : u < min ? 1 : u <= max ? 2 : 3);

/** Its tangent is the law itself, at a voltage u where it is neither too low nor too high for it. */
export const isStraightAt = (law: VoltageLaw, { bounds }: LawTable, u: number): boolean =>
  segmentOf(bounds, u) === 2 && ('exponent' in law ? law.exponent === 0 || law.exponent === 2 : law.i_frac === 0);

/** An impedance and nothing else. */
export const isImpedance = (law: VoltageLaw): boolean => ('exponent' in law ? law.exponent === 2 : law.i_frac === 0 && law.p_frac === 0);

/** The power of a load as a straight function of w = |v_a − v_b|², given as a row: the tangent of its laws at w0. */
export function straightened(load: PairLoad, w: AffineRow, w0: number): { readonly p: AffineRow; readonly q: AffineRow } {
  const along = (rated_pu: number, law: LawTable): AffineRow => {
    const { value, slope } = lawAt(law, w0 / load.w_rated_pu);
    const perW = slope / load.w_rated_pu;
    return combine([rated_pu * perW, w], [1, constant(rated_pu * (value - perW * w0))]);
  };
  return { p: along(load.p_pu, load.pTable), q: along(load.q_pu, load.qTable) };
}
