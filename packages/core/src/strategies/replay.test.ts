import { beforeAll, describe, expect, it } from 'vitest';
import { randomStream } from '../base/random.ts';
import type { ReadySolver } from '../solvers/contract.ts';
import { highs } from '../solvers/highs/highs.ts';
import { deviationSet } from '../uncertainty/uncertainty-set.ts';
import { columnAndConstraint } from './column-and-constraint/strategy.ts';
import { replay } from './replay.ts';
import { randomProblem } from './testing/random-problem.ts';

let solver: ReadySolver;
beforeAll(async () => void (solver = await highs().prepare()));

describe('a decision replayed', () => {
  const problem = randomProblem(randomStream(5), { units: 3, demands: 3 });
  const stream = randomStream(6);
  const samples = Array.from({ length: 60 }, () => Float64Array.from({ length: 3 }, () => 20 + 10 * stream.uniform()));

  it('never costs more than its worst case inside of its set, and misses nothing that the set covers', () => {
    const robust = columnAndConstraint.decide(
      problem,
      [{ probability: 1, support: deviationSet([20, 20, 20], [10, 10, 10]) }],
      columnAndConstraint.defaults,
      { solver },
    );
    const seen = replay(problem, robust.x, samples, solver);
    expect(seen.worstCost).toBeLessThanOrEqual(robust.cost + 1e-6);
    expect(seen.infeasible_count).toBe(0);

    const hopeful = columnAndConstraint.decide(
      problem,
      [{ probability: 1, support: Float64Array.of(20, 20, 20) }],
      columnAndConstraint.defaults,
      {
        solver,
      },
    );
    const same = replay(problem, hopeful.x, samples, solver);
    expect(same.short_count).toBeGreaterThan(seen.short_count);
    expect(same.worstCost).toBeGreaterThan(seen.worstCost);
  });

  it('counts what has no reaction, and leaves it out of the means by saying so', () => {
    const bare = { ...problem, upper: problem.upper.map((value, j) => (problem.shortfalls.includes(j) ? 0 : value)) };
    const none = new Float64Array(problem.first.cost.length);
    const seen = replay(bare, none, samples, solver);
    expect(seen.infeasible_count).toBe(60);
    expect(seen.cost.every(Number.isNaN)).toBe(true);
  });
});
