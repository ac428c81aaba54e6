import { SparseBuilder } from '../linalg/sparse.ts';
import type { Cone, ConeKind, Program } from './program.ts';

/** Rows, columns, cones and costs collected step by step, by position: what declarations and models are written into. */
export class BlockBuilder {
  readonly lower: number[] = [];
  readonly upper: number[] = [];
  readonly cost: number[] = [];
  readonly integer: number[] = [];
  readonly rowLower: number[] = [];
  readonly rowUpper: number[] = [];
  private readonly columnNames: (() => string)[] = [];
  private readonly rowNames: (() => string)[] = [];
  private readonly entries = new SparseBuilder();
  private readonly squares = new SparseBuilder();
  private readonly cones: Cone[] = [];
  private squares_count = 0;
  offset = 0;

  column(lower: number, upper: number, name: () => string, integer = false): number {
    this.lower.push(lower);
    this.upper.push(upper);
    this.cost.push(0);
    this.integer.push(integer ? 1 : 0);
    this.columnNames.push(name);
    return this.lower.length - 1;
  }

  row(lower: number, upper: number, name: () => string): number {
    this.rowLower.push(lower);
    this.rowUpper.push(upper);
    this.rowNames.push(name);
    return this.rowLower.length - 1;
  }

  entry(row: number, column: number, value: number): void {
    if (value !== 0) this.entries.add(row, column, value);
  }

  /** These rows lie in a cone: `row(r, r, name)` for A·x − r. */
  cone(kind: ConeKind, rows: ArrayLike<number>, exponent?: number): void {
    this.cones.push({ kind, rows: Int32Array.from(rows), ...(exponent === undefined ? {} : { exponent }) });
  }

  /** Adds weight·(Σ a_j x_j + b)² to the cost. */
  square(weight: number, columns: readonly number[], a: readonly number[], b: number): void {
    if (weight === 0) return;
    for (let i = 0; i < columns.length; i++) {
      this.cost[columns[i]] += 2 * weight * a[i] * b;
      for (let j = 0; j < columns.length; j++) {
        if (columns[i] <= columns[j]) this.squares.add(columns[i], columns[j], 2 * weight * a[i] * a[j]);
      }
    }
    this.squares_count++;
    this.offset += weight * b * b;
  }

  columnName(j: number): string {
    return this.columnNames[j]();
  }

  program(): Program {
    const n = this.lower.length;
    const names = this.columnNames;
    const rows = this.rowNames;
    return {
      cost: Float64Array.from(this.cost),
      offset: this.offset,
      quadratic: this.squares_count > 0 ? this.squares.build(n, n) : undefined,
      lower: Float64Array.from(this.lower),
      upper: Float64Array.from(this.upper),
      integer: this.integer.includes(1) ? Uint8Array.from(this.integer) : undefined,
      rows: this.entries.build(this.rowLower.length, n),
      rowLower: Float64Array.from(this.rowLower),
      rowUpper: Float64Array.from(this.rowUpper),
      cones: this.cones.length > 0 ? [...this.cones] : undefined,
      columnName: (j) => names[j](),
      rowName: (i) => rows[i](),
    };
  }
}
