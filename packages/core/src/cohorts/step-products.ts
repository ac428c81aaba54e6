import { arenaBytes, type Kernel, KernelArena, type KernelExports } from '../linalg/kernels.ts';

/** Values of each row that are multiplied together before the next are fetched; a multiple of 4. */
const block_count = 512;

/**
 * Inner products of all pairs of rows of single precision, in double precision:
 *
 *   products[i·(i + 1)/2 + j] = Σ_k row_i[k]·row_j[k],   j ≤ i
 *
 * Blocks of 512 values are added up by even and odd places; the sum of both goes into the product, block after block. The kernel in
 * packages/core/kernels/step-products.ts does the same operations in the same order as the twin below, so both give equal bits.
 * One thread's: it has a small memory of its own, into which each block is copied.
 * @cost rows²·length flops, one pass over the rows
 */
export class StepProducts {
  private readonly rows_count: number;
  private readonly kernels: KernelExports | undefined;
  private readonly rows: Float32Array;
  private readonly wide: Float64Array;
  private readonly sums: Float64Array;

  constructor(rows_count: number, kernel: Kernel = 'wasm') {
    this.rows_count = rows_count;
    const values = rows_count * block_count;
    const arena = new KernelArena(arenaBytes(2 * values + productsCount(rows_count), 0, 3), kernel);
    this.kernels = arena.kernels;
    const narrow = arena.float64(values / 2);
    this.rows = new Float32Array(narrow.buffer, narrow.byteOffset, values);
    this.wide = arena.float64(values);
    this.sums = arena.float64(productsCount(rows_count));
  }

  /** Products over the values first … last − 1 of the rows, into `products` from `at` on. */
  into(rows: readonly Float32Array[], first: number, last: number, products: Float64Array, at: number): void {
    const { rows_count, kernels, sums } = this;
    sums.fill(0);
    for (let from = first; from < last; from += block_count) {
      const length = this.fetch(rows, from, Math.min(last, from + block_count));
      if (kernels) kernels.stepProducts(this.rows.byteOffset, this.wide.byteOffset, sums.byteOffset, rows_count, length);
      else stepProducts(this.rows, sums, rows_count, length);
    }
    products.set(sums, at);
  }

  /** Copies the block, padded with zeros to a multiple of 4. Returns the length of a row. */
  private fetch(rows: readonly Float32Array[], from: number, to: number): number {
    const length = 4 * Math.ceil((to - from) / 4);
    const own = this.rows;
    for (let i = 0; i < this.rows_count; i++) {
      const row = rows[i];
      const at = i * length - from;
      for (let k = from; k < to; k++) own[at + k] = row[k];
      for (let k = at + to; k < (i + 1) * length; k++) own[k] = 0;
    }
    return length;
  }
}

export const productsCount = (rows_count: number): number => (rows_count * (rows_count + 1)) / 2;

/** Twin of packages/core/kernels/step-products.ts. */
function stepProducts(rows: Float32Array, products: Float64Array, rows_count: number, length: number): void {
  for (let i = 0; i < rows_count; i++) {
    for (let j = 0; j <= i; j++) {
      let even = 0;
      let odd = 0;
      for (let a = i * length, b = j * length; a < (i + 1) * length; a += 2, b += 2) {
        even += rows[a] * rows[b];
        odd += rows[a + 1] * rows[b + 1];
      }
      products[(i * (i + 1)) / 2 + j] += even + odd;
    }
  }
}
