import type { TwoStage } from '../../problem/two-stage.ts';
import { worstInBall } from '../../strategies/ambiguity.ts';
import type { Decision, Strategy, StrategyServices, UncertainEvent } from '../../strategies/contract.ts';
import type { Lifted } from '../../strategies/lifted.ts';
import { tailAverse } from '../../strategies/risk.ts';
import type { Catalog, StudyServices } from '../contract.ts';
import { memberOf } from '../member.ts';
import { checkStrategyOptions } from '../strategy-options.ts';
import type { DispatchDocument } from './document.ts';
import { boxOf, expectedOf, guardedSet, type StudyScenarios } from './outcomes.ts';
import type { Prepared } from './prepare.ts';
import type { DispatchProblem } from './problem.ts';

export type PlanSpec = DispatchDocument['plans'][number];

/** A plan and how it came about. */
export interface Decided {
  readonly spec: PlanSpec;
  // biome-ignore lint/suspicious/noExplicitAny: each strategy has options of its own
  readonly strategy: Strategy<any>;
  readonly decision: Decision;
  readonly time_s: number;
}

/** What is left of a plan's keys: options of its strategy. */
function optionsOf({
  name: _n,
  knows: _k,
  strategy: _s,
  widen_frac: _w,
  radius_count: _r,
  tail: _t,
  ...options
}: PlanSpec): Record<string, unknown> {
  return options;
}

function withTail({ tail }: PlanSpec, problem: TwoStage, events: readonly UncertainEvent[]): Lifted {
  return tail ? tailAverse(problem, events, tail) : { problem, events, restore: (decision) => decision };
}

/** Makes the plans of a study, one after another. */
export class Planner {
  private readonly prepared: Prepared;
  private readonly dispatch: DispatchProblem;
  private readonly scenarios: StudyScenarios | undefined;
  private readonly catalog: Catalog;
  readonly solvers: Pick<StrategyServices, 'solver' | 'quadratic'>;
  private readonly services: StudyServices;

  constructor(
    prepared: Prepared,
    dispatch: DispatchProblem,
    scenarios: StudyScenarios | undefined,
    catalog: Catalog,
    solvers: Pick<StrategyServices, 'solver' | 'quadratic'>,
    services: StudyServices,
  ) {
    this.prepared = prepared;
    this.dispatch = dispatch;
    this.scenarios = scenarios;
    this.catalog = catalog;
    this.solvers = solvers;
    this.services = services;
  }

  /** @throws {InputError} STUDY_UNKNOWN_MEMBER, STUDY_UNKNOWN_KEY; CombinationError STRATEGY_CANNOT */
  decide(spec: PlanSpec, index: number): Decided {
    const where = `plans[${index}]`;
    const { name, strategy: member } = spec;
    const options = optionsOf(spec);
    const strategy = memberOf(this.catalog.strategies, member, 'name', `${where}.strategy`);
    checkStrategyOptions(strategy, options, where);
    const started_s = this.services.clock_s();
    const { problem, events, restore } = this.lifted(spec);
    const decision = strategy.decide(
      problem,
      events,
      { ...strategy.defaults, ...options },
      {
        ...this.solvers,
        onRound: ({ round, bound, cost }) => {
          const text = `between ${bound.toFixed(2)} and ${cost.toFixed(2)} ${this.prepared.document.currency}`;
          this.services.onProgress({ phase: `deciding: ${name}`, done: round, text });
        },
      },
    );
    return { spec, strategy, decision: restore(decision), time_s: this.services.clock_s() - started_s };
  }

  /** What a plan would promise if one more of a quantity's symbols could deviate fully. */
  withOneMore({ spec, strategy }: Decided, quantity: number): number {
    const support = guardedSet(this.prepared, spec.widen_frac, { quantity, count: 1 });
    const { problem, events } = withTail(spec, this.dispatch.problem, [{ probability: 1, support }]);
    const decision = strategy.decide(problem, events, { ...strategy.defaults, ...optionsOf(spec) }, this.solvers);
    return decision.cost;
  }

  /** The problem of a plan in a form that its strategy takes. */
  private lifted(spec: PlanSpec): Lifted {
    if (spec.knows !== 'ball' || !this.scenarios || this.prepared.symbols.length === 0) {
      return withTail(spec, this.dispatch.problem, this.eventsOf(spec));
    }
    const { lower, upper, scale } = boxOf(this.prepared, spec.widen_frac);
    const ball = worstInBall(this.dispatch.problem, { scenarios: this.scenarios.reduced, lower, upper, scale, radius: spec.radius_count });
    const tail = withTail(spec, ball.problem, ball.events);
    return { ...tail, restore: (decision) => ball.restore(tail.restore(decision)) };
  }

  eventsOf({ knows, widen_frac }: Pick<PlanSpec, 'knows' | 'widen_frac'>): UncertainEvent[] {
    if (knows === 'scenarios' && this.scenarios) {
      const { outcomes, probabilities } = this.scenarios.reduced;
      return outcomes.map((support, k) => ({ name: `scenario ${k}`, probability: probabilities[k], support }));
    }
    const isCertain = knows === 'forecast' || this.prepared.symbols.length === 0;
    return [{ name: knows, probability: 1, support: isCertain ? expectedOf(this.prepared) : guardedSet(this.prepared, widen_frac) }];
  }
}
