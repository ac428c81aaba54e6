/**
 * Linear matrix inequalities: are there x with F_k(x) ≻ 0 for all k? Every F_k is symmetric and affine in x.
 *
 * max t  subject to  F_k(x) ⪰ t·I,  |x_j| ≤ bound,  t ≤ 1
 *
 * by a solver with semidefinite cones. Its answer is then measured without it: the smallest eigenvalue of every F_k at the x found decides.
 */
import { symmetricEigenInto } from '../linalg/symmetric-eigen.ts';
import { type Expression, mul, sum } from '../problem/affine.ts';
import { Model } from '../problem/model.ts';
import type { ReadySolver } from '../solvers/contract.ts';

export interface MatrixInequality {
  readonly name: string;
  readonly order: number;
  /** F(x), row-major; affine in x. Only the lower triangle is read. */
  at(x: Float64Array): Float64Array;
}

export interface InequalityOutcome {
  /** `infeasible`: the largest t that the solver proves possible is not above zero. `undecided`: neither holds by its measure. */
  readonly status: 'feasible' | 'infeasible' | 'undecided';
  readonly x: Float64Array;
  /** Smallest eigenvalue of all F_k(x), recomputed. */
  readonly margin: number;
  /** No x within the bounds has a larger margin than this, up to the solver's tolerance. */
  readonly bound: number;
}

/** @param bounds - largest size of each variable */
export function solveInequalities(
  inequalities: readonly MatrixInequality[],
  bounds: ArrayLike<number>,
  solver: ReadySolver,
): InequalityOutcome {
  const count = bounds.length;
  const model = new Model('inequalities');
  const x = model.variables('x', [count], { lower: (j) => -bounds[j], upper: (j) => bounds[j] });
  const t = model.variable('t', { upper: 1 });
  for (const { name, order, at } of inequalities) {
    const zero = at(new Float64Array(count));
    const slopes = Array.from({ length: count }, (_, j) => {
      const unit = new Float64Array(count);
      unit[j] = 1;
      return at(unit).map((entry, k) => entry - zero[k]);
    });
    const entry = (i: number, j: number): Expression => {
      const terms: Expression[] = [zero[i * order + j]];
      slopes.forEach((slope, v) => {
        if (slope[i * order + j] !== 0) terms.push(mul(slope[i * order + j], x(v)));
      });
      if (i === j) terms.push(mul(-1, t));
      return sum(...terms);
    };
    model.semidefinite(
      name,
      Array.from({ length: order }, (_, i) => Array.from({ length: i + 1 }, (_, j) => entry(i, j))),
    );
  }
  model.cost(mul(-1, t));
  const program = model.build();
  const solution = solver.solve(program);
  const found = model.read(solution).values(x);
  const margin = Math.min(...inequalities.map((each) => leastEigenvalue(each.at(found), each.order)));
  const bound = -solution.bound;
  const isProved = solution.status === 'optimal' && !(bound > BOUND_TOLERANCE);
  return { status: margin > 0 ? 'feasible' : isProved ? 'infeasible' : 'undecided', x: found, margin, bound };
}

/** What a solver's proven bound may be off. */
const BOUND_TOLERANCE = 1e-7;

/** Smallest eigenvalue of a symmetric matrix; NaN when it is not finite. */
export function leastEigenvalue(matrix: Float64Array, n: number): number {
  const values = new Float64Array(n);
  const failed = symmetricEigenInto(matrix, n, values, new Float64Array(n * n), new Float64Array(2 * n), 'values');
  return failed < 0 ? values[0] : Number.NaN;
}
