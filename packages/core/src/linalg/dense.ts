import { NumericalError } from '../base/errors.ts';

/**
 * Small dense kernels on row-major `Float64Array`s: a[i·n + j]. For n up to a few hundred.
 * Status codes come back as numbers; only `matrixExponential` throws.
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

/** b ← (L·Lᵀ)⁻¹·b with the factor of `denseCholeskyInto`. */
export function denseCholeskySolveInto(l: Float64Array, n: number, b: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let sum = b[i];
    for (let k = 0; k < i; k++) sum -= l[i * n + k] * b[k];
    b[i] = sum / l[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    const x = b[i] / l[i * n + i];
    b[i] = x;
    for (let k = 0; k < i; k++) b[k] -= l[i * n + k] * x;
  }
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

/** Numerator coefficients of the [13/13] Padé approximant of eˣ, b_0 … b_13. */
const PADE13 = [
  64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600, 670442572800, 33522128640,
  1323241920, 40840800, 960960, 16380, 182, 1,
] as const;

/** ‖A‖₁ up to which the approximant is accurate to double precision (Higham 2005, table 2.3). */
const PADE13_NORM_MAX = 5.371920351148152;

/**
 * e^A by scaling and squaring with the [13/13] Padé approximant:  e^A ≈ ( r₁₃(A/2ˢ) )^(2ˢ).
 *
 * Accurate to about machine precision times the conditioning of the exponential, for any square A.
 * @param a - (n·n) row-major, kept
 * @throws {NumericalError} LINALG_NOT_FINITE when an entry is not a finite number
 * @cost (6 + s) products and one solve of n × n
 * @source Higham, The scaling and squaring method for the matrix exponential revisited, SIAM J. Matrix Anal. 26 (2005)
 * @example matrixExponential(Float64Array.of(0, 1, -1, 0), 2) // [cos 1, sin 1; −sin 1, cos 1]
 */
export function matrixExponential(a: Float64Array, n: number): Float64Array {
  const size = n * n;
  let norm = 0;
  for (let j = 0; j < n; j++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += Math.abs(a[i * n + j]);
    norm = Math.max(norm, sum);
  }
  if (!(norm < Number.POSITIVE_INFINITY))
    throw new NumericalError({
      message: 'Matrix exponential of entries that are not finite',
      code: 'LINALG_NOT_FINITE',
      hint: 'Look for a missing or infinite parameter in the rates.',
    });
  const x = a.slice(0, size);
  let squarings_count = 0;
  for (let reduced = norm; reduced > PADE13_NORM_MAX; reduced /= 2) squarings_count++;
  const scale = 2 ** -squarings_count;
  for (let p = 0; p < size; p++) x[p] *= scale;

  const x2 = new Float64Array(size);
  const x4 = new Float64Array(size);
  const x6 = new Float64Array(size);
  denseMultiplyInto(x, x, x2, n);
  denseMultiplyInto(x2, x2, x4, n);
  denseMultiplyInto(x2, x4, x6, n);
  const b = PADE13;
  const inner = new Float64Array(size);
  const odd = new Float64Array(size);
  const even = new Float64Array(size);
  // U = A·(A⁶(b₁₃A⁶ + b₁₁A⁴ + b₉A²) + b₇A⁶ + b₅A⁴ + b₃A² + b₁I)
  for (let p = 0; p < size; p++) inner[p] = b[13] * x6[p] + b[11] * x4[p] + b[9] * x2[p];
  denseMultiplyInto(x6, inner, even, n);
  for (let p = 0; p < size; p++) even[p] += b[7] * x6[p] + b[5] * x4[p] + b[3] * x2[p];
  for (let i = 0; i < n; i++) even[i * n + i] += b[1];
  denseMultiplyInto(x, even, odd, n);
  // V = A⁶(b₁₂A⁶ + b₁₀A⁴ + b₈A²) + b₆A⁶ + b₄A⁴ + b₂A² + b₀I
  for (let p = 0; p < size; p++) inner[p] = b[12] * x6[p] + b[10] * x4[p] + b[8] * x2[p];
  denseMultiplyInto(x6, inner, even, n);
  for (let p = 0; p < size; p++) even[p] += b[6] * x6[p] + b[4] * x4[p] + b[2] * x2[p];
  for (let i = 0; i < n; i++) even[i * n + i] += b[0];
  // (V − U)·r = V + U
  for (let p = 0; p < size; p++) {
    const u = odd[p];
    const v = even[p];
    inner[p] = v - u;
    x[p] = v + u;
  }
  const pivotRow = new Int32Array(n);
  denseLuInto(inner, n, pivotRow);
  denseLuSolveInto(inner, n, pivotRow, x, n);
  let result = x;
  let other = x2;
  for (let k = 0; k < squarings_count; k++) {
    denseMultiplyInto(result, result, other, n);
    const held = result;
    result = other;
    other = held;
  }
  return result;
}
