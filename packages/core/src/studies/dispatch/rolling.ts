import type { ReadySolver } from '../../solvers/contract.ts';
import { type Carried, carryThrough, type HorizonStep } from '../../strategies/carry-through.ts';
import type { RolledPlan } from '../../wire/dispatch-result.ts';
import type { Prepared } from './prepare.ts';
import type { DispatchProblem } from './problem.ts';

/** Power missed by this much, kW summed over steps, counts as short; the same as in a replay. */
const missed_kW = 1e-6;

/**
 * What is believed of an outcome when step `now` comes: it is known up to there, and its relative error fades from there on,
 *
 *   û_t = μ_t·(1 + φ^(t − now)·(u_now/μ_now − 1)),   t > now
 *
 * the mean of a normal error of persistence φ, given what is known; for a Beta error its linear form. Where nothing was expected at `now`, the forecast stays.
 */
export function beliefAt({ symbols, quantities }: Prepared, u: ArrayLike<number>, now: number): Float64Array {
  const seen_frac = quantities.map((_, q) => {
    const s = symbols.findIndex(({ quantity, step }) => quantity === q && step === now);
    return s < 0 ? 0 : u[s] / symbols[s].expected - 1;
  });
  return Float64Array.from(symbols, ({ quantity, step, expected }, s) => {
    if (step <= now) return u[s];
    const persistence = quantities[quantity].spec.error?.persistence_frac ?? 0;
    return expected * (1 + persistence ** (step - now) * seen_frac[quantity]);
  });
}

/** Columns of what devices do on every step, as far as it reacts. States follow, and so do wires. [step] */
function reactionsBySteps({ parts, model }: DispatchProblem, steps_count: number): number[][] {
  const inputs = parts.flatMap(({ block, placed }) =>
    block.trajectories.filter(({ role }) => role === 'input').map(({ columns }) => Array.from(columns, (j) => placed.columns[j])),
  );
  return Array.from({ length: steps_count }, (_, t) =>
    inputs.map((columns) => model.reactionColumn(columns[t])).filter((column) => column !== undefined),
  );
}

/** Carries a plan through one outcome, step by step. */
export function roll(
  prepared: Prepared,
  dispatch: DispatchProblem,
  x: Float64Array,
  u: Float64Array,
  solver: ReadySolver,
): Carried | undefined {
  const steps = reactionsBySteps(dispatch, prepared.grid.steps_count).map(
    (columns, t): HorizonStep => ({ belief: beliefAt(prepared, u, t), columns }),
  );
  return carryThrough(dispatch.problem, x, steps, solver);
}

/**
 * Carries a plan through samples.
 * @param hindsight_cur - cost of each sample with all known from the start, NaN where there is none
 */
export function rolled(
  prepared: Prepared,
  dispatch: DispatchProblem,
  x: Float64Array,
  samples: readonly Float64Array[],
  hindsight_cur: ArrayLike<number>,
  solver: ReadySolver,
): RolledPlan {
  const costs: number[] = [];
  let [short_count, sum_cur, hindsightSum_cur] = [0, 0, 0];
  samples.forEach((u, k) => {
    const carried = roll(prepared, dispatch, x, u, solver);
    if (carried === undefined || Number.isNaN(hindsight_cur[k])) return;
    costs.push(carried.cost);
    if (carried.shortfall > missed_kW) short_count++;
    sum_cur += carried.cost;
    hindsightSum_cur += hindsight_cur[k];
  });
  const hasAny = costs.length > 0;
  return {
    samples_count: samples.length,
    infeasible_frac: 1 - costs.length / samples.length,
    mean_cur: hasAny ? sum_cur / costs.length : null,
    worst_cur: hasAny ? Math.max(...costs) : null,
    hindsight_cur: hasAny ? hindsightSum_cur / costs.length : null,
    short_frac: short_count / samples.length,
  };
}
