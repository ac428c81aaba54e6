import { recourseAt, type TwoStage } from '../problem/two-stage.ts';
import type { ReadySolver } from '../solvers/contract.ts';
import { firstCost, outcomeOf } from './recourse.ts';

/** A step of the horizon: what is believed when it comes, and what it makes final. */
export interface HorizonStep {
  /** All symbols: those that are known by now as they are, the others as they are expected by now. @shape (s) */
  readonly belief: Float64Array;
  /** Columns of y that are carried out on this step and stay. */
  readonly columns: readonly number[];
}

/** What came of a decision that was carried through, all steps together. */
export interface Carried {
  readonly y: Float64Array;
  /** With the cost of the first stage. */
  readonly cost: number;
  readonly shortfall: number;
}

/**
 * Carries a decision through a horizon, step by step: on each the recourse is solved for what is believed then, its part of that step is carried out, and the rest is thought over
 * again on the next. What has been carried out binds what follows through the rows of the problem: states go on from where they are.
 *
 *   y_t = part t of argmin { qᵀy : rows at u = belief_t, y_s = what was carried out for s < t },   cost = cᵀx + qᵀy at the end
 *
 * The last belief is what happened. It costs no less than a recourse that knows all from the start, and the same where every belief is the truth. T programmes for T steps.
 * @param x - the first stage
 * @returns undefined where on some step there is no reaction, or none is known
 */
export function carryThrough(problem: TwoStage, x: Float64Array, steps: readonly HorizonStep[], solver: ReadySolver): Carried | undefined {
  const lower = Float64Array.from(problem.lower);
  const upper = Float64Array.from(problem.upper);
  const before = firstCost(problem, x);
  let carried: Carried | undefined;
  for (const { belief, columns } of steps) {
    const solution = solver.solve({ ...recourseAt(problem, x, belief), lower, upper });
    if (solution.status !== 'optimal' && solution.status !== 'almost-optimal') return undefined;
    for (const j of columns) {
      // a solver may leave a limit by its tolerance; what is carried out keeps it
      const value = Math.min(upper[j], Math.max(lower[j], solution.x[j]));
      lower[j] = value;
      upper[j] = value;
    }
    const { y, cost, shortfall } = outcomeOf(problem, 1, belief, solution);
    carried = { y, cost: before + cost, shortfall };
  }
  return carried;
}
