import { InputError } from '../../base/errors.ts';
import { analyseLdlt, LdltFactor } from '../../linalg/ldlt.ts';
import type { SparseMatrix } from '../../linalg/sparse.ts';
import type { Program } from '../../problem/program.ts';
import type { Watch } from './watch.ts';

/** Curvature this far below zero, relative to the largest entry, is rounding. */
const ROUNDING = 1e-10;
const HEAVY = 1e30;

/**
 * Refuses a quadratic cost that is not convex: eliminates P + ε·I and looks at the signs of the pivots.
 * @param watch - ends a long elimination; what is not refused by then is not solved either
 * @throws {InputError} SOLVER_NOT_CONVEX naming the variable of the first negative pivot
 * @source Sylvester's law of inertia; Golub & Van Loan, Matrix Computations (2013), section 8.1.5
 */
export function checkConvex(program: Program, watch?: Watch): void {
  const p = program.quadratic;
  if (!p || p.values.length === 0) return;
  const column = negativePivot(p, () => watch?.() !== undefined);
  if (column < 0) return;
  throw new InputError({
    message: `The quadratic cost is not convex in "${program.columnName(column)}": expected no negative curvature`,
    code: 'SOLVER_NOT_CONVEX',
    hint: 'Look for a negative quadratic cost, or a product of two variables without squares large enough to hold it.',
  });
}

/** Column of the first negative pivot of P + ε·I in elimination order, −1 when there is none or no time to find it. */
function negativePivot(p: SparseMatrix, shouldStop: () => boolean): number {
  const n = p.cols_count;
  let largest = 0;
  let isDiagonal = true;
  for (let j = 0; j < n; j++) {
    for (let k = p.colStart[j]; k < p.colStart[j + 1]; k++) {
      largest = Math.max(largest, Math.abs(p.values[k]));
      if (p.rowIndex[k] !== j && p.values[k] !== 0) isDiagonal = false;
    }
  }
  if (isDiagonal) {
    for (let j = 0; j < n; j++) {
      for (let k = p.colStart[j]; k < p.colStart[j + 1]; k++) if (p.values[k] < 0) return j;
    }
    return -1;
  }
  const symbolic = analyseLdlt(p, undefined, shouldStop);
  if (!symbolic) return -1;
  const factor = new LdltFactor(symbolic);
  const signs = new Int8Array(n).fill(1);
  const values = p.values.slice();
  /** Is a pivot negative among the first `count`? The others are held positive by a heavy diagonal. */
  const failsWithin = (count: number): boolean => {
    values.set(p.values);
    for (let k = count; k < n; k++) {
      const j = symbolic.order[k];
      for (let at = p.colStart[j]; at < p.colStart[j + 1]; at++) if (p.rowIndex[at] === j) values[at] = HEAVY * largest;
    }
    const outcome = factor.factor(values, {
      signs,
      staticRegularisation: ROUNDING * largest,
      dynamicRegularisation: largest,
      dynamicThreshold: 0,
      shouldStop,
    });
    return outcome.status === 'zero-pivot' || outcome.regularisedPivots_count > 0;
  };
  if (!failsWithin(n)) return -1;
  let low = 0;
  let high = n;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (failsWithin(middle)) high = middle;
    else low = middle;
  }
  return symbolic.order[high - 1];
}
