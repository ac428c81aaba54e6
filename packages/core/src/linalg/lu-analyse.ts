import { BugError } from '../base/errors.ts';
import { amdOrder } from './amd.ts';
import { eliminationTree } from './elimination-tree.ts';
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
  /** Every diagonal entry is stored. */
  readonly hasDiagonal: boolean;
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
  const hasDiagonal = rowOfColumn.every((row, j) => row === j) && rank_count === n;
  return {
    n,
    nnz,
    colStart,
    rowIndex,
    columnOrder,
    preferredRow,
    hasDiagonal,
    structuralRank_count: rank_count,
    boundNnz,
  };
}
