import type { SparseBuilder } from '../../linalg/sparse.ts';
import type { Cone } from '../../problem/program.ts';
import type { Barrier } from './barrier.ts';
import type { ConeGroup } from './cone-group.ts';
import { DenseBlocks } from './dense-blocks.ts';
import { ExponentialBarrier } from './exponential.ts';
import type { Point } from './point.ts';
import { PowerBarrier } from './power.ts';
import type { ScaledProgram } from './scaled-program.ts';

/** Degree of the barriers of cones of three rows. */
const DEGREE = 3;
/** Where μ·μ̃ − 1 is smaller than this, s and its shadow are too much alike to tell more than one direction. */
const CENTRED = 1e-9;
/** Share of its largest entry by which a block is strengthened while it is eliminated: what rounding it has cost. */
const GUARD = Number.EPSILON;
/** Vectors whose directions differ by less, as the square of an angle, are parallel. */
const PARALLEL = 1e-8;
/** Share of a curvature that rounding leaves where its difference cancels. */
const ROUGH = 1e-3;
/** Smallest 1/(μ·μ̃) of a point that a step may end at: how far from the central path of its cone. */
const NEIGHBOURHOOD = 1e-5;
/** A step that leads out is shortened by this factor. */
const SHORTER = 0.9;
const STEP_MIN = 1e-12;

/**
 * The exponential and power cones of a scaled program (see `ConeGroup`), which are not their own duals. With the barriers
 * f, f* of `Barrier`, the shadows s̃ = −∇f*(z), z̃ = −∇f(s), and μ = sᵀz/3, μ̃ = s̃ᵀz̃/3, μ·μ̃ ≥ 1 (equal on the central
 * path, where s = μ·s̃), H is the one with H·z = s, H·z̃ = s̃ that is nearest to μ·∇²f*(z):
 *
 *   H = R·Rᵀ,   R = [ s/√(sᵀz),  δs/√(δsᵀδz),  √t·a ],   δs = s − μ·s̃,  δz = z − μ·z̃,  a ∝ z × z̃,  t = μ/(aᵀ(∇²f*)⁻¹a)
 *
 * On the central path δs vanishes, and H·z = s with the curvature of μ·∇²f* in the plane across z takes its place. The
 * right side has the second derivative of the central path as its corrector:
 *
 *   q = −s + μ_target·s̃ + ½·∇³f*(z)[Δz_a, (∇²f*(z))⁻¹·Δs_a]
 *
 * @shape entries 3 per cone, R 9 per cone (columns)
 * @cost a step: a few logarithms per cone; K: 3 entries per cone
 * @source Tunçel, Generalization of primal–dual interior-point methods to convex optimization problems in conic form,
 *   Found. Comput. Math. 1 (2001); Dahl & Andersen, A primal–dual interior-point algorithm for nonsymmetric
 *   exponential-cone optimization, Math. Prog. 194 (2022), sections 3–5; Goulart & Chen, Clarabel (2024)
 */
export class BarrierCones implements ConeGroup {
  readonly degree: number;
  readonly entries_count: number;
  readonly extras_count = 0;
  private readonly n: number;
  private readonly count: number;
  private readonly base: number;
  private readonly rows: Int32Array;
  private readonly barriers: readonly Barrier[];
  private readonly blocks: DenseBlocks;
  private readonly rs: Float64Array;
  private readonly shadow: Float64Array;
  private readonly root: Float64Array;
  private readonly q: Float64Array;
  private readonly ds: Float64Array;
  private readonly dz: Float64Array;
  private readonly s: Float64Array;
  private readonly z: Float64Array;
  private readonly across: Float64Array;
  private readonly along: Float64Array;
  private readonly other: Float64Array;
  private readonly bend: Float64Array;

