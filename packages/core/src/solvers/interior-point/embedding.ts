import { multiplyInto, symmetricMultiplyInto, transposeMultiplyInto } from '../../linalg/sparse.ts';
import type { ConeGroup } from './cone-group.ts';
import type { Kkt } from './kkt.ts';
import type { Point } from './point.ts';
import type { ScaledProgram } from './scaled-program.ts';

/** The least a first slack or multiplier is, outright and as a share of the mean positive part. */
const START_ROOM_MIN = 0.1;
const START_SHARE = 0.1;
/** Products s·z between these multiples of the target are near enough. */
const CENTRE_LOW = 0.1;
const CENTRE_HIGH = 10;
/** What a first step leaves of its right side: it only says how far to go and what the second has to correct. */
const PREDICTOR_FRAC = 1e-6;

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
 * one matrix K (see `Kkt`) and two right sides:  (Δx, −Δy) = d₁ + Δτ·(x, −y)/τ + Δτ·d₂.  Because the scaling direction
 * (x, −y)/τ is split off, every right side, Δs and the equation of Δτ are sums of residuals and of s·z:
 *
 *   K·d₁ = (h_x − η·r_d;  h_w/Θ or −η·r_e)             h_k = Σ σ·(r_c − η·z·r_s)/s
 *   K·d₂ = (f_x − r_d/τ;  f_w/Θ or −r_e/τ)             f_k = −Σ σ·z·(2 + r_s/s)/τ
 *   Δs   = σ·(v₁ + Δτ·v₂) + Δτ·(s + r_s)/τ + η·r_s
 *   Δτ·[κ/τ + ‖d₂‖²_P + Σ (z/s)·(v₂ + σ·(s + r_s)/τ)²] = r_k/τ − η·r_g + T/τ
 *   T    = r_dᵀd₁ − η·r_dᵀx + r_eᵀΔy₁ − η·r_eᵀy + Σ (r_c − η·z·r_s)·(1 + r_s/s) − Σ σ·(z·r_s/s)·v₁
 *
 * A residual ρ that K leaves in d₁ or d₂ (K is singular when the program has no solution) enters the equation of Δτ as
 * −ρᵀ(x; y_E)/τ on the right and ρᵀ(x/τ + Δx₂; y_E/τ + Δy₂) on the left, so that τ still falls as it must. Rows in
 * cones join with s, z = y and a matrix H instead of Σ s/z: see `ConeGroup`; here they pass as equality rows.
 *
 * | symbol | field | shape |
 * |---|---|---|
 * | r_d, r_e, r_s | rd, re, rs | n, m, sides |
 * | Θ_k = Σ z/s | theta | n + m |
 * | h, f | h, f2 | n + m |
 * | 1/s, z/s, r_s/s | inverse, weight, lag | sides |
 * | v of d₁, d₂ | v1, v2 | n + m |
 * | d₁, d₂ | d1, d2 | n + m |
 * @cost a step: one solve with K and its refinement; a factorisation: see `Kkt`
 * @source Andersen & Ye, On a homogeneous algorithm for the monotone complementarity problem, Math. Prog. 84 (1999);
 *   Mehrotra, On the implementation of a primal–dual interior point method, SIAM J. Optim. 2 (1992);
 *   Goulart & Chen, Clarabel (2024), section 3, for the quadratic term in the equation of τ
 */
export class Embedding {
  private readonly f: ScaledProgram;
  private readonly kkt: Kkt;
  private readonly cones: ConeGroup | undefined;
  readonly rd: Float64Array;
  readonly re: Float64Array;
  readonly rs: Float64Array;
  rg = 0;
  /** Of the point last measured, in the program's own units: |primal − dual objective| over 1 + the larger, as in `Certifier`. */
  gap = 0;
  private readonly px: Float64Array;
  private readonly bend: Float64Array;
  private readonly v: Float64Array;
  private readonly v1: Float64Array;
  private readonly v2: Float64Array;
  private readonly inverse: Float64Array;
  private readonly weight: Float64Array;
  private readonly lag: Float64Array;
  private readonly theta: Float64Array;
  private readonly f2: Float64Array;
  private readonly h: Float64Array;
  private readonly rhs: Float64Array;
  private readonly d1: Float64Array;
  private readonly d2: Float64Array;
  private readonly rc: Float64Array;
  /** What `recentreInto` adds to r_c and r_k; zero otherwise. */
  private readonly push: Float64Array;
  private pushTau = 0;
  private readonly work: Float64Array;
  private tauPivot = 1;

