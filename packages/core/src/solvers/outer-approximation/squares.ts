import { amdOrder } from '../../linalg/amd.ts';
import type { AffineRow, Program } from '../../problem/program.ts';

/** ½·weight·(the row)²; weight > 0. */
export interface Square {
  readonly weight: number;
  readonly row: AffineRow;
}

/** A pivot below this share of the largest diagonal entry is rounding, if its row is too. */
const PIVOT_ROUNDING = 1e-12;
const ROW_ROUNDING = 1e-10;

/**
 * A convex quadratic cost as a sum of squares: ½·xᵀPx = Σ_k ½·d_k·(x_k + Σ_j l_jk·x_j)², by P = L·D·Lᵀ. One square per pivot,
 * so that each is approximated by itself: a diagonal P brings no new variables, a dense one as many as it has rank.
 * Pivots that are zero but for rounding are left out, which only lowers the sum.
 * @cost Σ (entries of column k of L)², in an approximate-minimum-degree order
 * @source Golub & Van Loan, Matrix Computations (2013), section 4.2.8 (semidefinite LDLᵀ)
 */
export function squaresOf({ quadratic, cost }: Program): Square[] {
  if (!quadratic) return [];
  const n = cost.length;
  const { colStart, rowIndex, values } = quadratic;
  /** Row k of what is left of P, as a symmetric map. */
  const left = Array.from({ length: n }, () => new Map<number, number>());
  let largest = 0;
  for (let j = 0; j < n; j++) {
    for (let p = colStart[j]; p < colStart[j + 1]; p++) {
      const i = rowIndex[p];
      if (values[p] === 0) continue;
      left[i].set(j, values[p]);
      left[j].set(i, values[p]);
      if (i === j) largest = Math.max(largest, values[p]);
    }
  }
  const squares: Square[] = [];
  for (const k of amdOrder(n, colStart, rowIndex)) {
    const row = left[k];
    const pivot = row.get(k) ?? 0;
    row.delete(k);
    let size = 0;
    for (const [j, value] of row) {
      left[j].delete(k);
      size = Math.max(size, Math.abs(value));
    }
    if (!(pivot > 0) || (pivot <= PIVOT_ROUNDING * largest && size <= ROW_ROUNDING * largest)) continue;
    const columns = [k];
    const factors = [1];
    for (const [j, value] of row) {
      columns.push(j);
      factors.push(value / pivot);
      for (const [i, other] of row) if (i <= j) subtract(left, i, j, (value * other) / pivot);
    }
    squares.push({ weight: pivot, row: { columns, values: factors, constant: 0 } });
  }
  return squares;
}

function subtract(left: readonly Map<number, number>[], i: number, j: number, value: number): void {
  const next = (left[i].get(j) ?? 0) - value;
  left[i].set(j, next);
  left[j].set(i, next);
}
