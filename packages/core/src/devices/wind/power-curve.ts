import { addCoefficients, type Coefficient } from '../../problem/affine.ts';
import type { ValuesOf } from '../contract.ts';
import type { params } from './params.ts';

/**
 * Power at a wind speed v: 0 below cut-in and from cut-out on, p_rated from rated speed on, and between
 *
 *   p = p_rated · (v³ − v_in³) / (v_r³ − v_in³).
 *
 * Constant power coefficient (kinetic power of the stream goes with v³), shifted to start from zero at cut-in. A stand-in for
 * a maker's curve, which goes in as p_available_kW.
 */
export function powerAt(wind_m_per_s: number, x: ValuesOf<typeof params>): number {
  if (wind_m_per_s < x.wind_cut_in_m_per_s || wind_m_per_s >= x.wind_cut_out_m_per_s) return 0;
  if (wind_m_per_s >= x.wind_rated_m_per_s) return x.p_rated_kW;
  const start = x.wind_cut_in_m_per_s ** 3;
  return (x.p_rated_kW * (wind_m_per_s ** 3 - start)) / (x.wind_rated_m_per_s ** 3 - start);
}

/** Available power: as given, or by the curve. One of the two is zero. */
export function availablePower(x: ValuesOf<typeof params>): Coefficient {
  const { wind_m_per_s } = x;
  const byCurve = typeof wind_m_per_s === 'number' ? powerAt(wind_m_per_s, x) : wind_m_per_s.map((v) => powerAt(v, x));
  return addCoefficients(x.p_available_kW, byCurve);
}