  constructor(f: ScaledProgram, kkt: Kkt, cones?: ConeGroup) {
    const { n, m, sidesMax_count, slab } = f;
    this.f = f;
    this.kkt = kkt;
    this.cones = cones;
    this.rd = slab.float64(n);
    this.re = slab.float64(m);
    this.rs = slab.float64(sidesMax_count);
    this.rc = slab.float64(sidesMax_count);
    this.push = slab.float64(sidesMax_count);
    this.px = slab.float64(n);
    this.bend = slab.float64(n);
    this.work = slab.float64(Math.max(n, m));
    this.v = slab.float64(n + m);
    this.v1 = slab.float64(n + m);
    this.v2 = slab.float64(n + m);
    this.inverse = slab.float64(sidesMax_count);
    this.weight = slab.float64(sidesMax_count);
    this.lag = slab.float64(sidesMax_count);
    this.theta = slab.float64(n + m);
    this.f2 = slab.float64(n + m);
    this.h = slab.float64(n + m);
    this.rhs = slab.float64(kkt.size);
    this.d1 = slab.float64(kkt.size);
    this.d2 = slab.float64(kkt.size);
  }

  /** Part of the longest step that suits the cones. */
  get boundary_frac(): number {
    return this.cones?.boundary_frac ?? 1;
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
    this.gap = this.f.gapOf((cx + (0.5 * xPx) / tau) / tau, (by - (0.5 * xPx) / tau) / tau);
    if (!this.cones) return (sz + tau * kappa) / (sides_count + 1);
    sz += this.cones.measure(at, re);
    return (sz + tau * kappa) / (sides_count + this.cones.degree + 1);
  }

  /** Factors K at a point and solves for d₂; false when the numbers are not finite. */
  factor(at: Point): boolean {
    const { n, m, p, isEquality, isFixed, rowScale, sideOf, sideSign, sides_count } = this.f;
    const { theta, inverse, weight, lag, f2, rhs, d2, v2, rd, re, rs, bend, kkt } = this;
    const { x, y, s, z, tau, kappa } = at;
    if (this.cones && !this.cones.scale(at)) return false;
    if (!this.factorMatrix(at)) return false;
    f2.fill(0);
    for (let q = 0; q < sides_count; q++) {
      lag[q] = rs[q] * inverse[q];
      f2[sideOf[q]] -= (sideSign[q] * z[q] * (2 + lag[q])) / tau;
    }
    for (let j = 0; j < n; j++) rhs[j] = isFixed[j] === 1 ? 0 : f2[j] - rd[j] / tau;
    for (let i = 0; i < m; i++) {
      const k = n + i;
      rhs[k] = isEquality[i] === 1 ? -re[i] / tau : rowScale[i] === 0 ? 0 : f2[k] / theta[k];
    }
    this.cones?.fillTau(at, rhs);
    kkt.solveInto(rhs, d2);
    this.activityInto(d2, f2, v2);

    let pivot = kappa / tau;
    if (p) {
      symmetricMultiplyInto(p, d2, bend);
      for (let j = 0; j < n; j++) pivot += d2[j] * bend[j];
    }
    for (let q = 0; q < sides_count; q++) {
      const away = v2[sideOf[q]] + (sideSign[q] * (s[q] + rs[q])) / tau;
      pivot += weight[q] * away * away;
    }
    if (this.cones) pivot += this.cones.pivotOf(at, d2);
    const { residual } = kkt;
    let unsolved = 0;
    for (let j = 0; j < n; j++) unsolved += residual[j] * (x[j] / tau + d2[j]);
    for (let i = 0; i < m; i++) if (isEquality[i] === 1) unsolved += residual[n + i] * (y[i] / tau - d2[n + i]);
    pivot += Math.max(0, unsolved); // Positive where K is singular; otherwise rounding of either sign.
    this.tauPivot = pivot;
    return pivot > 0 && pivot < Number.POSITIVE_INFINITY;
  }

  /** More regularisation from the next factor on, where this one gave no step; false when there is enough of it. */
  strengthen(): boolean {
    return this.kkt.strengthen();
  }

