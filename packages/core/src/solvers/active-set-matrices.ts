import { InputError } from '../base/errors.ts';
import { denseCholeskyInto } from '../linalg/dense.ts';

/**
 * L of H = L·Lᵀ, row-major.
 * @throws {InputError} SOLVER_NOT_CONVEX if H is not positive definite
 * @source Golub & Van Loan, Matrix Computations (2013), algorithm 4.2.1
 */
export function cholesky(n: number, h: Float64Array): Float64Array {
  const l = h.slice();
  const column = denseCholeskyInto(l, n);
  if (column >= 0) refuseHessian(`pivot ${column} is not`);
  return l;
}

/** b ← L⁻¹·b */
export function forward(n: number, l: Float64Array, b: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let sum = b[i];
    for (let k = 0; k < i; k++) sum -= l[i * n + k] * b[k];
    b[i] = sum / l[i * n + i];
  }
}

/** b ← L⁻ᵀ·b */
export function backward(n: number, l: Float64Array, b: Float64Array): void {
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i];
    for (let k = i + 1; k < n; k++) sum -= l[k * n + i] * b[k];
    b[i] = sum / l[i * n + i];
  }
}

/** @internal */
export function refuseHessian(what: string): never {
  throw new InputError({
    message: `The quadratic cost must be positive definite, but ${what}`,
    code: 'SOLVER_NOT_CONVEX',
    hint: 'Add a small square of every variable, or use the interior-point solver.',
  });
}

/** G·Gᵀ of m × n row-major G. */
export function gramOf(g: Float64Array, n: number, m: number): Float64Array {
  const gram = new Float64Array(m * m);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += g[i * n + k] * g[j * n + k];
      gram[i * m + j] = sum;
      gram[j * m + i] = sum;
    }
  }
  return gram;
}

/** The entries of G that are not zero, row by row. @shape rowStart (m + 1) */
export function compressedRows(
  g: Float64Array,
  n: number,
  m: number,
): { rowStart: Int32Array; rowColumn: Int32Array; rowValue: Float64Array } {
  let entries_count = 0;
  for (let k = 0; k < g.length; k++) if (g[k] !== 0) entries_count++;
  const rowStart = new Int32Array(m + 1);
  const rowColumn = new Int32Array(entries_count);
  const rowValue = new Float64Array(entries_count);
  let at = 0;
  for (let i = 0; i < m; i++) {
    for (let k = 0; k < n; k++) {
      if (g[i * n + k] === 0) continue;
      rowColumn[at] = k;
      rowValue[at++] = g[i * n + k];
    }
    rowStart[i + 1] = at;
  }
  return { rowStart, rowColumn, rowValue };
}
