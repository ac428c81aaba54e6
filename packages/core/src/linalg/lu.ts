import { BugError } from '../base/errors.ts';
import { amdOrder } from './amd.ts';
import { eliminationTree } from './elimination-tree.ts';
import type { Kernel } from './kernels.ts';
import { type LuArrays, luRefactor, luSolve, luSolveTranspose } from './lu-kernel.ts';
import { findPivots, sortRowsInto } from './lu-pivot.ts';
import { matchRows } from './matching.ts';
import type { SparseMatrix } from './sparse.ts';

/**
 * What the pattern alone tells about P·A·Q = L·U. Immutable, may be shared by many factors.
 * @shape colStart (n + 1), rowIndex (nnz), columnOrder, preferredRow (n)
 */
export interface LuSymbolic {
  readonly n: number;
  readonly nnz: number;
  readonly colStart: Int32Array;
  readonly rowIndex: Int32Array;
  /** columnOrder[k] = original column of step k. */
  readonly columnOrder: Int32Array;
  /** preferredRow[k] = row wished as the pivot of step k: the diagonal, or its match where none is stored. */
  readonly preferredRow: Int32Array;
  /** Columns that can be matched with a row of their own; below n the matrix is singular for any values. */
  readonly structuralRank_count: number;
  /** Entries of L (and of U) without the diagonal when every pivot is the preferred one. */
  readonly boundNnz: number;
}

/**
 * Orders a square, possibly unsymmetric pattern for `LuFactor`: approximate minimum degree on A + Aᵀ, which suits
 * admittance matrices and power-flow Jacobians. Rows are matched to columns first where the diagonal is not stored.
 * @param pattern - its values are not read
 * @throws {BugError} LINALG_NOT_SQUARE
 * @cost amdOrder + O(nnz(L))
 * @source Amestoy, Davis, Duff (1996); Duff (1981); Davis, Palamadai Natarajan (2010)
 */
export function analyseLu(pattern: SparseMatrix): LuSymbolic {
  const n = pattern.cols_count;
  if (pattern.rows_count !== n)
    throw new BugError({
      message: `LU takes a square matrix: got ${pattern.rows_count} × ${n}`,
      code: 'LINALG_NOT_SQUARE',
    });
  const { colStart, rowIndex } = pattern;
  const nnz = colStart[n];
  const { rowOfColumn, rank_count } = matchRows(n, colStart, rowIndex);
  const columnOfRow = new Int32Array(n);
  for (let j = 0; j < n; j++) columnOfRow[rowOfColumn[j]] = j;
  const matched = new Int32Array(nnz);
  for (let p = 0; p < nnz; p++) matched[p] = columnOfRow[rowIndex[p]];
  const columnOrder = amdOrder(n, colStart, matched);

  const rank = new Int32Array(n);
  const preferredRow = new Int32Array(n);
  for (let k = 0; k < n; k++) {
    rank[columnOrder[k]] = k;
    preferredRow[k] = rowOfColumn[columnOrder[k]];
  }
  const upperStart = new Int32Array(n + 1);
  for (let j = 0; j < n; j++) {
    for (let p = colStart[j]; p < colStart[j + 1]; p++) upperStart[Math.max(rank[j], rank[matched[p]]) + 1]++;
  }
  for (let k = 0; k < n; k++) upperStart[k + 1] += upperStart[k];
  const upperRow = new Int32Array(nnz);
  const next = upperStart.slice(0, n);
  for (let j = 0; j < n; j++) {
    for (let p = colStart[j]; p < colStart[j + 1]; p++) {
      const i = rank[matched[p]];
      upperRow[next[Math.max(rank[j], i)]++] = Math.min(rank[j], i);
    }
  }
  let boundNnz = 0;
  const { count } = eliminationTree(n, upperStart, upperRow);
  for (let j = 0; j < n; j++) boundNnz += count[j];
  return { n, nnz, colStart, rowIndex, columnOrder, preferredRow, structuralRank_count: rank_count, boundNnz };
}

export interface LuOptions {
  /** The preferred pivot is kept when it is at least this fraction of the largest candidate. Default 1e-3; 1: largest. */
  readonly pivotThreshold?: number;
}

