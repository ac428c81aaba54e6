import type { Filter } from './filter.ts';
import type { Iterate } from './iterate.ts';
import type { Step } from './step.ts';

const STEPS_MAX_COUNT = 120;
const MU_MAX = 0.1;
const MU_MIN = 1e-14;
/** μ begins at this fraction of the mean square of the violation per bound, and falls as in the barrier method. */
const MU_START_FRAC = 0.1;
/** One that is to be left soon keeps away from the bounds: μ at least the outer one and this fraction of the violation. */
const MU_WIDE_FRAC = 1e-2;
const MU_DECAY = 0.2;
const MU_POWER = 1.5;
const ERROR_FACTOR = 10;
/** Weight of staying near, relative to the square root of μ. */
const NEARNESS = 1e-3;
const NEARNESS_MIN = 1e-10;
const ARMIJO = 1e-4;
const BACKTRACKS_MAX_COUNT = 40;
const TAU = 0.99;
/** The violation is stationary when its gradient is below this fraction of it and the barrier below that of ½‖c‖², */
const STATIONARY_FRAC = 1e-5;
const STATIONARY_BARRIER_FRAC = 1e-3;
/** or when ½‖c‖² has not fallen to this fraction in so many steps; the barrier is lowered meanwhile. */
const STAGNANT_FRAC = 0.999;
const STAGNANT_MAX_COUNT = 20;
const STAGNANT_LOWERS_COUNT = 4;
/** or, when the steps run out, it has not fallen to this fraction in the second half of them. */
const SLOW_FRAC = 0.5;

export type RestorationEnd = 'restored' | 'stationary' | 'exhausted';

export interface RestorationOptions {
  /** μ of the barrier function that the filter compares. */
  readonly muOuter: number;
  readonly tolerance: number;
  /** The violation must fall to this fraction before the way back is tried; 0 insists on a feasible or a stationary point. */
  readonly enough_frac: number;
  /** Called before each step; true ends the walk. */
  readonly tick: () => boolean;
}

/**
 * Walks towards feasibility: primal–dual Newton steps on ½‖(g, h − s)‖² with a log barrier on all bounds and a small pull back,
 *
 *   ψ(w) = ½·‖c(w)‖² − μ·Σ log d(w) + ζ/2·‖w − w₀‖²
 *
 * Ends where violation and barrier function satisfy the filter, or at a stationary point of the violation. Overwrites the
 * multipliers of the bounds, which mean something else here.
 * @cost one factorisation per step, with the matrix pattern of the Newton step
 * @source after Wächter & Biegler (2006), section 3.3, with the least squares in place of the 1-norm
 */
