import type { FrontMethod, Objectives, Pair, Front as TracedFront } from '../../fronts/contract.ts';
import { traceFront } from '../../fronts/front.ts';
import { type Decided as Answered, type TwoStageCost, twoStageObjectives } from '../../fronts/two-stage-objectives.ts';
import type { TwoStage } from '../../problem/two-stage.ts';
import type { ReadySolver } from '../../solvers/contract.ts';
import type { Decision, Strategy, UncertainEvent } from '../../strategies/contract.ts';
import type { VoltVarProblem } from '../../volt-var/volt-var-problem.ts';
import type { Catalog, StudyServices } from '../contract.ts';
import { memberOf } from '../member.ts';
import { checkStrategyOptions } from '../strategy-options.ts';
import { expectedOf, guardedSet, type StudyScenarios } from './outcomes.ts';
import type { Prepared } from './prepare.ts';

/** One pu of deviation counts as this much: then both costs are of one size, which tolerances of solvers and strategies need. */
export const deviationScale = 1e4;

/** A plan and how it came about. */
export interface Decided {
  readonly name: string;
  readonly knows: 'forecast' | 'scenarios' | 'set';
  // biome-ignore lint/suspicious/noExplicitAny: each strategy has options of its own
  readonly strategy: Strategy<any>;
  readonly decision: Decision;
  /** Loss and scaled deviation over the outcomes it counted with. */
  readonly costs: Pair<number>;
  /** What inverters make of an outcome: the least of loss and scaled deviation by these. */
  readonly weights: Pair<number>;
  readonly time_s: number;
}

export interface DecidedFront {
  readonly traced: TracedFront<Answered>;
  readonly method: FrontMethod;
  readonly plans: readonly Decided[];
  readonly time_s: number;
}

/** Makes the plans of a study. */
export class Planner {
  readonly costs: Pair<TwoStageCost>;
  private readonly prepared: Prepared;
  private readonly problem: TwoStage;
  private readonly scenarios: StudyScenarios | undefined;
  private readonly catalog: Catalog;
  private readonly solver: ReadySolver;
  private readonly services: StudyServices;

  constructor(
    prepared: Prepared,
    { problem, loss, deviation }: VoltVarProblem,
    scenarios: StudyScenarios | undefined,
    catalog: Catalog,
    solver: ReadySolver,
    services: StudyServices,
  ) {
    this.prepared = prepared;
    this.problem = problem;
    this.costs = [loss, scaled(deviation, deviationScale)];
    this.scenarios = scenarios;
    this.catalog = catalog;
    this.solver = solver;
    this.services = services;
  }

  /** The plan of the study for one cost. @throws {InputError} STUDY_UNKNOWN_MEMBER, STUDY_UNKNOWN_KEY; CombinationError STRATEGY_CANNOT */
  decide(weights: Pair<number>): Decided {
    const { knows, strategy, options } = this.asked();
    const name = { forecast: 'for the forecast', scenarios: 'stochastic', set: 'robust' }[knows];
    return this.timed(name, knows, strategy, options, weights, this.events());
  }

  /** A plan for one outcome alone, to see what knowing more is worth. */
  decideFor(u: Float64Array, weights: Pair<number>): Decided {
    const strategy = memberOf(this.catalog.strategies, 'extensive', 'name', 'decide.strategy');
    const { options } = this.asked();
    const own = 'gap_frac' in options ? { gap_frac: options['gap_frac'] } : {};
    return this.timed('for the forecast', 'forecast', strategy, own, weights, [{ probability: 1, support: u }]);
  }

  /** Plans from the least loss to the least deviation. @throws {InputError} FRONT_POINTS_TOO_FEW, FRONT_NO_PLAN */
  front(): DecidedFront {
    const { front } = this.prepared.document;
    const { knows, strategy, options } = this.asked();
    const method = memberOf(this.catalog.fronts, front.method, 'name', 'front.method');
    const events = this.events();
    const started_s = this.services.clock_s();
    const objectives: Objectives<Answered> = twoStageObjectives(this.problem, this.costs, (asked) =>
      strategy.decide(asked, events, { ...strategy.defaults, ...options }, { solver: this.solver }),
    );
    let done = 0;
    const traced = traceFront(objectives, method, {
      points_count: front.points_count,
      onPoint: ({ costs }) => {
        const text = `${costs[0].toFixed(2)} kWh, ${(costs[1] / deviationScale).toFixed(5)} pu`;
        this.services.onProgress({ phase: 'tracing the front', done: ++done, text });
      },
    });
    const plans = traced.points.map(
      ({ costs, plan }, k): Decided => ({
        name: `point ${k + 1}`,
        knows,
        strategy,
        // what the strategy above gave is a whole decision
        decision: plan as Decision,
        costs,
        weights: tradeAt(
          traced.points.map((point) => point.costs),
          k,
        ),
        time_s: 0,
      }),
    );
    return { traced, method, plans, time_s: this.services.clock_s() - started_s };
  }

