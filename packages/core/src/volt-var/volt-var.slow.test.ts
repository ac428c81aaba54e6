import { beforeAll, describe, expect, it } from 'vitest';
import { adaptiveWeightedSum } from '../fronts/adaptive-weighted-sum/method.ts';
import { traceFront } from '../fronts/front.ts';
import { twoStageObjectives } from '../fronts/two-stage-objectives.ts';
import type { ReadySolver } from '../solvers/contract.ts';
import { highs } from '../solvers/highs/highs.ts';
import { columnAndConstraint } from '../strategies/column-and-constraint/strategy.ts';
import { extensive } from '../strategies/extensive/strategy.ts';
import { lShaped } from '../strategies/l-shaped/strategy.ts';
import { boxSet } from '../uncertainty/uncertainty-set.ts';
import { hoursOf, lossOnly } from './testing/hours.ts';
import { voltVarProblem } from './volt-var-problem.ts';

describe('volt/var under scenarios and sets', () => {
  let solver: ReadySolver;
  beforeAll(async () => void (solver = await highs().prepare()));

  it('is decided alike by scenarios written out and by tangents, moves within its limits, and gains from scenarios', {
    timeout: 120_000,
  }, () => {
    const given = { ...hoursOf([0.9, 0.6, 1], [0, 1, 0.1]), tapMoves_max_count: 3, bankMoves_max_count: 2, tangents_count: 5 };
    const made = voltVarProblem(given);
    const problem = lossOnly(made);
    const events = [-0.15, 0, 0.15].map((shift, e) => ({
      probability: [0.3, 0.4, 0.3][e],
      support: problem.forecast.map((value, s) => Math.max(0, value * (1 + (s % 6 < 3 ? shift : -2 * shift)))),
    }));
    const whole = extensive.decide(problem, events, {}, { solver });
    const cut = lShaped.decide(problem, events, lShaped.defaults, { solver });
    expect(whole.status).toBe('optimal');
    expect(Math.abs(cut.cost - whole.cost)).toBeLessThan(1e-3 * whole.cost);
    const taps = made.taps(whole.x);
    const moves = taps.slice(1).reduce((total, tap, h) => total + Math.abs(tap - taps[h]), 0);
    expect(moves).toBeLessThanOrEqual(3);
    const steps = made.steps(whole.x);
    for (const c of [0, 1]) expect(Math.abs(steps[2 + c] - steps[c]) + Math.abs(steps[4 + c] - steps[2 + c])).toBeLessThanOrEqual(2);

    const mean = problem.forecast.map((_, s) => events.reduce((total, { probability, support }) => total + probability * support[s], 0));
    const { x } = extensive.decide(problem, [{ probability: 1, support: mean }], {}, { solver });
    const fixed = { ...problem, first: { ...problem.first, lower: x, upper: x } };
    expect(extensive.decide(fixed, events, {}, { solver }).cost).toBeGreaterThanOrEqual(whole.cost - 1e-6 * whole.cost);
  });

  it('trades loss against deviation under a set, each point robust and within its limits', { timeout: 240_000 }, () => {
    const made = voltVarProblem({ ...hoursOf([0.8], [0.7]), tangents_count: 5 });
    const { problem, loss, deviation } = made;
    const set = boxSet(
      problem.forecast.map((value, s) => value * (s % 6 < 3 ? 0.9 : 0.8)),
      problem.forecast.map((value, s) => value * (s % 6 < 3 ? 1.1 : 1.2)),
    );
    const objectives = twoStageObjectives(problem, [loss, deviation], (asked) =>
      columnAndConstraint.decide(
        asked,
        [{ probability: 1, support: set }],
        { ...columnAndConstraint.defaults, search: 'corners' },
        { solver },
      ),
    );
    const front = traceFront(objectives, adaptiveWeightedSum, { points_count: 5 });
    expect(front.points.length).toBeGreaterThanOrEqual(3);
    for (const k of [0, 1] as const) {
      const alone = objectives.solve({ weights: k === 0 ? [1, 0] : [0, 1] });
      expect(front.points.at(-k)?.costs[k]).toBeLessThanOrEqual((alone?.costs[k] ?? 0) * (1 + 1e-6));
    }
    for (const { plan } of front.points) {
      expect(plan.outcomes[0].y.length).toBeGreaterThan(0);
      const worst = problem.shortfalls.reduce((sum, column) => sum + plan.outcomes[0].y[column], 0);
      expect(worst).toBeLessThan(1e-6);
    }
  });
});
