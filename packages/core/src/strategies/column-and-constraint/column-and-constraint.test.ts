import { beforeAll, describe, expect, it } from 'vitest';
import { randomStream } from '../../base/random.ts';
import type { ReadySolver } from '../../solvers/contract.ts';
import { highs } from '../../solvers/highs/highs.ts';
import { boxSet, deviationSet, outcomeAt, type UncertaintySet } from '../../uncertainty/uncertainty-set.ts';
import { verticesOf } from '../../uncertainty/vertices.ts';
import { masterOf } from '../master.ts';
import { randomProblem } from '../testing/random-problem.ts';
import { hasWholeCorners } from './products.ts';
import { columnAndConstraint } from './strategy.ts';

let solver: ReadySolver;
beforeAll(async () => void (solver = await highs().prepare()));

const forecast = [20, 20, 20];
const sets: readonly { readonly name: string; readonly set: UncertaintySet; readonly whole: boolean }[] = [
  {
    name: 'a count of two deviations',
    set: deviationSet(forecast, [8, 12, 10], [{ at: [0, 1, 2], deviations_max_count: 2 }]),
    whole: true,
  },
  { name: 'a fractional count', set: deviationSet(forecast, [8, 12, 10], [{ at: [0, 1, 2], deviations_max_count: 1.5 }]), whole: false },
  {
    name: 'a box with a budget from both sides',
    set: boxSet([12, 8, 10], [28, 32, 30], [{ at: [0, 1, 2], weights: [1 / 60, 1 / 60, 1 / 60], least: 0.9, most: 1.15 }]),
    whole: false,
  },
];

describe('column-and-constraint generation', () => {
  it.each(sets)('costs what writing out all corners costs: $name', ({ set, whole }) => {
    expect(hasWholeCorners(set)).toBe(whole);
    const corners = verticesOf(set).map((v) => outcomeAt(set, v));
    expect(corners.length).toBeGreaterThan(3);
    for (let seed = 1; seed <= 2; seed++) {
      const problem = randomProblem(randomStream(seed), { units: 2, demands: 3 });
      const written = solver.solve(masterOf(problem, [1], [...corners.map((u) => ({ event: 0, u })), { event: 0, u: corners[0] }]));
      expect(written.status).toBe('optimal');
      for (const search of ['programme', 'corners'] as const) {
        const options = { ...columnAndConstraint.defaults, search };
        const decision = columnAndConstraint.decide(problem, [{ probability: 1, support: set }], options, { solver });
        expect(decision).toMatchObject({ status: 'optimal', exact: true });
        expect(Math.abs(decision.cost - written.objective)).toBeLessThan(1e-5 * Math.abs(written.objective));
        let before = { bound: Number.NEGATIVE_INFINITY, cost: Number.POSITIVE_INFINITY };
        for (const round of decision.history) {
          expect(round.bound).toBeGreaterThanOrEqual(before.bound);
          expect(round.cost).toBeLessThanOrEqual(before.cost);
          before = round;
        }
      }
    }
  });

  it('a wider set never costs less, and the forecast alone least', () => {
    const problem = randomProblem(randomStream(11), { units: 3, demands: 3 });
    const costs = [0, 1, 2, 3].map((deviations_max_count) => {
      const set = deviationSet(forecast, [8, 12, 10], [{ at: [0, 1, 2], deviations_max_count }]);
      return columnAndConstraint.decide(problem, [{ probability: 1, support: set }], columnAndConstraint.defaults, { solver }).cost;
    });
    for (let k = 1; k < costs.length; k++) expect(costs[k]).toBeGreaterThanOrEqual(costs[k - 1] - 1e-9);
    expect(costs[3]).toBeGreaterThan(costs[0] + 1);
  });

  it('weighs events that have sets of their own; with one outcome each it is the stochastic programme', () => {
    const problem = randomProblem(randomStream(12), { units: 2, demands: 3 });
    const low = deviationSet([16, 16, 16], [-4, -4, -4], [{ at: [0, 1, 2], deviations_max_count: 2 }]);
    const high = deviationSet([24, 24, 24], [8, 8, 8], [{ at: [0, 1, 2], deviations_max_count: 2 }]);
    const decide = (events: Parameters<typeof columnAndConstraint.decide>[1]): number =>
      columnAndConstraint.decide(problem, events, columnAndConstraint.defaults, { solver }).cost;
    const mixed = decide([
      { probability: 0.7, support: low },
      { probability: 0.3, support: high },
    ]);
    const expected = decide([
      { probability: 0.7, support: Float64Array.of(16, 16, 16) },
      { probability: 0.3, support: Float64Array.of(24, 24, 24) },
    ]);
    expect(expected).toBeLessThanOrEqual(mixed + 1e-9);
    expect(mixed).toBeLessThanOrEqual(decide([{ probability: 1, support: high }]) + 1e-9);
  });

  it('says infeasible, with what conflicts, when no decision helps', () => {
    const problem = randomProblem(randomStream(1), { units: 2, demands: 3 });
    const tight = {
      ...problem,
      first: { ...problem.first, lower: Float64Array.of(0, 0, 10, 10, 0), upper: Float64Array.of(0, 0, 60, 60, 1) },
    };
    const decision = columnAndConstraint.decide(tight, [{ probability: 1, support: sets[0].set }], columnAndConstraint.defaults, {
      solver,
    });
    expect(decision.status).toBe('infeasible');
    expect(decision.conflict?.join(' ')).toMatch(/on|size/);
  });

  it('refuses events that are no distribution, by name', () => {
    const problem = randomProblem(randomStream(1), { units: 2, demands: 3 });
    const run = (events: Parameters<typeof columnAndConstraint.decide>[1]) => () =>
      columnAndConstraint.decide(problem, events, columnAndConstraint.defaults, { solver });
    expect(run([])).toThrow('EVENTS_INVALID');
    expect(run([{ name: 'storm', probability: 0.5, support: sets[0].set }])).toThrow('sum to 0.5');
    expect(run([{ name: 'storm', probability: 1, support: Float64Array.of(1) }])).toThrow('Event storm is about 1 symbols');
  });
});
