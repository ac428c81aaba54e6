import { describe, expect, it } from 'vitest';
import { highs } from '../../packages/core/src/solvers/highs/highs.ts';
import { columnAndConstraint } from '../../packages/core/src/strategies/column-and-constraint/strategy.ts';
import { microgrid, microgridSet } from './microgrid.ts';

describe('two-stage robust dispatch of a microgrid', () => {
  it.each([
    [0, 0, 2212.763],
    [3, 6, 3380.494],
    [6, 12, 4209.32],
    [12, 24, 5020.692],
  ])('budgets of %i and %i hours cost %f', { timeout: 60_000 }, async (pv_hours, load_hours, cost) => {
    const solver = await highs().prepare();
    const decision = columnAndConstraint.decide(
      microgrid(),
      [{ probability: 1, support: microgridSet(pv_hours, load_hours) }],
      columnAndConstraint.defaults,
      { solver },
    );
    expect(decision.status).toBe('optimal');
    expect(decision.cost).toBeCloseTo(cost, 3);
    expect(decision.bound).toBeCloseTo(cost, 3);
    expect(decision.history.length).toBeLessThanOrEqual(3);
  });
});
