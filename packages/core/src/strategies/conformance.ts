import { beforeAll, describe, expect, it } from 'vitest';
import { randomStream } from '../base/random.ts';
import { mul, sum } from '../problem/affine.ts';
import { TwoStageModel } from '../problem/two-stage.ts';
import type { ReadySolver } from '../solvers/contract.ts';
import { highs } from '../solvers/highs/highs.ts';
import { interiorPoint } from '../solvers/interior-point/interior-point.ts';
import { outerApproximation } from '../solvers/outer-approximation/outer-approximation.ts';
import type { Decision, Strategy, UncertainEvent } from './contract.ts';
import { masterOf } from './master.ts';
import { firstCost } from './recourse.ts';
import { randomProblem } from './testing/random-problem.ts';

export interface StrategyPromises {
  /** Whether its bound meets its cost with whole variables, too; if not, it is held to that without them, and with them to bounds on both sides. */
  readonly closesWhole: boolean;
}

/** What every strategy does with events of one outcome each. */
export function strategyConformance<Options>(strategy: Strategy<Options>, { closesWhole }: StrategyPromises = { closesWhole: true }): void {
  describe(`${strategy.name} keeps the contract of strategies:`, () => {
    let solver: ReadySolver;
    let quadratic: ReadySolver;
    beforeAll(async () => {
      solver = await highs().prepare();
      quadratic = await outerApproximation([highs(), interiorPoint()]).prepare();
    });
    const whole = randomProblem(randomStream(41), { units: 2, demands: 3 });
    const problem = closesWhole ? whole : { ...whole, first: { ...whole.first, integer: undefined } };
    const outcomes = [14, 20, 31].map((value) => Float64Array.of(value, 0.8 * value, 1.1 * value));
    const events = outcomes.map((support, e) => ({ probability: [0.5, 0.3, 0.2][e], support }));
    const decide = (own: readonly UncertainEvent[], of = problem): Decision =>
      strategy.decide(of, own, strategy.defaults, { solver, quadratic });

    it('costs what the scenarios cost when written out, and its parts add up', () => {
      const decision = decide(events);
      const written = solver.solve(
        masterOf(
          problem,
          events.map(({ probability }) => probability),
          outcomes.map((u, event) => ({ event, u })),
        ),
      );
      expect(decision).toMatchObject({ status: 'optimal', exact: true });
      const scale = Math.abs(written.objective);
      expect(Math.abs(decision.cost - written.objective)).toBeLessThan(2e-6 * scale);
      expect(decision.bound).toBeLessThanOrEqual(decision.cost + 1e-9 * scale);
      expect(decision.cost - decision.bound).toBeLessThan(2e-6 * scale);
      const parts =
        firstCost(problem, decision.x) + decision.outcomes.reduce((total, { probability, cost }) => total + probability * cost, 0);
      expect(Math.abs(parts - decision.cost)).toBeLessThan(1e-8 * scale);
    });

    if (!closesWhole)
      it('bounds from both sides what whole variables cost', () => {
        const decision = decide(events, whole);
        const copies = outcomes.map((u, event) => ({ event, u }));
        const { objective } = solver.solve(masterOf(whole, [0.5, 0.3, 0.2], copies), { gap_frac: 1e-9 });
        const scale = Math.abs(objective);
        expect(['optimal', 'method-limit', 'round-limit']).toContain(decision.status);
        expect(decision.bound).toBeLessThanOrEqual(objective + 1e-6 * scale);
        expect(decision.cost).toBeGreaterThanOrEqual(objective - 1e-6 * scale);
        expect(decision.cost - decision.bound).toBeLessThan(0.02 * scale);
      });

    it('gains from knowing, and loses by taking the mean for the truth: WS ≤ RP ≤ EEV', () => {
      const here = decide(events).cost;
      const knowing = events.reduce(
        (total, { probability, support }) => total + probability * decide([{ probability: 1, support }]).cost,
        0,
      );
      const mean = outcomes[0].map((_, j) => events.reduce((total, { probability, support }) => total + probability * support[j], 0));
      const { x } = decide([{ probability: 1, support: mean }]);
      const fixed = { ...problem, first: { ...problem.first, lower: x, upper: x } };
      expect(knowing).toBeLessThanOrEqual(here + 1e-6);
      expect(here).toBeLessThanOrEqual(decide(events, fixed).cost + 1e-6);
    });

    it('does not mind a scenario told twice with half its weight', () => {
      const [first, ...rest] = events;
      const twice = [{ ...first, probability: 0.25 }, { ...first, probability: 0.25 }, ...rest];
      expect(decide(twice).cost).toBeCloseTo(decide(events).cost, 4);
    });

    it('tells its rounds, each with a bound below its cost', () => {
      const rounds: { bound: number; cost: number }[] = [];
      strategy.decide(problem, events, strategy.defaults, { solver, quadratic, onRound: (round) => void rounds.push(round) });
      expect(rounds.length).toBeGreaterThan(0);
      for (const { bound, cost } of rounds) expect(bound).toBeLessThanOrEqual(cost + 1e-6);
    });

    it('calls infeasible what is', () => {
      const model = new TwoStageModel();
      const size = model.decide('size', { lower: 0, upper: 5 });
      const need = model.symbol('need', 10);
      const flow = model.react('flow', { lower: 0 });
      model.atMost('capacity', flow, size);
      model.atLeast('met', flow, need);
      model.cost(sum(mul(2, size), flow));
      const decision = decide([{ probability: 1, support: Float64Array.of(10) }], model.build());
      expect(decision.status).toBe('infeasible');
      expect(decision.bound).toBe(Number.POSITIVE_INFINITY);
    });

    it('refuses what is no distribution: EVENTS_INVALID', () => {
      expect(() => decide([])).toThrow('EVENTS_INVALID');
      expect(() => decide([{ probability: 0.9, support: outcomes[0] }])).toThrow('sum to 0.9');
      expect(() => decide([{ name: 'gap', probability: 1, support: Float64Array.of(1, Number.NaN, 2) }])).toThrow(
        'event gap is not a number',
      );
    });
  });
}
