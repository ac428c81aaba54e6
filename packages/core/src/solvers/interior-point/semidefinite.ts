import { denseCholeskyInto } from '../../linalg/dense.ts';
import { orthogonaliseRowsInto } from '../../linalg/orthogonalise-rows.ts';
import { symmetricEigenInto } from '../../linalg/symmetric-eigen.ts';
import { matrixInto, vectorInto } from '../../linalg/symmetric-vector.ts';
import { type Cone, semidefiniteOrder } from '../../problem/program.ts';
import { DenseConeGroup, GUARD } from './dense-cone-group.ts';
import type { Point } from './point.ts';
import type { ScaledProgram } from './scaled-program.ts';

/** A first point has no eigenvalue below this. */
const START_ROOM = 1;

/** One matrix S = mat(s) and its scaling. @shape all (order²), row-major; lambda (order) */
interface Scaling {
  readonly order: number;
  /** First entry among those of the group. */
  readonly first: number;
  /** Rᵀ */
  readonly root: Float64Array;
  readonly lambda: Float64Array;
  /** R·Rᵀ */
  readonly product: Float64Array;
}

/**
 * The positive-semidefinite cones of a scaled program (see `ConeGroup`), with the scaling of Nesterov and Todd:
 *
 *   Rᵀ·Z·R = R⁻¹·S·R⁻ᵀ = Λ,   W·z = vec(Rᵀ·Z·R),   Wᵀ·x = vec(R·X·Rᵀ),   H = WᵀW:   H·z = vec(G·Z·G),   G = R·Rᵀ
 *
 * From S = L·Lᵀ, Z = M·Mᵀ and the singular values Lᵀ·M = U·Λ·Vᵀ follows Rᵀ = Λ^(−½)·Uᵀ·Lᵀ. With X∘Y = ½·(XY + YX) a step is
 *
 *   W⁻ᵀ·Δs + W·Δz = g,   g = −Λ + Λ \ (μ·I − (W⁻ᵀ·Δs_a)∘(W·Δz_a)),   (Λ \ X)_ij = 2·X_ij/(λ_i + λ_j),   q = Wᵀ·g
 *
 * A matrix of order k is a dense block of k·(k + 1)/2 rows of K: for small ones.
 * @shape entries k·(k + 1)/2 per cone
 * @cost K: k⁴/8 entries per cone, k⁶/24 multiplications to eliminate; a step: some 100·k³ multiplications
 * @source Nesterov & Todd, Primal–dual interior-point methods for self-scaled cones, SIAM J. Optim. 8 (1998);
 *   Vandenberghe, The CVXOPT linear and quadratic cone program solvers (2010), sections 4.3 and 8.3
 */
export class SemidefiniteCones extends DenseConeGroup {
  readonly degree: number;
  private readonly scalings: readonly Scaling[];
  private readonly g: Float64Array;
  private readonly ds: Float64Array;
  private readonly dz: Float64Array;
  private readonly work: Float64Array;
  private readonly left: Float64Array;
  private readonly right: Float64Array;
  private readonly half: Float64Array;
  private readonly values: Float64Array;
  private readonly eigenWork: Float64Array;

  constructor(f: ScaledProgram, cones: readonly Cone[], base: number) {
    super(f, cones, base);
    const size = this.entries_count;
    this.scalings = cones.map(({ rows }, c) => {
      const order = semidefiniteOrder(rows.length);
      return {
        order,
        first: this.start[c],
        root: new Float64Array(order * order),
        lambda: new Float64Array(order),
        product: new Float64Array(order * order),
      };
    });
    this.degree = this.scalings.reduce((sum, { order }) => sum + order, 0);
    const order = this.scalings.reduce((most, scaling) => Math.max(most, scaling.order), 0);
    const largest = order * order;
    this.g = new Float64Array(size);
    this.ds = new Float64Array(size);
    this.dz = new Float64Array(size);
    this.work = new Float64Array(size);
    this.left = new Float64Array(largest);
    this.right = new Float64Array(largest);
    this.half = new Float64Array(largest);
    this.values = new Float64Array(order);
    this.eigenWork = new Float64Array(2 * order);
  }

