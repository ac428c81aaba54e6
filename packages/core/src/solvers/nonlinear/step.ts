import type { Iterate } from './iterate.ts';
import type { CondensedSystem } from './kkt.ts';
import type { ScaledProgram } from './scaled.ts';

const SHIFT_FIRST = 1e-4;
const SHIFT_MIN = 1e-20;
const SHIFT_MAX = 1e40;
const GROWTH_FIRST = 100;
const GROWTH = 8;
const DECAY = 1 / 3;
const TRIALS_MAX_COUNT = 60;
const DEPENDENT_ROWS = 1e-8;
/** Curvature along a step, over its square, that counts as bending upwards. */
const CURVATURE_MIN = 1e-10;

/**
 * The primal–dual Newton step at an iterate for a barrier μ, with the Hessian shifted until the inertia is right.
 * @shape dw, dzLower, dzUpper (n + mI); yNew (mE); lambdaNew (mI)
 * @source Wächter & Biegler (2006), section 3.1 (inertia correction)
 */
export class Step {
  readonly dw: Float64Array;
  readonly dzLower: Float64Array;
  readonly dzUpper: Float64Array;
  readonly yNew: Float64Array;
  readonly lambdaNew: Float64Array;
  /** δ_w of the last factorisation. */
  shift = 0;
  /** The last factorisation has too many negative pivots: its steps are good only where `bendsUpwards`. */
  isUncertain = false;
  private readonly system: CondensedSystem;
  private readonly interrupted: () => boolean;
  private readonly scaled: ScaledProgram;
  private readonly sigma: Float64Array;
  private readonly weight: Float64Array;
  private readonly pull: Float64Array;
  private readonly right: Float64Array;
  private shiftLast = 0;
  private slackFactor = 0;

  /**
   * @param system - analysed for the pattern and the fixed variables of `scaled`
   * @param interrupted - polled before every factorisation; true makes it fail
   */
  constructor(scaled: ScaledProgram, system: CondensedSystem, interrupted: () => boolean) {
    const { n, mE, mI } = scaled;
    this.scaled = scaled;
    this.system = system;
    this.interrupted = interrupted;
    this.dw = new Float64Array(n + mI);
    this.dzLower = new Float64Array(n + mI);
    this.dzUpper = new Float64Array(n + mI);
    this.yNew = new Float64Array(mE);
    this.lambdaNew = new Float64Array(mI);
    this.sigma = new Float64Array(n + mI);
    this.weight = new Float64Array(mI);
    this.pull = new Float64Array(n + mI);
    this.right = new Float64Array(n + mE);
  }

  /**
   * Fills and factors at the iterate, whose derivatives are at hand; false when no shift helps.
   * @param trusts - leave the matrix as it is when its inertia is wrong, and say so by `isUncertain`
   */
  factor(at: Iterate, mu: number, trusts: boolean): boolean {
    const { scaled, sigma, weight, system } = this;
    const { n, mI } = scaled;
    scaled.curvature(at.x, at.y, at.lambda);
    this.fillSigma(at, 0);
    this.slackFactor = 0;
    for (let i = 0; i < mI; i++) weight[i] = sigma[n + i];
    system.fill(scaled.hessian, scaled.jacobianG, scaled.jacobianH, sigma, weight);
    return this.correctInertia(0, 0, DEPENDENT_ROWS * mu ** 0.25, trusts);
  }

  /** Shifts the matrix that `factor` left with a wrong inertia. */
  factorShifted(mu: number): boolean {
    return this.correctInertia(0, 0, DEPENDENT_ROWS * mu ** 0.25);
  }

  /**
   * Whether the step at hand is one of descent although the inertia was wrong: dwᵀ·(W + D)·dw > 0 over w = (x, s).
   * @source Chiang & Zavala, An inertia-free filter line-search algorithm, Comput. Optim. Appl. 64 (2016), section 3
   */
  bendsUpwards(): boolean {
    const { scaled, sigma, dw } = this;
    const { row, column } = scaled.program.hessianPlaces;
    const { hessian } = scaled;
    let curvature = 0;
    let square = 0;
    for (let k = 0; k < hessian.length; k++) curvature += (row[k] === column[k] ? 1 : 2) * hessian[k] * dw[row[k]] * dw[column[k]];
    for (let k = 0; k < dw.length; k++) curvature += sigma[k] * dw[k] * dw[k];
    for (let j = 0; j < scaled.n; j++) square += dw[j] * dw[j];
    return curvature >= CURVATURE_MIN * square;
  }

