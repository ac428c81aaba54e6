/**
 * Compressed sparse columns. Row indices are strictly increasing inside a column.
 * @shape colStart (cols_count + 1), rowIndex (nnz), values (nnz)
 */
export interface SparseMatrix {
  readonly rows_count: number;
  readonly cols_count: number;
  readonly colStart: Int32Array;
  readonly rowIndex: Int32Array;
  readonly values: Float64Array;
}

/** Collects entries in any order; entries at the same place are added. */
export class SparseBuilder {
  private rows: number[] = [];
  private cols: number[] = [];
  private entries: number[] = [];

  add(row: number, col: number, value: number): void {
    this.rows.push(row);
    this.cols.push(col);
    this.entries.push(value);
  }

  /** Adds a whole matrix with its first entry at (row, col). */
  place(matrix: SparseMatrix, row: number, col: number): void {
    const { cols_count, colStart, rowIndex, values } = matrix;
    for (let j = 0; j < cols_count; j++) {
      for (let p = colStart[j]; p < colStart[j + 1]; p++) this.add(row + rowIndex[p], col + j, values[p]);
    }
  }

  build(rows_count: number, cols_count: number): SparseMatrix {
    return fromTriplets(rows_count, cols_count, this.rows, this.cols, this.entries);
  }
}

/**
 * Builds a matrix from (row, col, value) triplets; duplicates are added in the order given, explicit zeros are kept.
 * @cost O(nnz + rows + cols): two counting sorts
 */
export function fromTriplets(
  rows_count: number,
  cols_count: number,
  rows: ArrayLike<number>,
  cols: ArrayLike<number>,
  entries: ArrayLike<number>,
): SparseMatrix {
  const nnz = rows.length;
  const byRowStart = new Int32Array(rows_count + 1);
  for (let k = 0; k < nnz; k++) byRowStart[rows[k] + 1]++;
  for (let i = 0; i < rows_count; i++) byRowStart[i + 1] += byRowStart[i];
  const byRow = new Int32Array(nnz);
  const next = byRowStart.slice();
  for (let k = 0; k < nnz; k++) byRow[next[rows[k]]++] = k;

  const count = new Int32Array(cols_count + 1);
  for (let k = 0; k < nnz; k++) count[cols[k] + 1]++;
  for (let j = 0; j < cols_count; j++) count[j + 1] += count[j];
  const place = count.slice();
  const rowIndex = new Int32Array(nnz);
  const values = new Float64Array(nnz);
  for (let i = 0; i < nnz; i++) {
    const k = byRow[i];
    const at = place[cols[k]]++;
    rowIndex[at] = rows[k];
    values[at] = entries[k];
  }

  const colStart = new Int32Array(cols_count + 1);
  let write = 0;
  for (let j = 0; j < cols_count; j++) {
    const first = write;
    for (let p = count[j]; p < count[j + 1]; p++) {
      if (write > first && rowIndex[write - 1] === rowIndex[p]) values[write - 1] += values[p];
      else {
        rowIndex[write] = rowIndex[p];
        values[write++] = values[p];
      }
    }
    colStart[j + 1] = write;
  }
  return { rows_count, cols_count, colStart, rowIndex: rowIndex.slice(0, write), values: values.slice(0, write) };
}

/** y ← α·A·x + β·y */
export function multiplyInto(a: SparseMatrix, x: Float64Array, y: Float64Array, alpha = 1, beta = 0): void {
  const { cols_count, colStart, rowIndex, values } = a;
  if (beta === 0) y.fill(0, 0, a.rows_count);
  else if (beta !== 1) for (let i = 0; i < a.rows_count; i++) y[i] *= beta;
  for (let j = 0; j < cols_count; j++) {
    const xj = alpha * x[j];
    if (xj === 0) continue;
    for (let p = colStart[j]; p < colStart[j + 1]; p++) y[rowIndex[p]] += values[p] * xj;
  }
}

/** y ← α·Aᵀ·x + β·y */
export function transposeMultiplyInto(a: SparseMatrix, x: Float64Array, y: Float64Array, alpha = 1, beta = 0): void {
  const { cols_count, colStart, rowIndex, values } = a;
  for (let j = 0; j < cols_count; j++) {
    let sum = 0;
    for (let p = colStart[j]; p < colStart[j + 1]; p++) sum += values[p] * x[rowIndex[p]];
    y[j] = alpha * sum + (beta === 0 ? 0 : beta * y[j]);
  }
}

/** y ← α·P·x + β·y for symmetric P of which only the upper triangle is stored. */
export function symmetricMultiplyInto(p: SparseMatrix, x: Float64Array, y: Float64Array, alpha = 1, beta = 0): void {
  const { cols_count, colStart, rowIndex, values } = p;
  if (beta === 0) y.fill(0, 0, cols_count);
  else if (beta !== 1) for (let i = 0; i < cols_count; i++) y[i] *= beta;
  for (let j = 0; j < cols_count; j++) {
    const xj = x[j];
    let sum = 0;
    for (let k = colStart[j]; k < colStart[j + 1]; k++) {
      const i = rowIndex[k];
      const v = values[k];
      if (i === j) sum += v * xj;
      else {
        sum += v * x[i];
        y[i] += alpha * v * xj;
      }
    }
    y[j] += alpha * sum;
  }
}

/** Aᵀ as a new matrix. */
export function transpose(a: SparseMatrix): SparseMatrix {
  const nnz = a.colStart[a.cols_count];
  const colStart = new Int32Array(a.rows_count + 1);
  for (let p = 0; p < nnz; p++) colStart[a.rowIndex[p] + 1]++;
  for (let i = 0; i < a.rows_count; i++) colStart[i + 1] += colStart[i];
  const next = colStart.slice();
  const rowIndex = new Int32Array(nnz);
  const values = new Float64Array(nnz);
  for (let j = 0; j < a.cols_count; j++) {
    for (let p = a.colStart[j]; p < a.colStart[j + 1]; p++) {
      const at = next[a.rowIndex[p]]++;
      rowIndex[at] = j;
      values[at] = a.values[p];
    }
  }
  return { rows_count: a.cols_count, cols_count: a.rows_count, colStart, rowIndex, values };
}