  /** @param base - where the slacks of these cones begin in `Point.coneS` */
  constructor(f: ScaledProgram, cones: readonly Cone[], base: number) {
    const count = cones.length;
    this.n = f.n;
    this.count = count;
    this.base = base;
    this.degree = DEGREE * count;
    this.entries_count = 3 * count;
    this.rows = new Int32Array(3 * count);
    for (let c = 0; c < count; c++) this.rows.set(cones[c].rows, 3 * c);
    const exponential = new ExponentialBarrier();
    const power = new Map<number, PowerBarrier>();
    this.barriers = cones.map(({ exponent }) => {
      if (exponent === undefined) return exponential;
      const barrier = power.get(exponent) ?? new PowerBarrier(exponent);
      power.set(exponent, barrier);
      return barrier;
    });
    this.blocks = new DenseBlocks(
      this.rows,
      Int32Array.from({ length: count + 1 }, (_, c) => 3 * c),
      f.n,
    );
    this.rs = new Float64Array(3 * count);
    this.shadow = new Float64Array(3 * count);
    this.root = new Float64Array(9 * count);
    this.q = new Float64Array(3 * count);
    this.ds = new Float64Array(3 * count);
    this.dz = new Float64Array(3 * count);
    this.s = new Float64Array(3);
    this.z = new Float64Array(3);
    this.across = new Float64Array(3);
    this.along = new Float64Array(3);
    this.other = new Float64Array(3);
    this.bend = new Float64Array(3);
  }

  addPattern(pattern: SparseBuilder): void {
    this.blocks.addPattern(pattern);
  }

  keepPlaces(find: (row: number, col: number) => number): void {
    this.blocks.keepPlaces(find);
  }

  fillSigns(): void {}

  measure(at: Point, re: Float64Array): number {
    const { rows, rs, base } = this;
    let sz = 0;
    for (let l = 0; l < rows.length; l++) {
      const i = rows[l];
      rs[l] = re[i] - at.coneS[base + l];
      re[i] = 0;
      sz += at.coneS[base + l] * at.y[i];
    }
    return sz;
  }

  scale(at: Point): boolean {
    for (let c = 0; c < this.count; c++) {
      this.read(at, c);
      if (!this.scaleOne(c)) return false;
    }
    return true;
  }

  /** s and z of a cone, moved on along a step. */
  private read(at: Point, c: number, step?: Point, alpha = 0): void {
    const { s, z, rows, base } = this;
    for (let k = 0; k < 3; k++) {
      const l = 3 * c + k;
      s[k] = at.coneS[base + l] + (step ? alpha * step.coneS[base + l] : 0);
      z[k] = at.y[rows[l]] + (step ? alpha * step.y[rows[l]] : 0);
    }
  }

  /** R of the cone that has been read. */
  private scaleOne(c: number): boolean {
    const { s, z, across, along, other, shadow, root, barriers } = this;
    const barrier = barriers[c];
    if (!(barrier.holds(s, 0) && barrier.holdsDual(z, 0))) return false;
    barrier.moveTo(z, 0);
    barrier.shadowInto(shadow, 3 * c);
    barrier.dualShadowInto(s, 0, across, 0);
    const sz = dot(s, z);
    const mu = sz / DEGREE;
    const first = 9 * c;
    let pull = 0;
    for (let k = 0; k < 3; k++) {
      root[first + k] = s[k] / Math.sqrt(sz);
      along[k] = s[k] - mu * shadow[3 * c + k];
      other[k] = z[k] - mu * across[k];
      pull += along[k] * other[k];
    }
    if (pull > CENTRED * sz) {
      for (let k = 0; k < 3; k++) root[first + 3 + k] = along[k] / Math.sqrt(pull);
      crossInto(z, across, other);
      const curve = barrier.curveOf(other) / mu;
      for (let k = 0; k < 3; k++) root[first + 6 + k] = other[k] / Math.sqrt(curve);
      return curve > 0 && curve < Number.POSITIVE_INFINITY;
    }
    return this.scaleCentred(c, mu);
  }

