import { denseLuSolve } from '../../linalg/dense.ts';
import { freedom, type RegionSet } from './region-set.ts';

const ITERATIONS_MAX_COUNT = 50;
/** A row of the subproblem is met to this, in per unit. */
const TOLERANCE_PU = 1e-13;
const ARMIJO_FRAC = 1e-4;
const HALVINGS_MAX_COUNT = 12;
/** Keeps the Newton matrix regular where all resources stand at corners; relative to its trace. */
const SHIFT_FRAC = 1e-12;

/** Linear functions r_k(u) = Σ_d G_kd·u_d + offset_k with the range of their multiplier. @shape gradient (2 × resources): p of all, q of all */
export interface LinearRow {
  readonly gradient: Float64Array;
  readonly offset: number;
  readonly lambdaMin: number;
  readonly lambdaMax: number;
}

/**
 * The resources' answer nearest to where they want to be:
 *
 *   min_u Σ_k support_k(r_k(u)) + Σ_d ω_d/2·‖u_d − r_d‖²   over u_d in region d,
 *
 * where support_k(r) = max λ·r over the row's range of λ: w·|r| for ±w, a limit r ≤ 0 for [0, ∞). By duality every resource answers to
 * the multipliers by itself, u_d(λ) = Π_d(r_d − Σ_k λ_k·G_kd/ω_d), and the concave dual, whose gradient is r(u(λ)), is climbed
 * by a semismooth Newton method in as many variables as there are rows.
 * @unit per unit
 * @cost O(rows²·resources) per iteration, 5 to 20 iterations
 * @source Rockafellar, Wets, Variational Analysis (1998), 11.50 (duality); Qi, Sun, Math. Program. 58 (1993) (semismooth Newton)
 */
export class NearestResponse {
  /** The answer. @shape per resource */
  readonly p: Float64Array;
  readonly q: Float64Array;
  /** @shape per row */
  lambda = new Float64Array(0);
  private readonly regions: RegionSet;
  private readonly nearP: Float64Array;
  private readonly nearQ: Float64Array;
  private readonly weight: Float64Array;
  private residual = new Float64Array(0);
  private hessian = new Float64Array(0);
  private along = new Float64Array(0);

  constructor(regions: RegionSet, nearP: Float64Array, nearQ: Float64Array, weight: Float64Array) {
    this.regions = regions;
    this.nearP = nearP;
    this.nearQ = nearQ;
    this.weight = weight;
    this.p = new Float64Array(regions.count);
    this.q = new Float64Array(regions.count);
  }

  /** Starts at the multipliers of the last call, new rows at 0. False when the rows cannot be met, or not in time. */
  solve(rows: readonly LinearRow[]): boolean {
    const K = rows.length;
    const start = this.lambda;
    let lambda = Float64Array.from(rows, ({ lambdaMin, lambdaMax }, k) => Math.min(Math.max(start[k] ?? 0, lambdaMin), lambdaMax));
    this.residual = new Float64Array(K);
    this.hessian = new Float64Array(K * K);
    this.along = new Float64Array(K);
    let value = this.evaluate(rows, lambda);
    for (let iteration = 0; iteration < ITERATIONS_MAX_COUNT; iteration++) {
      this.lambda = lambda;
      const free = [...rows.keys()].filter((k) => isFree(rows[k], lambda[k], this.residual[k]));
      if (free.every((k) => Math.abs(this.residual[k]) <= TOLERANCE_PU)) return true;
      const step = this.newtonStep(free);
      if (step === undefined) return false;
      const residual = this.residual.slice();
      let length = 1;
      let next = lambda;
      let reached = Number.NEGATIVE_INFINITY;
      for (let halving = 0; halving < HALVINGS_MAX_COUNT; halving++, length /= 2) {
        next = lambda.slice();
        free.forEach((k, i) => {
          next[k] = Math.min(Math.max(lambda[k] + length * step[i], rows[k].lambdaMin), rows[k].lambdaMax);
        });
        reached = this.evaluate(rows, next);
        let promised = 0;
        for (const k of free) promised += residual[k] * (next[k] - lambda[k]);
        // Near the end the rise drowns in the rounding of the value: then the residual decides.
        if (
          reached >= value + ARMIJO_FRAC * promised - 1e-15 * Math.abs(value) ||
          largest(this.residual, free) < 0.5 * largest(residual, free)
        )
          break;
      }
      if (next.every((x, k) => x === lambda[k])) return largest(residual, free) <= 100 * TOLERANCE_PU;
      lambda = next;
      value = reached;
    }
    return false;
  }

  /** Dual value; fills the answer, the residuals of the rows and the curvature. */
  private evaluate(rows: readonly LinearRow[], lambda: Float64Array): number {
    const { regions, nearP, nearQ, weight, p, q, residual, hessian, along } = this;
    const n = regions.count;
    const K = rows.length;
    hessian.fill(0);
    let value = 0;
    for (let k = 0; k < K; k++) residual[k] = rows[k].offset;
    for (let d = 0; d < n; d++) {
      let pullP = 0;
      let pullQ = 0;
      for (let k = 0; k < K; k++) {
        pullP += lambda[k] * rows[k].gradient[d];
        pullQ += lambda[k] * rows[k].gradient[n + d];
      }
      regions.project(d, nearP[d] - pullP / weight[d], nearQ[d] - pullQ / weight[d]);
      p[d] = regions.p;
      q[d] = regions.q;
      const dp = p[d] - nearP[d];
      const dq = q[d] - nearQ[d];
      value += 0.5 * weight[d] * (dp * dp + dq * dq);
      for (let k = 0; k < K; k++) residual[k] += rows[k].gradient[d] * p[d] + rows[k].gradient[n + d] * q[d];
      if (regions.freedom === freedom.none) continue;
      const share = regions.stretch / weight[d];
      if (regions.freedom === freedom.tangent) {
        for (let k = 0; k < K; k++) along[k] = rows[k].gradient[d] * regions.tangentP + rows[k].gradient[n + d] * regions.tangentQ;
        for (let k = 0; k < K; k++) for (let l = 0; l < K; l++) hessian[K * k + l] += share * along[k] * along[l];
        continue;
      }
      for (let k = 0; k < K; k++) {
        const { gradient: left } = rows[k];
        for (let l = 0; l < K; l++) {
          const { gradient: right } = rows[l];
          hessian[K * k + l] += share * (left[d] * right[d] + left[n + d] * right[n + d]);
        }
      }
    }
    for (let k = 0; k < K; k++) value += lambda[k] * residual[k];
    return value;
  }

  private newtonStep(free: readonly number[]): Float64Array | undefined {
    const { hessian, residual } = this;
    const K = residual.length;
    const m = free.length;
    const matrix = new Float64Array(m * m);
    let trace = 0;
    for (let i = 0; i < m; i++) trace += hessian[K * free[i] + free[i]];
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < m; j++) matrix[m * i + j] = hessian[K * free[i] + free[j]];
      matrix[m * i + i] += SHIFT_FRAC * trace + 1e-12;
    }
    return denseLuSolve(
      matrix,
      Float64Array.from(free, (k) => residual[k]),
      m,
    );
  }
}

/** Not held at an end of its range by its own residual. */
function isFree({ lambdaMin, lambdaMax }: LinearRow, lambda: number, residual: number): boolean {
  if (lambda <= lambdaMin && residual < 0) return false;
  return !(lambda >= lambdaMax && residual > 0);
}

function largest(values: Float64Array, places: readonly number[]): number {
  let most = 0;
  for (const k of places) most = Math.max(most, Math.abs(values[k]));
  return most;
}
