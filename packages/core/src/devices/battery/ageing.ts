import { mul, sum, type Variable } from '../../problem/affine.ts';
import type { DeclarationModel } from '../../problem/declare.ts';

/** What ageing needs to know of a battery. */
export interface AgeingValues {
  readonly e_max_kWh: number;
  readonly e_start_kWh: number;
  readonly p_max_kW: number;
  readonly eta_charge_frac: number;
  readonly eta_discharge_frac: number;
  readonly leak_per_h: number;
  readonly replacement_cur: number;
  readonly cycles_count: number;
  readonly ageing_exponent_frac: number;
  readonly depths_count: number;
}

/** A layer of the store, the shallowest first: how full it is at the start, and what a kWh out of it costs. */
export interface DepthLayer {
  readonly start_frac: number;
  /** Per kWh at the terminals. */
  readonly cost_cur_per_kWh: number;
}

/** Φ(δ) = δ^b/N: the part of its life that a cycle of depth δ takes. */
export const lifeTaken_frac = (depth_frac: number, x: Pick<AgeingValues, 'cycles_count' | 'ageing_exponent_frac'>): number =>
  depth_frac ** x.ageing_exponent_frac / x.cycles_count;

/**
 * The store in J layers of depth. A kWh out of layer j costs
 *
 *   c_j = C/(η_d·E) · J·[Φ(j/J) − Φ((j−1)/J)],
 *
 * so that a cycle of depth j/J costs C·Φ(j/J). Φ is convex, thus c_1 ≤ … ≤ c_J: the shallow layers are emptied first and filled first, which is how
 * rainflow counting matches charge with discharge. The start counts as the top of what it holds: it fills the shallow layers.
 * @source operation notes §3 (battery ageing), after Xu, Zhao, Zheng, Litvinov, Kirschen, IEEE Trans. Power Syst. 33(2), 2018
 */
export function depthLayers(x: AgeingValues): DepthLayer[] {
  const J = x.depths_count;
  const perDepth = (x.replacement_cur * J) / (x.eta_discharge_frac * x.e_max_kWh);
  return Array.from({ length: J }, (_, j) => ({
    start_frac: Math.min(1, Math.max(0, (J * x.e_start_kWh) / x.e_max_kWh - j)),
    cost_cur_per_kWh: perDepth * (lifeTaken_frac((j + 1) / J, x) - lifeTaken_frac(j / J, x)),
  }));
}

/**
 * Splits charge and discharge over the layers and prices what leaves them. Each layer is a store with the law of the whole, of E/J; the deepest has room for all, so that what ends the
 * store is its own limit alone.
 */
export function declareAgeing(m: DeclarationModel, charge: Variable, discharge: Variable, x: AgeingValues): void {
  const into: Variable[] = [];
  const outOf: Variable[] = [];
  const perLayer = x.depths_count / x.e_max_kWh;
  depthLayers(x).forEach((layer, j) => {
    into.push(m.input(`into_${j + 1}_kW`, 0, x.p_max_kW));
    outOf.push(m.input(`outOf_${j + 1}_kW`, 0, x.p_max_kW));
    const filled = m.state(`layer_${j + 1}_frac`, 0, j + 1 < x.depths_count ? 1 : x.depths_count, layer.start_frac);
    m.rate(
      filled,
      sum(mul(perLayer * x.eta_charge_frac, into[j]), mul(-perLayer / x.eta_discharge_frac, outOf[j]), mul(-x.leak_per_h, filled)),
    );
    m.cost(mul(layer.cost_cur_per_kWh, outOf[j]));
  });
  m.keep('charge by depth', sum(charge, mul(-1, sum(...into))), 0, 0);
  m.keep('discharge by depth', sum(discharge, mul(-1, sum(...outOf))), 0, 0);
}
