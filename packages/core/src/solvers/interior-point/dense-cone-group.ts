import type { SparseBuilder } from '../../linalg/sparse.ts';
import type { ConeGroup } from './cone-group.ts';
import type { Point } from './point.ts';
import type { ScaledProgram } from './scaled-program.ts';

/** Share of its largest entry by which a dense block is strengthened while it is eliminated: above rounding. */
export const GUARD = 1e-14;

/**
 * What cones have in common whose H are dense blocks of the KKT matrix: their rows, residuals and places.
 * @shape rows, rs (entries); start (cones + 1); places: row a with row b < a of the same cone, row by row
 */
export abstract class DenseConeGroup implements ConeGroup {
  abstract readonly degree: number;
  readonly entries_count: number;
  readonly extras_count = 0;
  readonly boundary_frac = 1;
  readonly regularisationFactor = 1;
  /** First row of A in K. */
  protected readonly n: number;
  /** Where the slacks of these cones begin in `Point.coneS`. */
  protected readonly base: number;
  protected readonly rows: Int32Array;
  protected readonly start: Int32Array;
  protected readonly rs: Float64Array;
  protected readonly places: Int32Array;

  constructor(f: ScaledProgram, cones: readonly { readonly rows: Int32Array }[], base: number) {
    this.n = f.n;
    this.base = base;
    this.start = new Int32Array(cones.length + 1);
    let places_count = 0;
    cones.forEach(({ rows }, c) => {
      this.start[c + 1] = this.start[c] + rows.length;
      places_count += (rows.length * (rows.length - 1)) / 2;
    });
    this.entries_count = this.start[cones.length];
    this.rows = new Int32Array(this.entries_count);
    cones.forEach(({ rows }, c) => {
      this.rows.set(rows, this.start[c]);
    });
    this.rs = new Float64Array(this.entries_count);
    this.places = new Int32Array(places_count);
  }

  addPattern(pattern: SparseBuilder): void {
    this.eachEntry((_, row, col) => pattern.add(row, col, 0));
  }

  keepPlaces(find: (row: number, col: number) => number): void {
    this.eachEntry((at, row, col) => {
      this.places[at] = find(row, col);
    });
  }

  private eachEntry(visit: (at: number, row: number, col: number) => void): void {
    const { rows, start, n } = this;
    let at = 0;
    for (let c = 0; c + 1 < start.length; c++) {
      for (let a = start[c]; a < start[c + 1]; a++) {
        for (let b = start[c]; b < a; b++) visit(at++, n + Math.min(rows[a], rows[b]), n + Math.max(rows[a], rows[b]));
      }
    }
  }

  fillSigns(): void {}

  measure(at: Point, re: Float64Array): number {
    const { rows, rs, base } = this;
    let sz = 0;
    for (let l = 0; l < rows.length; l++) {
      const i = rows[l];
      rs[l] = re[i] - at.coneS[base + l];
      re[i] = 0;
      sz += at.coneS[base + l] * at.y[i];
    }
    return sz;
  }

  fillTau(at: Point, rhs: Float64Array): void {
    const { rows, rs, base, n } = this;
    for (let l = 0; l < rows.length; l++) rhs[n + rows[l]] = -(2 * at.coneS[base + l] + rs[l]) / at.tau;
  }

  residualAlong(d1: Float64Array): number {
    const { rows, rs, n } = this;
    let sum = 0;
    for (let l = 0; l < rows.length; l++) sum += rs[l] * d1[n + rows[l]];
    return sum;
  }

  advance(at: Point, step: Point, alpha: number): void {
    for (let l = 0; l < this.rows.length; l++) at.coneS[this.base + l] += alpha * step.coneS[this.base + l];
  }

  abstract scale(at: Point): boolean;
  abstract scaleByOne(): void;
  abstract loadMatrix(diagonal: Float64Array, values: Float64Array, guard: Float64Array): void;
  abstract pivotOf(at: Point, d2: Float64Array): number;
  abstract fillStep(at: Point, rhs: Float64Array, eta: number, centre: number, isCorrected: boolean): number;
  abstract finishStep(step: Point): void;
  abstract stepLength(at: Point, step: Point, alpha: number): number;
  abstract startAt(at: Point, d: Float64Array): void;
}
