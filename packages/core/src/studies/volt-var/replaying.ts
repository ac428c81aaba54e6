import type { ReadySolver } from '../../solvers/contract.ts';
import { outcomeOf, react } from '../../strategies/recourse.ts';
import type { VoltVarReplay } from '../../wire/volt-var-result.ts';
import type { Decided, Planner } from './decide.ts';
import { type FlowFacts, factsOf, isBeyond, type PlanFlows } from './flows.ts';
import type { Prepared } from './prepare.ts';

/** Missed rows of the linear model below this are the solver's. */
const missed = 1e-6;

/** Holds a plan against samples that it did not see: inverters react anew to each, and a power flow says what comes of it. */
export function replayOf(
  prepared: Prepared,
  planner: Planner,
  { decision, weights }: Decided,
  flows: PlanFlows,
  samples: readonly Float64Array[],
  solver: ReadySolver,
): VoltVarReplay {
  const problem = planner.weighed(weights);
  const seen: FlowFacts[] = [];
  let [short_count, lost_count] = [0, 0];
  for (const u of samples) {
    const reaction = react(problem, solver, decision.x, u);
    const facts = reaction && factsOf(prepared, flows.solve(decision.x, reaction.x, u));
    if (!reaction || !facts?.converged) {
      lost_count++;
      continue;
    }
    if (outcomeOf(problem, 1, u, reaction).shortfall > missed) short_count++;
    seen.push(facts);
  }
  const losses = seen.map(({ loss_kWh }) => loss_kWh).sort((a, b) => a - b);
  const mean = (values: readonly number[]): number | null =>
    values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length;
  const fan = (of: (facts: FlowFacts) => readonly number[]): number[][] => {
    const byPeriod = Array.from({ length: prepared.grid.steps_count }, (_, t) => seen.map((facts) => of(facts)[t]).sort((a, b) => a - b));
    return seen.length === 0
      ? []
      : [0, 0.05, 0.5, 0.95, 1].map((share) => byPeriod.map((values) => values[Math.round(share * (values.length - 1))]));
  };
  return {
    samples_count: samples.length,
    loss_mean_kWh: mean(losses),
    loss_worst_kWh: losses.at(-1) ?? null,
    loss_quantiles_kWh: losses.length === 0 ? [] : Array.from({ length: 21 }, (_, q) => losses[Math.round((q / 20) * (losses.length - 1))]),
    deviation_mean_pu: mean(seen.map(({ deviation_pu }) => deviation_pu)),
    violating_frac: seen.filter(isBeyond).length / samples.length,
    beyond_max_pu: Math.max(0, ...seen.map(({ beyond_pu }) => beyond_pu)),
    short_frac: short_count / samples.length,
    lost_frac: lost_count / samples.length,
    lowest_pu: fan(({ lowest_pu }) => lowest_pu),
    highest_pu: fan(({ highest_pu }) => highest_pu),
  };
}