  /** After a solve that was not exact enough: the same matrix with a larger shift and softened rows. */
  factorFirmer(mu: number): boolean {
    const softened = DEPENDENT_ROWS * mu ** 0.25;
    return this.correctInertia(Math.max(SHIFT_FIRST, GROWTH * this.shift), softened, softened);
  }

  /** Curvature of the bounds: multiplier over distance. */
  private fillSigma({ w, zLower, zUpper }: Iterate, least: number): void {
    const { sigma } = this;
    const { lower, upper } = this.scaled;
    for (let k = 0; k < sigma.length; k++) {
      let s = least;
      if (lower[k] > -Infinity) s += zLower[k] / (w[k] - lower[k]);
      if (upper[k] < Infinity) s += zUpper[k] / (upper[k] - w[k]);
      sigma[k] = s;
    }
  }

  /** Raises δ_w until the inertia is right; δ_c becomes `softened` when the rows seem to depend on each other. */
  private correctInertia(shift: number, hard: number, softened: number, trusts = false): boolean {
    const { system } = this;
    let deltaC = hard;
    this.shift = shift;
    this.isUncertain = false;
    for (let trial_count = 0; trial_count < TRIALS_MAX_COUNT; trial_count++) {
      if (this.interrupted()) return false;
      const excess = system.factor(this.shift, deltaC);
      if (excess === 0) {
        if (this.shift > 0) this.shiftLast = this.shift;
        return true;
      }
      if (trusts && excess !== undefined && excess > 0) {
        this.isUncertain = true;
        return true;
      }
      // Broken down, or fewer negative pivots than rows: rows may depend on each other.
      if (excess === undefined || excess < 0) {
        if (deltaC < softened) {
          deltaC = softened;
          continue;
        }
      }
      if (this.shift === 0) this.shift = this.shiftLast === 0 ? SHIFT_FIRST : Math.max(SHIFT_MIN, this.shiftLast * DECAY);
      else this.shift *= this.shiftLast === 0 ? GROWTH_FIRST : GROWTH;
      if (this.shift > SHIFT_MAX) return false;
    }
    return false;
  }

  /** Factors for Newton steps towards feasibility: W = Σ c_i·∇²c_i + ζ·I, all rows softened by one. */
  factorFeasibility(at: Iterate, zeta: number, r: Float64Array): boolean {
    const { scaled, sigma, weight, system } = this;
    const { n, mI } = scaled;
    scaled.curvature(at.x, scaled.g, r, 0);
    this.fillSigma(at, zeta);
    this.slackFactor = 1;
    for (let i = 0; i < mI; i++) weight[i] = sigma[n + i] / (1 + sigma[n + i]);
    system.fill(scaled.hessian, scaled.jacobianG, scaled.jacobianH, sigma, weight);
    return this.correctInertia(0, 1, 1);
  }

  /**
   * Solves for the step with the factor at hand.
   * @param pull - slope of what is minimised, without the barrier, over w; default: the objective
   * @param g, r - residuals of the rows of g and of h − s to remove; r by row of h
   */
  solve(at: Iterate, mu: number, slope: Float64Array, g: Float64Array, r: Float64Array): boolean {
    const { scaled, sigma, weight, pull, right, dw, yNew, lambdaNew, slackFactor } = this;
    const { n, mE, mI, lower, upper } = scaled;
    const { row, column } = scaled.program.inequalityPlaces;
    const jh = scaled.jacobianH;
    for (let k = 0; k < pull.length; k++) {
      let p = k < slope.length ? slope[k] : 0;
      if (lower[k] > -Infinity) p -= mu / (at.w[k] - lower[k]);
      if (upper[k] < Infinity) p += mu / (upper[k] - at.w[k]);
      pull[k] = p;
    }
    for (let j = 0; j < n; j++) right[j] = -pull[j];
    for (let i = 0; i < mE; i++) right[n + i] = -g[i];
    // λ = weight·(Jh·Δx + r) + pull_s / (1 + slackFactor·σ)
    for (let i = 0; i < mI; i++) lambdaNew[i] = weight[i] * r[i] + pull[n + i] / (1 + slackFactor * sigma[n + i]);
    for (let k = 0; k < jh.length; k++) right[column[k]] -= jh[k] * lambdaNew[row[k]];
    if (!this.system.solveInto(right)) return false;
    for (let j = 0; j < n; j++) dw[j] = right[j];
    for (let i = 0; i < mE; i++) yNew[i] = right[n + i];
    for (let i = 0; i < mI; i++) dw[n + i] = r[i];
    for (let k = 0; k < jh.length; k++) dw[n + row[k]] += jh[k] * right[column[k]];
    for (let i = 0; i < mI; i++) {
      // dw holds Jh·Δx + r; the softened rows leave λ·slackFactor of it.
      const lambda = weight[i] * dw[n + i] + pull[n + i] / (1 + slackFactor * sigma[n + i]);
      lambdaNew[i] = lambda;
      if (slackFactor > 0) dw[n + i] -= slackFactor * lambda;
    }
    return true;
  }

