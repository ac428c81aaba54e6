import { SparseBuilder, type SparseMatrix } from '../linalg/sparse.ts';
import type { TwoStage } from '../problem/two-stage.ts';
import type { Objectives, Pair, Question } from './contract.ts';

/** A linear cost over both stages: firstᵀx + recourseᵀy + constant. */
export interface TwoStageCost {
  readonly name: string;
  readonly first: Float64Array;
  readonly recourse: Float64Array;
  readonly constant: number;
}

/** What a strategy answers, as far as a front needs it; a `Decision` is one. */
export interface Decided {
  readonly status: string;
  readonly x: Float64Array;
  readonly outcomes: readonly { readonly probability: number; readonly u: Float64Array; readonly y: Float64Array }[];
}

/** What a unit beyond a limit costs, per unit of the larger weight: far more than any trade is worth. */
const missing_ratio = 1e3;

/** Shortfalls below this share of a limit are the solver's. */
const kept_frac = 1e-6;

/**
 * Two costs of a problem in two stages: each question becomes a problem of its own and is decided by a strategy. Limits and the way along a
 * normal are rows of the recourse, so whoever picks the worst outcome sees them; they may be missed at a price, and a plan that misses one is no answer.
 * The costs of a point are those of x and of the reactions to the outcomes that the strategy names: the worst of a set for *this* question.
 * `problem`'s own costs are added to neither; leave them zero, except prices of rows.
 */
export function twoStageObjectives(
  problem: TwoStage,
  costs: Pair<TwoStageCost>,
  decide: (problem: TwoStage) => Decided,
): Objectives<Decided> {
  const costOf = ({ first, recourse, constant }: TwoStageCost, { x, outcomes }: Decided): number => {
    const react = outcomes.reduce((total, { probability, y }) => total + probability * dot(recourse, y), 0);
    return constant + dot(first, x) + react;
  };
  return {
    names: [costs[0].name, costs[1].name],
    solve(question) {
      const asked = scalarised(problem, costs, question);
      const decision = decide(asked.problem);
      if (decision.status !== 'optimal') return undefined;
      for (const { y } of decision.outcomes) {
        if (asked.limits.some(({ column, most }) => y[column] > kept_frac * Math.max(1, Math.abs(most)))) return undefined;
      }
      return { costs: [costOf(costs[0], decision), costOf(costs[1], decision)], plan: decision };
    },
  };
}

interface Limit {
  /** Of the recourse: by how much the limit is missed. */
  readonly column: number;
  readonly most: number;
}

function scalarised(
  problem: TwoStage,
  costs: Pair<TwoStageCost>,
  { weights, limits, ray }: Question,
): { problem: TwoStage; limits: Limit[] } {
  const [k, m] = [problem.cost.length, problem.rowLower.length];
  const rows: { cost: TwoStageCost; along: number; most: number }[] = [];
  for (const c of [0, 1] as const) {
    if (limits && limits[c] < Number.POSITIVE_INFINITY) rows.push({ cost: costs[c], along: 0, most: limits[c] - costs[c].constant });
    if (ray) rows.push({ cost: costs[c], along: ray.along[c], most: ray.from[c] - costs[c].constant });
  }
  const way = ray ? 1 : 0;
  const columns_count = k + way + rows.length;
  const limitOf = (i: number): Limit => ({ column: k + way + i, most: rows[i].most });

  const cost = new Float64Array(columns_count);
  cost.set(weighted(weights, costs[0].recourse, costs[1].recourse));
  problem.cost.forEach((value, j) => {
    cost[j] += value;
  });
  if (ray) cost[k] = -ray.reach;
  const price = missing_ratio * Math.max(...weights, ...(ray ? ray.along.map((a) => ray.reach / a) : []));
  cost.fill(price, k + way);

  const onFirst = new SparseBuilder();
  const onRecourse = new SparseBuilder();
  onFirst.place(problem.onFirst, 0, 0);
  onRecourse.place(problem.onRecourse, 0, 0);
  rows.forEach((row, i) => {
    addRow(onFirst, m + i, row.cost.first);
    addRow(onRecourse, m + i, row.cost.recourse);
    if (row.along !== 0) onRecourse.add(m + i, k, row.along);
    onRecourse.add(m + i, limitOf(i).column, -1);
  });
  const first = { ...problem.first, cost: Float64Array.from(problem.first.cost) };
  weighted(weights, costs[0].first, costs[1].first).forEach((value, j) => {
    first.cost[j] += value;
  });
  first.offset += weights[0] * costs[0].constant + weights[1] * costs[1].constant;
  const { columnName, rowName } = problem;
  return {
    limits: rows.map((_, i) => limitOf(i)),
    problem: {
      ...problem,
      first,
      cost,
      lower: longer(problem.lower, columns_count, (j) => (j < k + way ? Number.NEGATIVE_INFINITY : 0)),
      upper: longer(problem.upper, columns_count, () => Number.POSITIVE_INFINITY),
      onFirst: onFirst.build(m + rows.length, problem.onFirst.cols_count),
      onRecourse: onRecourse.build(m + rows.length, columns_count),
      onSymbols: taller(problem.onSymbols, m + rows.length),
      rowLower: longer(problem.rowLower, m + rows.length, () => Number.NEGATIVE_INFINITY),
      rowUpper: longer(problem.rowUpper, m + rows.length, (i) => rows[i - m].most),
      shortfalls: Int32Array.of(...problem.shortfalls, ...rows.map((_, i) => limitOf(i).column)),
      columnName: (j) => (j < k ? columnName(j) : j < k + way ? 'way along the normal' : `limit of ${rows[j - k - way].cost.name} missed`),
      rowName: (i) => (i < m ? rowName(i) : `limit of ${rows[i - m].cost.name}`),
    },
  };
}

function addRow(builder: SparseBuilder, row: number, values: Float64Array): void {
  values.forEach((value, j) => {
    if (value !== 0) builder.add(row, j, value);
  });
}

function weighted([a, b]: Pair<number>, left: Float64Array, right: Float64Array): Float64Array {
  return left.map((value, j) => a * value + b * right[j]);
}

function longer(values: Float64Array, length: number, at: (j: number) => number): Float64Array {
  return Float64Array.from({ length }, (_, j) => (j < values.length ? values[j] : at(j)));
}

function taller(matrix: SparseMatrix, rows_count: number): SparseMatrix {
  return { ...matrix, rows_count };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j] * b[j];
  return sum;
}
