import { addCoefficients, type Coefficient, multiplyCoefficients } from '../../problem/affine.ts';
import type { ValuesOf } from '../contract.ts';
import type { params } from './params.ts';

/** Standard gravity times the density of water over 1000: kW per m³/s and m. */
const kWPerCubicMetreAndMetre = 9.80665;

/** P = ρ·g·Q·H·η, or as given. One of the two is zero. */
export const inflowPower = (x: ValuesOf<typeof params>): Coefficient =>
  addCoefficients(x.p_inflow_kW, multiplyCoefficients(kWPerCubicMetreAndMetre * x.head_m * x.eta_frac, x.inflow_m3_per_s));

/** Run of river: what the turbine can take of the inflow; the rest is spilled. */
export function usableInflow(x: ValuesOf<typeof params>): Coefficient {
  const inflow = inflowPower(x);
  return typeof inflow === 'number' ? Math.min(inflow, x.p_max_kW) : inflow.map((p) => Math.min(p, x.p_max_kW));
}