  /** The problem with one sum of the two costs as its own. */
  weighed(weights: Pair<number>): TwoStage {
    const { problem, costs } = this;
    const add = (own: Float64Array, of: 'first' | 'recourse'): Float64Array =>
      own.map((value, j) => value + weights[0] * costs[0][of][j] + weights[1] * costs[1][of][j]);
    return {
      ...problem,
      first: {
        ...problem.first,
        cost: add(problem.first.cost, 'first'),
        offset: problem.first.offset + weights[0] * costs[0].constant + weights[1] * costs[1].constant,
      },
      cost: add(problem.cost, 'recourse'),
    };
  }

  /** Loss and scaled deviation of a reaction. */
  costsOf(x: Float64Array, y: Float64Array): Pair<number> {
    const of = ({ first, recourse, constant }: TwoStageCost): number => constant + dot(first, x) + dot(recourse, y);
    return [of(this.costs[0]), of(this.costs[1])];
  }

  private asked() {
    const { knows, strategy: member, ...options } = this.prepared.document.decide;
    const strategy = memberOf(this.catalog.strategies, member, 'name', 'decide.strategy');
    checkStrategyOptions(strategy, options, 'decide');
    return { knows, strategy, options: options as Record<string, unknown> };
  }

  private events(): UncertainEvent[] {
    const { knows } = this.prepared.document.decide;
    if (knows === 'scenarios' && this.scenarios) {
      const { outcomes, probabilities } = this.scenarios.reduced;
      return outcomes.map((support, k) => ({ name: `scenario ${k}`, probability: probabilities[k], support }));
    }
    return [{ name: knows, probability: 1, support: knows === 'set' ? guardedSet(this.prepared) : expectedOf(this.prepared) }];
  }

  private timed(
    name: string,
    knows: Decided['knows'],
    // biome-ignore lint/suspicious/noExplicitAny: each strategy has options of its own
    strategy: Strategy<any>,
    options: Record<string, unknown>,
    weights: Pair<number>,
    events: readonly UncertainEvent[],
  ): Decided {
    const started_s = this.services.clock_s();
    const decision = strategy.decide(
      this.weighed(weights),
      events,
      { ...strategy.defaults, ...options },
      {
        solver: this.solver,
        onRound: ({ round, bound, cost }) =>
          this.services.onProgress({
            phase: `deciding: ${name}`,
            done: round,
            text: `between ${bound.toFixed(2)} and ${cost.toFixed(2)}`,
          }),
      },
    );
    const costs = decision.outcomes.reduce<Pair<number>>(
      ([loss, deviation], { probability, y }) => {
        const own = this.costsOf(decision.x, y);
        return [loss + probability * own[0], deviation + probability * own[1]];
      },
      [0, 0],
    );
    return { name, knows, strategy, decision, costs, weights, time_s: this.services.clock_s() - started_s };
  }
}

/** What a front trades one cost for the other at: the slope between the neighbours of a point, as weights that sum to 1. */
export function tradeAt(costs: readonly Pair<number>[], k: number): Pair<number> {
  const [before, after] = [costs[Math.max(0, k - 1)], costs[Math.min(costs.length - 1, k + 1)]];
  const [more, less] = [after[0] - before[0], before[1] - after[1]];
  return more + less > 0 ? [less / (more + less), more / (more + less)] : [0.5, 0.5];
}

const scaled = ({ name, first, recourse, constant }: TwoStageCost, factor: number): TwoStageCost => ({
  name,
  first: first.map((value) => factor * value),
  recourse: recourse.map((value) => factor * value),
  constant: factor * constant,
});

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j] * b[j];
  return sum;
}
