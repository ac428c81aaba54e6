import type { TwoStage } from '../../problem/two-stage.ts';
import type { ReadySolver } from '../../solvers/contract.ts';
import { outcomeAt, type UncertaintySet } from '../../uncertainty/uncertainty-set.ts';
import { verticesOf } from '../../uncertainty/vertices.ts';
import { react } from '../recourse.ts';
import { addConditions } from './complementarity.ts';
import { DualRecourse } from './dual-recourse.ts';
import { MultiplierBounds } from './multipliers.ts';
import { addProducts, hasWholeCorners } from './products.ts';

/** Who looks for the outcome of a set that a decision fears most. */
export interface Adversary {
  /**
   * The worst outcome under x. `cost` is Infinity where nothing can be done about it, and `exact` says whether it is known to be the
   * worst, or only bad.
   */
  worst(x: Float64Array): { readonly u: Float64Array; readonly cost: number; readonly exact: boolean } | undefined;
}

/**
 * Tries every corner: the recourse's cost is convex in u, so one of them is the worst. For small sets and as the yardstick of others.
 * @throws {CombinationError} SET_TOO_MANY_CORNERS
 */
export function cornerAdversary(problem: TwoStage, set: UncertaintySet, solver: ReadySolver): Adversary {
  const corners = verticesOf(set).map((v) => outcomeAt(set, v));
  return {
    worst(x) {
      let worst: { u: Float64Array; cost: number } | undefined;
      for (const u of corners) {
        const cost = react(problem, solver, x, u)?.objective ?? Number.POSITIVE_INFINITY;
        if (worst === undefined || cost > worst.cost) worst = { u, cost };
      }
      return worst && { ...worst, exact: true };
    },
  };
}

/**
 * Searches by one mixed-integer programme over multipliers and outcomes, however many corners there are. Where multipliers have no bound of their own,
 * one is assumed and widened while it bites; the answer is then the worst among what such multipliers can show, and not called exact.
 */
export function searchingAdversary(problem: TwoStage, set: UncertaintySet, solver: ReadySolver): Adversary {
  const bounds = new MultiplierBounds(problem, set, solver);
  const complete = hasWholeCorners(set) ? addProducts : addConditions;
  const first = 3 * problem.cost.reduce((most, q) => Math.max(most, Math.abs(q)), 1);
  return {
    worst(x) {
      for (let assumed = first; ; assumed *= 10) {
        const recourse = new DualRecourse(problem, set, bounds, x, assumed);
        complete(recourse);
        const solution = solver.solve(recourse.model.build());
        if (solution.status !== 'optimal' && solution.status !== 'almost-optimal') return undefined;
        const u = recourse.outcome(solution, solver);
        const found = -solution.objective;
        if (recourse.proven) return { u, cost: found, exact: true };
        // what was assumed bites when the recourse costs more than multipliers within it can show
        const cost = react(problem, solver, x, u)?.objective ?? Number.POSITIVE_INFINITY;
        const bites = cost > found + 1e-6 * Math.max(1, Math.abs(found)) && cost < Number.POSITIVE_INFINITY;
        if (!bites || assumed > 1e3 * first) return { u, cost, exact: false };
      }
    },
  };
}
