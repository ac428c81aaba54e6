import { transpose } from '../../linalg/sparse.ts';
import type { TwoStage } from '../../problem/two-stage.ts';
import type { ReadySolver } from '../../solvers/contract.ts';

/**
 * How large multipliers of the recourse can be, whatever x and u are: they solve Wᵀπ + z = q, which knows neither.
 *
 *   low_i ≤ π_i ≤ high_i
 *
 * A row with a priced shortfall has its price. Others cost a linear programme each, made when asked for; where that is unbounded, some
 * pressure on the row cannot be answered at any cost, and the bound is infinite.
 */
export class MultiplierBounds {
  private readonly problem: TwoStage;
  private readonly solver: ReadySolver;
  private readonly known: Set<number>;
  private readonly low: Float64Array;
  private readonly high: Float64Array;

  constructor(problem: TwoStage, solver: ReadySolver) {
    this.problem = problem;
    this.solver = solver;
    [this.low, this.high] = fromSingleColumns(problem);
    this.known = new Set();
  }

  /** Smallest and largest multiplier of a row. */
  of(row: number): readonly [number, number] {
    if (!this.known.has(row)) {
      this.known.add(row);
      if (this.high[row] === Number.POSITIVE_INFINITY) this.high[row] = this.largest(row, 1);
      if (this.low[row] === Number.NEGATIVE_INFINITY) this.low[row] = -this.largest(row, -1);
    }
    return [this.low[row], this.high[row]];
  }

  /** max sign·π_row over all multipliers; columns π, then z⁺ and z⁻ are left to the signs of q − Wᵀπ. */
  private largest(row: number, sign: 1 | -1): number {
    const { cost, lower, upper, onRecourse, rowLower, rowUpper } = this.problem;
    const m = rowLower.length;
    const solution = this.solver.solve({
      cost: Float64Array.from({ length: m }, (_, i) => (i === row ? -sign : 0)),
      offset: 0,
      lower: Float64Array.from(rowUpper, (most) => (most === Number.POSITIVE_INFINITY ? 0 : Number.NEGATIVE_INFINITY)),
      upper: Float64Array.from(rowLower, (least) => (least === Number.NEGATIVE_INFINITY ? 0 : Number.POSITIVE_INFINITY)),
      // z = q − Wᵀπ is at least 0 without an upper bound, at most 0 without a lower one
      rows: transpose(onRecourse),
      rowLower: Float64Array.from(cost, (q, j) => (lower[j] === Number.NEGATIVE_INFINITY ? q : Number.NEGATIVE_INFINITY)),
      rowUpper: Float64Array.from(cost, (q, j) => (upper[j] === Number.POSITIVE_INFINITY ? q : Number.POSITIVE_INFINITY)),
      columnName: (i) => `multiplier of ${this.problem.rowName(i)}`,
      rowName: (j) => this.problem.columnName(j),
    });
    return solution.status === 'optimal' ? -solution.objective : Number.POSITIVE_INFINITY;
  }
}

/** What columns with a single entry say: z = q − a·π, with the sign that the column's bounds allow. */
function fromSingleColumns({ cost, lower, upper, onRecourse, rowLower, rowUpper }: TwoStage): [Float64Array, Float64Array] {
  const low = Float64Array.from(rowUpper, (most) => (most === Number.POSITIVE_INFINITY ? 0 : Number.NEGATIVE_INFINITY));
  const high = Float64Array.from(rowLower, (least) => (least === Number.NEGATIVE_INFINITY ? 0 : Number.POSITIVE_INFINITY));
  for (let j = 0; j < cost.length; j++) {
    const p = onRecourse.colStart[j];
    if (onRecourse.colStart[j + 1] !== p + 1 || onRecourse.values[p] === 0) continue;
    const row = onRecourse.rowIndex[p];
    const ratio = cost[j] / onRecourse.values[p];
    const positive = onRecourse.values[p] > 0;
    // without an upper bound z ≥ 0, a·π ≤ q; without a lower one a·π ≥ q
    if (upper[j] === Number.POSITIVE_INFINITY && positive) high[row] = Math.min(high[row], ratio);
    if (upper[j] === Number.POSITIVE_INFINITY && !positive) low[row] = Math.max(low[row], ratio);
    if (lower[j] === Number.NEGATIVE_INFINITY && positive) low[row] = Math.max(low[row], ratio);
    if (lower[j] === Number.NEGATIVE_INFINITY && !positive) high[row] = Math.min(high[row], ratio);
  }
  return [low, high];
}
