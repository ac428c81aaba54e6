import { recourseAt, type TwoStage } from '../problem/two-stage.ts';
import type { ReadySolver, Solution } from '../solvers/contract.ts';
import type { Outcome, ReactionRule } from './contract.ts';

/** The best reaction to an outcome; undefined where there is none, or none is known. */
export function react(problem: TwoStage, solver: ReadySolver, x: Float64Array, u: Float64Array): Solution | undefined {
  const solution = solver.solve(recourseAt(problem, x, u));
  return solution.status === 'optimal' || solution.status === 'almost-optimal' ? solution : undefined;
}

export function outcomeOf(
  problem: TwoStage,
  probability: number,
  u: Float64Array,
  { x: y, objective }: Pick<Solution, 'x' | 'objective'>,
): Outcome {
  let shortfall = 0;
  for (const column of problem.shortfalls) shortfall += Math.max(0, y[column]);
  return { probability, u, y, cost: objective, shortfall };
}

/** cᵀx, with the constant of the costs. */
export function firstCost({ first }: TwoStage, x: Float64Array): number {
  let value = first.offset;
  for (let j = 0; j < x.length; j++) value += first.cost[j] * x[j];
  return value;
}

/** The reaction that a rule says at coordinates of its set. */
export function reactionAt({ constant, slopes }: ReactionRule, v: Float64Array): Float64Array {
  const y = Float64Array.from(constant);
  slopes.forEach((slope, k) => {
    for (let j = 0; j < y.length; j++) y[j] += v[k] * slope[j];
  });
  return y;
}
