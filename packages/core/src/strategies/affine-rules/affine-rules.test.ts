import { beforeAll, describe, expect, it } from 'vitest';
import { randomStream } from '../../base/random.ts';
import { mul, sum } from '../../problem/affine.ts';
import { type TwoStage, TwoStageModel } from '../../problem/two-stage.ts';
import type { ReadySolver } from '../../solvers/contract.ts';
import { highs } from '../../solvers/highs/highs.ts';
import { boxSet, deviationSet, outcomeAt, type UncertaintySet } from '../../uncertainty/uncertainty-set.ts';
import { verticesOf } from '../../uncertainty/vertices.ts';
import { columnAndConstraint } from '../column-and-constraint/strategy.ts';
import type { Decision, UncertainEvent } from '../contract.ts';
import { firstCost, outcomeOf, reactionAt } from '../recourse.ts';
import { tailAverse } from '../risk.ts';
import { affineRules } from './strategy.ts';

let solver: ReadySolver;
beforeAll(async () => void (solver = await highs().prepare()));

/** Sizes ahead, flows to each demand afterwards; demands may be missed at a price. Only inequalities, so that reactions may also be static. */
function covering(seed: number, [units_count, demands_count]: readonly [number, number]): TwoStage {
  const stream = randomStream(seed);
  const model = new TwoStageModel();
  const units = Array.from({ length: units_count }, (_, i) => i);
  const demands = Array.from({ length: demands_count }, (_, j) => j);
  const size = units.map((i) => model.decide(`size ${i}`, { lower: 0, upper: 60 }));
  const need = demands.map((j) => model.symbol(`demand ${j}`, 20));
  const flow = units.map((i) => demands.map((j) => model.react(`flow ${i},${j}`, { lower: 0, upper: 40 })));
  for (const i of units) {
    model.atMost(`capacity ${i}`, sum(...flow[i]), size[i]);
    model.cost(mul(stream.between(2, 6), size[i]));
    model.cost(sum(...demands.map((j) => mul(stream.between(1, 9), flow[i][j]))));
  }
  for (const j of demands) model.atLeast(`demand ${j}`, sum(...flow.map((row) => row[j])), need[j], { price: stream.between(20, 60) });
  return model.build();
}

const ofSet = (support: UncertaintySet): UncertainEvent[] => [{ name: 'set', probability: 1, support }];
const byRules = (problem: TwoStage, events: readonly UncertainEvent[], rule: 'affine' | 'static' = 'affine'): Decision =>
  affineRules.decide(problem, events, { ...affineRules.defaults, rule }, { solver });
const adaptive = (problem: TwoStage, events: readonly UncertainEvent[]): Decision =>
  columnAndConstraint.decide(problem, events, { ...columnAndConstraint.defaults, search: 'corners' }, { solver });

const forecast = [20, 20, 20];
const count = (deviations_max_count: number): UncertaintySet =>
  deviationSet(forecast, [8, 12, 10], [{ at: [0, 1, 2], deviations_max_count }]);