  /** 1/s, z/s and Θ of a point, and K with it. */
  private factorMatrix({ s, z }: Point): boolean {
    const { n, m, isEquality, isFixed, rowScale, sideOf, sides_count } = this.f;
    const { inverse, weight, theta, kkt } = this;
    theta.fill(0);
    for (let q = 0; q < sides_count; q++) {
      inverse[q] = 1 / s[q];
      weight[q] = z[q] * inverse[q];
      theta[sideOf[q]] += weight[q];
    }
    for (let j = 0; j < n; j++) kkt.diagonal[j] = isFixed[j] === 1 ? 1 : theta[j];
    for (let i = 0; i < m; i++) {
      kkt.diagonal[n + i] = isEquality[i] === 1 ? 0 : rowScale[i] === 0 ? -1 : -1 / theta[n + i];
    }
    if (this.cones && kkt.guard) this.cones.loadMatrix(kkt.diagonal, kkt.upper.values, kkt.guard);
    return kkt.factor();
  }

  /** v ← (x, A·x) of a solution of K on rows with sides: from Δy where the row presses (Θ > 1), from x where it is slack. */
  private activityInto(d: Float64Array, right: Float64Array, v: Float64Array): void {
    const { n, m } = this.f;
    const { rowStart, colIndex, values } = this.f.sided;
    const { theta } = this;
    for (let j = 0; j < n; j++) v[j] = d[j];
    for (let i = 0; i < m; i++) {
      const k = n + i;
      if (theta[k] > 1) v[k] = (right[k] + d[k]) / theta[k];
      else {
        let sum = 0;
        for (let p = rowStart[i]; p < rowStart[i + 1]; p++) sum += values[p] * d[colIndex[p]];
        v[k] = sum;
      }
    }
  }

  /**
   * The step with complementarity targets μ·centre − s·z − correction, residuals reduced by η.
   * @param predictor - a first step whose second-order error is corrected; undefined for the first step itself
   */
  stepInto(at: Point, step: Point, eta: number, centre: number, predictor: Point | undefined): void {
    const { n, m, isEquality, isFixed, rowScale, sideOf, sideSign, sides_count } = this.f;
    const { rd, re, rs, rc, push, inverse, weight, lag, theta, h, rhs, d1, d2, v1, v2 } = this;
    const { x, y, s, z, tau, kappa } = at;
    h.fill(0);
    let t = 0;
    for (let q = 0; q < sides_count; q++) {
      let target = centre - s[q] * z[q] + push[q];
      if (predictor) target -= predictor.s[q] * predictor.z[q];
      rc[q] = target;
      const pull = target - eta * z[q] * rs[q];
      h[sideOf[q]] += sideSign[q] * pull * inverse[q];
      t += pull * (1 + lag[q]);
    }
    const rk = centre - tau * kappa - (predictor ? predictor.tau * predictor.kappa : 0) + this.pushTau;
    for (let j = 0; j < n; j++) rhs[j] = isFixed[j] === 1 ? 0 : h[j] - eta * rd[j];
    for (let i = 0; i < m; i++) {
      const k = n + i;
      rhs[k] = isEquality[i] === 1 ? -eta * re[i] : rowScale[i] === 0 ? 0 : h[k] / theta[k];
    }
    if (this.cones) t += this.cones.fillStep(at, rhs, eta, centre, predictor !== undefined);
    this.kkt.solveInto(rhs, d1, predictor ? undefined : PREDICTOR_FRAC);
    this.activityInto(d1, h, v1);
    if (this.cones) t -= this.cones.residualAlong(d1);

    const { residual } = this.kkt;
    for (let j = 0; j < n; j++) t += rd[j] * (d1[j] - eta * x[j]) - residual[j] * x[j];
    for (let i = 0; i < m; i++) if (isEquality[i] === 1) t -= re[i] * (d1[n + i] + eta * y[i]) + residual[n + i] * y[i];
    for (let q = 0; q < sides_count; q++) t -= sideSign[q] * weight[q] * rs[q] * v1[sideOf[q]];
    const dTau = (rk / tau - eta * this.rg + t / tau) / this.tauPivot;

    const grow = dTau / tau;
    step.tau = dTau;
    step.kappa = (rk - kappa * dTau) / tau;
    for (let j = 0; j < n; j++) step.x[j] = d1[j] + dTau * d2[j] + grow * x[j];
    for (let i = 0; i < m; i++) {
      step.y[i] = isEquality[i] === 1 ? grow * y[i] - (d1[n + i] + dTau * d2[n + i]) : 0;
    }
    for (let q = 0; q < sides_count; q++) {
      const k = sideOf[q];
      const ds = sideSign[q] * (v1[k] + dTau * v2[k]) + grow * (s[q] + rs[q]) + eta * rs[q];
      const dz = (rc[q] - z[q] * ds) * inverse[q];
      step.s[q] = ds;
      step.z[q] = dz;
      if (k >= n) step.y[k - n] += sideSign[q] * dz;
    }
    this.cones?.finishStep(step);
  }

