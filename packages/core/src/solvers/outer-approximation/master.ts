import { fromTriplets } from '../../linalg/sparse.ts';
import type { AffineRow, Program } from '../../problem/program.ts';
import { coneMask } from '../residuals.ts';

/** Terms this far below the largest of a sum are what cancellation leaves. */
const CANCELLED = 1e-15;
/** Who a column or row of the master speaks for: a row of the program, or this. */
export const COST = -1;

/**
 * The linear program over whole variables that grows: the linear rows of the original, its columns first, then the columns
 * and cuts that stand for cones and squares. Every feasible point of the original, with the right values in the new columns,
 * is feasible here at the same cost, so what is proven here holds there.
 */
export class Master {
  readonly original: Program;
  private readonly cost: number[];
  private readonly lower: number[];
  private readonly upper: number[];
  private readonly whole: number[];
  private readonly columnOwner: number[] = [];
  private readonly rows: number[] = [];
  private readonly columns: number[] = [];
  private readonly values: number[] = [];
  private readonly rowLower: number[] = [];
  private readonly rowUpper: number[] = [];
  private readonly rowOwner: number[] = [];

  constructor(original: Program) {
    this.original = original;
    this.cost = Array.from(original.cost);
    this.lower = Array.from(original.lower);
    this.upper = Array.from(original.upper);
    this.whole = Array.from(original.cost, (_, j) => original.integer?.[j] ?? 0);
    const isInCone = coneMask(original);
    const placeOf = new Int32Array(isInCone.length).fill(-1);
    for (let i = 0; i < isInCone.length; i++) {
      if (isInCone[i] === 1) continue;
      placeOf[i] = this.openRow(original.rowLower[i], original.rowUpper[i], i);
    }
    const { colStart, rowIndex, values } = original.rows;
    for (let j = 0; j < original.cost.length; j++) {
      for (let p = colStart[j]; p < colStart[j + 1]; p++) if (placeOf[rowIndex[p]] >= 0) this.enter(placeOf[rowIndex[p]], j, values[p]);
    }
  }

  get columns_count(): number {
    return this.cost.length;
  }

  get cuts_count(): number {
    return this.rowOwner.length;
  }

  isWhole(j: number): boolean {
    return this.whole[j] === 1;
  }

  boundsOf(j: number): readonly [number, number] {
    return [this.lower[j], this.upper[j]];
  }

  /** A column of its own for an affine expression of several; one of a single column is left as it is. */
  shortened(row: AffineRow, owner = COST): AffineRow {
    if (row.columns.length <= 1) return row;
    const column = this.addColumn(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0, owner);
    const i = this.openRow(-row.constant, -row.constant, owner);
    row.columns.forEach((j, k) => this.enter(i, j, row.values[k]));
    this.enter(i, column, -1);
    return { columns: [column], values: [1], constant: 0 };
  }

  /** A nonnegative column at this cost. */
  addHeight(cost: number, owner = COST): AffineRow {
    return { columns: [this.addColumn(0, Number.POSITIVE_INFINITY, cost, owner)], values: [1], constant: 0 };
  }

  /** The sum of rows times factors is at least 0. Scaled so that its largest coefficient is 1. */
  addCut(terms: readonly (readonly [AffineRow, number])[], owner = COST): void {
    const { columns, values, constant } = sumOf(terms);
    let largest = 0;
    for (const value of values) largest = Math.max(largest, Math.abs(value));
    if (largest === 0) return;
    const i = this.openRow(-constant / largest, Number.POSITIVE_INFINITY, owner);
    columns.forEach((j, k) => this.enter(i, j, values[k] / largest));
  }

  /** The objective is at least this. */
  addObjectiveBound(bound: number): void {
    const columns = this.cost.flatMap((value, j) => (value === 0 ? [] : [j]));
    const values = columns.map((j) => this.cost[j]);
    this.addCut([[{ columns, values, constant: this.original.offset - bound }, 1]]);
  }

