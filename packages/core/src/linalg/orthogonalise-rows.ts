const SWEEPS_MAX = 40;

/**
 * Rotates rows until they are orthogonal to each other: M ← Q·M with M·Mᵀ diagonal, B ← Q·B. The lengths of the rows are
 * then the singular values of M, each to high relative accuracy. For small matrices: slower than by a bidiagonal form, but exact to the last
 * digits of every value.
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
