import type { Places } from '../../solvers/nonlinear/program.ts';

/** Places in the order in which values are written. */
export class PlaceList {
  private readonly row: number[] = [];
  private readonly column: number[] = [];

  add(row: number, ...columns: readonly number[]): void {
    for (const column of columns) {
      this.row.push(row);
      this.column.push(column);
    }
  }

  addAll({ row, column }: Places, firstRow: number): void {
    for (let k = 0; k < row.length; k++) this.add(firstRow + row[k], column[k]);
  }

  places(): Places {
    return { row: Int32Array.from(this.row), column: Int32Array.from(this.column) };
  }
}
