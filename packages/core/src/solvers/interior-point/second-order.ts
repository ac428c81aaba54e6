import type { SparseBuilder } from '../../linalg/sparse.ts';
import type { Cone } from '../../problem/program.ts';
import type { ConeGroup } from './cone-group.ts';
import { GUARD } from './dense-cone-group.ts';
import type { Point } from './point.ts';
import type { ScaledProgram } from './scaled-program.ts';

/** Cones of more rows than this are expanded by two unknowns instead of filling a dense block of the KKT matrix. */
const DENSE_MAX = 8;
/** Smallest relative room between a point and the boundary of its cone that arithmetic can hold. */
const ROOM = 4 * Number.EPSILON;
/** Chosen on branch flow with random loads and costs, where it takes 3 to 12 % fewer iterations than 0.995. */
const BOUNDARY_FRAC = 0.985;
/**
 * Near the boundary W² has entries of very different size. With 1e-9, pivots of large programs fall below rounding at the end
 * and steps bring infeasibility back: branch flow of 123 buses × 96 took 30 iterations, with 1e-8 it takes 21.
 */
const REGULARISATION_FACTOR = 10;
/** A first point is at least this far inside every cone. */
const START_ROOM = 1;

/**
 * The second-order cones of a scaled program (see `ConeGroup`); their slacks come first in `Point.coneS`.
 *
 * With the Jordan product u∘v = (uᵀv, u₀v̄ + v₀ū) and the scaling W of Nesterov and Todd, λ = W·z = W⁻¹·s, H = W², a step
 * solves
 *
 *   λ∘(W⁻¹·Δs + W·Δz) = μ·e − λ∘λ − (W⁻¹·Δs_a)∘(W·Δz_a),   that is   Δs + W²·Δz = q = W·g,
 *   g = −λ + λ \ (μ·e − (W⁻¹·Δs_a)∘(W·Δz_a)),    Δs = W·(g − W·Δz)
 *   part of the pivot of Δτ: ‖W·d₂ − λ/τ‖²,    part of T: λᵀg − η·zᵀr_s − r_sᵀd₁
 *
 *   W = ω·[ w₀, w̄ᵀ; w̄, I + w̄·w̄ᵀ/(1 + w₀) ],   W² = ω²·(2·w·wᵀ − J),   J = diag(1, −1, …),   wᵀJ·w = 1
 *
 * Cones of at most `DENSE_MAX` rows are dense blocks −W² of K; larger ones W² = ω²·(D + u·uᵀ − v·vᵀ) with two more
 * unknowns, so that a cone of d rows costs 3·d entries instead of d²/2.
 *
 * | symbol | field | shape |
 * |---|---|---|
 * | s | Point.coneS | entries |
 * | r_s, g | rs, g | entries |
 * | w, λ, ω | w, lambda, omega | entries, entries, cones |
 * | W⁻¹·Δs, W·Δz | ds, dz | entries |
 * @cost a step: O(entries); K: d²/2 entries per cone of d ≤ 8 rows
 * @source Nesterov & Todd, Self-scaled barriers and interior-point methods for convex programming, Math. Oper. Res. 22
 *   (1997); Andersen, Roos & Terlaky, On implementing a primal–dual interior-point method for conic quadratic
 *   optimization, Math. Prog. 95 (2003); Vandenberghe, The CVXOPT linear and quadratic cone program solvers (2010),
 *   sections 4 and 8 (λ, step length); Domahidi, Chu & Boyd, ECOS (2013), section III (expansion); Goulart & Chen,
 *   Clarabel (2024), section 4 (positive D)
 */
export class SecondOrderCones implements ConeGroup {
  readonly degree: number;
  readonly boundary_frac = BOUNDARY_FRAC;
  readonly regularisationFactor = REGULARISATION_FACTOR;
  private readonly count: number;
  readonly entries_count: number;
  /** Of the expansion of large cones. */
  readonly extras_count: number;
  private readonly f: ScaledProgram;
  private readonly rows: Int32Array;
  private readonly start: Int32Array;
  /** First extra unknown of an expanded cone, −1 for dense ones. */
  private readonly extra: Int32Array;
  private readonly placeStart: Int32Array;
  private readonly places: Int32Array;
  private readonly rs: Float64Array;
  private readonly w: Float64Array;
  private readonly lambda: Float64Array;
  private readonly omega: Float64Array;
  /** √(s's determinant · z's): the determinant of λ. */
  private readonly det: Float64Array;
  private readonly g: Float64Array;
  private readonly ds: Float64Array;
  private readonly dz: Float64Array;
  private readonly work: Float64Array;

