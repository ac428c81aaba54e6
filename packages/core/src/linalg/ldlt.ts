import { BugError } from '../base/errors.ts';
import { amdOrder } from './amd.ts';
import { factorPattern } from './elimination-tree.ts';
import type { Kernel } from './kernels.ts';
import { type LdltArrays, ldltFactor, ldltSolve } from './ldlt-kernel.ts';
import { type SparseMatrix, symmetricMultiplyInto } from './sparse.ts';

/**
 * What the pattern alone tells about K = Pᵀ·L·D·Lᵀ·P. Immutable, may be shared by many factors.
 * @shape order, rank, parent (n); aStart (n + 1), aRow, source (nnz of the upper triangle); lRow, rowCol (lNnz)
 */
export interface LdltSymbolic {
  readonly n: number;
  readonly nnz: number;
  /** Entries of L below the diagonal. */
  readonly lNnz: number;
  /** order[k] = original index of the k-th pivot. */
  readonly order: Int32Array;
  /** rank[i] = elimination step of the original index i. */
  readonly rank: Int32Array;
  /** Elimination tree in elimination order, −1 at roots. */
  readonly parent: Int32Array;
  readonly aStart: Int32Array;
  readonly aRow: Int32Array;
  /** The entry p of the permuted triangle is the entry source[p] of the original one. */
  readonly source: Int32Array;
  readonly lStart: Int32Array;
  readonly lRow: Int32Array;
  readonly rowStart: Int32Array;
  readonly rowCol: Int32Array;
}

/**
 * Orders and analyses a symmetric pattern for `LdltFactor`.
 * @param upper - upper triangle by columns; its values are not read; missing diagonal entries count as zero
 * @param order - elimination order; default: approximate minimum degree
 * @throws {BugError} LINALG_NOT_UPPER when an entry lies below the diagonal or the matrix is not square
 * @cost amdOrder + O(nnz(L))
 * @source Davis, Direct Methods for Sparse Linear Systems (2006), ch. 4
 */
export function analyseLdlt(upper: SparseMatrix, order?: Int32Array): LdltSymbolic {
  const n = upper.cols_count;
  const { colStart, rowIndex } = upper;
  const nnz = colStart[n];
  let below_count = 0;
  for (let j = 0; j < n; j++) for (let p = colStart[j]; p < colStart[j + 1]; p++) if (rowIndex[p] > j) below_count++;
  if (upper.rows_count !== n || below_count > 0)
    throw new BugError({
      message: `LDLᵀ takes the upper triangle of a square matrix: got ${upper.rows_count} × ${n} with ${below_count} entries below the diagonal`,
      code: 'LINALG_NOT_UPPER',
      hint: 'Pass only entries with row ≤ column.',
    });
  const chosen = order ? order.slice() : amdOrder(n, colStart, rowIndex);
  const rank = new Int32Array(n);
  for (let k = 0; k < n; k++) rank[chosen[k]] = k;

  const aStart = new Int32Array(n + 1);
  for (let j = 0; j < n; j++) {
    const cj = rank[j];
    for (let p = colStart[j]; p < colStart[j + 1]; p++) {
      const ci = rank[rowIndex[p]];
      aStart[(ci > cj ? ci : cj) + 1]++;
    }
  }
  for (let k = 0; k < n; k++) aStart[k + 1] += aStart[k];
  const aRow = new Int32Array(nnz);
  const source = new Int32Array(nnz);
  const next = aStart.slice(0, n);
  for (let j = 0; j < n; j++) {
    const cj = rank[j];
    for (let p = colStart[j]; p < colStart[j + 1]; p++) {
      const ci = rank[rowIndex[p]];
      const at = next[ci > cj ? ci : cj]++;
      aRow[at] = ci > cj ? cj : ci;
      source[at] = p;
    }
  }
  const pattern = factorPattern(n, aStart, aRow);
  return { n, nnz, lNnz: pattern.lStart[n], order: chosen, rank, aStart, aRow, source, ...pattern };
}

