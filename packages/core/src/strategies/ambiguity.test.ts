import { beforeAll, describe, expect, it } from 'vitest';
import { randomStream } from '../base/random.ts';
import { mul } from '../problem/affine.ts';
import { TwoStageModel } from '../problem/two-stage.ts';
import type { ReadySolver } from '../solvers/contract.ts';
import { highs } from '../solvers/highs/highs.ts';
import { evenScenarios } from '../uncertainty/scenarios.ts';
import { boxSet, deviationSet } from '../uncertainty/uncertainty-set.ts';
import { worstInBall } from './ambiguity.ts';
import { columnAndConstraint } from './column-and-constraint/strategy.ts';
import type { Decision, UncertainEvent } from './contract.ts';
import { extensive } from './extensive/strategy.ts';
import { lShaped } from './l-shaped/strategy.ts';
import { firstCost } from './recourse.ts';
import { tailAverse, tailMean } from './risk.ts';
import { randomProblem } from './testing/random-problem.ts';

let solver: ReadySolver;
beforeAll(async () => void (solver = await highs().prepare()));

const problem = randomProblem(randomStream(21), { units: 2, demands: 2 });
const stream = randomStream(22);
const outcomes = Array.from({ length: 4 }, () => Float64Array.from({ length: 2 }, () => stream.between(12, 30)));
const scenarios = evenScenarios(outcomes);
const events: UncertainEvent[] = outcomes.map((support) => ({ probability: 1 / 4, support }));
const [lower, upper, scale] = [Float64Array.of(8, 8), Float64Array.of(36, 36), Float64Array.of(1, 1)];
const robustly = (of: typeof problem, own: readonly UncertainEvent[]): Decision =>
  columnAndConstraint.decide(of, own, columnAndConstraint.defaults, { solver });
const inBall = (radius: number): Decision => {
  const lifted = worstInBall(problem, { scenarios, lower, upper, scale, radius });
  return lifted.restore(robustly(lifted.problem, lifted.events));
};

describe('the worst law of a Wasserstein ball', () => {
  it('deterministic ≤ stochastic = radius 0 ≤ wider balls ≤ robust = a ball that holds everything', { timeout: 60_000 }, () => {
    const stochastic = extensive.decide(problem, events, {}, { solver }).cost;
    const robust = robustly(problem, [{ probability: 1, support: deviationSet(lower, [28, 28]) }]).cost;
    const costs = [0, 1, 4, 12, 200].map((radius) => inBall(radius).cost);
    const tolerance = 1e-5 * Math.abs(robust);
    expect(Math.abs(costs[0] - stochastic)).toBeLessThan(tolerance);
    for (let k = 1; k < costs.length; k++) expect(costs[k]).toBeGreaterThanOrEqual(costs[k - 1] - tolerance);
    expect(costs[4]).toBeLessThanOrEqual(robust + tolerance);
    expect(Math.abs(costs[4] - robust)).toBeLessThan(tolerance);
    const mean = Float64Array.from({ length: 2 }, (_, j) => outcomes.reduce((sum, u) => sum + u[j] / 4, 0));
    expect(extensive.decide(problem, [{ probability: 1, support: mean }], {}, { solver }).cost).toBeLessThanOrEqual(stochastic + tolerance);
  });

  it('adds radius times the slope where the cost is a slope: mean + radius·L', () => {
    const model = new TwoStageModel();
    const bought = model.react('bought', { lower: 0 });
    const spilt = model.react('spilt', { lower: 0 });
    const need = model.symbol('need', 10);
    const net = model.react('net');
    model.equal('need', net, need);
    model.atLeast('met', bought, net);
    model.atLeast('spill', spilt, mul(-1, net));
    model.cost(mul(3, bought));
    const built = model.build();
    const own = evenScenarios([Float64Array.of(6), Float64Array.of(10)]);
    const ball = { scenarios: own, lower: Float64Array.of(0), upper: Float64Array.of(100), scale: Float64Array.of(1), radius: 5 };
    const lifted = worstInBall(built, ball);
    expect(robustly(lifted.problem, lifted.events).cost).toBeCloseTo(3 * 8 + 5 * 3, 5);
  });

  it('refuses what is no ball: BALL_INVALID', () => {
    expect(() => worstInBall(problem, { scenarios, lower, upper, scale, radius: -1 })).toThrow('BALL_INVALID');
    expect(() => worstInBall(problem, { scenarios, lower, upper, scale: Float64Array.of(1), radius: 1 })).toThrow('1 scales');
  });
});

