import type { TwoStage } from '../../problem/two-stage.ts';
import type { ReadySolver } from '../../solvers/contract.ts';
import { outcomeAt, type UncertaintySet } from '../../uncertainty/uncertainty-set.ts';
import { verticesOf } from '../../uncertainty/vertices.ts';
import { react } from '../recourse.ts';

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