  /**
   * The last two columns of R where s = μ·s̃: A·(Aᵀ(μ·∇²f*)⁻¹A)⁻¹·Aᵀ with the columns of A across z. Near the boundary
   * s̃ points where the inverse is smallest, and as one of the two columns keeps that apart.
   */
  private scaleCentred(c: number, mu: number): boolean {
    const { z, across, along, other, shadow, root, barriers } = this;
    const barrier = barriers[c];
    const first = 9 * c + 3;
    for (let k = 0; k < 3; k++) across[k] = shadow[3 * c + k];
    const isParallel = DEGREE * DEGREE > (1 - PARALLEL) * dot(z, z) * dot(across, across);
    if (!isParallel) crossInto(z, across, other);
    else {
      // z and s̃ are parallel: any other direction will do.
      const smallest = Math.abs(z[1]) <= Math.abs(z[2]) ? 1 : 2;
      across.fill(0);
      across[smallest] = 1;
      crossInto(z, across, other);
    }
    crossInto(other, z, across);
    barrier.solveInto(across, along);
    const c00 = barrier.curveOf(other) / mu;
    const c11 = barrier.curveOf(across) / mu;
    const c01 = dot(other, along) / mu;
    const rest = Math.max(c11 - (c01 * c01) / c00, ROUGH * c11);
    for (let k = 0; k < 3; k++) {
      root[first + k] = other[k] / Math.sqrt(c00);
      root[first + 3 + k] = (across[k] - (c01 / c00) * other[k]) / Math.sqrt(rest);
    }
    return c00 > 0 && rest > 0 && c00 + c11 < Number.POSITIVE_INFINITY;
  }

  scaleByOne(): void {
    this.root.fill(0);
    for (let c = 0; c < this.count; c++) for (let k = 0; k < 3; k++) this.root[9 * c + 4 * k] = 1;
  }

  loadMatrix(diagonal: Float64Array, values: Float64Array, guard: Float64Array): void {
    const { rows, root, n } = this;
    const { places } = this.blocks;
    let at = 0;
    for (let c = 0; c < this.count; c++) {
      let largest = 0;
      for (let a = 0; a < 3; a++) {
        for (let b = 0; b <= a; b++) {
          let h = 0;
          for (let k = 0; k < 9; k += 3) h += root[9 * c + k + a] * root[9 * c + k + b];
          if (b < a) values[places[at++]] = -h;
          else {
            diagonal[n + rows[3 * c + a]] = -h;
            if (h > largest) largest = h;
          }
        }
      }
      for (let a = 0; a < 3; a++) guard[n + rows[3 * c + a]] = GUARD * largest;
    }
  }

  fillTau(at: Point, rhs: Float64Array): void {
    const { rows, rs, base, n } = this;
    for (let l = 0; l < rows.length; l++) rhs[n + rows[l]] = -(2 * at.coneS[base + l] + rs[l]) / at.tau;
  }

  /** ‖Rᵀd₂ − Rᵀz/τ‖², where Rᵀz = (√(sᵀz), 0, 0). */
  pivotOf(at: Point, d2: Float64Array): number {
    const { rows, root, n, base } = this;
    let pivot = 0;
    for (let c = 0; c < this.count; c++) {
      let sz = 0;
      for (let l = 3 * c; l < 3 * c + 3; l++) sz += at.coneS[base + l] * at.y[rows[l]];
      for (let k = 0; k < 9; k += 3) {
        let entry = k === 0 ? -Math.sqrt(sz) / at.tau : 0;
        for (let a = 0; a < 3; a++) entry += root[9 * c + k + a] * d2[n + rows[3 * c + a]];
        pivot += entry * entry;
      }
    }
    return pivot;
  }

  fillStep(at: Point, rhs: Float64Array, eta: number, centre: number, isCorrected: boolean): number {
    const { rows, rs, q, n, base, shadow } = this;
    let t = 0;
    for (let c = 0; c < this.count; c++) {
      if (isCorrected) this.bendAt(at, c);
      else this.bend.fill(0);
      for (let k = 0; k < 3; k++) {
        const l = 3 * c + k;
        const z = at.y[rows[l]];
        q[l] = centre * shadow[l] + this.bend[k] - at.coneS[base + l];
        rhs[n + rows[l]] = q[l] - eta * rs[l];
        t += z * (q[l] - eta * rs[l]);
      }
    }
    return t;
  }