  scale(at: Point): boolean {
    const { left, right, half } = this;
    for (const scaling of this.scalings) {
      const { order, root, lambda, product } = scaling;
      this.readInto(at, scaling, left, right);
      if (denseCholeskyInto(left, order) >= 0 || denseCholeskyInto(right, order) >= 0) return false;
      // root ← Lᵀ, half ← Lᵀ·M, both turned until the rows of the latter are orthogonal: Uᵀ·Lᵀ and Λ·Vᵀ
      for (let i = 0; i < order; i++) {
        for (let j = 0; j < order; j++) {
          root[i * order + j] = j >= i ? left[j * order + i] : 0;
          let sum = 0;
          for (let k = Math.max(i, j); k < order; k++) sum += left[k * order + i] * right[k * order + j];
          half[i * order + j] = sum;
        }
      }
      orthogonaliseRowsInto(half, root, order);
      for (let i = 0; i < order; i++) {
        let square = 0;
        for (let k = 0; k < order; k++) square += half[i * order + k] ** 2;
        lambda[i] = Math.sqrt(square);
        if (!(lambda[i] > 0 && lambda[i] < Number.POSITIVE_INFINITY)) return false;
        for (let k = 0; k < order; k++) root[i * order + k] /= Math.sqrt(lambda[i]);
      }
      gramInto(root, product, order);
    }
    return true;
  }

  /** S and Z as matrices. */
  private readInto(at: Point, { order, first }: Scaling, s: Float64Array, z: Float64Array): void {
    const { rows, work, base } = this;
    matrixInto(at.coneS, s, order, base + first);
    const end = first + (order * (order + 1)) / 2;
    for (let l = first; l < end; l++) work[l] = at.y[rows[l]];
    matrixInto(work, z, order, first);
  }

  scaleByOne(): void {
    for (const { order, root, product, lambda } of this.scalings) {
      root.fill(0);
      for (let i = 0; i < order; i++) root[i * order + i] = 1;
      product.set(root);
      lambda.fill(1);
    }
  }

  /** H_(ij)(kl) = G_ik·G_jl + G_il·G_jk, divided by √2 for each of i = j and k = l. */
  loadMatrix(diagonal: Float64Array, values: Float64Array, guard: Float64Array): void {
    const { rows, places, n } = this;
    let at = 0;
    for (const { order, first, product: g } of this.scalings) {
      let largest = 0;
      let a = first;
      for (let j = 0; j < order; j++) {
        for (let i = j; i < order; i++, a++) {
          const scale = i === j ? Math.SQRT1_2 : 1;
          for (let l = 0; l <= j; l++) {
            const last = l < j ? order - 1 : i - 1;
            for (let k = l; k <= last; k++) {
              const pair = g[i * order + k] * g[j * order + l] + g[i * order + l] * g[j * order + k];
              values[places[at++]] = -scale * (k === l ? Math.SQRT1_2 : 1) * pair;
            }
          }
          const own = scale * scale * (g[i * order + i] * g[j * order + j] + g[i * order + j] ** 2);
          diagonal[n + rows[a]] = -own;
          if (own > largest) largest = own;
        }
      }
      for (let l = first; l < a; l++) guard[n + rows[l]] = GUARD * largest;
    }
  }

  /** ‖W·d₂ − λ/τ‖² */
  pivotOf(at: Point, d2: Float64Array): number {
    const { rows, work, n } = this;
    for (let l = 0; l < rows.length; l++) work[l] = d2[n + rows[l]];
    this.multiply(work, work, false);
    for (const { order, first, lambda } of this.scalings) {
      for (let j = 0, l = first; j < order; l += order - j++) work[l] -= lambda[j] / at.tau;
    }
    let pivot = 0;
    for (let l = 0; l < rows.length; l++) pivot += work[l] * work[l];
    return pivot;
  }

  fillStep(at: Point, rhs: Float64Array, eta: number, centre: number, isCorrected: boolean): number {
    const { rows, rs, g, ds, dz, work, left, right, half, n } = this;
    let t = 0;
    for (const { order, first, lambda } of this.scalings) {
      half.fill(0);
      if (isCorrected) {
        matrixInto(ds, left, order, first);
        matrixInto(dz, right, order, first);
        for (let i = 0; i < order; i++) {
          for (let k = 0; k < order; k++) {
            const share = left[i * order + k];
            for (let j = 0; j < order; j++) half[i * order + j] -= share * right[k * order + j];
          }
        }
      }
      for (let i = 0; i < order; i++) half[i * order + i] += centre;
      vectorInto(half, g, order, first);
      let l = first;
      for (let j = 0; j < order; j++) {
        g[l] = g[l] / lambda[j] - lambda[j];
        t += lambda[j] * g[l++];
        for (let i = j + 1; i < order; i++) g[l++] *= 2 / (lambda[i] + lambda[j]);
      }
    }
    this.multiply(g, work, true);
    for (let l = 0; l < rows.length; l++) {
      rhs[n + rows[l]] = work[l] - eta * rs[l];
      t -= eta * at.y[rows[l]] * rs[l];
    }
    return t;
  }

