import { CombinationError } from '../../base/errors.ts';
import type { Program } from '../../problem/program.ts';
import type { TwoStage } from '../../problem/two-stage.ts';
import type { ReadySolver, Solution } from '../../solvers/contract.ts';
import type { Decision, DecisionRound, Outcome, Strategy, StrategyServices } from '../contract.ts';
import { checkEvents, outcomesOf } from '../events.ts';
import { masterOf } from '../master.ts';
import { firstCost, outcomeOf, react } from '../recourse.ts';
import { hedgedScenario, pricedScenario } from './hedged-scenario.ts';

export interface ProgressiveHedgingOptions {
  readonly gap_frac: number;
  readonly rounds_max_count: number;
  /** Bound and cost are looked after every so many rounds: a look costs more than a round. */
  readonly lookEvery_count: number;
  /** Multiplies the penalties that costs suggest: more agrees sooner, less finds better prices. */
  readonly penalty_frac: number;
  /** Rounds in which penalties are doubled or halved; later ones leave them as they are, which convergence needs. */
  readonly adaptive_rounds_count: number;
}

/** Every scenario decides for itself and is drawn, by prices and penalties, to what all decide on average. */
export const progressiveHedging: Strategy<ProgressiveHedgingOptions> = {
  name: 'progressive-hedging',
  title: 'Progressive hedging: scenarios that decide alone and come to agree',
  theorem:
    'Prices whose mean over scenarios is zero do not change the cost of a common decision, so scenarios that decide alone under them are a lower bound ' +
    '(Gade et al. 2016); without whole variables decisions converge to a best one and the bound to its cost (Rockafellar & Wets 1991). With whole ' +
    'variables the bound holds, but a duality gap may remain.',
  defaults: { gap_frac: 1e-6, rounds_max_count: 500, lookEvery_count: 3, penalty_frac: 1, adaptive_rounds_count: 100 },
  decide(problem, events, options, services): Decision {
    checkEvents(problem, events);
    const outcomes = outcomesOf(events, 'progressive-hedging');
    const { quadratic } = services;
    if (quadratic === undefined) {
      throw new CombinationError({
        code: 'STRATEGY_NEEDS_QUADRATIC',
        message: 'The strategy progressive-hedging penalises by squares, and no solver for quadratic costs was given',
        where: 'strategy progressive-hedging',
        hint: 'Hand in one as services.quadratic, such as outer-approximation, or choose l-shaped.',
      });
    }
    const probabilities = events.map(({ probability }) => probability);
    return new Hedging(problem, outcomes, probabilities, options, { ...services, quadratic }).run();
  },
};

/** With whole variables: looks without a better bound after which penalties are halved, and how often they are before the search ends. */
const RESTING_LOOKS_COUNT = 2;
const HALVED_MAX_COUNT = 8;
/** With whole variables: how near to the best a hedged plan has to be. */
const HEDGED_GAP_FRAC = 1e-4;
/** What counts as a better bound, in gaps. */
const BETTER_FRAC = 0.01;
/** Residuals that differ by more than this call for another penalty. */
const UNBALANCED = 10;
/** Scenarios agree, and their mean rests, when both residuals are below this part of the cost. */
const AT_REST_FRAC = 1e-14;

class Hedging {
  private readonly problem: TwoStage;
  private readonly outcomes: readonly Float64Array[];
  private readonly probabilities: readonly number[];
  private readonly options: ProgressiveHedgingOptions;
  private readonly services: StrategyServices & { readonly quadratic: ReadySolver };
  private readonly scenarios: readonly Program[];
  private readonly isWhole: boolean;
  private readonly prices: readonly Float64Array[];
  private readonly history: DecisionRound[] = [];
  private readonly tried = new Set<string>();
  private best: { readonly x: Float64Array; readonly cost: number; readonly outcomes: Outcome[] } | undefined;
  private bound = Number.NEGATIVE_INFINITY;
  /** The bound when it last became better by much, and looks since then. */
  private lately = { bound: Number.NEGATIVE_INFINITY, looks_count: 0 };
  private halved_count = 0;

  constructor(
    problem: TwoStage,
    outcomes: readonly Float64Array[],
    probabilities: readonly number[],
    options: ProgressiveHedgingOptions,
    services: StrategyServices & { readonly quadratic: ReadySolver },
  ) {
    this.problem = problem;
    this.outcomes = outcomes;
    this.probabilities = probabilities;
    this.options = options;
    this.services = services;
    this.scenarios = outcomes.map((u) => masterOf(problem, [1], [{ event: 0, u }]));
    this.isWhole = problem.first.integer?.includes(1) ?? false;
    this.prices = outcomes.map(() => new Float64Array(problem.first.cost.length));
  }