  /** bend ← ½·∇³f*(z)[Δz, (∇²f*(z))⁻¹·Δs] of the latest step. */
  private bendAt(at: Point, c: number): void {
    const { along, across, bend, ds, dz } = this;
    const barrier = this.barriers[c];
    this.read(at, c);
    barrier.moveTo(this.z, 0);
    for (let k = 0; k < 3; k++) {
      along[k] = ds[3 * c + k];
      across[k] = dz[3 * c + k];
    }
    barrier.correctInto(across, along, bend);
    for (let k = 0; k < 3; k++) bend[k] *= 0.5;
  }

  residualAlong(d1: Float64Array): number {
    const { rows, rs, n } = this;
    let sum = 0;
    for (let l = 0; l < rows.length; l++) sum += rs[l] * d1[n + rows[l]];
    return sum;
  }

  finishStep(step: Point): void {
    const { rows, q, root, ds, dz, base } = this;
    for (let c = 0; c < this.count; c++) {
      const first = 3 * c;
      for (let k = 0; k < 3; k++) {
        dz[first + k] = step.y[rows[first + k]];
        ds[first + k] = q[first + k];
      }
      for (let k = 9 * c; k < 9 * c + 9; k += 3) {
        const share = root[k] * dz[first] + root[k + 1] * dz[first + 1] + root[k + 2] * dz[first + 2];
        for (let a = 0; a < 3; a++) ds[first + a] -= share * root[k + a];
      }
      for (let k = 0; k < 3; k++) step.coneS[base + first + k] = ds[first + k];
    }
  }

  /** Shortened until every cone is inside and near its central path. */
  stepLength(at: Point, step: Point, alpha: number): number {
    let longest = alpha;
    for (let c = 0; c < this.count; c++) {
      while (longest > STEP_MIN && !this.isNear(at, step, longest, c)) longest *= SHORTER;
    }
    return longest > STEP_MIN ? longest : 0;
  }

  private isNear(at: Point, step: Point, alpha: number, c: number): boolean {
    const { s, z, along, across, barriers } = this;
    const barrier = barriers[c];
    this.read(at, c, step, alpha);
    if (!(barrier.holds(s, 0) && barrier.holdsDual(z, 0))) return false;
    barrier.moveTo(z, 0);
    barrier.shadowInto(along, 0);
    barrier.dualShadowInto(s, 0, across, 0);
    return dot(s, z) * dot(along, across) * NEIGHBOURHOOD < DEGREE * DEGREE;
  }

  advance(at: Point, step: Point, alpha: number): void {
    for (let l = 0; l < this.rows.length; l++) at.coneS[this.base + l] += alpha * step.coneS[this.base + l];
  }

  startAt(at: Point, d: Float64Array): void {
    const { rows, base, n, barriers } = this;
    for (let c = 0; c < this.count; c++) {
      let size = 1;
      for (let l = 3 * c; l < 3 * c + 3; l++) size = Math.max(size, Math.abs(d[n + rows[l]]));
      for (let k = 0; k < 3; k++) {
        at.coneS[base + 3 * c + k] = size * barriers[c].centre[k];
        at.y[rows[3 * c + k]] = size * barriers[c].centre[k];
      }
    }
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** out ← a × b, of length 1. */
function crossInto(a: Float64Array, b: Float64Array, out: Float64Array): void {
  const x = a[1] * b[2] - a[2] * b[1];
  const y = a[2] * b[0] - a[0] * b[2];
  const z = a[0] * b[1] - a[1] * b[0];
  const length = Math.hypot(x, y, z);
  out[0] = x / length;
  out[1] = y / length;
  out[2] = z / length;
}
