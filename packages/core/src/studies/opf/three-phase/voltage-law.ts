import type { VoltageLaw } from '../../../network/feeder/feeder.ts';
import type { AffineRow } from '../../../problem/program.ts';
import { combine, constant } from '../affine.ts';
import type { PairLoad } from './model.ts';

/** Part of its rated power at u² = (v/v_rated)², and its slope in u². */
export interface LawAt {
  readonly value: number;
  readonly slope: number;
}

/**
 * z·u² + i·u + p, or u^n, as functions of u²: straight where the load is an impedance or of constant power, concave in between.
 * @example lawAt({ z_frac: 0, i_frac: 1, p_frac: 0 }, 1) // value 1, slope ½
 */
export function lawAt(law: VoltageLaw, u2: number): LawAt {
  if ('exponent' in law) {
    const n = law.exponent / 2;
    return { value: u2 ** n, slope: n === 0 ? 0 : n * u2 ** (n - 1) };
  }
  const u = Math.sqrt(u2);
  return { value: law.z_frac * u2 + law.i_frac * u + law.p_frac, slope: law.z_frac + (law.i_frac === 0 ? 0 : law.i_frac / (2 * u)) };
}

/** Straight in u²: its tangent is the law itself. */
export const isStraight = (law: VoltageLaw): boolean =>
  'exponent' in law ? law.exponent === 0 || law.exponent === 2 : law.i_frac === 0;

/** An impedance and nothing else. */
export const isImpedance = (law: VoltageLaw): boolean =>
  'exponent' in law ? law.exponent === 2 : law.i_frac === 0 && law.p_frac === 0;

/** The power of a load as a straight function of w = |v_a − v_b|², given as a row: the tangent of its laws at w0. */
export function straightened(load: PairLoad, w: AffineRow, w0: number): { readonly p: AffineRow; readonly q: AffineRow } {
  const along = (rated_pu: number, law: VoltageLaw): AffineRow => {
    const { value, slope } = lawAt(law, w0 / load.w_rated_pu);
    const perW = slope / load.w_rated_pu;
    return combine([rated_pu * perW, w], [1, constant(rated_pu * (value - perW * w0))]);
  };
  return { p: along(load.p_pu, load.pLaw), q: along(load.q_pu, load.qLaw) };
}