  finishStep(step: Point): void {
    const { rows, g, ds, dz, work, base } = this;
    for (let l = 0; l < rows.length; l++) dz[l] = step.y[rows[l]];
    this.multiply(dz, dz, false);
    for (let l = 0; l < rows.length; l++) ds[l] = g[l] - dz[l];
    this.multiply(ds, work, true);
    for (let l = 0; l < rows.length; l++) step.coneS[base + l] = work[l];
  }

  stepLength(_at: Point, _step: Point, alpha: number): number {
    let longest = alpha;
    for (const scaling of this.scalings) {
      longest = Math.min(longest, 1 / this.inverseReach(scaling, this.ds), 1 / this.inverseReach(scaling, this.dz));
    }
    return longest;
  }

  /** 1/α for the largest α with Λ + α·Δ ⪰ 0; at least 1e-300. */
  private inverseReach({ order, first, lambda }: Scaling, delta: Float64Array): number {
    const { left } = this;
    matrixInto(delta, left, order, first);
    for (let i = 0; i < order; i++) {
      for (let j = 0; j < order; j++) left[i * order + j] /= Math.sqrt(lambda[i] * lambda[j]);
    }
    return this.findValues(order) ? Math.max(1e-300, -this.values[0]) : Number.NaN;
  }

  /** values ← eigenvalues of the matrix in `left`, ascending; the matrix is destroyed. False for entries that are not finite. */
  private findValues(order: number): boolean {
    return symmetricEigenInto(this.left, order, this.values, this.left, this.eigenWork, 'values') < 0;
  }

  startAt(at: Point, d: Float64Array): void {
    const { rows, work, left, base, n } = this;
    for (let l = 0; l < rows.length; l++) work[l] = d[n + rows[l]];
    for (const { order, first } of this.scalings) {
      const end = first + (order * (order + 1)) / 2;
      for (let l = first; l < end; l++) {
        at.coneS[base + l] = work[l];
        at.y[rows[l]] = -work[l];
      }
      matrixInto(work, left, order, first);
      const isFound = this.findValues(order);
      const smallest = isFound ? this.values[0] : Number.NaN;
      const largest = isFound ? this.values[order - 1] : Number.NaN;
      for (let j = 0, l = first; j < order; l += order - j++) {
        at.coneS[base + l] += Math.max(0, START_ROOM - smallest);
        at.y[rows[l]] += Math.max(0, START_ROOM + largest);
      }
    }
  }

  /** out ← W·x, or Wᵀ·x; out may be x. */
  private multiply(x: Float64Array, out: Float64Array, isTransposed: boolean): void {
    const { left, right, half } = this;
    for (const { order, first, root } of this.scalings) {
      matrixInto(x, left, order, first);
      // half ← root·left (root = Rᵀ), then right ← half·rootᵀ; transposed: rootᵀ·left·root
      half.fill(0);
      right.fill(0);
      for (let i = 0; i < order; i++) {
        for (let k = 0; k < order; k++) {
          const share = isTransposed ? root[k * order + i] : root[i * order + k];
          if (share === 0) continue;
          for (let j = 0; j < order; j++) half[i * order + j] += share * left[k * order + j];
        }
      }
      for (let i = 0; i < order; i++) {
        for (let k = 0; k < order; k++) {
          const share = half[i * order + k];
          if (isTransposed) for (let j = 0; j < order; j++) right[i * order + j] += share * root[k * order + j];
          else for (let j = 0; j < order; j++) right[i * order + j] += share * root[j * order + k];
        }
      }
      vectorInto(right, out, order, first);
    }
  }
}

/** out ← RᵀR of a row-major R. */
function gramInto(r: Float64Array, out: Float64Array, n: number): void {
  out.fill(0);
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) {
      const share = r[k * n + i];
      for (let j = 0; j < n; j++) out[i * n + j] += share * r[k * n + j];
    }
  }
}
