/**
 * Plain TypeScript twins of packages/core/kernels/ldlt.ts: same operations in the same order, so equal bit for bit.
 *
 * Task: K = Pᵀ·L·D·Lᵀ·P for symmetric K given by its upper triangle. Row k of L by a sparse triangular solve:
 *   y = K(0…k−1, k);  for j in row k, ascending:  y_i −= L_ij·y_j,  L_kj = y_j / d_j,  d_k −= L_kj·y_j
 *
 * | symbol | array | meaning |
 * |---|---|---|
 * | K | aStart, aRow, source, values | permuted upper triangle; entry p has the value values[source[p]] |
 * | L | lStart, lRow, lx | columns below the diagonal; rowStart, rowCol: the same by rows |
 * | 1/d | dInv | inverse pivots |
 * | y, next | y, next | workspace (no meaning on return); y is zero on entry and on return |
 *
 * A pivot of the wrong sign or below the threshold becomes sign·δ when δ > 0; without δ only an exact zero or a value
 * that is not finite stops. Fails when a pivot is zero: quasi-definite matrices never do in exact arithmetic.
 * @source Davis (2006), section 4.8; Vanderbei, Symmetric quasi-definite matrices, SIAM J. Optim. 5 (1995)
 */
export interface LdltArrays {
  readonly n: number;
  readonly order: Int32Array;
  readonly aStart: Int32Array;
  readonly aRow: Int32Array;
  readonly source: Int32Array;
  readonly lStart: Int32Array;
  readonly lRow: Int32Array;
  readonly rowStart: Int32Array;
  readonly rowCol: Int32Array;
  readonly next: Int32Array;
  /** Expected pivot signs in elimination order; 0 where nothing is expected. */
  readonly sign: Int32Array;
  /** [0] column that stopped the factorisation, in elimination order; [1] count of regularised pivots. */
  readonly report: Int32Array;
  readonly values: Float64Array;
  readonly lx: Float64Array;
  readonly dInv: Float64Array;
  readonly y: Float64Array;
  readonly rhs: Float64Array;
}

/** @returns 0 when factored, 1 when a pivot is zero or not finite */
export function ldltFactor(f: LdltArrays, shift: number, delta: number, threshold: number): number {
  const { n, aStart, aRow, source, lStart, lRow, rowStart, rowCol, next, sign, report, values, lx, dInv, y } = f;
  let regularised_count = 0;
  for (let k = 0; k < n; k++) {
    next[k] = lStart[k];
    let d = 0;
    for (let p = aStart[k]; p < aStart[k + 1]; p++) {
      const i = aRow[p];
      if (i === k) d += values[source[p]];
      else y[i] += values[source[p]];
    }
    const s = sign[k] !== 0 ? sign[k] : d < 0 ? -1 : 1;
    d += s * shift;
    for (let t = rowStart[k]; t < rowStart[k + 1]; t++) {
      const j = rowCol[t];
      const yj = y[j];
      y[j] = 0;
      const end = next[j];
      for (let p = lStart[j]; p < end; p++) y[lRow[p]] -= lx[p] * yj;
      const l = yj * dInv[j];
      d -= l * yj;
      lx[end] = l;
      next[j] = end + 1;
    }
    if (delta > 0) {
      const expected = sign[k] !== 0 ? sign[k] : d < 0 ? -1 : 1;
      if (d * expected <= threshold) {
        d = expected * delta;
        regularised_count++;
      }
    }
    const inverse = 1 / d;
    if (d === 0 || !(inverse - inverse === 0) || !(d - d === 0)) {
      report[0] = k;
      report[1] = regularised_count;
      return 1;
    }
    dInv[k] = inverse;
  }
  report[0] = -1;
  report[1] = regularised_count;
  return 0;
}

/** rhs ← K⁻¹·rhs in the original order, through y. Leaves y zero. */
export function ldltSolve(f: LdltArrays): void {
  const { n, order, lStart, lRow, lx, dInv, y, rhs } = f;
  for (let k = 0; k < n; k++) y[k] = rhs[order[k]];
  for (let j = 0; j < n; j++) {
    const yj = y[j];
    for (let p = lStart[j]; p < lStart[j + 1]; p++) y[lRow[p]] -= lx[p] * yj;
  }
  for (let j = n - 1; j >= 0; j--) {
    let sum = y[j] * dInv[j];
    for (let p = lStart[j]; p < lStart[j + 1]; p++) sum -= lx[p] * y[lRow[p]];
    y[j] = sum;
    rhs[order[j]] = sum;
  }
  for (let k = 0; k < n; k++) y[k] = 0;
}
