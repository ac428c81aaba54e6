import type { Filter } from './filter.ts';
import type { Iterate } from './iterate.ts';
import type { Step } from './step.ts';

const STEPS_MAX_COUNT = 120;
const BARRIER_MIN = 1e-9;
const BARRIER_DECAY = 0.3;
/** Weight of staying near, relative to the square root of μ. */
const NEARNESS = 1e-3;
/** The violation must fall to this fraction before the way back is tried. */
const ENOUGH_FRAC = 0.9;
const ARMIJO = 1e-4;
const BACKTRACKS_MAX_COUNT = 40;
const TAU = 0.99;
/** A step this small at the smallest barrier means that the violation is stationary. */
const STATIONARY = 1e-9;

export type RestorationEnd = 'restored' | 'stationary' | 'exhausted';

/**
 * Walks towards feasibility: Newton steps on ½‖(g, h − s)‖² with a log barrier on all bounds and a small pull back.
 *
 *   ψ(w) = ½·‖c(w)‖² − μ·Σ log d(w) + ζ/2·‖w − w₀‖²
 * Ends where violation and barrier function satisfy the filter, or at a stationary point of the violation. One that insists
 * goes on until the constraints hold or the violation is stationary.
 * @cost one factorisation per step, with the matrix pattern of the Newton step
 */
export function restore(
  at: Iterate,
  step: Step,
  filter: Filter,
  muOuter: number,
  tolerance: number,
  tick: () => boolean,
  insists = false,
): { readonly end: RestorationEnd; readonly steps_count: number } {
  const { scaled, w } = at;
  const { n, mI, g, h } = scaled;
  const start = w.slice();
  const before = w.slice();
  const thetaStart = at.violation();
  const slope = new Float64Array(w.length);
  const r = new Float64Array(mI);
  let mu = Math.max(muOuter, Math.min(1e-1, 1e-2 * at.primalResidual()));
  const merit = (zeta: number): number => {
    let sum = 0;
    for (let i = 0; i < g.length; i++) sum += g[i] * g[i];
    for (let i = 0; i < mI; i++) sum += (h[i] - w[n + i]) ** 2;
    let near = 0;
    for (let k = 0; k < w.length; k++) near += (w[k] - start[k]) ** 2;
    return 0.5 * sum + mu * at.logBarrier() + 0.5 * zeta * near;
  };
  let steps_count = 0;
  for (; steps_count < STEPS_MAX_COUNT; steps_count++) {
    if (tick()) return { end: 'exhausted', steps_count };
    const theta = at.violation();
    if (!insists && steps_count > 0 && theta <= ENOUGH_FRAC * thetaStart && filter.allows(theta, at.f + muOuter * at.logBarrier())) {
      return { end: 'restored', steps_count };
    }
    if (at.primalResidual() <= tolerance) return { end: 'restored', steps_count };
    const zeta = NEARNESS * Math.sqrt(mu) + 1e-10;
    for (let k = 0; k < w.length; k++) slope[k] = zeta * (w[k] - start[k]);
    for (let i = 0; i < mI; i++) r[i] = h[i] - w[n + i];
    if (!step.factorFeasibility(at, mu, zeta, r) || !step.solve(at, mu, slope, g, r)) return { end: 'exhausted', steps_count };
    const psi = merit(zeta);
    const descent = slopeOf(at, step, slope, mu, r);
    let alpha = step.primalStep(at, TAU);
    let largest = 0;
    for (let k = 0; k < w.length; k++) largest = Math.max(largest, Math.abs(step.dw[k]) / (1 + Math.abs(w[k])));
    before.set(w);
    let accepted = false;
    for (let back_count = 0; back_count < BACKTRACKS_MAX_COUNT; back_count++, alpha /= 2) {
      for (let k = 0; k < w.length; k++) w[k] = before[k] + alpha * step.dw[k];
      at.f = scaled.functions(at.x);
      if (merit(zeta) <= psi + ARMIJO * alpha * descent) {
        accepted = true;
        break;
      }
    }
    if (!accepted) {
      w.set(before);
      at.f = scaled.functions(at.x);
    }
    at.evaluate();
    if (!accepted || largest < Math.max(STATIONARY, 1e-3 * mu)) {
      if (mu <= BARRIER_MIN) return { end: at.primalResidual() > 100 * tolerance ? 'stationary' : 'exhausted', steps_count };
      mu = Math.max(BARRIER_MIN, mu * BARRIER_DECAY);
    } else mu = Math.max(BARRIER_MIN, Math.min(mu, BARRIER_DECAY * at.primalResidual()));
  }
  return { end: 'exhausted', steps_count };
}

/** dψ/dα at 0: residuals times Jacobian times step, and the slope of barrier and nearness. */
function slopeOf(at: Iterate, step: Step, slope: Float64Array, mu: number, r: Float64Array): number {
  const { scaled } = at;
  const { n, lower, upper, jacobianG, jacobianH } = scaled;
  const { equalityPlaces: eq, inequalityPlaces: iq } = scaled.program;
  const { dw } = step;
  let sum = 0;
  for (let k = 0; k < jacobianG.length; k++) sum += scaled.g[eq.row[k]] * jacobianG[k] * dw[eq.column[k]];
  for (let k = 0; k < jacobianH.length; k++) sum += r[iq.row[k]] * jacobianH[k] * dw[iq.column[k]];
  for (let i = 0; i < r.length; i++) sum -= r[i] * dw[n + i];
  for (let k = 0; k < dw.length; k++) {
    let p = slope[k];
    if (lower[k] > -Infinity) p -= mu / (at.w[k] - lower[k]);
    if (upper[k] < Infinity) p += mu / (upper[k] - at.w[k]);
    sum += p * dw[k];
  }
  return sum;
}
