/**
 * Small dense kernels on row-major `Float64Array`s: a[i·n + j]. For n up to a few hundred.
 * Status codes come back as numbers; nothing throws.
 */

/**
 * A ← its Cholesky factor L in the lower triangle, A = L·Lᵀ; the upper triangle is not touched.
 * @returns −1 when factored, else the row whose pivot is not positive
 * @shape a (n·n)
 * @cost n³/3 flops
 * @source Golub, Van Loan, Matrix Computations (4th ed.), algorithm 4.2.1
 */
export function denseCholeskyInto(a: Float64Array, n: number): number {
  for (let i = 0; i < n; i++) {
    const rowI = i * n;
    for (let j = 0; j <= i; j++) {
      const rowJ = j * n;
      let sum = a[rowI + j];
      for (let k = 0; k < j; k++) sum -= a[rowI + k] * a[rowJ + k];
      if (i === j) {
        if (!(sum > 0) || sum === Number.POSITIVE_INFINITY) return i;
        a[rowI + i] = Math.sqrt(sum);
      } else a[rowI + j] = sum / a[rowJ + j];
    }
  }
  return -1;
}

/**
 * A ← L and U of P·A = L·U with partial pivoting, unit lower triangle below the diagonal.
 * @param pivotRow - (n) row exchanged with row k at step k
 * @returns −1 when factored, else the column without a pivot
 * @cost 2n³/3 flops
 * @source Golub, Van Loan, Matrix Computations (4th ed.), algorithm 3.4.1
 */
export function denseLuInto(a: Float64Array, n: number, pivotRow: Int32Array): number {
  for (let k = 0; k < n; k++) {
    let at = k;
    let largest = Math.abs(a[k * n + k]);
    for (let i = k + 1; i < n; i++) {
      const size = Math.abs(a[i * n + k]);
      if (size > largest) at = i;
      largest = Math.max(largest, size);
    }
    if (!(largest > 0 && largest < Number.POSITIVE_INFINITY)) return k;
    pivotRow[k] = at;
    if (at !== k) {
      for (let j = 0; j < n; j++) {
        const held = a[k * n + j];
        a[k * n + j] = a[at * n + j];
        a[at * n + j] = held;
      }
    }
    const pivot = a[k * n + k];
    for (let i = k + 1; i < n; i++) {
      const l = a[i * n + k] / pivot;
      a[i * n + k] = l;
      if (l === 0) continue;
      for (let j = k + 1; j < n; j++) a[i * n + j] -= l * a[k * n + j];
    }
  }
  return -1;
}

/**
 * B ← A⁻¹·B with the factor of `denseLuInto`.
 * @shape lu (n·n), pivotRow (n), b (n·columns_count, row-major)
 * @cost 2n²·columns flops
 */
export function denseLuSolveInto(lu: Float64Array, n: number, pivotRow: Int32Array, b: Float64Array, columns_count = 1): void {
  const m = columns_count;
  for (let k = 0; k < n; k++) {
    const at = pivotRow[k];
    if (at === k) continue;
    for (let c = 0; c < m; c++) {
      const held = b[k * m + c];
      b[k * m + c] = b[at * m + c];
      b[at * m + c] = held;
    }
  }
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) {
      const l = lu[i * n + k];
      if (l !== 0) for (let c = 0; c < m; c++) b[i * m + c] -= l * b[k * m + c];
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) {
      const u = lu[i * n + k];
      if (u !== 0) for (let c = 0; c < m; c++) b[i * m + c] -= u * b[k * m + c];
    }
    const pivot = lu[i * n + i];
    for (let c = 0; c < m; c++) b[i * m + c] /= pivot;
  }
}

/**
 * A⁻¹·B for one use; A and B are kept.
 * @param columns_count - columns of B (row-major)
 * @returns the solution, or undefined when a pivot is exactly zero or not finite
 */
export function denseLuSolve(a: Float64Array, b: Float64Array, n: number, columns_count = 1): Float64Array | undefined {
  const lu = a.slice(0, n * n);
  const pivotRow = new Int32Array(n);
  if (denseLuInto(lu, n, pivotRow) >= 0) return undefined;
  const x = b.slice(0, n * columns_count);
  denseLuSolveInto(lu, n, pivotRow, x, columns_count);
  return x;
}

/** C ← A·B for square row-major matrices; C is another array than A and B. */
export function denseMultiplyInto(a: Float64Array, b: Float64Array, c: Float64Array, n: number): void {
  c.fill(0, 0, n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const v = a[i * n + k];
      if (v !== 0) for (let j = 0; j < n; j++) c[i * n + j] += v * b[k * n + j];
    }
  }
}
