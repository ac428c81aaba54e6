import { mul, sum } from '../../problem/affine.ts';
import type { TwoStage } from '../../problem/two-stage.ts';
import type { ReadySolver, Solution } from '../../solvers/contract.ts';
import { holds, outcomeAt, type UncertaintySet } from '../../uncertainty/uncertainty-set.ts';
import type { Decision, Outcome, ReactionRule, Strategy } from '../contract.ts';
import { checkEvents } from '../events.ts';
import { type Copy, masterOf } from '../master.ts';
import { nearestOutcome } from '../nearest-outcome.ts';
import { firstCost, outcomeOf, reactionAt } from '../recourse.ts';
import { within } from '../within.ts';
import type { Guard } from './robust-rows.ts';
import { ruleProgram, singleOutcome } from './rule-program.ts';

export interface AffineRulesOptions {
  /** affine: reactions follow the coordinates of the set; static: they are one and the same for all outcomes of an event. */
  readonly rule: 'affine' | 'static';
  /** Relative gap between bound and cost at which a decision is called optimal. */
  readonly gap_frac: number;
  /** Outcomes for which best reactions are planned to get a bound, besides one per event: those that press the rules most. */
  readonly outcomes_max_count: number;
}

/** Reactions by rule, one rule per event, decided together with the first stage. */
export const affineRules: Strategy<AffineRulesOptions> = {
  name: 'affine-rules',
  title: 'Reactions by affine rules, one per event, robust by duality',
  theorem:
    'A rule is one way to react, so the worst cost under rules is no less than that of best reactions; it is the same where events have one outcome each, ' +
    'and where sets are simplices. Best reactions to any outcomes listed cost no more, so they are a bound (Ben-Tal et al. 2004; Hadjiyiannis, Goulart & Kuhn 2011).',
  defaults: { rule: 'affine', gap_frac: 1e-6, outcomes_max_count: 30 },
  decide(problem, events, { rule, gap_frac, outcomes_max_count }, { solver, onRound, shouldStop }): Decision {
    checkEvents(problem, events);
    const probabilities = events.map(({ probability }) => probability);
    const sets = events.map(({ support }) => (support instanceof Float64Array ? singleOutcome(support) : support));
    const nearest = sets.map((set) => (set.lower.length > 0 ? nearestOutcome(set, problem.forecast, solver) : set.lower));

    const ruled = ruleProgram(problem, sets, probabilities, rule === 'static');
    const solution = solver.solve(ruled.program, { gap_frac: gap_frac / 2, ...(shouldStop ? { shouldStop } : {}) });
    const x = solution.x.slice(0, problem.first.cost.length);
    const none: Decision = {
      status: 'failed',
      x,
      cost: Number.POSITIVE_INFINITY,
      bound: Number.NEGATIVE_INFINITY,
      history: [],
      outcomes: [],
      exact: true,
    };
    if (solution.status === 'unbounded') return { ...none, status: 'unbounded' };
    const isSolved = solvedOf(solution);
    if (!isSolved && solution.status !== 'infeasible') return { ...none, status: solution.status === 'stopped' ? 'stopped' : 'failed' };

    const copies: Copy[] = sets.map((set, event) => ({ event, u: events[event].opening ?? outcomeAt(set, nearest[event]) }));
    if (isSolved) addPressing(copies, ruled.guards, solution.rowDual, { sets, nearest, probabilities, outcomes_max_count });
    const master = solver.solve(masterOf(problem, probabilities, copies), { gap_frac: gap_frac / 2 });
    if (master.status === 'infeasible')
      return { ...none, status: 'infeasible', bound: Number.POSITIVE_INFINITY, conflict: master.conflict };
    const found = solvedOf(master) ? master.bound : Number.NEGATIVE_INFINITY;
    // there are decisions for these outcomes, but none whose reactions are rules
    if (!isSolved) return { ...none, status: 'method-limit', bound: found, conflict: solution.conflict };

    const rules = ruled.read(solution.x);
    const outcomes = rules.map((each, e) => worstOf(problem, sets[e], each, probabilities[e], solver));
    const cost = firstCost(problem, x) + outcomes.reduce((total, outcome) => total + outcome.probability * outcome.cost, 0);
    const scale = Math.max(1, Math.abs(cost));
    // what duality promised must be what the rules really cost at their worst
    if (!(Math.abs(cost - solution.objective) <= 1e-6 * scale)) return none;
    const record = { round: 1, bound: Math.min(found, cost), cost };
    onRound?.(record);
    const status = cost - record.bound <= gap_frac * scale ? 'optimal' : 'method-limit';
    return { ...none, status, cost, bound: record.bound, history: [record], outcomes, rules };
  },
};

const solvedOf = ({ status }: Solution): boolean => status === 'optimal' || status === 'almost-optimal';

/** The outcome at which a rule costs most, found anew over the set. */
function worstOf(problem: TwoStage, set: UncertaintySet, rule: ReactionRule, probability: number, solver: ReadySolver): Outcome {
  const costOf = (y: Float64Array): number => y.reduce((total, value, j) => total + problem.cost[j] * value, 0);
  let worst = set.lower;
  if (set.lower.length > 0) {
    const { model, v } = within(set);
    model.cost(sum(...rule.slopes.map((slope, k) => mul(-costOf(slope), v(k)))));
    worst = model.read(solver.solve(model.build())).values(v);
  }
  const y = reactionAt(rule, worst);
  return outcomeOf(problem, probability, outcomeAt(set, worst), { x: y, objective: costOf(y) });
}

interface Pressing {
  readonly sets: readonly UncertaintySet[];
  readonly nearest: readonly Float64Array[];
  readonly probabilities: readonly number[];
  readonly outcomes_max_count: number;
}

/**
 * Lists the outcomes that rows of the rules are held against, those with the largest multipliers first: w = λ/μ for the multiplier μ of a
 * guarded row and λ of its coordinates' rows lies in the set and is the row's worst case.
 * @source Hadjiyiannis, Goulart, Kuhn, A scenario approach for estimating the suboptimality of linear decision rules in two-stage robust
 *   optimization, CDC (2011), section III
 */
function addPressing(
  copies: Copy[],
  guards: readonly Guard[],
  rowDual: Float64Array,
  { sets, nearest, probabilities, outcomes_max_count }: Pressing,
): void {
  const weighed = guards
    .filter(({ coordinateRows }) => coordinateRows.size > 0)
    .map((guard) => ({ ...guard, weight: guard.row === undefined ? probabilities[guard.event] : Math.abs(rowDual[guard.row]) }))
    .filter(({ weight }) => weight > 1e-7)
    .sort((a, b) => b.weight - a.weight);
  let left_count = outcomes_max_count;
  for (const { event, weight, coordinateRows } of weighed) {
    if (left_count === 0) return;
    const set = sets[event];
    const v = Float64Array.from(nearest[event]);
    for (const [k, row] of coordinateRows) {
      v[k] = Math.min(set.upper[k], Math.max(set.lower[k], set.lower[k] + Math.abs(rowDual[row]) / weight));
    }
    const u = outcomeAt(set, v);
    const isKnown = copies.some(
      (copy) => copy.event === event && copy.u.every((value, j) => Math.abs(value - u[j]) <= 1e-7 * Math.max(1, Math.abs(value))),
    );
    if (isKnown || !holds(set, v)) continue;
    copies.push({ event, u });
    left_count--;
  }
}
