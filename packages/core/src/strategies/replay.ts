import { recourseAt, type TwoStage } from '../problem/two-stage.ts';
import type { ReadySolver } from '../solvers/contract.ts';
import { firstCost, outcomeOf } from './recourse.ts';

/** What a decision would have come to, outcome by outcome. */
export interface Replay {
  /** Cost of each outcome, prices of missed rows included; NaN where there is no reaction at all. @shape (outcomes) */
  readonly cost: Float64Array;
  /** By how much priced rows are missed, together. @shape (outcomes) */
  readonly shortfall: Float64Array;
  readonly infeasible_count: number;
  /** Outcomes with a reaction, but one that misses rows. */
  readonly short_count: number;
  /** Mean over all outcomes with a reaction, missed rows paid for. */
  readonly meanCost: number;
  /**
   * Mean over outcomes without any miss only. It flatters: what goes wrong is left out, so a decision that fails often may look cheap.
   */
  readonly meanCostOfGood: number;
  readonly worstCost: number;
}

/**
 * Holds a decision against outcomes that it did not see: the first stage stays, the recourse is solved anew for each. Give two decisions the same
 * outcomes to compare them (common random numbers).
 * @param x - the first stage
 * @param missed - by how much rows may be missed before an outcome counts as short
 */
export function replay(problem: TwoStage, x: Float64Array, outcomes: readonly Float64Array[], solver: ReadySolver, missed = 1e-6): Replay {
  const cost = new Float64Array(outcomes.length).fill(Number.NaN);
  const shortfall = new Float64Array(outcomes.length);
  const before = firstCost(problem, x);
  let infeasible_count = 0;
  let short_count = 0;
  let [sum, good, worst, good_count] = [0, 0, Number.NEGATIVE_INFINITY, 0];
  outcomes.forEach((u, k) => {
    const solution = solver.solve(recourseAt(problem, x, u));
    if (solution.status !== 'optimal' && solution.status !== 'almost-optimal') {
      infeasible_count++;
      return;
    }
    cost[k] = before + solution.objective;
    shortfall[k] = outcomeOf(problem, 1, u, solution).shortfall;
    sum += cost[k];
    worst = Math.max(worst, cost[k]);
    if (shortfall[k] > missed) short_count++;
    else {
      good += cost[k];
      good_count++;
    }
  });
  return {
    cost,
    shortfall,
    infeasible_count,
    short_count,
    meanCost: sum / (outcomes.length - infeasible_count),
    meanCostOfGood: good / good_count,
    worstCost: worst,
  };
}