  run(): Decision {
    const { rounds_max_count, gap_frac, lookEvery_count, adaptive_rounds_count, penalty_frac } = this.options;
    const alone = this.solveAll(this.services.solver, gap_frac / 10, (scenario) => scenario);
    if ('failed' in alone) return this.end(this.endOf(alone.failed), alone.failed);
    let plans = this.plansOf(alone.solutions);
    let centre = this.meanOf(plans);
    const weight = this.suggested(plans).map((value) => penalty_frac * value);
    this.learn(alone.solutions);
    if (this.look(1, centre, plans, weight) <= gap_frac) return this.end('optimal');
    for (let round = 2; round <= rounds_max_count; round++) {
      if (this.services.shouldStop?.()) return this.end('stopped');
      this.raise(plans, centre, weight);
      // of a plan with whole variables a near best one will do: what it misses is in the next prices, and the bound has solves of its own
      const hedged = this.solveAll(this.services.quadratic, this.isWhole ? HEDGED_GAP_FRAC : gap_frac / 10, (scenario, e) =>
        hedgedScenario(scenario, { price: this.prices[e], centre, weight }),
      );
      if ('failed' in hedged) return this.end('failed');
      plans = this.plansOf(hedged.solutions);
      const before = centre;
      centre = this.meanOf(plans);
      const apart = plans.reduce((sum, x, e) => sum + this.probabilities[e] * squared(x, centre, weight), 0);
      const moved = squared(centre, before, weight);
      // agreed and at rest: prices, and with them the bound, do not change any more
      const isAtRest = Math.max(apart, moved) <= AT_REST_FRAC * Math.max(1, Math.abs(this.best?.cost ?? 0));
      const looks = isAtRest || round % lookEvery_count === 0 || round === rounds_max_count;
      if (looks) {
        const priced = this.solveAll(this.services.solver, gap_frac / 10, (scenario, e) => pricedScenario(scenario, this.prices[e]));
        if ('solutions' in priced) this.learn(priced.solutions);
        if (this.look(round, centre, plans, weight) <= gap_frac) return this.end('optimal');
        if (isAtRest) return this.end('method-limit');
      }
      const factor = this.isWhole ? (looks && this.isResting() ? 0.5 : 1) : round > adaptive_rounds_count ? 1 : balance(apart, moved);
      if (this.isWhole && factor < 1 && ++this.halved_count > HALVED_MAX_COUNT) return this.end('method-limit');
      for (let j = 0; j < weight.length; j++) weight[j] *= factor;
    }
    return this.end('round-limit');
  }

  /** Pays for what the scenarios suggest and tells the round. @returns the gap */
  private look(round: number, centre: Float64Array, plans: readonly Float64Array[], weight: Float64Array): number {
    this.challenge(centre, plans, weight);
    const record = { round, bound: this.bound, cost: this.best?.cost ?? Number.POSITIVE_INFINITY };
    this.history.push(record);
    this.services.onRound?.(record);
    return this.best ? (record.cost - record.bound) / Math.max(1, Math.abs(record.cost)) : Number.POSITIVE_INFINITY;
  }

  private solveAll(
    solver: ReadySolver,
    gap_frac: number,
    write: (scenario: Program, e: number) => Program,
  ): { readonly solutions: Solution[] } | { readonly failed: Solution } {
    const solutions: Solution[] = [];
    for (const [e, scenario] of this.scenarios.entries()) {
      const solution = solver.solve(write(scenario, e), { gap_frac });
      if (!isSolved(solution)) return { failed: solution };
      solutions.push(solution);
    }
    return { solutions };
  }

  /** Σ_e π_e·min(f_e + w_eᵀx), a lower bound as Σ_e π_e·w_e = 0. */
  private learn(solutions: readonly Solution[]): void {
    const found = solutions.reduce((sum, { bound }, e) => sum + (this.probabilities[e] > 0 ? this.probabilities[e] * bound : 0), 0);
    this.bound = Math.max(this.bound, found);
  }

  /** Whether the bound has not become better by much for some looks; asked once a look. */
  private isResting(): boolean {
    const better = BETTER_FRAC * Math.max(0, (this.best?.cost ?? Number.POSITIVE_INFINITY) - this.bound);
    const isBetter = this.bound > this.lately.bound + (Number.isFinite(better) ? better : 0);
    const looks_count = isBetter ? 0 : this.lately.looks_count + 1;
    const isResting = looks_count >= RESTING_LOOKS_COUNT;
    this.lately = { bound: isBetter ? this.bound : this.lately.bound, looks_count: isResting ? 0 : looks_count };
    return isResting;
  }

  /** w_e ← w_e + ρ∘(x_e − x̄), then its mean, which is zero but for rounding, is taken off so that the bound is one. */
  private raise(plans: readonly Float64Array[], centre: Float64Array, weight: Float64Array): void {
    this.prices.forEach((price, e) => {
      for (let j = 0; j < price.length; j++) price[j] += weight[j] * (plans[e][j] - centre[j]);
    });
    const mean = this.meanOf(this.prices);
    for (const price of this.prices) for (let j = 0; j < price.length; j++) price[j] -= mean[j];
  }

