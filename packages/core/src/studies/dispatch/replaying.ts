import type { ReadySolver } from '../../solvers/contract.ts';
import { replay } from '../../strategies/replay.ts';
import type { ReplayGroup } from '../../wire/dispatch-result.ts';
import type { Decided } from './decide.ts';
import type { Prepared } from './prepare.ts';
import type { DispatchProblem } from './problem.ts';
import { rolled } from './rolling.ts';

/** A cost this much below another counts as cheaper. */
const draw_frac = 1e-6;

/** Holds every plan against the same samples. Plans without a decision are left out. */
export function replayGroup(
  prepared: Prepared,
  dispatch: DispatchProblem,
  plans: readonly Decided[],
  samples: readonly Float64Array[],
  errors_frac: number,
  solver: ReadySolver,
): ReplayGroup {
  const seen = plans
    .filter(({ decision }) => decision.outcomes.length > 0)
    .map(({ spec, decision }) => ({ plan: spec.name, x: decision.x, of: replay(dispatch.problem, decision.x, samples, solver) }));
  const { rolled_count } = prepared.document.replay;
  const adopted = seen[0]?.of.cost;
  return {
    errors_frac,
    samples_count: samples.length,
    plans: seen.map(({ plan, x, of }) => {
      const costs = [...of.cost].filter((cost) => !Number.isNaN(cost)).sort((a, b) => a - b);
      const wins = [...of.cost].filter((cost, k) => cost < adopted[k] - draw_frac * Math.abs(adopted[k])).length;
      const spread = costs.reduce((sum, cost) => sum + (cost - of.meanCost) ** 2, 0) / Math.max(1, costs.length);
      return {
        plan,
        mean_cur: of.meanCost,
        meanOfGood_cur: Number.isFinite(of.meanCostOfGood) ? of.meanCostOfGood : null,
        worst_cur: of.worstCost,
        deviation_cur: Math.sqrt(spread),
        short_frac: of.short_count / samples.length,
        infeasible_frac: of.infeasible_count / samples.length,
        win_frac: wins / samples.length,
        quantiles_cur: costs.length === 0 ? [] : Array.from({ length: 21 }, (_, q) => costs[Math.round((q / 20) * (costs.length - 1))]),
        ...(rolled_count > 0 ? { rolled: rolled(prepared, dispatch, x, samples.slice(0, rolled_count), of.cost, solver) } : {}),
      };
    }),
  };
}
