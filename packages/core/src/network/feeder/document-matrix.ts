import type { RowReader } from '../document-table.ts';
import type { Matrix } from './feeder.ts';

/**
 * Reads an n × n matrix: rows of a lower triangle `[[1], [2, 3]]`, whole rows `[[1, 2], [2, 3]]`, or a number when n is 1.
 *
 * @param factor - multiplies every element: length, unit
 * @throws {InputError} NETWORK_CELL_INVALID
 */
export function readMatrix(row: RowReader, column: string, n: number, factor = 1): Matrix {
  const value = row.raw(column);
  const rows: unknown = typeof value === 'number' ? [[value]] : value;
  const expected = `a matrix of ${n} by ${n}: ${n} rows, whole or as a lower triangle`;
  if (!Array.isArray(rows) || rows.length !== n) throw row.wrong(column, expected);
  const triangle = rows.every((each: unknown, i) => Array.isArray(each) && each.length === i + 1);
  const matrix = new Array<number>(n * n).fill(0);
  for (let i = 0; i < n; i++) {
    const cells: unknown = rows[i];
    if (!Array.isArray(cells) || cells.length !== (triangle ? i + 1 : n)) throw row.wrong(column, expected);
    for (let j = 0; j < cells.length; j++) {
      const cell: unknown = cells[j];
      if (typeof cell !== 'number' || !Number.isFinite(cell)) throw row.wrong(column, `${expected}, of finite numbers`);
      matrix[i * n + j] = cell * factor;
      if (triangle) matrix[j * n + i] = cell * factor;
    }
  }
  return Object.freeze(matrix);
}

/** Lower triangle where the matrix is symmetric, whole rows where it is not; a number for one conductor. */
export function writeMatrix(matrix: Matrix): number | readonly (readonly number[])[] {
  const n = Math.round(Math.sqrt(matrix.length));
  if (n === 1) return matrix[0];
  const symmetric = matrix.every((value, k) => Object.is(value, matrix[(k % n) * n + Math.floor(k / n)]));
  return Array.from({ length: n }, (_, i) => matrix.slice(i * n, i * n + (symmetric ? i + 1 : n)));
}
