import { multiplyInto, symmetricMultiplyInto, transposeMultiplyInto } from '../../linalg/sparse.ts';
import type { Kkt } from './kkt.ts';
import type { ScaledProgram } from './scaled-program.ts';

/** A point (or a step) of the homogeneous embedding. @shape x (n), y (m), s, z (sides) */
export class Point {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly s: Float64Array;
  readonly z: Float64Array;
  tau = 1;
  kappa = 1;

  constructor(n: number, m: number) {
    this.x = new Float64Array(n);
    this.y = new Float64Array(m);
    this.s = new Float64Array(2 * (n + m));
    this.z = new Float64Array(2 * (n + m));
  }

  copyFrom(other: Point): void {
    this.x.set(other.x);
    this.y.set(other.y);
    this.s.set(other.s);
    this.z.set(other.z);
    this.tau = other.tau;
    this.kappa = other.kappa;
  }
}

/**
 * The homogeneous embedding of a convex quadratic program and its Newton steps. With sides q (σ, β, k, see
 * `ScaledProgram`), v = (x, A·x), ν_k = Σ_{q on k} σ_q·z_q, and y_i = ν_{n+i} on inequality rows, the five equations are
 *
 *   r_d = P·x + c·τ − Aᵀy − ν_x                        = 0
 *   r_e = A_E·x − b·τ                                  = 0
 *   r_s = σ·(v − β·τ) − s                              = 0
 *   r_g = −xᵀPx/τ − cᵀx + bᵀy + Σ σ·β·z − κ           = 0
 *   s·z = μ,  τ·κ = μ                                 (μ → 0)
 *
 * τ > 0 in the limit gives the solution x/τ; κ > 0 gives a ray that proves the program infeasible or unbounded.
 *
 * A step aims at (1 − η) of the residuals, with s·Δz + z·Δs = r_c and τ·Δκ + κ·Δτ = r_k. Eliminating Δs, Δz leaves
 * one matrix K (see `Kkt`) and two right sides: (Δx, −Δy) = d₁ + Δτ·d₂, where d₂ belongs to (−c, b) and the bounds.
 *
 * | symbol | field | shape |
 * |---|---|---|
 * | r_d, r_e, r_s | rd, re, rs | n, m, sides |
 * | Θ_k = Σ z/s; g_k = Σ (z/s)·β | theta, g | n + m |
 * | h_k = Σ σ·(r_c − η·z·r_s)/s | h | n + m |
 * | v of x, d₁, d₂ | v, v1, v2 | n + m |
 * | d₁, d₂ | d1, d2 | n + m |
 * @cost a step: one solve with K and its refinement; a factorisation: see `Kkt`
 * @source Andersen & Ye, On a homogeneous algorithm for the monotone complementarity problem, Math. Prog. 84 (1999);
 *   Mehrotra, On the implementation of a primal–dual interior point method, SIAM J. Optim. 2 (1992);
 *   Goulart & Chen, Clarabel (2024), section 3, for the quadratic term in the equation of τ
 */
export class Embedding {
  private readonly f: ScaledProgram;
  private readonly kkt: Kkt;
  readonly rd: Float64Array;
  readonly re: Float64Array;
  readonly rs: Float64Array;
  rg = 0;
  private readonly px: Float64Array;
  private readonly bend: Float64Array;
  private readonly v: Float64Array;
  private readonly v1: Float64Array;
  private readonly v2: Float64Array;
  private readonly theta: Float64Array;
  private readonly g: Float64Array;
  private readonly h: Float64Array;
  private readonly rhs: Float64Array;
  private readonly d1: Float64Array;
  private readonly d2: Float64Array;
  private readonly rc: Float64Array;
  private readonly work: Float64Array;
  private tauPivot = 1;

  constructor(f: ScaledProgram, kkt: Kkt) {
    const { n, m } = f;
    this.f = f;
    this.kkt = kkt;
    this.rd = new Float64Array(n);
    this.re = new Float64Array(m);
    this.rs = new Float64Array(2 * (n + m));
    this.rc = new Float64Array(2 * (n + m));
    this.px = new Float64Array(n);
    this.bend = new Float64Array(n);
    this.work = new Float64Array(Math.max(n, m));
    this.v = new Float64Array(n + m);
    this.v1 = new Float64Array(n + m);
    this.v2 = new Float64Array(n + m);
    this.theta = new Float64Array(n + m);
    this.g = new Float64Array(n + m);
    this.h = new Float64Array(n + m);
    this.rhs = new Float64Array(n + m);
    this.d1 = new Float64Array(n + m);
    this.d2 = new Float64Array(n + m);
  }

  /** d₂ = (Δx, −Δy) of the latest factorisation. */
  get costDirection(): Float64Array {
    return this.d2;
  }

