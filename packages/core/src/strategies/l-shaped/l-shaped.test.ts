import { beforeAll, describe, expect, it } from 'vitest';
import { randomStream } from '../../base/random.ts';
import { mul, sum } from '../../problem/affine.ts';
import { TwoStageModel } from '../../problem/two-stage.ts';
import type { ReadySolver } from '../../solvers/contract.ts';
import { highs } from '../../solvers/highs/highs.ts';
import { deviationSet } from '../../uncertainty/uncertainty-set.ts';
import { masterOf } from '../master.ts';
import { randomProblem } from '../testing/random-problem.ts';
import { lShaped } from './strategy.ts';

let solver: ReadySolver;
beforeAll(async () => void (solver = await highs().prepare()));

describe('the L-shaped method', () => {
  it('costs what all scenarios written out cost, with products of decisions and symbols, and its bounds only close', () => {
    for (let seed = 1; seed <= 2; seed++) {
      const stream = randomStream(seed);
      const problem = randomProblem(stream, { units: 2, demands: 3 });
      const events = Array.from({ length: 4 }, () => ({
        probability: 1 / 4,
        support: Float64Array.from({ length: 3 }, () => stream.between(8, 34)),
      }));
      const written = solver.solve(
        masterOf(
          problem,
          events.map(({ probability }) => probability),
          events.map(({ support }, event) => ({ event, u: support })),
        ),
      );
      const decision = lShaped.decide(problem, events, lShaped.defaults, { solver });
      expect(decision.status).toBe('optimal');
      expect(Math.abs(decision.cost - written.objective)).toBeLessThan(2e-6 * Math.abs(written.objective));
      expect(decision.outcomes).toHaveLength(4);
      for (let k = 1; k < decision.history.length; k++) {
        expect(decision.history[k].bound).toBeGreaterThanOrEqual(decision.history[k - 1].bound);
        expect(decision.history[k].cost).toBeLessThanOrEqual(decision.history[k - 1].cost);
      }
    }
  });

  it('cuts off decisions that leave a scenario without a reaction', () => {
    const model = new TwoStageModel();
    const size = model.decide('size', { lower: 0, upper: 50 });
    const need = model.symbol('need', 10);
    const flow = model.react('flow', { lower: 0 });
    model.atMost('capacity', flow, size);
    model.atLeast('met', flow, need);
    model.cost(sum(mul(3, size)));
    model.cost(flow);
    const events = [10, 25, 40].map((value) => ({ probability: 1 / 3, support: Float64Array.of(value) }));
    const decision = lShaped.decide(model.build(), events, lShaped.defaults, { solver });
    expect(decision.status).toBe('optimal');
    expect(decision.x[0]).toBeCloseTo(40, 6);
    expect(decision.cost).toBeCloseTo(120 + 25, 6);
    const beyond = lShaped.decide(model.build(), [{ probability: 1, support: Float64Array.of(60) }], lShaped.defaults, { solver });
    expect(beyond.status).toBe('infeasible');
  });

  it('refuses sets, and names what takes them', () => {
    const problem = randomProblem(randomStream(1), { units: 2, demands: 2 });
    const support = deviationSet([20, 20], [1, 1]);
    expect(() => lShaped.decide(problem, [{ name: 'day', probability: 1, support }], lShaped.defaults, { solver })).toThrow(
      'takes events with one outcome each, event day has a set',
    );
  });
});
