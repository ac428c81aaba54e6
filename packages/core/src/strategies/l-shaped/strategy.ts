import type { Program } from '../../problem/program.ts';
import { recourseAt, type TwoStage } from '../../problem/two-stage.ts';
import type { ReadySolver, Solution } from '../../solvers/contract.ts';
import { elasticProgram } from '../../solvers/elastic-program.ts';
import type { Decision, DecisionRound, Outcome, Strategy } from '../contract.ts';
import { checkEvents, outcomesOf } from '../events.ts';
import { masterOf } from '../master.ts';
import { firstCost, outcomeOf } from '../recourse.ts';
import { type Cut, programWithCuts, slopeOf } from './cuts.ts';

export interface LShapedOptions {
  readonly gap_frac: number;
  readonly rounds_max_count: number;
}

/** Many scenarios, one small master: what each costs is known to it by tangents only. */
export const lShaped: Strategy<LShapedOptions> = {
  name: 'l-shaped',
  title: 'The L-shaped method with a cut per scenario and round',
  theorem:
    'The cost of a linear recourse is convex and piecewise linear in x; its tangents support it from below, so the master is a lower bound, ' +
    'and there are finitely many of them (Van Slyke & Wets 1969; cuts per scenario: Birge & Louveaux 1988).',
  defaults: { gap_frac: 1e-6, rounds_max_count: 500 },
  decide(problem, events, options, { solver, onRound, shouldStop }): Decision {
    checkEvents(problem, events);
    const outcomes = outcomesOf(events, 'l-shaped');
    const probabilities = events.map(({ probability }) => probability);
    const n = problem.first.cost.length;
    const history: DecisionRound[] = [];
    const cuts: Cut[] = [];
    let bound = Number.NEGATIVE_INFINITY;
    let widened_count = 0;
    let best: { x: Float64Array; cost: number; outcomes: Outcome[] } | undefined;
    const end = (status: Decision['status'], x: Float64Array, conflict?: readonly string[]): Decision => ({
      status,
      x: best?.x ?? x,
      cost: best?.cost ?? Number.POSITIVE_INFINITY,
      bound: status === 'infeasible' ? Number.POSITIVE_INFINITY : bound,
      history,
      outcomes: best?.outcomes ?? [],
      exact: true,
      conflict,
    });

    // the decision for the forecast opens: without a tangent the master would have no floor
    let master = solver.solve(masterOf(problem, [1], [{ event: 0, u: problem.forecast }]));
    for (let round = 1; round <= options.rounds_max_count; round++) {
      if (master.status === 'infeasible' || master.status === 'unbounded') return end(master.status, master.x, master.conflict);
      if (!isSolved(master)) return end('failed', master.x);
      const x = master.x.slice(0, n);
      // a scenario without a tangent yet counts nothing, so until then the master is no bound
      if (outcomes.every((_, event) => cuts.some((cut) => cut.event === event))) bound = Math.max(bound, master.bound);
      const found = tangents(problem, solver, x, outcomes, probabilities);
      if (found === undefined) return end('failed', x);
      cuts.push(...found.cuts);
      if (found.cost < (best?.cost ?? Number.POSITIVE_INFINITY)) best = { x, cost: found.cost, outcomes: found.outcomes };
      const record = { round, bound, cost: best?.cost ?? Number.POSITIVE_INFINITY };
      history.push(record);
      onRound?.(record);
      if (record.cost - bound <= options.gap_frac * Math.max(1, Math.abs(record.cost)) && record.cost < Number.POSITIVE_INFINITY) {
        return end('optimal', x);
      }
      if (shouldStop?.()) return end('stopped', x);
      const program = programWithCuts(problem, probabilities, cuts);
      master = solver.solve(program);
      // few tangents may leave a way down that the costs do not have: then look near by, ever wider, and learn the slopes there
      if (master.status === 'unbounded' && widened_count < 12) {
        master = { ...solver.solve(nearTo(program, x, 10 ** ++widened_count)), bound: Number.NEGATIVE_INFINITY };
      }
    }
    return end('round-limit', new Float64Array(n));
  },
};

/** The programme with its first columns held within a distance from x. */
function nearTo(program: Program, x: Float64Array, distance: number): Program {
  const lower = Float64Array.from(program.lower);
  const upper = Float64Array.from(program.upper);
  for (let j = 0; j < x.length; j++) {
    lower[j] = Math.max(lower[j], x[j] - distance * Math.max(1, Math.abs(x[j])));
    upper[j] = Math.min(upper[j], x[j] + distance * Math.max(1, Math.abs(x[j])));
  }
  return { ...program, lower, upper };
}

const isSolved = ({ status }: Solution): boolean => status === 'optimal' || status === 'almost-optimal';

/** The cost of every scenario at x and its slope there; where a scenario has no reaction, by how much its rows are missed at least. */
function tangents(
  problem: TwoStage,
  solver: ReadySolver,
  x: Float64Array,
  outcomes: readonly Float64Array[],
  probabilities: readonly number[],
): { readonly cuts: Cut[]; readonly cost: number; readonly outcomes: Outcome[] } | undefined {
  const cuts: Cut[] = [];
  const reactions: Outcome[] = [];
  let cost = firstCost(problem, x);
  for (const [event, u] of outcomes.entries()) {
    const recourse = recourseAt(problem, x, u);
    const solution = solver.solve(recourse);
    if (isSolved(solution)) {
      cuts.push({ event, slope: slopeOf(problem, u, solution.rowDual), at: x, value: solution.objective });
      reactions.push(outcomeOf(problem, probabilities[event], u, solution));
      cost += probabilities[event] * solution.objective;
      continue;
    }
    const least = solver.solve(elasticProgram(recourse));
    if (!isSolved(least) || !(least.objective > 0)) return undefined;
    cuts.push({ event: undefined, slope: slopeOf(problem, u, least.rowDual), at: x, value: least.objective });
    cost = Number.POSITIVE_INFINITY;
  }
  return { cuts, cost, outcomes: reactions };
}