  /** Pays for common decisions that the scenarios suggest: their mean; with whole variables the mean rounded, and the plan nearest to it. */
  private challenge(centre: Float64Array, plans: readonly Float64Array[], weight: Float64Array): void {
    if (!this.isWhole) {
      this.payFor(centre);
      return;
    }
    let nearest = plans[0];
    for (const x of plans) if (squared(x, centre, weight) < squared(nearest, centre, weight)) nearest = x;
    this.payForWhole(centre);
    this.payForWhole(nearest);
  }

  private payFor(x: Float64Array): void {
    let cost = firstCost(this.problem, x);
    const outcomes: Outcome[] = [];
    for (const [e, u] of this.outcomes.entries()) {
      const reaction = react(this.problem, this.services.solver, x, u);
      if (!reaction) return;
      outcomes.push(outcomeOf(this.problem, this.probabilities[e], u, reaction));
      cost += this.probabilities[e] * reaction.objective;
    }
    if (cost < (this.best?.cost ?? Number.POSITIVE_INFINITY)) this.best = { x, cost, outcomes };
  }

  /** Holds the whole variables, and decides the others for all scenarios at once; each whole plan is paid for once. */
  private payForWhole(x: Float64Array): void {
    const { first } = this.problem;
    const whole = [...x.keys()].filter((j) => first.integer?.[j] === 1);
    const key = whole.map((j) => Math.round(x[j])).join();
    if (this.tried.has(key)) return;
    this.tried.add(key);
    const held = { ...first, integer: undefined, lower: Float64Array.from(first.lower), upper: Float64Array.from(first.upper) };
    for (const j of whole) held.lower[j] = held.upper[j] = Math.round(x[j]);
    const copies = this.outcomes.map((u, event) => ({ event, u }));
    const solution = this.services.solver.solve(masterOf({ ...this.problem, first: held }, this.probabilities, copies));
    if (isSolved(solution)) this.payFor(solution.x.slice(0, x.length));
  }

  /**
   * Penalties that costs suggest: |c_j| over how far apart scenarios are when they decide alone; for a decision without a cost of its own
   * the mean of the others'.
   * @source Watson, Woodruff (2011), section 2.1
   */
  private suggested(plans: readonly Float64Array[]): Float64Array {
    const size = this.problem.first.cost.map(Math.abs);
    const costly = size.filter((value) => value > 0);
    const usual = costly.length > 0 ? costly.reduce((sum, value) => sum + value, 0) / costly.length : 1;
    return size.map((value, j) => {
      const values = plans.map((x) => x[j]);
      return (value > 0 ? value : usual) / (Math.max(...values) - Math.min(...values) + 1);
    });
  }

  private plansOf(solutions: readonly Solution[]): Float64Array[] {
    const n = this.problem.first.cost.length;
    return solutions.map(({ x }) => x.slice(0, n));
  }

  private meanOf(vectors: readonly Float64Array[]): Float64Array {
    const mean = new Float64Array(this.problem.first.cost.length);
    vectors.forEach((x, e) => {
      for (let j = 0; j < mean.length; j++) mean[j] += this.probabilities[e] * x[j];
    });
    return mean;
  }

  /** A scenario without a plan leaves none in common; one that can save without limit says so of the problem only where it is the only one. */
  private endOf({ status }: Solution): Decision['status'] {
    return status === 'infeasible' || (status === 'unbounded' && this.outcomes.length === 1) ? status : 'failed';
  }

  private end(status: Decision['status'], found?: Solution): Decision {
    return {
      status,
      x: this.best?.x ?? new Float64Array(this.problem.first.cost.length),
      cost: this.best?.cost ?? Number.POSITIVE_INFINITY,
      bound: status === 'infeasible' ? Number.POSITIVE_INFINITY : this.bound,
      history: this.history,
      outcomes: this.best?.outcomes ?? [],
      exact: true,
      conflict: found?.conflict,
    };
  }
}

const isSolved = ({ status }: Solution): boolean => status === 'optimal' || status === 'almost-optimal';

/** Doubles penalties where scenarios are far apart and their mean hardly moves, halves them in the opposite case; both residuals are squared. */
const balance = (apart: number, moved: number): number => (apart > UNBALANCED ** 2 * moved ? 2 : moved > UNBALANCED ** 2 * apart ? 0.5 : 1);

/** Σ_j ρ_j·(a_j − b_j)² */
function squared(a: Float64Array, b: Float64Array, weight: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < weight.length; j++) sum += weight[j] * (a[j] - b[j]) ** 2;
  return sum;
}