  constructor(f: ScaledProgram, cones: readonly Cone[]) {
    const { slab } = f;
    this.f = f;
    this.count = cones.length;
    this.degree = cones.length;
    this.start = slab.int32(this.count + 1);
    this.placeStart = slab.int32(this.count + 1);
    this.extra = slab.int32(this.count).fill(-1);
    let extras = 0;
    for (let c = 0; c < this.count; c++) {
      const d = cones[c].rows.length;
      const isDense = d <= DENSE_MAX;
      this.start[c + 1] = this.start[c] + d;
      this.placeStart[c + 1] = this.placeStart[c] + (isDense ? (d * (d - 1)) / 2 : 2 * d);
      if (isDense) continue;
      this.extra[c] = f.n + f.m + extras;
      extras += 2;
    }
    this.extras_count = extras;
    const size = this.start[this.count];
    this.entries_count = size;
    this.rows = slab.int32(size);
    for (let c = 0; c < this.count; c++) this.rows.set(cones[c].rows, this.start[c]);
    this.places = slab.int32(this.placeStart[this.count]);
    this.rs = slab.float64(size);
    this.w = slab.float64(size);
    this.lambda = slab.float64(size);
    this.g = slab.float64(size);
    this.ds = slab.float64(size);
    this.dz = slab.float64(size);
    this.work = slab.float64(size);
    this.omega = slab.float64(this.count);
    this.det = slab.float64(this.count);
  }

  addPattern(pattern: SparseBuilder): void {
    this.eachEntry((_, row, col) => pattern.add(row, col, 0));
  }

  keepPlaces(find: (row: number, col: number) => number): void {
    this.eachEntry((at, row, col) => {
      this.places[at] = find(row, col);
    });
  }

  private eachEntry(visit: (at: number, row: number, col: number) => void): void {
    const { start, rows, extra, placeStart } = this;
    const { n } = this.f;
    for (let c = 0; c < this.count; c++) {
      let at = placeStart[c];
      for (let a = start[c]; a < start[c + 1]; a++) {
        if (extra[c] >= 0) {
          visit(at++, n + rows[a], extra[c]);
          visit(at++, n + rows[a], extra[c] + 1);
          continue;
        }
        for (let b = start[c]; b < a; b++) visit(at++, n + Math.min(rows[a], rows[b]), n + Math.max(rows[a], rows[b]));
      }
    }
  }

  fillSigns(signs: Int8Array): void {
    for (let c = 0; c < this.count; c++) {
      if (this.extra[c] < 0) continue;
      signs[this.extra[c]] = -1;
      signs[this.extra[c] + 1] = 1;
    }
  }

  measure(at: Point, re: Float64Array): number {
    const { rows, rs } = this;
    let sz = 0;
    for (let l = 0; l < rows.length; l++) {
      const i = rows[l];
      rs[l] = re[i] - at.coneS[l];
      re[i] = 0;
      sz += at.coneS[l] * at.y[i];
    }
    return sz;
  }

  /**
   * W and λ of a point.
   * @source Vandenberghe (2010), section 4.2
   */
  scale(at: Point): boolean {
    const { start, rows, w, lambda, omega, det } = this;
    const s = at.coneS;
    const z = at.y;
    for (let c = 0; c < this.count; c++) {
      const first = start[c];
      const end = start[c + 1];
      const s0 = s[first];
      const z0 = z[rows[first]];
      let ss = 0;
      let zz = 0;
      for (let l = first + 1; l < end; l++) {
        ss += s[l] * s[l];
        zz += z[rows[l]] * z[rows[l]];
      }
      const sLength = Math.sqrt(ss);
      const zLength = Math.sqrt(zz);
      const sRoot = Math.sqrt((s0 - sLength) * (s0 + sLength));
      const zRoot = Math.sqrt((z0 - zLength) * (z0 + zLength));
      if (!(s0 > sLength && z0 > zLength && sRoot > 0 && zRoot > 0)) return false;
      let along = (s0 / sRoot) * (z0 / zRoot);
      for (let l = first + 1; l < end; l++) along += (s[l] / sRoot) * (z[rows[l]] / zRoot);
      const gamma = Math.sqrt(0.5 * (1 + Math.max(1, along)));
      const root = Math.sqrt(sRoot * zRoot);
      const sBar = s0 / sRoot;
      const zBar = z0 / zRoot;
      const share = root / (sBar + zBar + 2 * gamma);
      let ww = 0;
      for (let l = first + 1; l < end; l++) {
        const sl = s[l] / sRoot;
        const zl = z[rows[l]] / zRoot;
        w[l] = (sl - zl) / (2 * gamma);
        ww += w[l] * w[l];
        lambda[l] = share * ((gamma + zBar) * sl + (gamma + sBar) * zl);
      }
      w[first] = Math.sqrt(1 + ww);
      lambda[first] = root * gamma;
      omega[c] = Math.sqrt(sRoot / zRoot);
      det[c] = sRoot * zRoot;
    }
    return true;
  }