export interface LuOutcome {
  readonly status: 'ok' | 'singular';
  /** Original column without a pivot, −1 when factored. */
  readonly column: number;
}

export interface LuRefactorOutcome {
  /** `unstable`: a pivot is too small for its column; call `factor` for a new pivot sequence. */
  readonly status: 'ok' | 'unstable';
}

/** Largest multiplier |l_ij| that `refactor` accepts; `factor` with pivotThreshold τ never exceeds 1/τ. */
const REFACTOR_GROWTH_LIMIT = 1e6;

/** The numbers of one factorisation P·A·Q = L·U and the memory they live in. Not re-entrant. */
export class LuFactor {
  readonly symbolic: LuSymbolic;
  private arrays: LuArrays | undefined;

  constructor(symbolic: LuSymbolic, _options: { readonly kernel?: Kernel } = {}) {
    this.symbolic = symbolic;
  }

  /** Chooses pivots for these values (in the order of the pattern given to `analyseLu`) and factors. */
  factor(values: Float64Array, options: LuOptions = {}): LuOutcome {
    const { n, nnz, colStart, rowIndex, columnOrder } = this.symbolic;
    const threshold = Math.min(1, Math.max(0, options.pivotThreshold ?? 1e-3));
    this.arrays = undefined;
    const pattern = findPivots(this.symbolic, values, threshold);
    if (pattern.singularColumn >= 0) return { status: 'singular', column: pattern.singularColumn };
    const { lStart, uStart, rowOfStep, stepOfRow } = pattern;
    const arrays: LuArrays = {
      n,
      colStart,
      columnOrder,
      rowOfStep,
      lStart,
      uStart,
      aStep: new Int32Array(nnz),
      lRow: new Int32Array(lStart[n]),
      uRow: new Int32Array(uStart[n]),
      values: new Float64Array(nnz),
      lx: new Float64Array(lStart[n]),
      ux: new Float64Array(uStart[n]),
      pivot: new Float64Array(n),
      x: new Float64Array(n),
      rhs: new Float64Array(n),
    };
    for (let p = 0; p < nnz; p++) arrays.aStep[p] = stepOfRow[rowIndex[p]];
    sortRowsInto(n, lStart, pattern.lRow, stepOfRow, arrays.lRow);
    sortRowsInto(n, uStart, pattern.uStep, undefined, arrays.uRow);
    arrays.values.set(values.length === nnz ? values : values.subarray(0, nnz));
    const step = luRefactor(arrays, Number.MAX_VALUE);
    if (step >= 0) return { status: 'singular', column: columnOrder[step] };
    this.arrays = arrays;
    return { status: 'ok', column: -1 };
  }

  /** Factors new values with the pivots of the last `factor`. */
  refactor(values: Float64Array): LuRefactorOutcome {
    const arrays = this.arrays;
    if (!arrays) return { status: 'unstable' };
    const nnz = this.symbolic.nnz;
    arrays.values.set(values.length === nnz ? values : values.subarray(0, nnz));
    if (luRefactor(arrays, REFACTOR_GROWTH_LIMIT) < 0) return { status: 'ok' };
    arrays.x.fill(0);
    return { status: 'unstable' };
  }

  /** b ← A⁻¹·b */
  solveInto(b: Float64Array): void {
    const arrays = this.ready();
    arrays.rhs.set(b.length === arrays.n ? b : b.subarray(0, arrays.n));
    luSolve(arrays);
    b.set(arrays.rhs);
  }

  /** b ← A⁻ᵀ·b */
  solveTransposeInto(b: Float64Array): void {
    const arrays = this.ready();
    arrays.rhs.set(b.length === arrays.n ? b : b.subarray(0, arrays.n));
    luSolveTranspose(arrays);
    b.set(arrays.rhs);
  }

  private ready(): LuArrays {
    if (this.arrays) return this.arrays;
    throw new BugError({ message: 'LU solve without a factor', code: 'LINALG_NOT_FACTORED', hint: 'Call factor first.' });
  }
}
