import type { TwoStage } from '../../problem/two-stage.ts';
import type { ReadySolver } from '../../solvers/contract.ts';
import { outcomeAt } from '../../uncertainty/uncertainty-set.ts';
import type { Decision, DecisionRound, Outcome, Strategy, UncertainEvent } from '../contract.ts';
import { checkEvents } from '../events.ts';
import { type Copy, masterOf } from '../master.ts';
import { nearestOutcome } from '../nearest-outcome.ts';
import { firstCost, outcomeOf, react } from '../recourse.ts';
import { type Adversary, cornerAdversary, searchingAdversary } from './adversary.ts';

export interface ColumnAndConstraintOptions {
  /** How the worst outcome is searched: by a mixed-integer programme, or over a list of all corners. */
  readonly search: 'programme' | 'corners';
  /** Relative gap between bound and cost at which a decision is called optimal. */
  readonly gap_frac: number;
  readonly rounds_max_count: number;
}

/**
 * Master and adversary in turns: the master decides for the outcomes listed so far, the adversary finds one that hurts the decision most,
 * and it joins the list with a reaction of its own.
 */
export const columnAndConstraint: Strategy<ColumnAndConstraintOptions> = {
  name: 'column-and-constraint',
  title: 'Column-and-constraint generation over sets of outcomes',
  theorem:
    'The master over a part of the outcomes is a lower bound, the worst case of its decision an upper one; every round lists a corner that ' +
    'was not listed, and there are finitely many (Zeng & Zhao 2013, proposition 2).',
  defaults: { search: 'programme', gap_frac: 1e-6, rounds_max_count: 100 },
  decide(problem, events, options, services): Decision {
    checkEvents(problem, events);
    return new Turns(problem, events, options, services.solver).run(services);
  },
};

class Turns {
  private readonly problem: TwoStage;
  private readonly events: readonly UncertainEvent[];
  private readonly options: ColumnAndConstraintOptions;
  private readonly solver: ReadySolver;
  private readonly adversaries: readonly (Adversary | undefined)[];
  private readonly copies: Copy[];
  private readonly history: DecisionRound[] = [];
  private best: { x: Float64Array; cost: number; outcomes: Outcome[] } | undefined;
  private bound = Number.NEGATIVE_INFINITY;
  private exact = true;

  constructor(problem: TwoStage, events: readonly UncertainEvent[], options: ColumnAndConstraintOptions, solver: ReadySolver) {
    this.problem = problem;
    this.events = events;
    this.options = options;
    this.solver = solver;
    const adversary = options.search === 'corners' ? cornerAdversary : searchingAdversary;
    this.adversaries = events.map(({ support }) => (support instanceof Float64Array ? undefined : adversary(problem, support, solver)));
    this.copies = events.map(({ support, opening }, event) => ({
      event,
      u: support instanceof Float64Array ? support : (opening ?? outcomeAt(support, nearestOutcome(support, problem.forecast, solver))),
    }));
  }

  run({
    onRound,
    shouldStop,
  }: {
    onRound?: ((round: DecisionRound) => void) | undefined;
    shouldStop?: (() => boolean) | undefined;
  }): Decision {
    const { gap_frac, rounds_max_count } = this.options;
    const probabilities = this.events.map(({ probability }) => probability);
    for (let round = 1; round <= rounds_max_count; round++) {
      // half of the gap is the master's own: its bound counts, and what it decides is paid for by the adversary
      const master = this.solver.solve(masterOf(this.problem, probabilities, this.copies), { gap_frac: gap_frac / 2 });
      if (master.status === 'infeasible' || master.status === 'unbounded') return this.end(master.status, master.x, master.conflict);
      if (master.status !== 'optimal' && master.status !== 'almost-optimal') return this.end('failed', master.x);
      const x = master.x.slice(0, this.problem.first.cost.length);
      this.bound = Math.max(this.bound, master.bound);
      const listed_count = this.copies.length;
      if (!this.challenge(x)) return this.end('failed', x);
      const record = { round, bound: this.bound, cost: this.best?.cost ?? Number.POSITIVE_INFINITY };
      this.history.push(record);
      onRound?.(record);
      const gap = record.cost - record.bound;
      if (Number.isFinite(gap) && gap <= gap_frac * Math.max(1, Math.abs(record.cost))) return this.end('optimal', x);
      // nothing new to plan for, and still a gap: the solver's own tolerance
      if (this.copies.length === listed_count) return this.end('failed', x);
      if (shouldStop?.()) return this.end('stopped', x);
    }
    return this.end('round-limit', new Float64Array(0));
  }

  /** Finds the worst outcome of every event under x, lists it, and keeps x when it is the best so far. @returns false when a search failed */
  private challenge(x: Float64Array): boolean {
    let cost = firstCost(this.problem, x);
    const outcomes: Outcome[] = [];
    for (let event = 0; event < this.events.length; event++) {
      const { probability, support } = this.events[event];
      const found = support instanceof Float64Array ? { u: support, cost: Number.NaN, exact: true } : this.adversaries[event]!.worst(x);
      if (found === undefined) return false;
      this.exact &&= found.exact;
      const reaction = react(this.problem, this.solver, x, found.u);
      if (reaction) outcomes.push(outcomeOf(this.problem, probability, found.u, reaction));
      // what the search promised must be what the recourse really costs there
      if (reaction && found.cost > reaction.objective + 1e-6 * Math.max(1, Math.abs(reaction.objective))) return false;
      cost += reaction ? probability * reaction.objective : Number.POSITIVE_INFINITY;
      if (!(support instanceof Float64Array)) this.list(event, found.u);
    }
    if (cost < (this.best?.cost ?? Number.POSITIVE_INFINITY)) this.best = { x, cost, outcomes };
    return true;
  }

  private list(event: number, u: Float64Array): void {
    const known = this.copies.some(
      (copy) => copy.event === event && copy.u.every((value, j) => Math.abs(value - u[j]) <= 1e-9 * Math.max(1, Math.abs(value))),
    );
    if (!known) this.copies.push({ event, u });
  }

  private end(status: Decision['status'], x: Float64Array, conflict?: readonly string[]): Decision {
    return {
      status,
      x: this.best?.x ?? x,
      cost: this.best?.cost ?? Number.POSITIVE_INFINITY,
      bound: status === 'infeasible' ? Number.POSITIVE_INFINITY : this.bound,
      history: this.history,
      outcomes: this.best?.outcomes ?? [],
      exact: this.exact,
      conflict,
    };
  }
}
