import { beforeAll, describe, expect, it } from 'vitest';
import { randomStream } from '../../base/random.ts';
import { mul, sum } from '../../problem/affine.ts';
import { type TwoStage, TwoStageModel } from '../../problem/two-stage.ts';
import type { ReadySolver } from '../../solvers/contract.ts';
import { highs } from '../../solvers/highs/highs.ts';
import { interiorPoint } from '../../solvers/interior-point/interior-point.ts';
import { outerApproximation } from '../../solvers/outer-approximation/outer-approximation.ts';
import { deviationSet } from '../../uncertainty/uncertainty-set.ts';
import type { Decision, UncertainEvent } from '../contract.ts';
import { masterOf } from '../master.ts';
import { randomProblem } from '../testing/random-problem.ts';
import { hedgedScenario } from './hedged-scenario.ts';
import { progressiveHedging } from './strategy.ts';

let solver: ReadySolver;
let quadratic: ReadySolver;
beforeAll(async () => {
  solver = await highs().prepare();
  quadratic = await outerApproximation([highs(), interiorPoint()]).prepare();
});

const eventsOf = (seed: number, count: number, symbols_count: number): (UncertainEvent & { readonly support: Float64Array })[] => {
  const stream = randomStream(seed);
  return Array.from({ length: count }, () => ({
    probability: 1 / count,
    support: Float64Array.from({ length: symbols_count }, () => stream.between(8, 34)),
  }));
};
const decide = (problem: TwoStage, events: readonly UncertainEvent[], options: object = {}): Decision =>
  progressiveHedging.decide(problem, events, { ...progressiveHedging.defaults, ...options }, { solver, quadratic });
const written = (problem: TwoStage, events: readonly { readonly support: Float64Array }[]): number => {
  const copies = events.map(({ support }, event) => ({ event, u: support }));
  return solver.solve(
    masterOf(
      problem,
      events.map(() => 1 / events.length),
      copies,
    ),
    { gap_frac: 1e-9 },
  ).objective;
};