  scaleByOne(): void {
    const { start, w, omega } = this;
    w.fill(0);
    omega.fill(1);
    for (let c = 0; c < this.count; c++) w[start[c]] = 1;
  }

  loadMatrix(diagonal: Float64Array, values: Float64Array, guard: Float64Array): void {
    const { start, rows, w, omega, extra, places, placeStart } = this;
    const { n } = this.f;
    for (let c = 0; c < this.count; c++) {
      const first = start[c];
      const end = start[c + 1];
      const scale = omega[c] * omega[c];
      let at = placeStart[c];
      if (extra[c] < 0) {
        for (let a = first; a < end; a++) {
          guard[n + rows[a]] = GUARD * 2 * scale * w[first] * w[first];
          const wa = 2 * scale * w[a];
          for (let b = first; b < a; b++) values[places[at++]] = -wa * w[b];
          diagonal[n + rows[a]] = a === first ? -scale * (w[a] * w[a] + (w[a] * w[a] - 1)) : -(wa * w[a] + scale);
        }
        continue;
      }
      // W² = ω²·(D + u·uᵀ − v·vᵀ), D = diag(d, 1, 1 …), u = (u₀, u₁·w̄), v = (0, v₁·w̄).
      const size = 2 * w[first] * w[first] - 1;
      const inverse = 1 / size;
      const u0 = Math.sqrt(size - 0.5 * inverse);
      const u1 = (2 * w[first]) / u0;
      const v1 = Math.sqrt((2 * (2 + inverse)) / (2 * size - inverse));
      for (let a = first; a < end; a++) {
        values[places[at++]] = a === first ? 0 : omega[c] * v1 * w[a];
        values[places[at++]] = omega[c] * (a === first ? u0 : u1 * w[a]);
        diagonal[n + rows[a]] = a === first ? -0.5 * scale * inverse : -scale;
      }
      diagonal[extra[c]] = -1;
      diagonal[extra[c] + 1] = 1;
    }
  }

  fillTau(at: Point, rhs: Float64Array): void {
    const { rows, rs } = this;
    const { n } = this.f;
    for (let l = 0; l < rows.length; l++) rhs[n + rows[l]] = -(2 * at.coneS[l] + rs[l]) / at.tau;
  }

  /** ‖W·d₂ − λ/τ‖² */
  pivotOf(at: Point, d2: Float64Array): number {
    const { rows, work, lambda } = this;
    const { n } = this.f;
    for (let l = 0; l < rows.length; l++) work[l] = d2[n + rows[l]];
    this.multiply(work, work);
    let pivot = 0;
    for (let l = 0; l < rows.length; l++) pivot += (work[l] - lambda[l] / at.tau) ** 2;
    return pivot;
  }

  fillStep(at: Point, rhs: Float64Array, eta: number, centre: number, isCorrected: boolean): number {
    const { start, rows, lambda, det, g, ds, dz, rs, work } = this;
    const { n } = this.f;
    let t = 0;
    for (let c = 0; c < this.count; c++) {
      const first = start[c];
      const end = start[c + 1];
      // (work) ← μ·e − (W⁻¹·Δs)∘(W·Δz), then λ \ (work)
      let head = centre;
      if (isCorrected) for (let l = first; l < end; l++) head -= ds[l] * dz[l];
      let across = 0;
      for (let l = first + 1; l < end; l++) {
        work[l] = isCorrected ? -(ds[first] * dz[l] + dz[first] * ds[l]) : 0;
        across += lambda[l] * work[l];
      }
      const x0 = (lambda[first] * head - across) / det[c];
      g[first] = x0 - lambda[first];
      t += lambda[first] * g[first];
      for (let l = first + 1; l < end; l++) {
        g[l] = (work[l] - x0 * lambda[l]) / lambda[first] - lambda[l];
        t += lambda[l] * g[l];
      }
    }
    this.multiply(g, work);
    for (let l = 0; l < rows.length; l++) {
      rhs[n + rows[l]] = work[l] - eta * rs[l];
      t -= eta * at.y[rows[l]] * rs[l];
    }
    return t;
  }

