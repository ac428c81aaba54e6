/**
 * Plain TypeScript twins of packages/core/kernels/lu.ts: same operations in the same order, so equal bit for bit.
 *
 * Task: numbers of P·A·Q = L·U for a known pattern and pivot sequence, and triangular solves.
 *   x = (P·A·Q)(:, k);  for j in U(:, k), ascending:  u_jk = x_j,  x_i −= l_ij·u_jk;  u_kk = x_k;  l_ik = x_i / u_kk
 *
 * | symbol | array | meaning |
 * |---|---|---|
 * | A | colStart, aStep, values | columns of A; row of each entry by elimination step |
 * | q, p | columnOrder, rowOfStep | original column and row of step k |
 * | L | lStart, lRow, lx | unit lower triangle without diagonal, rows by step, ascending |
 * | U | uStart, uRow, ux, pivot | upper triangle without diagonal, rows by step, ascending; u_kk apart |
 * | x | x | workspace (no meaning on return), zero on entry and on return |
 *
 * Fails when a pivot is zero or not finite, or when a multiplier grows beyond the limit.
 * @source Davis, Palamadai Natarajan: KLU, ACM Trans. Math. Softw. 37 (2010), section 3.5
 */
export interface LuArrays {
  readonly n: number;
  readonly colStart: Int32Array;
  readonly columnOrder: Int32Array;
  readonly rowOfStep: Int32Array;
  readonly aStep: Int32Array;
  readonly lStart: Int32Array;
  readonly uStart: Int32Array;
  readonly lRow: Int32Array;
  readonly uRow: Int32Array;
  readonly values: Float64Array;
  readonly lx: Float64Array;
  readonly ux: Float64Array;
  readonly pivot: Float64Array;
  readonly x: Float64Array;
  readonly rhs: Float64Array;
}

/** @returns −1 when factored, else the step whose pivot is zero, not finite or too small for its column */
export function luRefactor(f: LuArrays, growthLimit: number): number {
  const { n, colStart, columnOrder, aStep, lStart, uStart, lRow, uRow, values, lx, ux, pivot, x } = f;
  for (let k = 0; k < n; k++) {
    const column = columnOrder[k];
    for (let a = colStart[column]; a < colStart[column + 1]; a++) x[aStep[a]] += values[a];
    for (let t = uStart[k]; t < uStart[k + 1]; t++) {
      const j = uRow[t];
      const u = x[j];
      x[j] = 0;
      ux[t] = u;
      const end = lStart[j + 1];
      for (let p = lStart[j]; p < end; p++) x[lRow[p]] -= lx[p] * u;
    }
    const d = x[k];
    x[k] = 0;
    const inverse = 1 / d;
    let growth = 0;
    const end = lStart[k + 1];
    for (let p = lStart[k]; p < end; p++) {
      const i = lRow[p];
      const l = x[i] * inverse;
      x[i] = 0;
      lx[p] = l;
      growth = Math.max(growth, Math.abs(l));
    }
    if (!(growth <= growthLimit) || !(inverse - inverse === 0) || !(d - d === 0)) return k;
    pivot[k] = d;
  }
  return -1;
}

/** rhs ← A⁻¹·rhs, through x. */
export function luSolve(f: LuArrays): void {
  const { n, columnOrder, rowOfStep, lStart, uStart, lRow, uRow, lx, ux, pivot, x, rhs } = f;
  for (let k = 0; k < n; k++) x[k] = rhs[rowOfStep[k]];
  for (let j = 0; j < n; j++) {
    const xj = x[j];
    const end = lStart[j + 1];
    for (let p = lStart[j]; p < end; p++) x[lRow[p]] -= lx[p] * xj;
  }
  for (let j = n - 1; j >= 0; j--) {
    const xj = x[j] / pivot[j];
    x[j] = 0;
    rhs[columnOrder[j]] = xj;
    const end = uStart[j + 1];
    for (let p = uStart[j]; p < end; p++) x[uRow[p]] -= ux[p] * xj;
  }
}

/** rhs ← A⁻ᵀ·rhs, through x. */
export function luSolveTranspose(f: LuArrays): void {
  const { n, columnOrder, rowOfStep, lStart, uStart, lRow, uRow, lx, ux, pivot, x, rhs } = f;
  for (let j = 0; j < n; j++) {
    let sum = rhs[columnOrder[j]];
    const end = uStart[j + 1];
    for (let p = uStart[j]; p < end; p++) sum -= ux[p] * x[uRow[p]];
    x[j] = sum / pivot[j];
  }
  for (let j = n - 1; j >= 0; j--) {
    let sum = x[j];
    const end = lStart[j + 1];
    for (let p = lStart[j]; p < end; p++) sum -= lx[p] * x[lRow[p]];
    x[j] = sum;
    rhs[rowOfStep[j]] = sum;
  }
  for (let k = 0; k < n; k++) x[k] = 0;
}