describe('affine rules', () => {
  it('cost no more than static reactions and no less than best ones, and their bound is one', () => {
    const gaps = [0, 0];
    for (let seed = 1; seed <= 6; seed++) {
      const problem = covering(seed, [2, 3]);
      const events = ofSet(count(2));
      const [fixed, affine, best] = [byRules(problem, events, 'static'), byRules(problem, events), adaptive(problem, events)];
      const scale = Math.abs(best.cost);
      expect(best.status).toBe('optimal');
      expect(affine.cost).toBeLessThanOrEqual(fixed.cost + 1e-7 * scale);
      expect(affine.cost).toBeGreaterThanOrEqual(best.cost - 1e-6 * scale);
      for (const { bound } of [fixed, affine]) expect(bound).toBeLessThanOrEqual(best.cost + 1e-6 * scale);
      gaps[0] += (fixed.cost - affine.cost) / scale;
      gaps[1] += (affine.cost - affine.bound) / scale;
    }
    // the order is not one of equals, and the bound is close
    expect(gaps[0]).toBeGreaterThan(0.01);
    expect(gaps[1] / 6).toBeLessThan(0.05);
  });

  it('are as good as best reactions over a simplex: at most one full deviation', () => {
    for (let seed = 1; seed <= 4; seed++) {
      const problem = covering(seed, [2, 3]);
      const [affine, best] = [byRules(problem, ofSet(count(1))), adaptive(problem, ofSet(count(1)))];
      expect(Math.abs(affine.cost - best.cost)).toBeLessThan(1e-6 * Math.abs(best.cost));
    }
  });

  it('hold every row and bound at every corner of their set, and cost there at most what was promised', () => {
    const sets = [
      count(1.5),
      boxSet([12, 8, 20], [28, 32, 20], [{ at: [0, 1, 2], weights: [1 / 60, 1 / 60, 1 / 60], least: 0.9, most: 1.15 }]),
    ];
    for (const set of sets) {
      const problem = covering(3, [3, 3]);
      const decision = byRules(problem, ofSet(set));
      expect(decision.rules).toHaveLength(1);
      const corners = verticesOf(set);
      expect(corners.length).toBeGreaterThan(3);
      let worst = Number.NEGATIVE_INFINITY;
      for (const v of corners) {
        const y = reactionAt(decision.rules![0], v);
        expect(missed(problem, decision.x, y, outcomeAt(set, v))).toBeLessThan(1e-6);
        const reaction = { x: y, objective: y.reduce((total, value, j) => total + problem.cost[j] * value, 0) };
        worst = Math.max(worst, firstCost(problem, decision.x) + outcomeOf(problem, 1, outcomeAt(set, v), reaction).cost);
      }
      expect(Math.abs(worst - decision.cost)).toBeLessThan(1e-6 * Math.abs(worst));
    }
  });

  it('differ by event: one rule for both costs no less', () => {
    const problem = covering(5, [2, 2]);
    const [low, high, both] = [boxSet([10, 10], [18, 16]), boxSet([18, 16], [30, 30]), boxSet([10, 10], [30, 30])];
    const events = [
      { probability: 0.6, support: low },
      { probability: 0.4, support: high },
    ];
    const own = byRules(problem, events);
    expect(own.rules).toHaveLength(2);
    expect(own.cost).toBeGreaterThanOrEqual(adaptive(problem, events).cost - 1e-6);
    expect(own.cost).toBeLessThanOrEqual(byRules(problem, ofSet(both)).cost + 1e-6);
  });

  it('one symbol is a simplex, with a slope worked out by hand', () => {
    const model = new TwoStageModel();
    const ahead = model.decide('ahead', { lower: 0 });
    const need = model.symbol('need', 10);
    const bought = model.react('bought', { lower: 0 });
    model.equal('met', sum(ahead, bought), need);
    model.cost(ahead);
    model.cost(mul(1.5, bought));
    const set = boxSet([10], [30]);
    const decision = byRules(model.build(), ofSet(set));
    // buying 10 ahead leaves 0 to 20; every unit more ahead saves 1.5 at worst, but then what is bought would have to be below 0 at need 10
    expect(decision.status).toBe('optimal');
    expect(decision.x[0]).toBeCloseTo(10, 8);
    expect(decision.cost).toBeCloseTo(10 + 30, 8);
    expect(decision.rules![0].slopes[0][0]).toBeCloseTo(1, 8);
    expect(reactionAt(decision.rules![0], Float64Array.of(30))[0]).toBeCloseTo(20, 8);
    expect(decision.outcomes[0].u[0]).toBeCloseTo(30, 8);
    // an equality with a symbol in it has no static reaction, although there are decisions
    const fixed = byRules(model.build(), ofSet(set), 'static');
    expect(fixed).toMatchObject({ status: 'method-limit', cost: Number.POSITIVE_INFINITY, outcomes: [] });
    expect(fixed.conflict?.join()).toContain('met');
    expect(Number.isFinite(fixed.bound)).toBe(true);
  });

  it('go with aversion to the tail, and come back as rules of the problem itself', () => {
    const problem = covering(2, [2, 2]);
    const events = [
      { probability: 0.6, support: boxSet([10, 10], [18, 16]) },
      { probability: 0.4, support: boxSet([18, 16], [30, 30]) },
    ];
    const lifted = tailAverse(problem, events, { weight_frac: 0.5, level_frac: 0.5 });
    const decision = lifted.restore(byRules(lifted.problem, lifted.events));
    const scale = Math.abs(decision.cost);
    expect(decision.cost).toBeGreaterThanOrEqual(adaptive(lifted.problem, lifted.events).cost - 1e-6 * scale);
    expect(decision.cost).toBeGreaterThanOrEqual(byRules(problem, events).cost - 1e-6 * scale);
    for (const [e, rule] of decision.rules!.entries()) {
      for (const v of verticesOf(events[e].support)) expect(missed(problem, decision.x, reactionAt(rule, v), v)).toBeLessThan(1e-6);
    }
  });

  it('refuse a set that no outcome is in: SET_EMPTY', () => {
    const problem = covering(1, [1, 2]);
    const set = boxSet(
      [0, 0],
      [10, 10],
      [
        { at: [0, 1], weights: [1, 1], most: 5 },
        { at: [0, 1], weights: [1, 1], least: 8 },
      ],
    );
    expect(() => byRules(problem, ofSet(set))).toThrow('SET_EMPTY');
  });
});

/** By how much the rows and bounds of the recourse are missed at most. */
function missed(problem: TwoStage, x: Float64Array, y: Float64Array, u: Float64Array): number {
  const value = new Float64Array(problem.rowLower.length);
  for (const [matrix, of] of [
    [problem.onFirst, x],
    [problem.onRecourse, y],
    [problem.onSymbols, u],
  ] as const) {
    for (let j = 0; j < matrix.cols_count; j++) {
      for (let p = matrix.colStart[j]; p < matrix.colStart[j + 1]; p++) value[matrix.rowIndex[p]] += matrix.values[p] * of[j];
    }
  }
  for (const product of problem.products) value[product.row] += product.value * x[product.first] * u[product.symbol];
  let most = 0;
  value.forEach((sum, i) => void (most = Math.max(most, problem.rowLower[i] - sum, sum - problem.rowUpper[i])));
  y.forEach((sum, j) => void (most = Math.max(most, problem.lower[j] - sum, sum - problem.upper[j])));
  return most;
}