  residualAlong(d1: Float64Array): number {
    const { rows, rs } = this;
    const { n } = this.f;
    let sum = 0;
    for (let l = 0; l < rows.length; l++) sum += rs[l] * d1[n + rows[l]];
    return sum;
  }

  finishStep(step: Point): void {
    const { rows, g, ds, dz } = this;
    for (let l = 0; l < rows.length; l++) dz[l] = step.y[rows[l]];
    this.multiply(dz, dz);
    for (let l = 0; l < rows.length; l++) ds[l] = g[l] - dz[l];
    this.multiply(ds, step.coneS);
  }

  stepLength(_at: Point, _step: Point, alpha: number): number {
    let longest = alpha;
    for (let c = 0; c < this.count; c++) {
      longest = Math.min(longest, 1 / this.inverseReach(c, this.ds), 1 / this.inverseReach(c, this.dz));
    }
    return longest;
  }

  /**
   * 1/α for the largest α with λ + α·δ in the cone; at least 1e-300. Both s and z look like λ after scaling, which is
   * well inside the cone even where they are close to its boundary.
   * @source Vandenberghe (2010), section 8.3
   */
  private inverseReach(c: number, delta: Float64Array): number {
    const { start, lambda, det } = this;
    const first = start[c];
    const end = start[c + 1];
    const root = Math.sqrt(det[c]);
    const l0 = lambda[first] / root;
    let along = l0 * delta[first];
    for (let l = first + 1; l < end; l++) along -= (lambda[l] / root) * delta[l];
    const share = (along + delta[first]) / (l0 + 1);
    let length = 0;
    for (let l = first + 1; l < end; l++) length += (delta[l] - share * (lambda[l] / root)) ** 2;
    return Math.max(1e-300, (Math.sqrt(length) - along) / root);
  }

  /** Keeps s and z from touching the boundary by rounding, too. */
  advance(at: Point, step: Point, alpha: number): void {
    const { start, rows } = this;
    for (let l = 0; l < rows.length; l++) at.coneS[l] += alpha * step.coneS[l];
    for (let c = 0; c < this.count; c++) {
      let ss = 0;
      let zz = 0;
      for (let l = start[c] + 1; l < start[c + 1]; l++) {
        ss += at.coneS[l] * at.coneS[l];
        zz += at.y[rows[l]] * at.y[rows[l]];
      }
      const first = start[c];
      at.coneS[first] = Math.max(at.coneS[first], Math.sqrt(ss) * (1 + ROOM));
      at.y[rows[first]] = Math.max(at.y[rows[first]], Math.sqrt(zz) * (1 + ROOM));
    }
  }

  startAt(at: Point, d: Float64Array): void {
    const { start, rows } = this;
    const { n } = this.f;
    for (let c = 0; c < this.count; c++) {
      let length = 0;
      for (let l = start[c] + 1; l < start[c + 1]; l++) length += d[n + rows[l]] ** 2;
      length = Math.sqrt(length);
      for (let l = start[c]; l < start[c + 1]; l++) {
        const isFirst = l === start[c];
        const value = d[n + rows[l]];
        at.coneS[l] = value + (isFirst ? Math.max(0, START_ROOM + length - value) : 0);
        at.y[rows[l]] = -value + (isFirst ? Math.max(0, START_ROOM + length + value) : 0);
      }
    }
  }

  /** out ← W·x; out may be x. */
  private multiply(x: Float64Array, out: Float64Array): void {
    const { start, w, omega } = this;
    for (let c = 0; c < this.count; c++) {
      const first = start[c];
      const end = start[c + 1];
      const x0 = x[first];
      let across = 0;
      for (let l = first + 1; l < end; l++) across += w[l] * x[l];
      const share = x0 + across / (1 + w[first]);
      out[first] = omega[c] * (w[first] * x0 + across);
      for (let l = first + 1; l < end; l++) out[l] = omega[c] * (x[l] + share * w[l]);
    }
  }
}
