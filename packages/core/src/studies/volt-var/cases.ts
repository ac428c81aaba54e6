import type { ReadySolver } from '../../solvers/contract.ts';
import { outcomeOf, react } from '../../strategies/recourse.ts';
import type { VoltVarProblem } from '../../volt-var/volt-var-problem.ts';
import type { VoltVarCaseResult } from '../../wire/volt-var-result.ts';
import { acCheckOf } from '../power-flow.ts';
import { type Decided, deviationScale, type Planner } from './decide.ts';
import { factsOf, type PlanFlows } from './flows.ts';
import { expectedOf, outcomeSeries } from './outcomes.ts';
import type { Prepared } from './prepare.ts';

/** How a plan plays out at the forecast and at the costliest of the outcomes it counted with, each checked by power flow. */
export function casesOf(
  prepared: Prepared,
  made: VoltVarProblem,
  planner: Planner,
  { decision, weights }: Decided,
  flows: PlanFlows,
  solver: ReadySolver,
): VoltVarCaseResult[] {
  const { x, outcomes } = decision;
  if (outcomes.length === 0) return [];
  const problem = planner.weighed(weights);
  const costliest = [...outcomes].sort((a, b) => b.cost - a.cost)[0];
  const inverters_count = prepared.given.inverters.length;
  const size = problem.cost.length;
  const forecast = expectedOf(prepared);
  const reaction = react(problem, solver, x, forecast);
  return [
    ...(reaction ? [{ name: 'forecast' as const, u: forecast, y: reaction.x }] : []),
    // what was promised of it, not what another weighing of the two costs would do; columns that a front added stand behind
    { name: 'worst' as const, u: costliest.u, y: costliest.y.subarray(0, size) },
  ].map(({ name, u, y }) => {
    const { shortfall } = outcomeOf(problem, 1, u, { x: y, objective: 0 });
    const [loss_kWh, deviation] = planner.costsOf(x, y);
    const solved = flows.solve(x, y, u);
    const facts = factsOf(prepared, solved);
    const q = made.reactive_kvar(y);
    return {
      name,
      loss_kWh,
      deviation_pu: deviation / deviationScale,
      shortfall: shortfall < 1e-9 ? 0 : shortfall,
      acLoss_kWh: facts.loss_kWh,
      acDeviation_pu: facts.deviation_pu,
      outcome: outcomeSeries(prepared, u),
      q_kvar: prepared.devices.map((_, j) => Array.from({ length: solved.length }, (_, t) => tidy(q[t * inverters_count + j]))),
      ac: acCheckOf(prepared, solved),
    };
  });
}

/** What a solver leaves of a zero is not worth a column of digits. */
const tidy = (value: number): number => (Math.abs(value) < 1e-7 ? 0 : value);
