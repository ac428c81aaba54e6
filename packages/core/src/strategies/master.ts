import { multiplyInto, SparseBuilder } from '../linalg/sparse.ts';
import type { Program } from '../problem/program.ts';
import type { TwoStage } from '../problem/two-stage.ts';

/** An outcome for which the master plans a reaction of its own. */
export interface Copy {
  /** Which event it belongs to. */
  readonly event: number;
  readonly u: Float64Array;
}

/**
 * First stage and reactions to listed outcomes in one programme, with columns x, then the η, then one y per copy:
 *
 *   min cᵀx + Σ_e π_e·η_e    subject to    x ∈ X,   η_e ≥ qᵀy_k,   rows of the recourse for (x, y_k, u_k),   for every copy k of event e
 *
 * With one copy per event η is left out and π·q is the cost of its y. An event without a copy counts nothing: leave none out.
 * @param probabilities - π, one per event
 */
export function masterOf(problem: TwoStage, probabilities: ArrayLike<number>, copies: readonly Copy[]): Program {
  const { first, cost, lower, upper, onFirst, onRecourse, products } = problem;
  const events_count = probabilities.length;
  const direct = copies.length === events_count;
  const [n, k, m] = [first.cost.length, cost.length, problem.rowLower.length];
  const etas_count = direct ? 0 : events_count;
  const columns_count = n + etas_count + k * copies.length;
  const firstRows_count = first.rowLower.length;
  const perCopy_count = m + (direct ? 0 : 1);
  const rows_count = firstRows_count + perCopy_count * copies.length;

  const all = {
    cost: new Float64Array(columns_count),
    lower: new Float64Array(columns_count).fill(Number.NEGATIVE_INFINITY),
    upper: new Float64Array(columns_count).fill(Number.POSITIVE_INFINITY),
    rowLower: new Float64Array(rows_count),
    rowUpper: new Float64Array(rows_count),
  };
  all.cost.set(first.cost);
  all.lower.set(first.lower);
  all.upper.set(first.upper);
  all.rowLower.set(first.rowLower);
  all.rowUpper.set(first.rowUpper);
  for (let e = 0; e < etas_count; e++) all.cost[n + e] = probabilities[e];

  const entries = new SparseBuilder();
  const pressure = new Float64Array(m);
  entries.place(first.rows, 0, 0);
  copies.forEach(({ event, u }, c) => {
    const row = firstRows_count + perCopy_count * c;
    const column = n + etas_count + k * c;
    all.lower.set(lower, column);
    all.upper.set(upper, column);
    entries.place(onFirst, row, 0);
    entries.place(onRecourse, row, column);
    for (const product of products) entries.add(row + product.row, product.first, product.value * u[product.symbol]);
    multiplyInto(problem.onSymbols, u, pressure);
    for (let i = 0; i < m; i++) {
      all.rowLower[row + i] = problem.rowLower[i] - pressure[i];
      all.rowUpper[row + i] = problem.rowUpper[i] - pressure[i];
    }
    if (direct) for (let j = 0; j < k; j++) all.cost[column + j] = probabilities[event] * cost[j];
    else {
      all.rowLower[row + m] = 0;
      all.rowUpper[row + m] = Number.POSITIVE_INFINITY;
      entries.add(row + m, n + event, 1);
      for (let j = 0; j < k; j++) if (cost[j] !== 0) entries.add(row + m, column + j, -cost[j]);
    }
  });

  let integer: Uint8Array | undefined;
  if (first.integer) {
    integer = new Uint8Array(columns_count);
    integer.set(first.integer);
  }
  return {
    ...all,
    offset: first.offset,
    quadratic: undefined,
    integer,
    rows: entries.build(rows_count, columns_count),
    columnName: (j) => {
      if (j < n) return first.columnName(j);
      if (j < n + etas_count) return `worst cost of event ${j - n}`;
      const at = j - n - etas_count;
      return `${problem.columnName(at % k)} (outcome ${Math.floor(at / k)})`;
    },
    rowName: (i) => {
      if (i < firstRows_count) return first.rowName(i);
      const at = i - firstRows_count;
      const own = at % perCopy_count;
      return `${own === m ? 'worst cost' : problem.rowName(own)} (outcome ${Math.floor(at / perCopy_count)})`;
    },
  };
}