export interface LdltOptions {
  /** Expected sign (+1 or −1) of each pivot, by original index. Absent: no expectation. */
  readonly signs?: Int8Array;
  /** Added to every diagonal entry times its sign, before elimination. Default 0. */
  readonly staticRegularisation?: number;
  /** δ: a pivot of the wrong sign or at most the threshold becomes sign·δ. Default 0: pivots stay as they are. */
  readonly dynamicRegularisation?: number;
  /** Smallest acceptable pivot when δ > 0. Default 1e-13. */
  readonly dynamicThreshold?: number;
}

export interface LdltOutcome {
  readonly status: 'ok' | 'zero-pivot';
  readonly regularisedPivots_count: number;
  /** Original index of the pivot that stopped the factorisation, −1 when none did. */
  readonly column: number;
}

/** The numbers of one factorisation K = Pᵀ·L·D·Lᵀ·P and the memory they live in. Not re-entrant. */
export class LdltFactor {
  readonly symbolic: LdltSymbolic;
  private readonly arrays: LdltArrays;

  constructor(symbolic: LdltSymbolic, _options: { readonly kernel?: Kernel } = {}) {
    this.symbolic = symbolic;
    const { n, nnz, lNnz } = symbolic;
    this.arrays = {
      ...symbolic,
      next: new Int32Array(n),
      sign: new Int32Array(n),
      report: new Int32Array(2),
      values: new Float64Array(nnz),
      lx: new Float64Array(lNnz),
      dInv: new Float64Array(n),
      y: new Float64Array(n),
      rhs: new Float64Array(n),
    };
  }

  /** Factors the matrix with these values, in the order of the matrix given to `analyseLdlt`. */
  factor(values: Float64Array, options: LdltOptions = {}): LdltOutcome {
    const { n, order, nnz } = this.symbolic;
    const { sign, report } = this.arrays;
    const signs = options.signs;
    if (signs) for (let k = 0; k < n; k++) sign[k] = signs[order[k]];
    else sign.fill(0);
    this.arrays.values.set(values.length === nnz ? values : values.subarray(0, nnz));
    const code = ldltFactor(
      this.arrays,
      options.staticRegularisation ?? 0,
      options.dynamicRegularisation ?? 0,
      options.dynamicThreshold ?? 1e-13,
    );
    return {
      status: code === 0 ? 'ok' : 'zero-pivot',
      regularisedPivots_count: report[1],
      column: code === 0 ? -1 : order[report[0]],
    };
  }

  /** b ← K⁻¹·b, in the original ordering. */
  solveInto(b: Float64Array): void {
    const { rhs, n } = this.arrays;
    rhs.set(b.length === n ? b : b.subarray(0, n));
    ldltSolve(this.arrays);
    b.set(rhs);
  }
}

/**
 * Iterative refinement of K·x = b with the factor of a regularised K; K itself is `upper` with `values`.
 *
 * A step that does not shrink the residual is undone and ends the loop.
 * @param x - an approximate solution on entry, a better one on return
 * @returns ‖b − K·x‖∞ of the x returned
 * @cost one symmetric product and one solve per iteration
 */
export function refineInto(
  upper: SparseMatrix,
  values: Float64Array,
  factor: LdltFactor,
  b: Float64Array,
  x: Float64Array,
  iterations: number,
): number {
  const n = upper.cols_count;
  const matrix = { ...upper, values };
  const residual = new Float64Array(n);
  const kept = new Float64Array(n);
  let norm = Number.POSITIVE_INFINITY;
  for (let k = 0; ; k++) {
    residual.set(b);
    symmetricMultiplyInto(matrix, x, residual, -1, 1);
    let now = 0;
    for (let i = 0; i < n; i++) {
      const r = Math.abs(residual[i]);
      if (!(r <= now)) now = r;
    }
    if (!(now < norm)) {
      if (k > 0) x.set(kept);
      return k > 0 ? norm : now;
    }
    norm = now;
    if (k >= iterations || norm === 0) return norm;
    kept.set(x);
    factor.solveInto(residual);
    for (let i = 0; i < n; i++) x[i] += residual[i];
  }
}
