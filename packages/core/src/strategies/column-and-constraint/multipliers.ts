import { transpose } from '../../linalg/sparse.ts';
import type { TwoStage } from '../../problem/two-stage.ts';
import type { ReadySolver } from '../../solvers/contract.ts';
import type { UncertaintySet } from '../../uncertainty/uncertainty-set.ts';

/**
 * How large multipliers of the recourse can be, whatever x and u are: they solve Wᵀπ + z = q, which knows neither.
 *
 *   low_i ≤ π_i ≤ high_i
 *
 * A row with a priced shortfall has its price. A row that only limits one reaction from above, y_j ≤ limit(u), need not be worth more than y_j itself
 * (`ofLimit`). Others cost a linear programme each, made when asked for; where that is unbounded, some
 * pressure on the row cannot be answered at any cost, and the bound is infinite.
 */
export class MultiplierBounds {
  private readonly problem: TwoStage;
  private readonly solver: ReadySolver;
  private readonly known: Set<number>;
  private readonly low: Float64Array;
  private readonly high: Float64Array;

  private readonly limits: ReadonlyMap<number, Limit>;

  constructor(problem: TwoStage, set: UncertaintySet, solver: ReadySolver) {
    this.problem = problem;
    this.limits = limitsOf(problem, set);
    this.solver = solver;
    [this.low, this.high] = fromSingleColumns(problem);
    this.known = new Set();
  }

  /** Smallest and largest multiplier of a row. */
  of(row: number): readonly [number, number] {
    if (!this.known.has(row)) {
      this.known.add(row);
      const limit = this.limits.get(row);
      if (limit) this.low[row] = Math.max(this.low[row], -this.ofLimit(row, limit));
      if (this.high[row] === Number.POSITIVE_INFINITY) this.high[row] = this.largest(row, 1);
      if (this.low[row] === Number.NEGATIVE_INFINITY) this.low[row] = -this.largest(row, -1);
    }
    return [this.low[row], this.high[row]];
  }

  /**
   * A multiplier −π of y_j ≤ limit and the multiplier of y_j's own lower bound need not both be above zero: lowering both by as much
   * changes the dual's cost by limit − lower_j ≥ 0, for the better. So −π is at most what the other rows make of y_j, less its cost.
   */
  private ofLimit(row: number, { column, entry }: Limit): number {
    const { cost, onRecourse } = this.problem;
    let most = -cost[column];
    for (let p = onRecourse.colStart[column]; p < onRecourse.colStart[column + 1]; p++) {
      const other = onRecourse.rowIndex[p];
      if (other === row || onRecourse.values[p] === 0) continue;
      const [low, high] = this.limits.has(other) ? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] : this.of(other);
      most += Math.max(onRecourse.values[p] * low, onRecourse.values[p] * high);
    }
    return Math.max(0, most) / entry;
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

/** A row that says nothing but entry·y_column ≤ limit(u), and a limit that no outcome of the set brings below y's own lower bound. */
interface Limit {
  readonly column: number;
  readonly entry: number;
}

function limitsOf(
  { lower, onFirst, onRecourse, onSymbols, products, rowLower, rowUpper }: TwoStage,
  set: UncertaintySet,
): Map<number, Limit> {
  const entries = new Map<number, Limit[]>();
  for (let column = 0; column < onRecourse.cols_count; column++) {
    for (let p = onRecourse.colStart[column]; p < onRecourse.colStart[column + 1]; p++) {
      if (onRecourse.values[p] === 0) continue;
      const row = onRecourse.rowIndex[p];
      entries.set(row, [...(entries.get(row) ?? []), { column, entry: onRecourse.values[p] }]);
    }
  }
  const decided = new Set<number>(products.map(({ row }) => row));
  for (let p = 0; p < onFirst.values.length; p++) if (onFirst.values[p] !== 0) decided.add(onFirst.rowIndex[p]);
  const pressed = mostPressure(onSymbols, set);
  const limits = new Map<number, Limit>();
  for (const [row, [first, ...more]] of entries) {
    const isLimit = rowLower[row] === Number.NEGATIVE_INFINITY && more.length === 0 && first.entry > 0 && !decided.has(row);
    if (isLimit && rowUpper[row] - pressed[row] >= first.entry * lower[first.column]) limits.set(row, first);
  }
  return limits;
}

/** An upper bound of (M·u)_i over the set. */
function mostPressure(onSymbols: TwoStage['onSymbols'], { offset, map, lower, upper }: UncertaintySet): Float64Array {
  const high = Float64Array.from(offset);
  const low = Float64Array.from(offset);
  for (let k = 0; k < map.cols_count; k++) {
    for (let p = map.colStart[k]; p < map.colStart[k + 1]; p++) {
      const ends = [map.values[p] * lower[k], map.values[p] * upper[k]];
      high[map.rowIndex[p]] += Math.max(...ends);
      low[map.rowIndex[p]] += Math.min(...ends);
    }
  }
  const most = new Float64Array(onSymbols.rows_count);
  for (let s = 0; s < onSymbols.cols_count; s++) {
    for (let p = onSymbols.colStart[s]; p < onSymbols.colStart[s + 1]; p++) {
      most[onSymbols.rowIndex[p]] += Math.max(onSymbols.values[p] * low[s], onSymbols.values[p] * high[s]);
    }
  }
  return most;
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
