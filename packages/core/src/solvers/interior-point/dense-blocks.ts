import type { SparseBuilder } from '../../linalg/sparse.ts';

/** Share of its largest entry by which a dense block is strengthened while it is eliminated: above rounding. */
export const GUARD = 1e-14;

/**
 * Where the dense blocks of cones are in the KKT matrix: row a with row b < a of the same cone, row by row.
 * @shape rows (entries), start (blocks + 1)
 */
export class DenseBlocks {
  /** First place of every block in `places`. */
  readonly placeStart: Int32Array;
  readonly places: Int32Array;
  private readonly rows: Int32Array;
  private readonly start: Int32Array;
  private readonly firstRow: number;

  constructor(rows: Int32Array, start: Int32Array, firstRow: number) {
    this.rows = rows;
    this.start = start;
    this.firstRow = firstRow;
    this.placeStart = new Int32Array(start.length);
    for (let c = 0; c + 1 < start.length; c++) {
      const d = start[c + 1] - start[c];
      this.placeStart[c + 1] = this.placeStart[c] + (d * (d - 1)) / 2;
    }
    this.places = new Int32Array(this.placeStart[start.length - 1]);
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
    const { rows, start, firstRow } = this;
    let at = 0;
    for (let c = 0; c + 1 < start.length; c++) {
      for (let a = start[c]; a < start[c + 1]; a++) {
        for (let b = start[c]; b < a; b++) {
          visit(at++, firstRow + Math.min(rows[a], rows[b]), firstRow + Math.max(rows[a], rows[b]));
        }
      }
    }
  }
}
