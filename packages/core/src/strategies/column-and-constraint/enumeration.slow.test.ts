import { describe, expect, it } from 'vitest';
import { randomStream } from '../../base/random.ts';
import { highs } from '../../solvers/highs/highs.ts';
import { boxSet, deviationSet, type UncertaintySet } from '../../uncertainty/uncertainty-set.ts';
import { randomProblem } from '../testing/random-problem.ts';
import { columnAndConstraint } from './strategy.ts';

describe('column-and-constraint generation by programme and by corners', () => {
  it('agree on 240 random cases: counts, fractional counts, budgets from both sides', { timeout: 600_000 }, async () => {
    const solver = await highs().prepare();
    const stream = randomStream(2026);
    for (let k = 0; k < 240; k++) {
      const demands = 2 + stream.index(3);
      const all = Array.from({ length: demands }, (_, j) => j);
      const forecast = all.map(() => stream.between(12, 28));
      const deviation = all.map(() => stream.between(-6, 12));
      const sets: readonly (() => UncertaintySet)[] = [
        () => deviationSet(forecast, deviation, [{ at: all, deviations_max_count: 1 + stream.index(demands) }]),
        () => deviationSet(forecast, deviation, [{ at: all, deviations_max_count: stream.between(0.3, demands) }]),
        () =>
          boxSet(
            forecast.map((value) => 0.6 * value),
            forecast.map((value) => 1.4 * value),
            [{ at: all, weights: forecast.map(() => 1 / forecast.reduce((a, b) => a + b)), least: 0.9, most: 1.1 }],
          ),
      ];
      const support = sets[k % 3]();
      const problem = randomProblem(stream.split(`case ${k}`), { units: 1 + stream.index(3), demands });
      const [a, b] = (['programme', 'corners'] as const).map((search) =>
        columnAndConstraint.decide(problem, [{ probability: 1, support }], { ...columnAndConstraint.defaults, search }, { solver }),
      );
      expect([a.status, b.status], `case ${k}`).toEqual(['optimal', 'optimal']);
      expect(Math.abs(a.cost - b.cost) / Math.max(1, Math.abs(b.cost)), `case ${k}`).toBeLessThan(1e-5);
    }
  });
});
