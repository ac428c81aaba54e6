import { SparseBuilder } from '../linalg/sparse.ts';
import type { Program } from '../problem/program.ts';
import type { ReadySolver } from '../solvers/contract.ts';
import type { Objectives, Pair, Question } from './contract.ts';

/** A linear cost over a programme's columns. */
export interface LinearCost {
  readonly name: string;
  /** One per column. */
  readonly weights: Float64Array;
  readonly constant: number;
}

/**
 * Two linear costs over the plans of a programme, whose own cost is not used. It may have whole columns and cones.
 * Rows and columns that a question brings stand behind those of the programme.
 */
export function programObjectives(program: Program, costs: Pair<LinearCost>, solver: ReadySolver): Objectives<Float64Array> {
  const columns_count = program.cost.length;
  const costOf = ({ weights, constant }: LinearCost, x: Float64Array): number => {
    let value = constant;
    for (let j = 0; j < columns_count; j++) value += weights[j] * x[j];
    return value;
  };
  return {
    names: [costs[0].name, costs[1].name],
    solve(question) {
      const { status, x } = solver.solve(asked(program, costs, question));
      if (status !== 'optimal' && status !== 'almost-optimal') return undefined;
      const plan = x.slice(0, columns_count);
      return { costs: [costOf(costs[0], plan), costOf(costs[1], plan)], plan };
    },
  };
}

/** The programme of a question: two rows f_k + τ·along_k ≤ limit, where anything limits f_k, and a column τ where there is a ray. */
function asked(program: Program, costs: Pair<LinearCost>, { weights, limits, ray }: Question): Program {
  const [n, m] = [program.cost.length, program.rowLower.length];
  const columns_count = n + (ray ? 1 : 0);
  const cost = new Float64Array(columns_count);
  for (let j = 0; j < n; j++) cost[j] = weights[0] * costs[0].weights[j] + weights[1] * costs[1].weights[j];
  const added: { weights: Float64Array; along: number; most: number }[] = [];
  for (const k of [0, 1] as const) {
    if (limits && limits[k] < Number.POSITIVE_INFINITY)
      added.push({ weights: costs[k].weights, along: 0, most: limits[k] - costs[k].constant });
    if (ray) added.push({ weights: costs[k].weights, along: ray.along[k], most: ray.from[k] - costs[k].constant });
  }
  const entries = new SparseBuilder();
  entries.place(program.rows, 0, 0);
  added.forEach(({ weights: row, along }, i) => {
    row.forEach((value, j) => {
      if (value !== 0) entries.add(m + i, j, value);
    });
    if (along !== 0) entries.add(m + i, n, along);
  });
  const extended = (values: Float64Array, last: number): Float64Array => {
    const longer = new Float64Array(columns_count).fill(last);
    longer.set(values);
    return longer;
  };
  let integer: Uint8Array | undefined;
  if (program.integer) {
    integer = new Uint8Array(columns_count);
    integer.set(program.integer);
  }
  if (ray) cost[n] = -ray.reach;
  return {
    ...program,
    cost,
    offset: weights[0] * costs[0].constant + weights[1] * costs[1].constant,
    quadratic: undefined,
    lower: extended(program.lower, Number.NEGATIVE_INFINITY),
    upper: extended(program.upper, Number.POSITIVE_INFINITY),
    integer,
    rows: entries.build(m + added.length, columns_count),
    rowLower: Float64Array.of(...program.rowLower, ...added.map(() => Number.NEGATIVE_INFINITY)),
    rowUpper: Float64Array.of(...program.rowUpper, ...added.map(({ most }) => most)),
    columnName: (j) => (j < n ? program.columnName(j) : 'way along the normal'),
    rowName: (i) => (i < m ? program.rowName(i) : `limit ${i - m} of a cost`),
  };
}
