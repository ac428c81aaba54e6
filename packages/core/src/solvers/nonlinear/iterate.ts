import type { NonlinearPoint } from './program.ts';
import type { ScaledProgram } from './scaled.ts';

/** How far inside its bounds the start is moved: relative to the bound, and at most this part of the range. */
const PUSH = 1e-2;
/** The same for a warm start, and the least product of multiplier and distance there. */
const PUSH_WARM = 1e-4;
const PRODUCT_WARM = 1e-5;
/** With a tolerance of 1e-7, a dual residual of 1e-11 of its terms is rounding of the Newton solves. */
const ROUNDING_FRAC = 1e-4;
/** Multipliers stay within this factor of μ over the distance to their bound. */
const SPREAD_MAX = 1e10;

/**
 * A point of the iteration: w = (x, s), multipliers of rows and of bounds, and the functions there.
 * @shape w, zLower, zUpper (n + mI); x shares memory with w; y (mE); lambda (mI)
 */
export class Iterate {
  readonly scaled: ScaledProgram;
  readonly w: Float64Array;
  readonly x: Float64Array;
  readonly zLower: Float64Array;
  readonly zUpper: Float64Array;
  readonly y: Float64Array;
  readonly lambda: Float64Array;
  f = 0;
  private readonly residual: Float64Array;
  private readonly sizes: Float64Array;

  constructor(scaled: ScaledProgram) {
    const { n, mE, mI } = scaled;
    this.scaled = scaled;
    this.w = new Float64Array(n + mI);
    this.x = this.w.subarray(0, n);
    this.zLower = new Float64Array(n + mI);
    this.zUpper = new Float64Array(n + mI);
    this.y = new Float64Array(mE);
    this.lambda = new Float64Array(mI);
    this.residual = new Float64Array(n);
    this.sizes = new Float64Array(n);
  }

  /** Inside the bounds near x, with multipliers of one for all bounds and none for the rows. */
  start(x: Float64Array): void {
    this.moveInside(x, PUSH);
    const { zLower, zUpper } = this;
    const { lower, upper } = this.scaled;
    for (let k = 0; k < zLower.length; k++) {
      zLower[k] = lower[k] > Number.NEGATIVE_INFINITY ? 1 : 0;
      zUpper[k] = upper[k] < Number.POSITIVE_INFINITY ? 1 : 0;
    }
  }

  /**
   * Near the answer of a neighbouring problem: less far inside the bounds, with its multipliers. No product of multiplier and
   * distance starts below PRODUCT_WARM, so that a limit that is active only now has a multiplier that can grow.
   * @source after Wächter & Biegler's warm start in Ipopt; the least product is ours (measured: reference/opf, 24 hours)
   */
  startWarm(point: NonlinearPoint): void {
    this.moveInside(point.x, PUSH_WARM);
    const { scaled, w, y, lambda, zLower, zUpper } = this;
    const { n, lower, upper, scaleF, scaleG, scaleH } = scaled;
    for (let i = 0; i < y.length; i++) y[i] = (point.equalityDual[i] * scaleF) / scaleG[i];
    for (let i = 0; i < lambda.length; i++) lambda[i] = (point.inequalityDual[i] * scaleF) / scaleH[i];
    for (let k = 0; k < w.length; k++) {
      const z = k < n ? point.boundDual[k] * scaleF : -lambda[k - n];
      zLower[k] = lower[k] > -Infinity ? Math.max(z, PRODUCT_WARM / (w[k] - lower[k])) : 0;
      zUpper[k] = upper[k] < Infinity ? Math.max(-z, PRODUCT_WARM / (upper[k] - w[k])) : 0;
    }
  }

  private moveInside(x: Float64Array, push_frac: number): void {
    const { scaled, w } = this;
    const { n, mI, lower, upper } = scaled;
    w.set(x);
    for (let j = 0; j < n; j++) {
      if (scaled.fixed[j]) w[j] = scaled.program.lower[j];
      else w[j] = inside(w[j], lower[j], upper[j], push_frac);
    }
    this.f = scaled.functions(this.x);
    for (let i = 0; i < mI; i++) w[n + i] = inside(scaled.h[i], lower[n + i], upper[n + i], push_frac);
  }

  /** Functions and derivatives at w. */
  evaluate(): void {
    this.f = this.scaled.functions(this.x);
    this.scaled.derivatives(this.x);
  }

  /** Number of finite bounds. */
  bounds_count(): number {
    const { lower, upper } = this.scaled;
    let count = 0;
    for (let k = 0; k < lower.length; k++) count += (lower[k] > -Infinity ? 1 : 0) + (upper[k] < Infinity ? 1 : 0);
    return count;
  }