  /**
   * The step again, with other targets where s·z would be far from μ·centre at a longer α: it goes further, and leaves a
   * better centred point. Not for cones, whose correction belongs to the latest step.
   * @param step - from `stepInto` with the same η, centre and predictor
   * @source Gondzio, Multiple centrality corrections in a primal–dual method for linear programming, Comput. Optim.
   *   Appl. 6 (1996)
   */
  recentreInto(at: Point, step: Point, into: Point, eta: number, centre: number, predictor: Point | undefined, alpha: number): void {
    const { push } = this;
    const { sides_count } = this.f;
    for (let q = 0; q < sides_count; q++) {
      push[q] = towardsCentre((at.s[q] + alpha * step.s[q]) * (at.z[q] + alpha * step.z[q]), centre);
    }
    this.pushTau = towardsCentre((at.tau + alpha * step.tau) * (at.kappa + alpha * step.kappa), centre);
    this.stepInto(at, into, eta, centre, predictor);
    push.fill(0, 0, sides_count);
    this.pushTau = 0;
  }

  /** The longest step in [0, 1] that keeps s, z, τ, κ from becoming negative; of cones, only the latest step is known. */
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
    return this.cones ? this.cones.stepLength(at, step, alpha) : alpha;
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
    this.cones?.advance(at, step, alpha);
  }

  /**
   * A first point: minimises ½·xᵀPx + cᵀx + ½·Σ (v − β)², then moves all s and all z inside by one step each, so that no
   * product s·z starts far below the others.
   * @source Mehrotra (1992), section 7, with the two-sided rows of `Kkt`; the step as in Clarabel (2024)
   */
  start(at: Point): boolean {
    const { n, m, sides_count } = this.f;
    at.s.fill(1);
    at.z.fill(1);
    at.x.fill(0);
    at.y.fill(0);
    at.tau = 1;
    at.kappa = 1;
    this.cones?.scaleByOne();
    if (!this.factorMatrix(at)) return false;
    const { c, target, isEquality, rowScale, sideOf, sideSign, bound, isFixed } = this.f;
    const { h, rhs, d1, v1, theta } = this;
    h.fill(0);
    for (let q = 0; q < sides_count; q++) h[sideOf[q]] += bound[q];
    for (let j = 0; j < n; j++) rhs[j] = isFixed[j] === 1 ? 0 : h[j] - c[j];
    for (let i = 0; i < m; i++) {
      rhs[n + i] = isEquality[i] === 1 ? target[i] : rowScale[i] === 0 ? 0 : h[n + i] / theta[n + i];
    }
    this.kkt.solveInto(rhs, d1);
    this.activityInto(d1, h, v1);
    for (let j = 0; j < n; j++) at.x[j] = d1[j];
    for (let i = 0; i < m; i++) at.y[i] = isEquality[i] === 1 ? -d1[n + i] : 0;
    for (let q = 0; q < sides_count; q++) {
      at.s[q] = sideSign[q] * (v1[sideOf[q]] - bound[q]);
      at.z[q] = -at.s[q];
    }
    shiftInside(at.s, sides_count);
    shiftInside(at.z, sides_count);
    for (let q = 0; q < sides_count; q++) if (sideOf[q] >= n) at.y[sideOf[q] - n] += sideSign[q] * at.z[q];
    this.cones?.startAt(at, d1);
    return true;
  }
}

/** Adds one number to the first entries so that the smallest is well inside. */
function shiftInside(values: Float64Array, count: number): void {
  let smallest = Number.POSITIVE_INFINITY;
  let sum = 0;
  for (let q = 0; q < count; q++) {
    if (values[q] < smallest) smallest = values[q];
    if (values[q] > 0) sum += values[q];
  }
  const room = Math.max(START_ROOM_MIN, (START_SHARE * sum) / count);
  if (smallest < room) for (let q = 0; q < count; q++) values[q] += room - smallest;
}

/** What brings a product back into the band around its target, from above by no more than the band is wide. */
function towardsCentre(product: number, target: number): number {
  const low = CENTRE_LOW * target;
  const high = CENTRE_HIGH * target;
  return product < low ? low - product : product > high ? Math.max(high - product, -high) : 0;
}
