import { SparseBuilder } from '../../linalg/sparse.ts';
import type { Program } from '../../problem/program.ts';

/**
 * Asked, like the elastic program, only when the embedding did not prove by itself why a program has no solution.
 *
 *   min cᵀd  subject to  A·d and d staying inside every finite bound and every cone for ever,  P·d = 0,  −1 ≤ d ≤ 1.
 *
 * It always has a solution. When its optimum is negative, d is a direction of unbounded descent.
 */
export function recessionProgram(program: Program): Program {
  const { rows, lower, upper, rowLower, rowUpper, quadratic, cost } = program;
  const n = lower.length;
  const m = rowLower.length;
  const matrix = new SparseBuilder();
  for (let j = 0; j < n; j++) {
    for (let p = rows.colStart[j]; p < rows.colStart[j + 1]; p++) matrix.add(rows.rowIndex[p], j, rows.values[p]);
    if (!quadratic) continue;
    for (let p = quadratic.colStart[j]; p < quadratic.colStart[j + 1]; p++) {
      const i = quadratic.rowIndex[p];
      matrix.add(m + i, j, quadratic.values[p]);
      if (i !== j) matrix.add(m + j, i, quadratic.values[p]);
    }
  }
  const total = quadratic ? m + n : m;
  const cone = (bounds: Float64Array, size: number, none: number): Float64Array =>
    Float64Array.from({ length: size }, (_, i) => (i < bounds.length && !Number.isFinite(bounds[i]) ? none : 0));
  return {
    cost,
    offset: 0,
    lower: cone(lower, n, -1),
    upper: cone(upper, n, 1),
    rows: matrix.build(total, n),
    rowLower: cone(rowLower, total, Number.NEGATIVE_INFINITY),
    rowUpper: cone(rowUpper, total, Number.POSITIVE_INFINITY),
    cones: program.cones,
    columnName: (j) => program.columnName(j),
    rowName: (i) => (i < m ? program.rowName(i) : program.columnName(i - m)),
  };
}