  /** Steps of the bound multipliers that go with dw. */
  solveBoundMultipliers(at: Iterate, mu: number): void {
    const { dw, dzLower, dzUpper } = this;
    const { lower, upper } = this.scaled;
    for (let k = 0; k < dw.length; k++) {
      if (lower[k] > -Infinity) {
        const d = at.w[k] - lower[k];
        dzLower[k] = (mu - at.zLower[k] * dw[k]) / d - at.zLower[k];
      }
      if (upper[k] < Infinity) {
        const d = upper[k] - at.w[k];
        dzUpper[k] = (mu + at.zUpper[k] * dw[k]) / d - at.zUpper[k];
      }
    }
  }

  /** Σ multiplier × distance after the longest steps along dw and dz, with which no distance and no multiplier changes its sign. */
  complementarityAhead(at: Iterate): number {
    const { dw, dzLower, dzUpper } = this;
    const { lower, upper } = this.scaled;
    const alpha = this.primalStep(at, 1);
    const alphaDual = this.dualStep(at, 1);
    let sum = 0;
    for (let k = 0; k < dw.length; k++) {
      const w = at.w[k] + alpha * dw[k];
      if (lower[k] > -Infinity) sum += (w - lower[k]) * (at.zLower[k] + alphaDual * dzLower[k]);
      if (upper[k] < Infinity) sum += (upper[k] - w) * (at.zUpper[k] + alphaDual * dzUpper[k]);
    }
    return sum;
  }

  /** Largest step up to 1 that keeps the fraction 1 − τ of every distance to a bound. */
  primalStep(at: Iterate, tau: number): number {
    const { dw } = this;
    const { lower, upper } = this.scaled;
    let alpha = 1;
    for (let k = 0; k < dw.length; k++) {
      if (dw[k] < 0 && lower[k] > -Infinity) alpha = Math.min(alpha, (-tau * (at.w[k] - lower[k])) / dw[k]);
      if (dw[k] > 0 && upper[k] < Infinity) alpha = Math.min(alpha, (tau * (upper[k] - at.w[k])) / dw[k]);
    }
    return alpha;
  }

  dualStep(at: Iterate, tau: number): number {
    const { dzLower, dzUpper } = this;
    let alpha = 1;
    for (let k = 0; k < dzLower.length; k++) {
      if (dzLower[k] < 0) alpha = Math.min(alpha, (-tau * at.zLower[k]) / dzLower[k]);
      if (dzUpper[k] < 0) alpha = Math.min(alpha, (-tau * at.zUpper[k]) / dzUpper[k]);
    }
    return alpha;
  }

  /** Moves all multipliers of the iterate by this part of their steps. */
  takeMultipliers(at: Iterate, alpha: number): void {
    const { yNew, lambdaNew } = this;
    const { y, lambda } = at;
    this.takeBoundMultipliers(at, alpha);
    for (let i = 0; i < y.length; i++) y[i] += alpha * (yNew[i] - y[i]);
    for (let i = 0; i < lambda.length; i++) lambda[i] += alpha * (lambdaNew[i] - lambda[i]);
  }

  takeBoundMultipliers({ zLower, zUpper }: Iterate, alpha: number): void {
    const { dzLower, dzUpper } = this;
    for (let k = 0; k < zLower.length; k++) {
      zLower[k] += alpha * dzLower[k];
      zUpper[k] += alpha * dzUpper[k];
    }
  }

  /** Slope of the barrier function along dw, after `solve`. */
  slopeAlong(): number {
    let sum = 0;
    for (let k = 0; k < this.dw.length; k++) sum += this.pull[k] * this.dw[k];
    return sum;
  }
}
