import type { ReadySolver } from '../../solvers/contract.ts';
import type { Decision } from '../../strategies/contract.ts';
import { firstCost, outcomeOf, react } from '../../strategies/recourse.ts';
import type { PlanCase } from '../../wire/dispatch-result.ts';
import { acCheckOf, type StepFlows } from '../power-flow.ts';
import { expectedOf } from './outcomes.ts';
import type { Prepared } from './prepare.ts';
import { type Answer, type DispatchProblem, injectedBy, numberIn, trajectoriesOf } from './problem.ts';

/** How a plan plays out at the forecast and at the costliest of the outcomes it counted with, each checked by power flow. */
export function casesOf(
  prepared: Prepared,
  dispatch: DispatchProblem,
  decision: Decision,
  flows: StepFlows,
  solver: ReadySolver,
): PlanCase[] {
  const costliest = [...decision.outcomes].sort((a, b) => b.cost - a.cost)[0];
  return [['forecast', expectedOf(prepared)] as const, ...(costliest ? [['worst', costliest.u] as const] : [])].flatMap(([name, u]) => {
    const reaction = react(dispatch.problem, solver, decision.x, u);
    if (!reaction) return [];
    const { y, cost, shortfall } = outcomeOf(dispatch.problem, 1, u, reaction);
    return [caseOf(name, prepared, dispatch, { x: decision.x, y, u }, firstCost(dispatch.problem, decision.x) + cost, shortfall, flows)];
  });
}

function caseOf(
  name: PlanCase['name'],
  prepared: Prepared,
  dispatch: DispatchProblem,
  answer: Answer,
  cost_cur: number,
  shortfall_kW: number,
  flows: StepFlows,
): PlanCase {
  const { p_kW, q_kvar } = injectionsAt(prepared, dispatch, answer);
  return {
    name,
    cost_cur,
    shortfall_kWh: tidy(shortfall_kW * prepared.grid.dt_h),
    outcome: outcomeSeries(prepared, answer.u),
    schedules: dispatch.parts.map((part) => ({
      device: part.device.id,
      p_kW: injectedBy(dispatch, part, 0, answer).map(tidy),
      states: Object.fromEntries(
        part.block.trajectories
          .filter(({ role }) => role === 'state')
          .map((each) => [each.name, trajectoriesOf(dispatch, part, answer).get(each.name)!.map(tidy)]),
      ),
    })),
    ac: acCheckOf(prepared, flows.solve(p_kW, q_kvar)),
  };
}

/** Value of every quantity at an outcome. [quantity][step] */
export function outcomeSeries({ quantities, symbols }: Prepared, u: ArrayLike<number>): number[][] {
  const series = quantities.map(({ forecast }) => Array.from(forecast));
  symbols.forEach(({ quantity, step }, s) => void (series[quantity][step] = u[s]));
  return series;
}

/** What the wires have to carry, [t][b]: what is fixed, less what they deliver; the slack takes what is left. */
function injectionsAt(prepared: Prepared, dispatch: DispatchProblem, answer: Answer): { p_kW: Float64Array; q_kvar: Float64Array } {
  const { grid, network, slack } = prepared;
  const nB = network.buses.length;
  const p_kW = Float64Array.from(prepared.p_fixed_kW);
  const q_kvar = Float64Array.from(prepared.q_fixed_kvar);
  dispatch.connected.forEach((b, c) => {
    if (b === slack) return;
    for (let t = 0; t < grid.steps_count; t++) {
      p_kW[t * nB + b] -= numberIn(dispatch, dispatch.wires.ports[2 * c][t], answer);
      q_kvar[t * nB + b] -= numberIn(dispatch, dispatch.wires.ports[2 * c + 1][t], answer);
    }
  });
  return { p_kW, q_kvar };
}

/** What a solver leaves of a zero is not worth a column of digits. */
export const tidy = (value: number): number => (Math.abs(value) < 1e-7 ? 0 : value);
