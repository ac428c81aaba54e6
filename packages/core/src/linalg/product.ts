import { arenaBytes, type Kernel, KernelArena, type KernelExports, type KernelOptions, takeInto } from './kernels.ts';
import { multiplyInto, type SparseMatrix, symmetricMultiplyInto, transposeMultiplyInto } from './sparse.ts';

/**
 * Repeated products with one sparse matrix, in WebAssembly when it is large enough.
 *
 * Worth it over the functions of sparse.ts for matrices that are used many times; equal to them bit for bit. Vectors
 * are copied in and out, which is small against the product. Owns its workspace; not re-entrant.
 * @shape x (cols) and y (rows), exchanged for the transposed product
 * @cost 2·nnz flops per product, no allocation
 */
export class SparseProduct {
  readonly kernel: Kernel;
  private readonly a: SparseMatrix;
  private readonly kernels: KernelExports | undefined;
  private readonly rowsVector: Float64Array;
  private readonly colsVector: Float64Array;
  private readonly at: readonly [colStart: number, rowIndex: number, values: number, rows: number, cols: number];

  /** The values are copied; `replaceValues` brings new ones. */
  constructor(matrix: SparseMatrix, options: KernelOptions = {}) {
    const { rows_count, cols_count } = matrix;
    const nnz = matrix.colStart[cols_count];
    const bytes = arenaBytes(nnz + rows_count + cols_count, cols_count + 1 + nnz, 5);
    const arena = new KernelArena(bytes, options.kernel);
    const colStart = arena.hold(matrix.colStart);
    const rowIndex = arena.hold(matrix.rowIndex.subarray(0, nnz));
    const values = arena.float64(nnz);
    values.set(matrix.values.subarray(0, nnz));
    this.a = { rows_count, cols_count, colStart, rowIndex, values };
    this.rowsVector = arena.float64(rows_count);
    this.colsVector = arena.float64(cols_count);
    const offsets = [colStart, rowIndex, values, this.rowsVector, this.colsVector].map((array) => array.byteOffset);
    this.at = offsets as [number, number, number, number, number];
    this.kernels = arena.kernels;
    this.kernel = arena.kernels ? 'wasm' : 'typescript';
  }

  /** New values in the order of the matrix given to the constructor. */
  replaceValues(values: Float64Array): void {
    takeInto(this.a.values, values);
  }

  /** y ← α·A·x + β·y */
  multiplyInto(x: Float64Array, y: Float64Array, alpha = 1, beta = 0): void {
    if (!this.kernels) {
      multiplyInto(this.a, x, y, alpha, beta);
      return;
    }
    const [colStart, rowIndex, values, rows, cols] = this.at;
    takeInto(this.colsVector, x);
    if (beta !== 0) takeInto(this.rowsVector, y);
    this.kernels.multiply(this.a.rows_count, this.a.cols_count, colStart, rowIndex, values, cols, rows, alpha, beta);
    y.set(this.rowsVector);
  }

  /** y ← α·Aᵀ·x + β·y */
  transposeMultiplyInto(x: Float64Array, y: Float64Array, alpha = 1, beta = 0): void {
    if (!this.kernels) {
      transposeMultiplyInto(this.a, x, y, alpha, beta);
      return;
    }
    const [colStart, rowIndex, values, rows, cols] = this.at;
    takeInto(this.rowsVector, x);
    if (beta !== 0) takeInto(this.colsVector, y);
    this.kernels.transposeMultiply(this.a.cols_count, colStart, rowIndex, values, rows, cols, alpha, beta);
    y.set(this.colsVector);
  }

  /** y ← α·P·x + β·y where the matrix is the upper triangle of symmetric P. */
  symmetricMultiplyInto(x: Float64Array, y: Float64Array, alpha = 1, beta = 0): void {
    if (!this.kernels) {
      symmetricMultiplyInto(this.a, x, y, alpha, beta);
      return;
    }
    const [colStart, rowIndex, values, rows, cols] = this.at;
    takeInto(this.colsVector, x);
    if (beta !== 0) takeInto(this.rowsVector, y);
    this.kernels.symmetricMultiply(this.a.cols_count, colStart, rowIndex, values, cols, rows, alpha, beta);
    y.set(this.rowsVector);
  }
}