  /**
   * Forbids one plan of the whole variables; impossible where one without finite bounds takes part.
   *
   * 0–1 variables take part by themselves: Σ over x̂ = 0 of x + Σ over x̂ = 1 of (1 − x) ≥ 1. Others get two 0–1 columns that
   * may be 1 only where x ≥ x̂ + 1 or x ≤ x̂ − 1.
   * @source Balas & Jeroslow, Canonical cuts on the unit hypercube, SIAM J. Appl. Math. 23 (1972)
   */
  forbid(plan: readonly number[], wholeColumns: readonly number[]): boolean {
    if (wholeColumns.some((j) => !Number.isFinite(this.lower[j]) || !Number.isFinite(this.upper[j]))) return false;
    const columns: number[] = [];
    const values: number[] = [];
    let constant = -1;
    wholeColumns.forEach((j, k) => {
      const [low, high, value] = [Math.ceil(this.lower[j] - 1e-9), Math.floor(this.upper[j] + 1e-9), plan[k]];
      if (low === high) return;
      if (high === low + 1) {
        columns.push(j);
        values.push(value === low ? 1 : -1);
        constant += value === low ? -low : high;
        return;
      }
      for (const sign of [1, -1]) {
        // sign·(x − x̂) ≥ 1 − span·(1 − δ)
        const span = 1 + (sign > 0 ? value - low : high - value);
        const flag = this.addColumn(0, 1, 0, COST);
        this.whole[flag] = 1;
        this.addCut([[{ columns: [j, flag], values: [sign, -span], constant: -sign * value - 1 + span }, 1]]);
        columns.push(flag);
        values.push(1);
      }
    });
    this.addCut([[{ columns, values, constant }, 1]]);
    return true;
  }

  program(): Program {
    const { original, cost, columnOwner, rowOwner } = this;
    const n = original.cost.length;
    const ownerName = (owner: number): string => (owner === COST ? 'cost' : original.rowName(owner));
    return {
      cost: Float64Array.from(cost),
      offset: original.offset,
      lower: Float64Array.from(this.lower),
      upper: Float64Array.from(this.upper),
      integer: Uint8Array.from(this.whole),
      rows: fromTriplets(this.rowLower.length, cost.length, this.rows, this.columns, this.values),
      rowLower: Float64Array.from(this.rowLower),
      rowUpper: Float64Array.from(this.rowUpper),
      columnName: (j) => (j < n ? original.columnName(j) : ownerName(columnOwner[j - n])),
      rowName: (i) => ownerName(rowOwner[i]),
    };
  }

  private addColumn(lower: number, upper: number, cost: number, owner: number): number {
    this.lower.push(lower);
    this.upper.push(upper);
    this.whole.push(0);
    this.columnOwner.push(owner);
    return this.cost.push(cost) - 1;
  }

  private openRow(lower: number, upper: number, owner: number): number {
    this.rowLower.push(lower);
    this.rowUpper.push(upper);
    return this.rowOwner.push(owner) - 1;
  }

  private enter(row: number, column: number, value: number): void {
    if (value === 0) return;
    this.rows.push(row);
    this.columns.push(column);
    this.values.push(value);
  }
}

/** Σ factor·row with each column once. */
export function sumOf(terms: readonly (readonly [AffineRow, number])[]): AffineRow {
  const sums = new Map<number, number>();
  let constant = 0;
  let largest = 0;
  for (const [row, factor] of terms) {
    constant += factor * row.constant;
    row.columns.forEach((j, k) => {
      const value = factor * row.values[k];
      largest = Math.max(largest, Math.abs(value));
      sums.set(j, (sums.get(j) ?? 0) + value);
    });
  }
  const kept = [...sums].filter(([, value]) => Math.abs(value) > CANCELLED * largest);
  return { columns: kept.map(([j]) => j), values: kept.map(([, value]) => value), constant };
}

export function valueAt({ columns, values, constant }: AffineRow, x: Float64Array): number {
  let sum = constant;
  for (let k = 0; k < columns.length; k++) sum += values[k] * x[columns[k]];
  return sum;
}