  /** Sum and least of multiplier × distance. */
  complementarity(): { readonly sum: number; readonly least: number; readonly largest: number } {
    const { w, zLower, zUpper } = this;
    const { lower, upper } = this.scaled;
    let sum = 0;
    let least = Number.POSITIVE_INFINITY;
    let largest = 0;
    for (let k = 0; k < w.length; k++) {
      if (lower[k] > -Infinity) {
        const product = zLower[k] * (w[k] - lower[k]);
        sum += product;
        least = Math.min(least, product);
        largest = Math.max(largest, product);
      }
      if (upper[k] < Infinity) {
        const product = zUpper[k] * (upper[k] - w[k]);
        sum += product;
        least = Math.min(least, product);
        largest = Math.max(largest, product);
      }
    }
    return { sum, least, largest };
  }

  /** Largest |z·d − μ|. */
  offCentre(mu: number): number {
    const { w, zLower, zUpper } = this;
    const { lower, upper } = this.scaled;
    let worst = 0;
    for (let k = 0; k < w.length; k++) {
      if (lower[k] > -Infinity) worst = Math.max(worst, Math.abs(zLower[k] * (w[k] - lower[k]) - mu));
      if (upper[k] < Infinity) worst = Math.max(worst, Math.abs(zUpper[k] * (upper[k] - w[k]) - mu));
    }
    return worst;
  }

  /** θ: ‖g‖₁ + ‖h − s‖₁ of the functions at hand. */
  violation(): number {
    const { g, h, n } = this.scaled;
    let sum = 0;
    for (let i = 0; i < g.length; i++) sum += Math.abs(g[i]);
    for (let i = 0; i < h.length; i++) sum += Math.abs(h[i] - this.w[n + i]);
    return sum;
  }

  primalResidual(): number {
    const { g, h, n } = this.scaled;
    let worst = 0;
    for (let i = 0; i < g.length; i++) worst = Math.max(worst, Math.abs(g[i]));
    for (let i = 0; i < h.length; i++) worst = Math.max(worst, Math.abs(h[i] - this.w[n + i]));
    return worst;
  }

  /**
   * ‖∇f + Jgᵀ·y + Jhᵀ·λ − z‖∞ and, for the slacks, ‖−λ − z‖∞. A residual counts less where its terms are so large that rounding
   * alone makes one: by 1 + ROUNDING_FRAC·(sum of their sizes).
   */
  dualResidual(): number {
    const { scaled, residual, sizes, zLower, zUpper, lambda } = this;
    const { n, mI, fixed } = scaled;
    scaled.lagrangianGradientInto(this.y, lambda, residual, sizes);
    let worst = 0;
    for (let j = 0; j < n; j++) {
      if (!fixed[j]) worst = Math.max(worst, Math.abs(residual[j] - zLower[j] + zUpper[j]) / (1 + ROUNDING_FRAC * sizes[j]));
    }
    for (let i = 0; i < mI; i++) worst = Math.max(worst, Math.abs(-lambda[i] - zLower[n + i] + zUpper[n + i]));
    return worst;
  }

  /** −Σ log of the distances to all bounds; NaN outside. */
  logBarrier(): number {
    const { w } = this;
    const { lower, upper } = this.scaled;
    let sum = 0;
    for (let k = 0; k < w.length; k++) {
      if (lower[k] > -Infinity) sum -= Math.log(w[k] - lower[k]);
      if (upper[k] < Infinity) sum -= Math.log(upper[k] - w[k]);
    }
    return sum;
  }

  /** Keeps the multipliers of bounds near μ over the distance, as the primal–dual Hessian needs it. */
  centreMultipliers(mu: number, spread = SPREAD_MAX): void {
    const { w, zLower, zUpper } = this;
    const { lower, upper } = this.scaled;
    for (let k = 0; k < w.length; k++) {
      if (lower[k] > -Infinity) zLower[k] = clamped(zLower[k], mu / (w[k] - lower[k]), spread);
      if (upper[k] < Infinity) zUpper[k] = clamped(zUpper[k], mu / (upper[k] - w[k]), spread);
    }
  }
}

const clamped = (z: number, centre: number, spread: number): number => Math.max(centre / spread, Math.min(z, centre * spread));

function inside(value: number, lower: number, upper: number, push_frac: number): number {
  const room = upper - lower;
  const pushLower = Math.min(push_frac * Math.max(1, Math.abs(lower)), push_frac * room);
  const pushUpper = Math.min(push_frac * Math.max(1, Math.abs(upper)), push_frac * room);
  let moved = value;
  if (lower > -Infinity) moved = Math.max(moved, lower + pushLower);
  if (upper < Infinity) moved = Math.min(moved, upper - pushUpper);
  return moved;
}
