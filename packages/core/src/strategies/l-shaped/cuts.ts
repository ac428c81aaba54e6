import { SparseBuilder, transposeMultiplyInto } from '../../linalg/sparse.ts';
import type { Program } from '../../problem/program.ts';
import type { TwoStage } from '../../problem/two-stage.ts';

/** A tangent of a scenario's cost, θ_event ≥ value + slopeᵀ(x − at); without an event a tangent of what rows are missed by, 0 ≥ value + slopeᵀ(x − at). */
export interface Cut {
  readonly event: number | undefined;
  readonly slope: Float64Array;
  readonly at: Float64Array;
  readonly value: number;
}

/** Change of the recourse's cost per unit of x: −(T + Σ_j u_j·D_j)ᵀπ, as its rows are pressed by (T + D·u)·x. */
export function slopeOf({ onFirst, products, first }: TwoStage, u: Float64Array, rowDual: Float64Array): Float64Array {
  const slope = new Float64Array(first.cost.length);
  transposeMultiplyInto(onFirst, rowDual, slope, -1);
  for (const product of products) slope[product.first] -= rowDual[product.row] * product.value * u[product.symbol];
  return slope;
}

/** min cᵀx + Σ π_e·θ_e over the first stage and the cuts; columns x, then θ; θ of a scenario without a tangent is held at 0. */
export function programWithCuts({ first }: TwoStage, probabilities: readonly number[], cuts: readonly Cut[]): Program {
  const n = first.cost.length;
  const thetas_count = probabilities.length;
  const rows_count = first.rowLower.length + cuts.length;
  const entries = new SparseBuilder();
  entries.place(first.rows, 0, 0);
  const rowLower = new Float64Array(rows_count);
  const rowUpper = new Float64Array(rows_count).fill(Number.POSITIVE_INFINITY);
  rowLower.set(first.rowLower);
  rowUpper.set(first.rowUpper);
  cuts.forEach(({ event, slope, at, value }, c) => {
    const row = first.rowLower.length + c;
    let constant = value;
    for (let j = 0; j < n; j++) {
      constant -= slope[j] * at[j];
      if (slope[j] !== 0) entries.add(row, j, -slope[j]);
    }
    if (event !== undefined) entries.add(row, n + event, 1);
    rowLower[row] = constant;
  });
  const known = new Set(cuts.map(({ event }) => event));
  const withThetas = (bound: Float64Array, value: number): Float64Array => {
    const all = new Float64Array(n + thetas_count);
    all.set(bound);
    for (let e = 0; e < thetas_count; e++) all[n + e] = known.has(e) ? value : 0;
    return all;
  };
  const cost = new Float64Array(n + thetas_count);
  cost.set(first.cost);
  cost.set(probabilities, n);
  let integer: Uint8Array | undefined;
  if (first.integer) {
    integer = new Uint8Array(n + thetas_count);
    integer.set(first.integer);
  }
  return {
    cost,
    offset: first.offset,
    lower: withThetas(first.lower, Number.NEGATIVE_INFINITY),
    upper: withThetas(first.upper, Number.POSITIVE_INFINITY),
    integer,
    rows: entries.build(rows_count, n + thetas_count),
    rowLower,
    rowUpper,
    columnName: (j) => (j < n ? first.columnName(j) : `cost of scenario ${j - n}`),
    rowName: (i) => (i < first.rowLower.length ? first.rowName(i) : `cut ${i - first.rowLower.length}`),
  };
}
