/**
 * Symmetric matrices as vectors: the lower triangle, column by column, with √2 off the diagonal, so that the product of
 * two vectors is the trace of the product of their matrices. Matrices are row-major and full.
 * @shape v (n·(n + 1)/2), matrix (n·n)
 */

/** matrix ← the symmetric matrix of v[from …]. */
export function matrixInto(v: Float64Array, matrix: Float64Array, n: number, from = 0): void {
  let at = from;
  for (let j = 0; j < n; j++) {
    matrix[j * n + j] = v[at++];
    for (let i = j + 1; i < n; i++) matrix[i * n + j] = matrix[j * n + i] = v[at++] * Math.SQRT1_2;
  }
}

/** v[from …] ← the vector of the symmetric part of a matrix. */
export function vectorInto(matrix: Float64Array, v: Float64Array, n: number, from = 0): void {
  let at = from;
  for (let j = 0; j < n; j++) {
    v[at++] = matrix[j * n + j];
    for (let i = j + 1; i < n; i++) v[at++] = (matrix[i * n + j] + matrix[j * n + i]) * Math.SQRT1_2;
  }
}