describe('progressive hedging', () => {
  it('comes to the cost of all scenarios written out, and its bounds only close', () => {
    const plant = randomProblem(randomStream(7), { units: 2, demands: 2 });
    const problem = { ...plant, first: { ...plant.first, integer: undefined } };
    const events = eventsOf(8, 4, 2);
    const cost = written(problem, events);
    const decision = decide(problem, events, { gap_frac: 1e-5 });
    expect(decision.status).toBe('optimal');
    expect(Math.abs(decision.cost - cost)).toBeLessThan(1e-5 * Math.abs(cost));
    expect(decision.bound).toBeLessThanOrEqual(cost + 1e-8 * Math.abs(cost));
    // it opens with what knowing each scenario would cost
    const knowing = events.reduce((total, { support }) => total + written(problem, [{ support }]) / 4, 0);
    expect(decision.history[0].bound).toBeCloseTo(knowing, 5);
    expect(decision.history.length).toBeGreaterThan(2);
    for (let k = 1; k < decision.history.length; k++) {
      expect(decision.history[k].bound).toBeGreaterThanOrEqual(decision.history[k - 1].bound);
      expect(decision.history[k].cost).toBeLessThanOrEqual(decision.history[k - 1].cost);
    }
  });

  it('grows what the farmer grows (Birge & Louveaux 2011, section 1.1): 170, 80 and 250 acres for 108 390', () => {
    const model = new TwoStageModel();
    const crops = ['wheat', 'corn', 'beets'];
    const acres = crops.map((name) => model.decide(name, { lower: 0, upper: 500 }));
    const yields = [2.5, 3, 20].map((value, i) => model.symbol(`yield of ${crops[i]}`, value));
    model.atMost('land', sum(...acres), 500);
    model.cost(sum(mul(150, acres[0]), mul(230, acres[1]), mul(260, acres[2])));
    const flows = (name: string): ReturnType<typeof model.react> => model.react(name, { lower: 0 });
    for (const [i, need, buy, sell] of [
      [0, 200, 238, 170],
      [1, 240, 210, 150],
    ]) {
      const [bought, sold] = [flows(`${crops[i]} bought`), flows(`${crops[i]} sold`)];
      model.atLeast(crops[i], sum(model.times(acres[i], yields[i]), bought, mul(-1, sold)), need);
      model.cost(sum(mul(buy, bought), mul(-sell, sold)));
    }
    const [dear, cheap] = [model.react('beets within the quota', { lower: 0, upper: 6000 }), flows('beets beyond it')];
    model.atMost('beets', sum(dear, cheap), model.times(acres[2], yields[2]));
    model.cost(sum(mul(-36, dear), mul(-10, cheap)));
    const events = [0.8, 1, 1.2].map((factor) => ({
      probability: 1 / 3,
      support: Float64Array.of(2.5 * factor, 3 * factor, 20 * factor),
    }));
    const decision = decide(model.build(), events);
    expect(decision.status).toBe('optimal');
    expect(decision.cost).toBeCloseTo(-108390, 0);
    [170, 80, 250].forEach((value, i) => void expect(decision.x[i]).toBeCloseTo(value, 1));
  });

  it('penalises what is 0 or 1 without a square, and by as much', () => {
    const problem = randomProblem(randomStream(7), { units: 1, demands: 1 });
    const scenario = masterOf(problem, [1], [{ event: 0, u: Float64Array.of(20) }]);
    // columns: on (0 or 1), size, promise
    const hedge = { price: Float64Array.of(3, -1, 2), centre: Float64Array.of(0.25, 30, 0.5), weight: Float64Array.of(8, 0.5, 4) };
    const hedged = hedgedScenario(scenario, hedge);
    const added = (x: readonly number[]): number => {
      const linear = x.reduce((total, value, j) => total + (hedged.cost[j] - scenario.cost[j]) * value, 0);
      const { colStart, values } = hedged.quadratic!;
      return x.reduce((total, value, j) => total + (colStart[j + 1] > colStart[j] ? 0.5 * values[colStart[j]] * value ** 2 : 0), linear);
    };
    const meant = (x: readonly number[]): number =>
      x.reduce((total, value, j) => total + hedge.price[j] * value + (hedge.weight[j] / 2) * (value - hedge.centre[j]) ** 2, 0);
    const [a, b] = [
      [1, 42, 0.1],
      [0, 7, 0.9],
    ];
    expect(added(a) - added(b)).toBeCloseTo(meant(a) - meant(b), 9);
    expect(hedged.quadratic!.colStart[1]).toBe(0);
  });

  it('ends when told, with the best decision so far and its gap', () => {
    const problem = randomProblem(randomStream(7), { units: 2, demands: 2 });
    const events = eventsOf(8, 3, 2);
    let round_count = 0;
    const services = { solver, quadratic, onRound: () => void round_count++, shouldStop: () => round_count >= 2 };
    const decision = progressiveHedging.decide(problem, events, progressiveHedging.defaults, services);
    expect(decision.status).toBe('stopped');
    expect(decision.history).toHaveLength(2);
    const cost = written(problem, events);
    expect(decision.bound).toBeLessThanOrEqual(cost + 1e-6);
    expect(decision.cost).toBeGreaterThanOrEqual(cost - 1e-6);
    expect(decision.outcomes).toHaveLength(3);
  });

  it('refuses sets, and to work without squares: STRATEGY_CANNOT, STRATEGY_NEEDS_QUADRATIC', () => {
    const problem = randomProblem(randomStream(1), { units: 1, demands: 2 });
    expect(() => decide(problem, [{ name: 'day', probability: 1, support: deviationSet([20, 20], [1, 1]) }])).toThrow('STRATEGY_CANNOT');
    const bare = (): Decision => progressiveHedging.decide(problem, eventsOf(1, 2, 2), progressiveHedging.defaults, { solver });
    expect(bare).toThrow('STRATEGY_NEEDS_QUADRATIC');
  });
});
