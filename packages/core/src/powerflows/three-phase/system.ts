import type { Injections } from './injections.ts';
import type { Nodal } from './nodal.ts';

/**
 * The equations of one operating point, and their mismatch.
 *
 *   r(u) = i₀·source_frac − Y·u − Σ (y(u) − y_rated)·U
 *
 * | symbol | array |
 * |---|---|
 * | u | `u`, rows of nodal.ts (re, im): free, fixed, earth |
 * | r | `r`, the same rows, of which only the free ones count |
 * @unit kVA, per unit
 */
export class System {
  readonly nodal: Nodal;
  readonly injections: Injections;
  readonly u: Float64Array;
  readonly r: Float64Array;
  source_frac = 1;
  /** Largest |r| and its row after the last `evaluate`, and Σ|r|². */
  mismatch_kVA = Number.POSITIVE_INFINITY;
  worstRow = -1;
  sumOfSquares = Number.POSITIVE_INFINITY;

  constructor(nodal: Nodal, injections: Injections) {
    this.nodal = nodal;
    this.injections = injections;
    this.u = new Float64Array(2 * (nodal.rows.earth + 1));
    this.r = new Float64Array(2 * (nodal.rows.earth + 1));
  }

  /** Voltages as if every injection were the part of it that Y holds. */
  startLinear(): void {
    const { u, nodal } = this;
    const size = 2 * nodal.rows.free_count;
    for (let i = 0; i < size; i++) u[i] = this.source_frac * nodal.sourceCurrent[i];
    nodal.lu.solveInto(u);
    this.takeFixed();
  }

  /** Given voltages into u. */
  takeFixed(): void {
    const { u, nodal } = this;
    const size = 2 * nodal.rows.free_count;
    for (let i = 0; i < nodal.fixedVoltage.length; i++) u[size + i] = this.source_frac * nodal.fixedVoltage[i];
  }

  /** r and its size at u. */
  evaluate(): void {
    const { u, r, nodal, injections } = this;
    const { yRated, y, count } = injections;
    const n = nodal.rows.free_count;
    nodal.multiplyInto(u, r);
    for (let i = 0; i < 2 * n; i++) r[i] = this.source_frac * nodal.sourceCurrent[i] - r[i];
    injections.evaluate(u);
    for (let e = 0; e < 2 * count; e++) y[e] -= yRated[e];
    injections.subtractCurrents(u, r);
    for (let e = 0; e < 2 * count; e++) y[e] += yRated[e];
    let largest = 0;
    let sum = 0;
    this.worstRow = -1;
    for (let i = 0; i < n; i++) {
      const square = r[2 * i] * r[2 * i] + r[2 * i + 1] * r[2 * i + 1];
      sum += square;
      if (square > largest) {
        largest = square;
        this.worstRow = i;
      }
    }
    this.sumOfSquares = sum;
    this.mismatch_kVA = Number.isFinite(sum) ? Math.sqrt(largest) : Number.POSITIVE_INFINITY;
  }

  /** What rounding may leave of the balance of a row. */
  rounding_kVA(row: number): number {
    return ROUNDING_FRAC * this.nodal.rowScale[row];
  }

  /** Whether every row balances to the tolerance, or to what rounding leaves of its terms. */
  isBalanced(tolerance_kVA: number): boolean {
    if (this.mismatch_kVA <= tolerance_kVA) return true;
    if (!Number.isFinite(this.mismatch_kVA)) return false;
    const { r, nodal } = this;
    for (let i = 0; i < nodal.rows.free_count; i++) {
      if (Math.hypot(r[2 * i], r[2 * i + 1]) > tolerance_kVA + this.rounding_kVA(i)) return false;
    }
    return true;
  }
}

/** Rounding of Σ y·u beside Σ |y|, with some room for the length of the sum. */
const ROUNDING_FRAC = 2e-15;