  /** Residuals of the five equations at a point; returns μ. */
  measure(at: Point): number {
    const { n, m, p, a, c, target, isEquality, sideOf, sideSign, bound, sides_count } = this.f;
    const { rd, re, rs, px, v, work } = this;
    const { x, y, s, z, tau, kappa } = at;
    v.set(x);
    multiplyInto(a, x, work);
    for (let i = 0; i < m; i++) {
      v[n + i] = work[i];
      re[i] = isEquality[i] === 1 ? work[i] - target[i] * tau : 0;
    }
    if (p) symmetricMultiplyInto(p, x, px);
    transposeMultiplyInto(a, y, rd, -1);
    let cx = 0;
    let xPx = 0;
    let by = 0;
    for (let j = 0; j < n; j++) {
      rd[j] += px[j] + c[j] * tau;
      cx += c[j] * x[j];
      xPx += px[j] * x[j];
    }
    for (let i = 0; i < m; i++) by += target[i] * y[i];
    let sz = 0;
    for (let q = 0; q < sides_count; q++) {
      const k = sideOf[q];
      rs[q] = sideSign[q] * (v[k] - bound[q] * tau) - s[q];
      if (k < n) rd[k] -= sideSign[q] * z[q];
      by += sideSign[q] * bound[q] * z[q];
      sz += s[q] * z[q];
    }
    this.rg = by - cx - xPx / tau - kappa;
    return (sz + tau * kappa) / (sides_count + 1);
  }

  /** Factors K at a point and solves for d₂; false when the numbers are not finite. */
  factor(at: Point): boolean {
    const { n, m, c, target, isEquality, isFixed, rowScale, sideOf, bound, sides_count } = this.f;
    const { theta, g, rhs, d2, v2, bend, kkt } = this;
    const { s, z, x, tau, kappa } = at;
    theta.fill(0);
    g.fill(0);
    for (let q = 0; q < sides_count; q++) {
      const weight = z[q] / s[q];
      theta[sideOf[q]] += weight;
      g[sideOf[q]] += weight * bound[q];
    }
    for (let j = 0; j < n; j++) {
      kkt.diagonal[j] = isFixed[j] === 1 ? 1 : theta[j];
      rhs[j] = isFixed[j] === 1 ? 0 : g[j] - c[j];
    }
    for (let i = 0; i < m; i++) {
      const k = n + i;
      kkt.diagonal[k] = isEquality[i] === 1 ? 0 : rowScale[i] === 0 ? -1 : -1 / theta[k];
      rhs[k] = isEquality[i] === 1 ? target[i] : rowScale[i] === 0 ? 0 : g[k] / theta[k];
    }
    if (!kkt.factor()) return false;
    kkt.solveInto(rhs, d2);
    this.activityInto(d2, g, v2);

    // −pᵀd₂ + … + κ/τ as a sum of squares: never negative.
    let pivot = kappa / tau;
    if (this.f.p) {
      const { work } = this;
      for (let j = 0; j < n; j++) work[j] = d2[j] - x[j] / tau;
      symmetricMultiplyInto(this.f.p, work, bend);
      for (let j = 0; j < n; j++) pivot += work[j] * bend[j];
    }
    for (let q = 0; q < sides_count; q++) {
      const away = v2[sideOf[q]] - bound[q];
      pivot += (z[q] / s[q]) * away * away;
    }
    this.tauPivot = pivot;
    return pivot > 0 && pivot < Number.POSITIVE_INFINITY;
  }

  /** v ← (x, A·x) of a solution of K: from Δy where the row presses (Θ > 1), from x where it is slack. */
  private activityInto(d: Float64Array, right: Float64Array, v: Float64Array): void {
    const { n, m, a, isEquality, rowScale } = this.f;
    const { theta, work } = this;
    for (let j = 0; j < n; j++) v[j] = d[j];
    multiplyInto(a, d, work);
    for (let i = 0; i < m; i++) {
      const k = n + i;
      const presses = theta[k] > 1 && isEquality[i] === 0 && rowScale[i] !== 0;
      v[k] = presses ? (right[k] + d[k]) / theta[k] : work[i];
    }
  }

