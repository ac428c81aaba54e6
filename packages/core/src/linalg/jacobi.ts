/**
 * Jacobi's rotations on small dense matrices (row-major `Float64Array`s, order up to about a hundred): slower than
 * tridiagonal methods, but accurate to the last digits of every value relative to its rows.
 */

const SWEEPS_MAX = 40;

/**
 * A ← diagonal of its eigenvalues; the rows of `vectors`, when given, become the eigenvectors.
 * @param a - symmetric, (n·n), destroyed: eigenvalues on the diagonal in no order
 * @param vectors - (n·n), out
 * @cost about 6 to 10 sweeps of 2n³ flops, half as many again with vectors
 * @source Golub & Van Loan, Matrix Computations (2013), section 8.5 (cyclic by rows)
 */
export function jacobiEigenInto(a: Float64Array, n: number, vectors?: Float64Array): void {
  if (vectors) {
    vectors.fill(0, 0, n * n);
    for (let i = 0; i < n; i++) vectors[i * n + i] = 1;
  }
  for (let sweep = 0; sweep < SWEEPS_MAX; sweep++) {
    let isDiagonal = true;
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        const apq = a[p * n + q];
        const app = a[p * n + p];
        const aqq = a[q * n + q];
        if (Math.abs(apq) <= 1e-300 || Math.abs(apq) <= 0.1 * Number.EPSILON * Math.min(Math.abs(app), Math.abs(aqq))) continue;
        const size = Math.max(Math.abs(app), Math.abs(aqq));
        if (Math.abs(apq) > Number.EPSILON * size) isDiagonal = false;
        const theta = (aqq - app) / (2 * apq);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(1 + theta * theta));
        const c = 1 / Math.sqrt(1 + t * t);
        const s = t * c;
        for (let k = 0; k < n; k++) {
          if (k === p || k === q) continue;
          const akp = a[p * n + k];
          const akq = a[q * n + k];
          a[p * n + k] = a[k * n + p] = c * akp - s * akq;
          a[q * n + k] = a[k * n + q] = s * akp + c * akq;
        }
        a[p * n + p] = app - t * apq;
        a[q * n + q] = aqq + t * apq;
        a[p * n + q] = a[q * n + p] = 0;
        if (vectors) rotateRows(vectors, n, p, q, c, s);
      }
    }
    if (isDiagonal) return;
  }
}

/**
 * Rotates rows until they are orthogonal to each other: M ← Q·M with M·Mᵀ diagonal, B ← Q·B. The lengths of the rows are
 * then the singular values of M, each to high relative accuracy.
 * @shape m, companion (n·n)
 * @cost about 5 to 8 sweeps of 5n³ flops
 * @source Hestenes, Inversion of matrices by biorthogonalization and related results, J. SIAM 6 (1958); Demmel & Veselić,
 *   Jacobi's method is more accurate than QR, SIAM J. Matrix Anal. 13 (1992)
 */
export function orthogonaliseRowsInto(m: Float64Array, companion: Float64Array, n: number): void {
  for (let sweep = 0; sweep < SWEEPS_MAX; sweep++) {
    let isOrthogonal = true;
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        let pp = 0;
        let qq = 0;
        let pq = 0;
        for (let k = 0; k < n; k++) {
          const x = m[p * n + k];
          const y = m[q * n + k];
          pp += x * x;
          qq += y * y;
          pq += x * y;
        }
        if (!(Math.abs(pq) > Number.EPSILON * Math.sqrt(pp * qq))) continue;
        isOrthogonal = false;
        const theta = (qq - pp) / (2 * pq);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(1 + theta * theta));
        const c = 1 / Math.sqrt(1 + t * t);
        rotateRows(m, n, p, q, c, t * c);
        rotateRows(companion, n, p, q, c, t * c);
      }
    }
    if (isOrthogonal) return;
  }
}

function rotateRows(a: Float64Array, n: number, p: number, q: number, c: number, s: number): void {
  for (let k = 0; k < n; k++) {
    const x = a[p * n + k];
    const y = a[q * n + k];
    a[p * n + k] = c * x - s * y;
    a[q * n + k] = s * x + c * y;
  }
}
