import type { Decided, Planner } from './decide.ts';
import { expectedOf } from './outcomes.ts';
import type { Prepared } from './prepare.ts';
import type { DispatchProblem } from './problem.ts';

/**
 * What knowing is worth, on the scenarios of a stochastic plan:
 *
 *   WS ≤ RP ≤ EEV,   EVPI = RP − WS,   VSS = EEV − RP
 *
 * | symbol | is |
 * |---|---|
 * | RP | expected cost of the plan |
 * | WS | the same if every scenario could be decided for by itself |
 * | EEV | the same if the scenarios' mean were taken for the truth when deciding |
 *
 * @source Birge, Louveaux, Introduction to Stochastic Programming (2011), section 4
 */
export function valueOfInformation(
  prepared: Prepared,
  { problem }: DispatchProblem,
  { spec, strategy, decision }: Decided,
  planner: Planner,
): { readonly ws_cur: number; readonly eev_cur: number } {
  const events = planner.eventsOf(spec);
  const decide = (own: typeof events, of = problem): ReturnType<typeof strategy.decide> =>
    strategy.decide(of, own, strategy.defaults, planner.solvers);
  const ws_cur = events.reduce((sum, event) => sum + event.probability * decide([{ ...event, probability: 1 }]).cost, 0);
  const mean = expectedOf(prepared).map((_, s) =>
    events.reduce((sum, { probability, support }) => sum + probability * (support as Float64Array)[s], 0),
  );
  const { x } = decide([{ probability: 1, support: mean }]);
  const hold = Float64Array.from(x, (value, j) => (problem.first.integer?.[j] === 1 ? Math.round(value) : value));
  const held = { ...problem, first: { ...problem.first, integer: undefined, lower: hold, upper: hold } };
  return { ws_cur, eev_cur: decision.outcomes.length > 0 ? decide(events, held).cost : Number.POSITIVE_INFINITY };
}