  /**
   * The step with complementarity targets μ·centre − s·z − correction, residuals reduced by η.
   * @param predictor - a first step whose second-order error is corrected; undefined for the first step itself
   */
  stepInto(at: Point, step: Point, eta: number, centre: number, predictor: Point | undefined): void {
    const { n, m, c, target, isEquality, isFixed, rowScale, sideOf, sideSign, bound, sides_count } = this.f;
    const { rd, re, rs, rc, theta, g, h, rhs, d1, d2, v1, v2, px } = this;
    const { s, z, tau, kappa } = at;
    h.fill(0);
    let a0 = 0;
    for (let q = 0; q < sides_count; q++) {
      const error = predictor ? predictor.s[q] * predictor.z[q] : 0;
      rc[q] = centre - s[q] * z[q] - error;
      const push = sideSign[q] * ((rc[q] - eta * z[q] * rs[q]) / s[q]);
      h[sideOf[q]] += push;
      a0 += bound[q] * push;
    }
    const rk = centre - tau * kappa - (predictor ? predictor.tau * predictor.kappa : 0);
    for (let j = 0; j < n; j++) rhs[j] = isFixed[j] === 1 ? 0 : h[j] - eta * rd[j];
    for (let i = 0; i < m; i++) {
      const k = n + i;
      rhs[k] = isEquality[i] === 1 ? -eta * re[i] : rowScale[i] === 0 ? 0 : h[k] / theta[k];
    }
    this.kkt.solveInto(rhs, d1);
    this.activityInto(d1, h, v1);

    let top = rk / tau - eta * this.rg - a0;
    for (let j = 0; j < n; j++) top += (c[j] + (2 * px[j]) / tau) * d1[j];
    for (let i = 0; i < m; i++) top += target[i] * d1[n + i];
    for (let k = 0; k < n + m; k++) top += g[k] * v1[k];
    const dTau = top / this.tauPivot;

    step.tau = dTau;
    step.kappa = (rk - kappa * dTau) / tau;
    for (let j = 0; j < n; j++) step.x[j] = d1[j] + dTau * d2[j];
    for (let i = 0; i < m; i++) step.y[i] = isEquality[i] === 1 ? -(d1[n + i] + dTau * d2[n + i]) : 0;
    for (let q = 0; q < sides_count; q++) {
      const k = sideOf[q];
      const ds = sideSign[q] * (v1[k] + dTau * (v2[k] - bound[q])) + eta * rs[q];
      const dz = (rc[q] - z[q] * ds) / s[q];
      step.s[q] = ds;
      step.z[q] = dz;
      if (k >= n) step.y[k - n] += sideSign[q] * dz;
    }
  }

  /** The longest step in [0, 1] that keeps s, z, τ, κ from becoming negative. */
  stepLength(at: Point, step: Point): number {
    let alpha = 1;
    if (step.tau < 0) alpha = Math.min(alpha, -at.tau / step.tau);
    if (step.kappa < 0) alpha = Math.min(alpha, -at.kappa / step.kappa);
    for (let q = 0; q < this.f.sides_count; q++) {
      const ds = step.s[q];
      const dz = step.z[q];
      if (ds < 0 && alpha * -ds > at.s[q]) alpha = at.s[q] / -ds;
      if (dz < 0 && alpha * -dz > at.z[q]) alpha = at.z[q] / -dz;
    }
    return alpha;
  }

  /** at ← at + α·step; y of inequality rows is read off their sides again, so that it never drifts. */
  advance(at: Point, step: Point, alpha: number): void {
    const { n, m, isEquality, sideOf, sideSign, sides_count } = this.f;
    for (let j = 0; j < n; j++) at.x[j] += alpha * step.x[j];
    for (let i = 0; i < m; i++) at.y[i] = isEquality[i] === 1 ? at.y[i] + alpha * step.y[i] : 0;
    for (let q = 0; q < sides_count; q++) {
      at.s[q] += alpha * step.s[q];
      at.z[q] += alpha * step.z[q];
      const k = sideOf[q];
      if (k >= n) at.y[k - n] += sideSign[q] * at.z[q];
    }
    at.tau += alpha * step.tau;
    at.kappa += alpha * step.kappa;
  }

  /**
   * A first point: minimises ½·xᵀPx + cᵀx + ½·Σ (v − β)², then pushes s and z inside.
   * @source Mehrotra (1992), section 7, with the two-sided rows of `Kkt`
   */
  start(at: Point): boolean {
    const { n, m, sides_count } = this.f;
    at.s.fill(1);
    at.z.fill(1);
    at.x.fill(0);
    at.y.fill(0);
    at.tau = 1;
    at.kappa = 1;
    if (!this.factor(at)) return false;
    for (let j = 0; j < n; j++) at.x[j] = this.d2[j];
    for (let i = 0; i < m; i++) at.y[i] = this.f.isEquality[i] === 1 ? -this.d2[n + i] : 0;
    const { sideOf, sideSign, bound } = this.f;
    for (let q = 0; q < sides_count; q++) {
      const k = sideOf[q];
      const room = sideSign[q] * (this.v2[k] - bound[q]);
      at.s[q] = Math.max(room, 1);
      at.z[q] = Math.max(-room, 1);
      if (k >= n) at.y[k - n] += sideSign[q] * at.z[q];
    }
    return true;
  }
}
