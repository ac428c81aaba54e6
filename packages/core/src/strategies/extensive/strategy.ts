import type { Decision, Strategy } from '../contract.ts';
import { checkEvents, outcomesOf } from '../events.ts';
import { masterOf } from '../master.ts';
import { outcomeOf } from '../recourse.ts';

export interface ExtensiveOptions {
  /** Relative gap between bound and cost at which whole decisions count as optimal. */
  readonly gap_frac?: number;
}

/** All outcomes written out in one programme. */
export const extensive: Strategy<ExtensiveOptions> = {
  name: 'extensive',
  title: 'Every scenario written out in one programme',
  theorem: 'It is the problem itself; the solver’s bound is the bound.',
  defaults: { gap_frac: 1e-6 },
  decide(problem, events, { gap_frac = 1e-6 }, { solver, onRound, shouldStop }): Decision {
    checkEvents(problem, events);
    const outcomes = outcomesOf(events, 'extensive');
    const probabilities = events.map(({ probability }) => probability);
    const master = masterOf(
      problem,
      probabilities,
      outcomes.map((u, event) => ({ event, u })),
    );
    const solution = solver.solve(master, { gap_frac, ...(shouldStop ? { shouldStop } : {}) });
    const n = problem.first.cost.length;
    const k = problem.cost.length;
    const solved = solution.status === 'optimal' || solution.status === 'almost-optimal';
    const known = solved || (solution.status === 'stopped' && Number.isFinite(solution.objective));
    const round = { round: 1, bound: solution.bound, cost: known ? solution.objective : Number.POSITIVE_INFINITY };
    onRound?.(round);
    return {
      status: solved
        ? 'optimal'
        : solution.status === 'infeasible' || solution.status === 'unbounded'
          ? solution.status
          : known
            ? 'stopped'
            : 'failed',
      x: solution.x.slice(0, n),
      cost: round.cost,
      bound: solution.status === 'infeasible' ? Number.POSITIVE_INFINITY : solution.bound,
      history: [round],
      outcomes: known
        ? outcomes.map((u, e) => {
            const y = solution.x.slice(n + e * k, n + (e + 1) * k);
            return outcomeOf(problem, probabilities[e], u, {
              x: y,
              objective: y.reduce((sum, value, j) => sum + problem.cost[j] * value, 0),
            });
          })
        : [],
      exact: true,
      conflict: solution.conflict,
    };
  },
};
