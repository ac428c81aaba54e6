import { transposeMultiplyInto } from '../../linalg/sparse.ts';
import type { TwoStage } from '../../problem/two-stage.ts';
import type { ReadySolver } from '../../solvers/contract.ts';
import { masterOf } from '../../strategies/master.ts';
import { react } from '../../strategies/recourse.ts';
import type { Explanation } from '../../wire/dispatch-result.ts';
import type { Decided, Planner } from './decide.ts';
import type { Prepared } from './prepare.ts';
import type { DispatchProblem } from './problem.ts';

/**
 * Why the adopted plan costs what it costs: what hurts in its worst case, what one more kWh of a store would save there, and what one more full
 * deviation of a quantity would add.
 */
export function explain(
  prepared: Prepared,
  dispatch: DispatchProblem,
  adopted: Decided,
  planner: Planner,
  solver: ReadySolver,
): Omit<Explanation, 'sentences'> {
  const worst = [...adopted.decision.outcomes].sort((a, b) => b.cost - a.cost)[0];
  if (!worst) return { worst: [], stores: [], budgets: [] };
  return {
    worst: harmsOf(prepared, dispatch, adopted.decision.x, worst.u, solver),
    stores: storesOf(dispatch, adopted.decision.x, worst.u, solver),
    budgets: budgetsOf(prepared, adopted, planner),
  };
}

/** Change of the recourse's cost per unit of each symbol: −(M + Σ x_j·D_j)ᵀπ, as rows are pressed by it. */
export function symbolSlopes({ onSymbols, products, forecast }: TwoStage, x: Float64Array, rowDual: Float64Array): Float64Array {
  const slope = new Float64Array(forecast.length);
  transposeMultiplyInto(onSymbols, rowDual, slope, -1);
  for (const { row, first, symbol, value } of products) slope[symbol] -= value * x[first] * rowDual[row];
  return slope;
}

function harmsOf(
  prepared: Prepared,
  { problem }: DispatchProblem,
  x: Float64Array,
  u: Float64Array,
  solver: ReadySolver,
): Explanation['worst'] {
  const reaction = react(problem, solver, x, u);
  if (!reaction) return [];
  const slope = symbolSlopes(problem, x, reaction.rowDual);
  return prepared.symbols
    .map(({ quantity, step, expected }, s) => ({
      quantity: prepared.quantities[quantity].spec.name,
      step,
      expected,
      value: u[s],
      slope_cur: slope[s],
      harm_cur: slope[s] * (u[s] - expected),
    }))
    .filter(({ value, expected }) => Math.abs(value - expected) > 1e-9 * Math.max(1, Math.abs(expected)))
    .sort((a, b) => b.harm_cur - a.harm_cur);
}

/** With whole decisions as they are, duals of the upper limits of states in the worst case: what more room would save. */
function storesOf(
  { problem, parts, model }: DispatchProblem,
  x: Float64Array,
  u: Float64Array,
  solver: ReadySolver,
): Explanation['stores'] {
  const { first } = problem;
  const hold = (bound: Float64Array): Float64Array => bound.map((value, j) => (first.integer?.[j] === 1 ? Math.round(x[j]) : value));
  const fixed = { ...problem, first: { ...first, integer: undefined, lower: hold(first.lower), upper: hold(first.upper) } };
  const solution = solver.solve(masterOf(fixed, [1], [{ event: 0, u }]));
  if (solution.status !== 'optimal') return [];
  const n = first.cost.length;
  const dual = { x: solution.columnDual.subarray(0, n), y: solution.columnDual.subarray(n), u };
  return parts.flatMap(({ device, block, placed }) =>
    block.trajectories
      .filter(({ role, name }) => role === 'state' && name.endsWith('_kWh'))
      .map(({ name, columns }) => ({
        device: device.id,
        state: name,
        // a multiplier below zero is that of an upper limit
        saved_cur: Array.from(columns, (j) => Math.max(0, -model.value(placed.columns[j], dual))).reduce((sum, value) => sum + value, 0),
      })),
  );
}

function budgetsOf(prepared: Prepared, adopted: Decided, planner: Planner): Explanation['budgets'] {
  if (adopted.spec.knows !== 'set' || !prepared.document.budgetPrices) return [];
  return prepared.quantities.flatMap(({ spec, forecast }, quantity) => {
    const from_count = spec.deviations_max_count;
    if (from_count === undefined || from_count >= forecast.filter((value) => value !== 0).length) return [];
    const cost = planner.withOneMore(adopted, quantity);
    return Number.isFinite(cost) ? [{ quantity: spec.name, from_count, added_cur: cost - adopted.decision.cost }] : [];
  });
}
