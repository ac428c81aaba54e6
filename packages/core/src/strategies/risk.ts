import { InputError } from '../base/errors.ts';
import type { TwoStage } from '../problem/two-stage.ts';
import type { UncertainEvent } from './contract.ts';
import { type Lifted, restoreTo, withAdditions } from './lifted.ts';

export interface RiskAversion {
  /** β: weight of the tail against the mean, 0 to 1. */
  readonly weight_frac: number;
  /** α: the tail is the dearest 1 − α of what may come, 0 ≤ α < 1. */
  readonly level_frac: number;
}

/**
 * Weighs the mean of costs f against the mean of their tail, the conditional value at risk:
 *
 *   min (1 − β)·E[f] + β·CVaR_α(f),    CVaR_α(f) = min_η η + E[(f − η)₊]/(1 − α)
 *
 * η is decided ahead, the excess z ≥ cᵀx + qᵀy − η reacts, so the problem stays one in two stages and every strategy takes it. With sets f is the cost in
 * the worst case of its event.
 * @throws {InputError} RISK_INVALID
 * @source Rockafellar, Uryasev, Optimization of conditional value-at-risk, J. Risk 2(3) (2000), theorem 1
 */
export function tailAverse(
  problem: TwoStage,
  events: readonly UncertainEvent[],
  { weight_frac: beta, level_frac: alpha }: RiskAversion,
): Lifted {
  if (!(beta >= 0 && beta <= 1 && alpha >= 0 && alpha < 1)) {
    throw new InputError({
      code: 'RISK_INVALID',
      message: `A weight of ${beta} on the tail beyond ${alpha} is none`,
      hint: 'Give a weight_frac from 0 to 1 and a level_frac from 0 to below 1.',
    });
  }
  if (beta === 0) return { problem, events, restore: (decision) => decision };
  const { first, cost } = problem;
  const [n, k] = [first.cost.length, cost.length];
  const entries = (values: Float64Array): { column: number; value: number }[] =>
    Array.from(values, (value, column) => ({ column, value: -value })).filter(({ value }) => value !== 0);
  const lifted = withAdditions(problem, {
    keep_frac: 1 - beta,
    first: { cost: beta, lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY, name: 'value at risk' },
    recourse: { cost: beta / (1 - alpha), lower: 0, upper: Number.POSITIVE_INFINITY, name: 'cost beyond the value at risk' },
    symbols_count: 0,
    // z + η − cᵀx − qᵀy ≥ constant of the costs
    row: {
      name: 'tail',
      first: [...entries(first.cost), { column: n, value: 1 }],
      recourse: [...entries(cost), { column: k, value: 1 }],
      products: [],
      least: first.offset,
      most: Number.POSITIVE_INFINITY,
    },
  });
  return { problem: lifted, events, restore: restoreTo(problem) };
}

/** CVaR_α of costs with probabilities, by sorting: the mean of the dearest 1 − α. */
export function tailMean(costs: ArrayLike<number>, probabilities: ArrayLike<number>, level_frac: number): number {
  const order = Array.from(costs, (_, k) => k).sort((a, b) => costs[b] - costs[a]);
  const tail = 1 - level_frac;
  let [left, sum] = [tail, 0];
  for (const k of order) {
    const part = Math.min(left, probabilities[k]);
    sum += part * costs[k];
    left -= part;
    if (left <= 0) break;
  }
  return sum / tail;
}