export function restore(at: Iterate, step: Step, filter: Filter, options: RestorationOptions): RestorationEnd {
  const { muOuter, tolerance, enough_frac, tick } = options;
  const { scaled, w } = at;
  const { n, mI, g, h } = scaled;
  const start = w.slice();
  const before = w.slice();
  const slope = new Float64Array(w.length);
  const gradient = new Float64Array(w.length);
  const r = new Float64Array(mI);
  const thetaStart = at.violation();
  const bounds_count = Math.max(1, at.bounds_count());
  const muSmall = Math.max(MU_MIN, Math.min(MU_MAX, (MU_START_FRAC * halfSquare(at)) / bounds_count));
  let mu = enough_frac > 0 ? Math.max(muOuter, muSmall, Math.min(MU_MAX, MU_WIDE_FRAC * at.primalResidual())) : muSmall;
  at.centreMultipliers(mu, 1);
  let least = Infinity;
  let halfway = Infinity;
  let stagnant_count = 0;
  const stuck = (): RestorationEnd => (at.primalResidual() > 100 * tolerance ? 'stationary' : 'exhausted');
  for (let step_count = 0; step_count < STEPS_MAX_COUNT; step_count++) {
    if (tick()) return 'exhausted';
    const isEnough = step_count > 0 && at.violation() <= enough_frac * thetaStart;
    if (isEnough && filter.allows(at.violation(), at.f + muOuter * at.logBarrier())) return 'restored';
    const primal = at.primalResidual();
    if (primal <= tolerance) return 'restored';

    for (let i = 0; i < mI; i++) r[i] = h[i] - w[n + i];
    let zeta = NEARNESS * Math.sqrt(mu) + NEARNESS_MIN;
    gradientInto(at, r, start, zeta, gradient);
    const error = Math.max(stationarity(at, gradient), at.offCentre(mu));
    const half = halfSquare(at);
    if (error <= STATIONARY_FRAC * primal && mu * bounds_count <= STATIONARY_BARRIER_FRAC * half) return stuck();
    stagnant_count = half > STAGNANT_FRAC * least ? stagnant_count + 1 : 0;
    least = Math.min(least, half);
    if (step_count === STEPS_MAX_COUNT / 2) halfway = half;
    if (stagnant_count > STAGNANT_MAX_COUNT) return enough_frac > 0 ? 'exhausted' : stuck();
    const isStagnant = stagnant_count > 0 && stagnant_count % STAGNANT_LOWERS_COUNT === 0;
    if (error <= ERROR_FACTOR * mu || isStagnant) {
      mu = Math.max(MU_MIN, Math.min(MU_DECAY * mu, mu ** MU_POWER));
      zeta = NEARNESS * Math.sqrt(mu) + NEARNESS_MIN;
      gradientInto(at, r, start, zeta, gradient);
    }
    for (let k = 0; k < w.length; k++) slope[k] = zeta * (w[k] - start[k]);
    if (!step.factorFeasibility(at, zeta, r) || !step.solve(at, mu, slope, g, r)) return 'exhausted';
    step.solveBoundMultipliers(at, mu);
    const psi = merit(at, start, mu, zeta);
    const descent = barrierSlope(at, step, gradient, mu);
    let alpha = step.primalStep(at, TAU);
    const alphaDual = step.dualStep(at, TAU);
    before.set(w);
    let accepted = false;
    for (let back_count = 0; back_count < BACKTRACKS_MAX_COUNT && !accepted; back_count++, alpha /= 2) {
      for (let k = 0; k < w.length; k++) w[k] = before[k] + alpha * step.dw[k];
      at.f = scaled.functions(at.x);
      const rounding = 10 * Number.EPSILON * Math.abs(psi);
      accepted = merit(at, start, mu, zeta) <= psi + ARMIJO * alpha * descent + rounding;
    }
    if (!accepted) {
      w.set(before);
      at.evaluate();
      // Rounding ends this barrier problem.
      if (mu <= MU_MIN) return stuck();
      mu = Math.max(MU_MIN, MU_DECAY * mu);
      at.centreMultipliers(mu, 1);
      continue;
    }
    step.takeBoundMultipliers(at, alphaDual);
    at.centreMultipliers(mu);
    at.evaluate();
  }
  return enough_frac === 0 && halfSquare(at) > SLOW_FRAC * halfway ? stuck() : 'exhausted';
}

/** ½‖c‖² of the functions at hand. */
function halfSquare({ scaled: { g, h, n }, w }: Iterate): number {
  let sum = 0;
  for (let i = 0; i < g.length; i++) sum += g[i] * g[i];
  for (let i = 0; i < h.length; i++) sum += (h[i] - w[n + i]) ** 2;
  return 0.5 * sum;
}

function merit(at: Iterate, start: Float64Array, mu: number, zeta: number): number {
  const { w } = at;
  let near = 0;
  for (let k = 0; k < w.length; k++) near += (w[k] - start[k]) ** 2;
  return halfSquare(at) + mu * at.logBarrier() + 0.5 * zeta * near;
}

/** Jᵀ·c + ζ·(w − w₀) over w = (x, s). Fixed variables do not count. */
function gradientInto({ scaled, w }: Iterate, r: Float64Array, start: Float64Array, zeta: number, out: Float64Array): void {
  const { n, g, jacobianG, jacobianH, fixed } = scaled;
  const { equalityPlaces: eq, inequalityPlaces: iq } = scaled.program;
  for (let k = 0; k < out.length; k++) out[k] = zeta * (w[k] - start[k]);
  for (let k = 0; k < jacobianG.length; k++) out[eq.column[k]] += g[eq.row[k]] * jacobianG[k];
  for (let k = 0; k < jacobianH.length; k++) out[iq.column[k]] += r[iq.row[k]] * jacobianH[k];
  for (let i = 0; i < r.length; i++) out[n + i] -= r[i];
  for (let j = 0; j < n; j++) if (fixed[j]) out[j] = 0;
}

/** ‖gradient − z‖∞ */
function stationarity({ zLower, zUpper }: Iterate, gradient: Float64Array): number {
  let worst = 0;
  for (let k = 0; k < gradient.length; k++) worst = Math.max(worst, Math.abs(gradient[k] - zLower[k] + zUpper[k]));
  return worst;
}

/** dψ/dα at 0. */
function barrierSlope({ w, scaled: { lower, upper } }: Iterate, { dw }: Step, gradient: Float64Array, mu: number): number {
  let sum = 0;
  for (let k = 0; k < dw.length; k++) {
    let p = gradient[k];
    if (lower[k] > -Infinity) p -= mu / (w[k] - lower[k]);
    if (upper[k] < Infinity) p += mu / (upper[k] - w[k]);
    sum += p * dw[k];
  }
  return sum;
}