describe('aversion to the tail', () => {
  const decide = (weight_frac: number, level_frac: number): { cost: number; costs: number[] } => {
    const lifted = tailAverse(problem, events, { weight_frac, level_frac });
    const decision = lifted.restore(extensive.decide(lifted.problem, lifted.events, {}, { solver }));
    return { cost: decision.cost, costs: decision.outcomes.map(({ cost }) => firstCost(problem, decision.x) + cost) };
  };
  const even = [0.25, 0.25, 0.25, 0.25];

  it('costs the tail as sorted: (1 − β)·mean + β·CVaR', { timeout: 60_000 }, () => {
    for (const [weight, level] of [
      [1, 0.5],
      [0.5, 0.6],
      [0.3, 0],
    ]) {
      const { cost, costs } = decide(weight, level);
      const mean = tailMean(costs, even, 0);
      expect(cost).toBeCloseTo((1 - weight) * mean + weight * tailMean(costs, even, level), 4);
    }
  });

  it('mean at level 0, the worst near level 1; more weight lowers the tail and raises the mean', { timeout: 60_000 }, () => {
    expect(decide(1, 0).cost).toBeCloseTo(extensive.decide(problem, events, {}, { solver }).cost, 4);
    const worst = decide(1, 0.99);
    expect(worst.cost).toBeCloseTo(Math.max(...worst.costs), 4);
    const runs = [0, 0.3, 1].map((weight) => decide(weight, 0.7).costs);
    for (let k = 1; k < runs.length; k++) {
      expect(tailMean(runs[k], even, 0.7)).toBeLessThanOrEqual(tailMean(runs[k - 1], even, 0.7) + 1e-6);
      expect(tailMean(runs[k], even, 0)).toBeGreaterThanOrEqual(tailMean(runs[k - 1], even, 0) - 1e-6);
    }
  });

  it('goes with every strategy: tangents find the same, sets take it, too', { timeout: 60_000 }, () => {
    const lifted = tailAverse(problem, events, { weight_frac: 0.5, level_frac: 0.5 });
    const written = extensive.decide(lifted.problem, lifted.events, {}, { solver }).cost;
    const tangents = lShaped.decide(lifted.problem, lifted.events, lShaped.defaults, { solver }).cost;
    expect(Math.abs(tangents - written)).toBeLessThan(1e-5 * Math.abs(written));
    const one = [{ probability: 1, support: boxSet(lower, upper) }];
    const sets = tailAverse(problem, one, { weight_frac: 0.5, level_frac: 0.5 });
    const [averse, neutral] = [robustly(sets.problem, sets.events).cost, robustly(problem, one).cost];
    // one event has one worst cost, and the tail of a single number is that number
    expect(Math.abs(averse - neutral)).toBeLessThan(1e-4 * Math.abs(neutral));
    expect(() => tailAverse(problem, events, { weight_frac: 2, level_frac: 0 })).toThrow('RISK_INVALID');
  });

  it('the tail of numbers by hand', () => {
    expect(tailMean([1, 2, 3, 10], even, 0.75)).toBe(10);
    expect(tailMean([1, 2, 3, 10], even, 0.5)).toBe(6.5);
    expect(tailMean([1, 5], [0.9, 0.1], 0.8)).toBeCloseTo(3, 12);
  });
});
