import type { SparseBuilder } from '../../linalg/sparse.ts';
import type { Point } from './point.ts';

/**
 * The cones of one sort inside a step of the homogeneous embedding, or all of them (`ConeProduct`). A group owns the
 * residuals r_s of its slacks, its scaling and the latest step; not re-entrant.
 *
 * Cone c has rows I, slack s = (A·x − b·τ)_I ∈ C and multiplier z = y_I ∈ C*, sᵀz → 0. At every point it is scaled by a
 * positive definite H with H·z = s, and a step solves
 *
 *   Δs + H·Δz = q,   where q = −s + (what leads to the central path, and corrects the second-order error)
 *
 * so that H stands where a row with sides has 1/Θ = s/z, and the equations of `Embedding` carry over:
 *
 *   K·d₁ row: q − η·r_s,    K·d₂ row: −(2·s + r_s)/τ,    Δz = Δy,    Δs = q − H·Δz
 *   part of the pivot of Δτ: (d₂ − z/τ)ᵀH·(d₂ − z/τ),    part of T: zᵀq − η·zᵀr_s − r_sᵀd₁
 */
export interface ConeGroup {
  /** Σ sᵀz = degree·μ on the central path. */
  readonly degree: number;
  /** Rows of all cones. */
  readonly entries_count: number;
  /** Part of the longest step that is best taken: less where the step after a long one is short. */
  readonly boundary_frac: number;
  /** Times the regularisation of K that suits the cones. */
  readonly regularisationFactor: number;
  /** Unknowns that the group adds to K. */
  readonly extras_count: number;

  /** Adds the entries of the cones above the diagonal of K. */
  addPattern(pattern: SparseBuilder): void;
  /** Remembers where these entries are in K. */
  keepPlaces(find: (row: number, col: number) => number): void;
  /** The signs of the extra pivots of K. */
  fillSigns(signs: Int8Array): void;

  /** Takes r_s over from the residuals of equality rows; returns Σ sᵀz. */
  measure(at: Point, re: Float64Array): number;
  /** H of a point; false when s or z is not inside its cone. */
  scale(at: Point): boolean;
  /** H = I for the first solve. */
  scaleByOne(): void;
  /** Writes −H into K, and what elimination needs besides into `guard`. */
  loadMatrix(diagonal: Float64Array, values: Float64Array, guard: Float64Array): void;

  /** The rows of K·d₂. */
  fillTau(at: Point, rhs: Float64Array): void;
  /** (d₂ − z/τ)ᵀH·(d₂ − z/τ) */
  pivotOf(at: Point, d2: Float64Array): number;
  /**
   * q and the rows of K·d₁; returns zᵀq − η·zᵀr_s.
   * @param isCorrected - the latest step is a predictor whose second-order error is corrected
   */
  fillStep(at: Point, rhs: Float64Array, eta: number, centre: number, isCorrected: boolean): number;
  /** r_sᵀd₁ */
  residualAlong(d1: Float64Array): number;
  /** Δs from Δz = Δy. */
  finishStep(step: Point): void;
  /** The longest step up to `alpha` on which the latest step keeps s and z in their cones. */
  stepLength(at: Point, step: Point, alpha: number): number;
  /** s ← s + α·Δs; z has moved already. */
  advance(at: Point, step: Point, alpha: number): void;
  /** s and z of a first point: what the first solve left, pushed inside. @shape d (n + m): s in the rows of cones */
  startAt(at: Point, d: Float64Array): void;
}

/** Groups side by side: every question goes to each of them. */
export class ConeProduct implements ConeGroup {
  readonly degree: number;
  readonly entries_count: number;
  readonly boundary_frac: number;
  readonly regularisationFactor: number;
  readonly extras_count: number;
  private readonly groups: readonly ConeGroup[];

  constructor(groups: readonly ConeGroup[]) {
    this.groups = groups;
    this.degree = groups.reduce((sum, group) => sum + group.degree, 0);
    this.entries_count = groups.reduce((sum, group) => sum + group.entries_count, 0);
    this.boundary_frac = Math.max(...groups.map((group) => group.boundary_frac));
    this.regularisationFactor = Math.min(...groups.map((group) => group.regularisationFactor));
    this.extras_count = groups.reduce((sum, group) => sum + group.extras_count, 0);
  }

  addPattern(pattern: SparseBuilder): void {
    for (const group of this.groups) group.addPattern(pattern);
  }

  keepPlaces(find: (row: number, col: number) => number): void {
    for (const group of this.groups) group.keepPlaces(find);
  }

  fillSigns(signs: Int8Array): void {
    for (const group of this.groups) group.fillSigns(signs);
  }

  measure(at: Point, re: Float64Array): number {
    let sz = 0;
    for (const group of this.groups) sz += group.measure(at, re);
    return sz;
  }

  scale(at: Point): boolean {
    for (const group of this.groups) if (!group.scale(at)) return false;
    return true;
  }

  scaleByOne(): void {
    for (const group of this.groups) group.scaleByOne();
  }

  loadMatrix(diagonal: Float64Array, values: Float64Array, guard: Float64Array): void {
    for (const group of this.groups) group.loadMatrix(diagonal, values, guard);
  }

  fillTau(at: Point, rhs: Float64Array): void {
    for (const group of this.groups) group.fillTau(at, rhs);
  }

  pivotOf(at: Point, d2: Float64Array): number {
    let pivot = 0;
    for (const group of this.groups) pivot += group.pivotOf(at, d2);
    return pivot;
  }

  fillStep(at: Point, rhs: Float64Array, eta: number, centre: number, isCorrected: boolean): number {
    let t = 0;
    for (const group of this.groups) t += group.fillStep(at, rhs, eta, centre, isCorrected);
    return t;
  }

  residualAlong(d1: Float64Array): number {
    let sum = 0;
    for (const group of this.groups) sum += group.residualAlong(d1);
    return sum;
  }

  finishStep(step: Point): void {
    for (const group of this.groups) group.finishStep(step);
  }

  stepLength(at: Point, step: Point, alpha: number): number {
    let longest = alpha;
    for (const group of this.groups) longest = group.stepLength(at, step, longest);
    return longest;
  }

  advance(at: Point, step: Point, alpha: number): void {
    for (const group of this.groups) group.advance(at, step, alpha);
  }

  startAt(at: Point, d: Float64Array): void {
    for (const group of this.groups) group.startAt(at, d);
  }
}
