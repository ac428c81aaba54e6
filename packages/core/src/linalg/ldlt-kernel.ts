/**
 * Plain TypeScript twins of packages/core/kernels/ldlt.ts: same operations in the same order, so equal bit for bit.
 *
 * Task: K = Pᵀ·L·D·Lᵀ·P for symmetric K given by its upper triangle. Row k of L by a sparse triangular solve:
 *   y = K(0…k−1, k);  for j in row k, ascending:  y_i −= L_ij·y_j,  L_kj = y_j / d_j,  d_k −= L_kj·y_j
 *
 * | symbol | array | meaning |
 * |---|---|---|
 * | K | aStart, aRow, values | permuted upper triangle by columns |
 * | L | lStart, lRow, lx | columns below the diagonal; rowStart, rowCol: the same by rows |
 * | 1/d | dInv | inverse pivots |
 * | y, next, b, kept, r | y, next, b, kept, r | workspace (no meaning on return); y is zero on entry and on return |
 *
 * The WebAssembly kernel does the same operations on every entry in the same order, and so gives the same bits, but faster
 * where L fills: four columns of one chain (same rows below themselves) update y together, and the full triangle at the end
 * of a component, u_rj = l_rj·d_j, is eliminated in panels of eight columns:  S_ri ← S_ri − Σ_j u_rj·l_ij, two rows at a time.
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
  readonly lStart: Int32Array;
  readonly lRow: Int32Array;
  readonly rowStart: Int32Array;
  readonly rowCol: Int32Array;
  /** Read by the WebAssembly kernel only. */
  readonly chainEnd: Int32Array;
  readonly next: Int32Array;
  /** Expected pivot signs in elimination order; 0 where nothing is expected. */
  readonly sign: Int32Array;
  /** [0] column that stopped the factorisation, in elimination order; [1] count of regularised pivots; [2], [3] full block of L. */
  readonly report: Int32Array;
  readonly values: Float64Array;
  readonly lx: Float64Array;
  readonly dInv: Float64Array;
  readonly y: Float64Array;
  readonly rhs: Float64Array;
  readonly x: Float64Array;
  readonly b: Float64Array;
  readonly kept: Float64Array;
  readonly r: Float64Array;
}

/** Rows begin … beyond − 1 of the factor; the earlier ones must be there. @returns 0 when done, 1 when a pivot is zero or not finite */
export function ldltFactor(f: LdltArrays, shift: number, delta: number, threshold: number, begin: number, beyond: number): number {
  const { aStart, aRow, lStart, lRow, rowStart, rowCol, next, sign, report, values, lx, dInv, y } = f;
  let regularised_count = begin === 0 ? 0 : report[1];
  for (let k = begin; k < beyond; k++) {
    next[k] = lStart[k];
    let d = 0;
    for (let p = aStart[k]; p < aStart[k + 1]; p++) {
      const i = aRow[p];
      if (i === k) d += values[p];
      else y[i] += values[p];
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

/** y ← (L·D·Lᵀ)⁻¹·y in elimination order. */
function solvePermuted(f: LdltArrays): void {
  const { n, lStart, lRow, lx, dInv, y } = f;
  for (let j = 0; j < n; j++) {
    const yj = y[j];
    const end = lStart[j + 1];
    for (let p = lStart[j]; p < end; p++) y[lRow[p]] -= lx[p] * yj;
  }
  for (let j = n - 1; j >= 0; j--) {
    let sum = y[j] * dInv[j];
    const end = lStart[j + 1];
    for (let p = lStart[j]; p < end; p++) sum -= lx[p] * y[lRow[p]];
    y[j] = sum;
  }
}

/** rhs ← K⁻¹·rhs in the original order, through y. */
export function ldltSolve(f: LdltArrays): void {
  const { n, order, y, rhs } = f;
  for (let k = 0; k < n; k++) y[k] = rhs[order[k]];
  solvePermuted(f);
  for (let k = 0; k < n; k++) {
    rhs[order[k]] = y[k];
    y[k] = 0;
  }
}

/** y ← b − K·x in elimination order, K without regularisation. Returns ‖y‖∞. */
function residual(f: LdltArrays, x: Float64Array): number {
  const { n, aStart, aRow, values, y, b } = f;
  for (let k = 0; k < n; k++) y[k] = b[k];
  for (let k = 0; k < n; k++) {
    const xk = x[k];
    let sum = 0;
    const end = aStart[k + 1];
    for (let p = aStart[k]; p < end; p++) {
      const i = aRow[p];
      const v = values[p];
      sum += v * x[i];
      if (i !== k) y[i] -= v * xk;
    }
    y[k] -= sum;
  }
  let norm = 0;
  for (let k = 0; k < n; k++) norm = Math.max(norm, Math.abs(y[k]));
  return norm;
}

/**
 * x ← K⁻¹·rhs by iterative refinement; rhs ← rhs − K·x. Both in the original order on entry and return.
 *
 * A correction that does not shrink the residual is undone and ends the loop.
 * @param isStarted - x holds an approximate solution; else the first one is a plain solve
 * @param corrections_count - at most
 * @param residual_frac - the loop ends when ‖rhs − K·x‖∞ is at most this share of ‖rhs‖∞
 * @param slow_frac - a correction that leaves more than this share of the residual is the last
 * @returns ‖rhs − K·x‖∞ of the x returned
 */
export function ldltRefine(f: LdltArrays, isStarted: boolean, corrections_count: number, residual_frac: number, slow_frac: number): number {
  const { n, order, y, rhs, x, b, kept, r } = f;
  let target = 0;
  for (let k = 0; k < n; k++) {
    const entry = rhs[order[k]];
    b[k] = entry;
    y[k] = entry;
    target = Math.max(target, Math.abs(entry));
  }
  target *= residual_frac;
  if (isStarted) for (let k = 0; k < n; k++) kept[k] = x[order[k]];
  else {
    solvePermuted(f);
    for (let k = 0; k < n; k++) kept[k] = y[k];
  }
  let current = kept;
  let spare = x;
  let norm = residual(f, current);
  for (let k = 0; k < n; k++) r[k] = y[k];
  for (let step = 0; step < corrections_count && norm > target; step++) {
    solvePermuted(f);
    for (let k = 0; k < n; k++) spare[k] = current[k] + y[k];
    const now = residual(f, spare);
    if (!(now < norm)) break;
    const held = current;
    current = spare;
    spare = held;
    for (let k = 0; k < n; k++) r[k] = y[k];
    const isSlow = now > slow_frac * norm;
    norm = now;
    if (isSlow) break;
  }
  for (let k = 0; k < n; k++) {
    b[order[k]] = current[k];
    rhs[order[k]] = r[k];
    y[k] = 0;
  }
  for (let k = 0; k < n; k++) x[k] = b[k];
  return norm;
}
