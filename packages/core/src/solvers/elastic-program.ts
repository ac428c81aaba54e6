import { SparseBuilder } from '../linalg/sparse.ts';
import type { Program } from '../problem/program.ts';
import { geometryOf } from './cone-geometry.ts';
import { coneMask } from './residuals.ts';

/**
 * min Σ (e⁺ + e⁻)  subject to  rowLower ≤ A·x + e⁺ − e⁻ ≤ rowUpper and the bounds of x; a cone gives in the
 * direction of its centre.
 * It always has a solution. When its optimum is positive the program is infeasible, and its row duals are a Farkas ray.
 * @source Chinneck, Feasibility and Infeasibility in Optimization (2008), section 6.1 (elastic programs)
 */
export function elasticProgram(program: Program): Program {
  const { rows, lower, upper, rowLower, rowUpper } = program;
  const n = lower.length;
  const m = rowLower.length;
  const matrix = new SparseBuilder();
  matrix.place(rows, 0, 0);
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
