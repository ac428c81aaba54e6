import { SparseBuilder, type SparseMatrix } from '../linalg/sparse.ts';
import type { TwoStage } from '../problem/two-stage.ts';
import type { Decision, UncertainEvent } from './contract.ts';

/**
 * A problem in a form that every strategy takes, made from one that says more: what is added stands behind what was there, so an answer is
 * read back by cutting it off.
 */
export interface Lifted {
  readonly problem: TwoStage;
  readonly events: readonly UncertainEvent[];
  /** The decision in the terms of the problem that was lifted. Its cost and bound are those of the lifted one. */
  restore(decision: Decision): Decision;
}

/** What is added to a problem, at its ends. */
export interface Additions {
  readonly first?: { readonly cost: number; readonly lower: number; readonly upper: number; readonly name: string } | undefined;
  readonly recourse: { readonly cost: number; readonly lower: number; readonly upper: number; readonly name: string };
  /** Number of symbols added, all expected to be 0. */
  readonly symbols_count: number;
  /** One row: least ≤ Σ first + Σ recourse ≤ most; columns count the added ones, too. */
  readonly row: {
    readonly name: string;
    readonly first: readonly Entry[];
    readonly recourse: readonly Entry[];
    readonly products: readonly { readonly first: number; readonly symbol: number; readonly value: number }[];
    readonly least: number;
    readonly most: number;
  };
  /** Factor on the costs that were there. */
  readonly keep_frac: number;
}

interface Entry {
  readonly column: number;
  readonly value: number;
}

export function withAdditions(problem: TwoStage, additions: Additions): TwoStage {
  const { first, recourse, symbols_count, row, keep_frac } = additions;
  const { first: before } = problem;
  const [n, k, m, s] = [before.cost.length, problem.cost.length, problem.rowLower.length, problem.forecast.length];
  const more = first ? 1 : 0;
  return {
    ...problem,
    first: {
      ...before,
      cost: extended(scaled(before.cost, keep_frac), first && [first.cost]),
      offset: keep_frac * before.offset,
      lower: extended(before.lower, first && [first.lower]),
      upper: extended(before.upper, first && [first.upper]),
      ...(before.integer && first ? { integer: Uint8Array.from([...before.integer, 0]) } : {}),
      rows: grown(before.rows, before.rowLower.length, n + more, []),
      columnName: (j) => (j < n ? before.columnName(j) : (first?.name ?? '')),
    },
    cost: extended(scaled(problem.cost, keep_frac), [recourse.cost]),
    lower: extended(problem.lower, [recourse.lower]),
    upper: extended(problem.upper, [recourse.upper]),
    onFirst: grown(
      problem.onFirst,
      m + 1,
      n + more,
      row.first.map(({ column, value }) => ({ row: m, column, value })),
    ),
    onRecourse: grown(
      problem.onRecourse,
      m + 1,
      k + 1,
      row.recourse.map(({ column, value }) => ({ row: m, column, value })),
    ),
    onSymbols: grown(problem.onSymbols, m + 1, s + symbols_count, []),
    products: [...problem.products, ...row.products.map((product) => ({ row: m, ...product }))],
    rowLower: extended(problem.rowLower, [row.least]),
    rowUpper: extended(problem.rowUpper, [row.most]),
    forecast: extended(problem.forecast, new Array<number>(symbols_count).fill(0)),
    symbolName: (j) => (j < s ? problem.symbolName(j) : `distance ${j - s}`),
    columnName: (j) => (j < k ? problem.columnName(j) : recourse.name),
    rowName: (i) => (i < m ? problem.rowName(i) : row.name),
  };
}

/** The inverse for answers: cuts off what was added. */
export function restoreTo({ first, cost, forecast }: TwoStage): (decision: Decision) => Decision {
  return (decision) => ({
    ...decision,
    x: decision.x.slice(0, first.cost.length),
    rules: decision.rules?.map(({ constant, slopes }) => ({
      constant: constant.slice(0, cost.length),
      slopes: slopes.map((slope) => slope.slice(0, cost.length)),
    })),
    outcomes: decision.outcomes.map((outcome) => {
      const y = outcome.y.slice(0, cost.length);
      return { ...outcome, u: outcome.u.slice(0, forecast.length), y, cost: y.reduce((sum, value, j) => sum + cost[j] * value, 0) };
    }),
  });
}

const scaled = (values: Float64Array, factor: number): Float64Array => values.map((value) => factor * value);

const extended = (values: Float64Array, more: readonly number[] | undefined): Float64Array =>
  Float64Array.from([...values, ...(more ?? [])]);

function grown(
  matrix: SparseMatrix,
  rows_count: number,
  cols_count: number,
  more: readonly { row: number; column: number; value: number }[],
): SparseMatrix {
  const build = new SparseBuilder();
  build.place(matrix, 0, 0);
  for (const { row, column, value } of more) build.add(row, column, value);
  return build.build(rows_count, cols_count);
}
