import type { Acceptance, Filter } from './filter.ts';
import type { Iterate } from './iterate.ts';
import type { Step } from './step.ts';

const TAU_MIN = 0.995;
const BACKTRACKS_MAX_COUNT = 30;
const CORRECTIONS_MAX_COUNT = 4;
/** A correction must bring the violation below this fraction of the one before to be followed by another. */
const CORRECTED_FRAC = 0.99;

/**
 * How far to go along a step: the fraction to the boundary, halved until the filter takes the point; once, when the first trial
 * raises the violation, with second-order corrections.
 * @source Wächter & Biegler (2006), sections 2.3 and 2.4
 */
export class LineSearch {
  /** Lengths chosen by the last search. */
  alpha = 0;
  alphaDual = 0;
  private readonly before: Float64Array;
  private readonly gBefore: Float64Array;
  private readonly g: Float64Array;
  private readonly r: Float64Array;
  private readonly kept: { readonly dw: Float64Array; readonly y: Float64Array; readonly lambda: Float64Array };
  private trialTheta = 0;
  private trialPhi = 0;

  constructor({ scaled }: Iterate) {
    const { n, mE, mI } = scaled;
    this.before = new Float64Array(n + mI);
    this.gBefore = new Float64Array(mE);
    this.g = new Float64Array(mE);
    this.r = new Float64Array(mI);
    this.kept = { dw: new Float64Array(n + mI), y: new Float64Array(mE), lambda: new Float64Array(mI) };
  }

  /**
   * Moves w along the step, or leaves it when no length is acceptable.
   * @param r - h − s at the iterate
   * @param theta, phi - violation and barrier function there
   */
  search(at: Iterate, step: Step, filter: Filter, mu: number, r: Float64Array, theta: number, phi: number): Acceptance | undefined {
    const { before } = this;
    const { scaled } = at;
    const tau = Math.max(TAU_MIN, 1 - mu);
    const slope = step.slopeAlong();
    this.alphaDual = step.dualStep(at, tau);
    this.alpha = step.primalStep(at, tau);
    before.set(at.w);
    this.gBefore.set(scaled.g);
    for (let back_count = 0; back_count < BACKTRACKS_MAX_COUNT; back_count++, this.alpha /= 2) {
      this.tryLength(at, step, this.alpha, mu);
      const accepted = filter.judge(theta, phi, slope, this.alpha, this.trialTheta, this.trialPhi);
      if (accepted !== undefined) return accepted;
      if (back_count > 0 || this.trialTheta < theta || !Number.isFinite(this.trialTheta)) continue;
      const corrected = this.correct(at, step, filter, mu, r, { theta, phi, slope, tau });
      if (corrected !== undefined) return corrected;
    }
    at.w.set(before);
    at.f = scaled.functions(at.x);
    return undefined;
  }

  /** Solves again, with the same factor, for the residuals that curvature left behind; as long as that helps. */
  private correct(
    at: Iterate,
    step: Step,
    filter: Filter,
    mu: number,
    r: Float64Array,
    from: { readonly theta: number; readonly phi: number; readonly slope: number; readonly tau: number },
  ): Acceptance | undefined {
    const { kept, alpha } = this;
    const { scaled, w } = at;
    const { n } = scaled;
    kept.dw.set(step.dw);
    kept.y.set(step.yNew);
    kept.lambda.set(step.lambdaNew);
    this.g.set(this.gBefore);
    this.r.set(r);
    let length = alpha;
    let least = Infinity;
    for (let count = 0; count < CORRECTIONS_MAX_COUNT && this.trialTheta < CORRECTED_FRAC * least; count++) {
      least = this.trialTheta;
      for (let i = 0; i < this.g.length; i++) this.g[i] = length * this.g[i] + scaled.g[i];
      for (let i = 0; i < r.length; i++) this.r[i] = length * this.r[i] + (scaled.h[i] - w[n + i]);
      w.set(this.before);
      if (!step.solve(at, mu, scaled.gradient, this.g, this.r)) break;
      length = step.primalStep(at, from.tau);
      this.tryLength(at, step, length, mu);
      const accepted = filter.judge(from.theta, from.phi, from.slope, alpha, this.trialTheta, this.trialPhi);
      if (accepted !== undefined) {
        this.alpha = length;
        return accepted;
      }
    }
    step.dw.set(kept.dw);
    step.yNew.set(kept.y);
    step.lambdaNew.set(kept.lambda);
    return undefined;
  }

  private tryLength(at: Iterate, { dw }: Step, alpha: number, mu: number): void {
    const { before } = this;
    for (let k = 0; k < before.length; k++) at.w[k] = before[k] + alpha * dw[k];
    at.f = at.scaled.functions(at.x);
    this.trialTheta = at.violation();
    this.trialPhi = at.f + mu * at.logBarrier();
  }
}
