import { SparseBuilder } from '../../linalg/sparse.ts';
import type { Program } from '../../problem/program.ts';
import { geometryOf } from '../cone-geometry.ts';
import { coneMask } from '../residuals.ts';

/**
 * Two linear programs that always have a solution and tell why another one has none. Asked only when the embedding did
 * not prove it by itself.
 * @source Chinneck, Feasibility and Infeasibility in Optimization (2008), section 6.1 (elastic programs)
 */

/**
 * min Σ (e⁺ + e⁻)  subject to  rowLower ≤ A·x + e⁺ − e⁻ ≤ rowUpper and the bounds of x; a cone gives in the
 * direction of its centre.
 * When its optimum is positive the program is infeasible, and its row duals are a Farkas ray.
 */
export function elasticProgram(program: Program): Program {
  const { rows, lower, upper, rowLower, rowUpper } = program;
  const n = lower.length;
  const m = rowLower.length;
  const matrix = new SparseBuilder();
  for (let j = 0; j < n; j++) {
    for (let p = rows.colStart[j]; p < rows.colStart[j + 1]; p++) matrix.add(rows.rowIndex[p], j, rows.values[p]);
  }
  const isInCone = coneMask(program);
  for (const cone of program.cones ?? []) {
    const { centre } = geometryOf(cone);
    cone.rows.forEach((i, l) => {
      if (centre[l] !== 0) matrix.add(i, n + cone.rows[0], centre[l]);
    });
  }
  for (let i = 0; i < m; i++) {
    if (isInCone[i] === 1) continue;
    matrix.add(i, n + i, 1);
    matrix.add(i, n + m + i, -1);
  }
  const cost = new Float64Array(n + 2 * m).fill(1, n);
  const low = new Float64Array(n + 2 * m);
  const high = new Float64Array(n + 2 * m).fill(Number.POSITIVE_INFINITY);
  low.set(lower);
  high.set(upper);
  return {
    cost,
    offset: 0,
    lower: low,
    upper: high,
    rows: matrix.build(m, n + 2 * m),
    rowLower,
    rowUpper,
    cones: program.cones,
    columnName: (j) => (j < n ? program.columnName(j) : program.rowName((j - n) % m)),
    rowName: (i) => program.rowName(i),
  };
}

/**
 * min cᵀd  subject to  A·d and d staying inside every finite bound and every cone for ever,  P·d = 0,  −1 ≤ d ≤ 1.
 * When its optimum is negative, d is a direction of unbounded descent.
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
