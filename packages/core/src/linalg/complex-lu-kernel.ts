/**
 * Plain TypeScript twins of packages/core/kernels/complex-lu.ts: same operations in the same order, so equal bit for bit.
 *
 * Task: P·A·Pᵀ = L·U by rows for a complex matrix of symmetric pattern, with pivots on the diagonal, and A⁻¹·b for one and
 * for four right-hand sides at a time.
 *   w = row k of P·A·Pᵀ;  for j in L(k, :), ascending:  l_kj = w_j/d_j,  w −= l_kj·U(j, :);  d_k = w_k,  U(k, :) = w beyond k
 *   L·y = P·b,  d_k·x_k = y_k − Σ u_kj·x_j
 *
 * | symbol | array | meaning |
 * |---|---|---|
 * | A | aStart, aCol, aStep, values | rows of A; column of each entry as it is and by elimination step |
 * | P | order | original row and column of step k |
 * | L, U | lStart, lCol, lx; uStart, uCol, ux | rows without diagonal, columns by step, ascending; L has ones on it |
 * | 1/d | dInv | |
 * | w | w | workspace (no meaning on return) |
 * | x, b | x, rhs | by original row: (re, im), or four lanes re × 4, im × 4 |
 *
 * Complex numbers are stored as re, im. Fails when a pivot is not finite or tiny beside its row of A.
 * Without exchanges this is stable where the Hermitian part of A is positive semi-definite, which every Schur complement inherits:
 * admittances of elements that do not give power.
 * @source Higham: Factorizing complex symmetric matrices with positive definite real and imaginary parts, Math. Comp. 67 (1998);
 *   George, Ikramov, Kucherov: On the growth factor in Gaussian elimination for generalized Higham matrices, Numer. Linear Algebra Appl. 9 (2002)
 */
export interface ComplexLuArrays {
  readonly n: number;
  readonly order: Int32Array;
  readonly aStart: Int32Array;
  readonly aCol: Int32Array;
  readonly aStep: Int32Array;
  readonly lStart: Int32Array;
  readonly lCol: Int32Array;
  readonly uStart: Int32Array;
  readonly uCol: Int32Array;
  readonly values: Float64Array;
  readonly lx: Float64Array;
  readonly ux: Float64Array;
  readonly dInv: Float64Array;
  readonly w: Float64Array;
  readonly x: Float64Array;
  readonly rhs: Float64Array;
}

/** Right-hand sides side by side. */
export const lanes_count = 4;

/** @returns −1 when factored, else the step whose pivot is not finite or below `floor` times the largest entry of its row */
export function complexLuFactor(f: ComplexLuArrays, floor: number): number {
  const { n, order, aStart, aStep, lStart, lCol, uStart, uCol, values, lx, ux, dInv, w } = f;
  w.fill(0, 0, 2 * n);
  for (let k = 0; k < n; k++) {
    const row = order[k];
    let largest = 0;
    for (let a = aStart[row]; a < aStart[row + 1]; a++) {
      const re = values[2 * a];
      const im = values[2 * a + 1];
      largest = Math.max(largest, re * re + im * im);
      w[2 * aStep[a]] += re;
      w[2 * aStep[a] + 1] += im;
    }
    for (let p = lStart[k]; p < lStart[k + 1]; p++) {
      const j = lCol[p];
      const wr = w[2 * j];
      const wi = w[2 * j + 1];
      const lr = wr * dInv[2 * j] - wi * dInv[2 * j + 1];
      const li = wr * dInv[2 * j + 1] + wi * dInv[2 * j];
      w[2 * j] = 0;
      w[2 * j + 1] = 0;
      lx[2 * p] = lr;
      lx[2 * p + 1] = li;
      for (let q = uStart[j]; q < uStart[j + 1]; q++) {
        const to = 2 * uCol[q];
        w[to] -= lr * ux[2 * q] - li * ux[2 * q + 1];
        w[to + 1] -= lr * ux[2 * q + 1] + li * ux[2 * q];
      }
    }
    const re = w[2 * k];
    const im = w[2 * k + 1];
    w[2 * k] = 0;
    w[2 * k + 1] = 0;
    for (let q = uStart[k]; q < uStart[k + 1]; q++) {
      const from = 2 * uCol[q];
      ux[2 * q] = w[from];
      ux[2 * q + 1] = w[from + 1];
      w[from] = 0;
      w[from + 1] = 0;
    }
    const size = re * re + im * im;
    if (!(size > floor * floor * largest) || !(size - size === 0)) return k;
    dInv[2 * k] = re / size;
    dInv[2 * k + 1] = -im / size;
  }
  return -1;
}

/** x ← A⁻¹·rhs, one right-hand side. */
export function complexLuSolve(f: ComplexLuArrays): void {
  const { n, order, lStart, lCol, uStart, uCol, lx, ux, dInv, w, x, rhs } = f;
  for (let k = 0; k < n; k++) {
    const from = 2 * order[k];
    restInto(lCol, lx, lStart[k], lStart[k + 1], w, 1, 0, rhs, from, from + 1, w, 2 * k, 2 * k + 1);
  }
  for (let k = n - 1; k >= 0; k--) {
    restInto(uCol, ux, uStart[k], uStart[k + 1], w, 1, 0, w, 2 * k, 2 * k + 1, w, 2 * k, 2 * k + 1);
    timesPivot(dInv, k, w, 2 * k, 2 * k + 1);
    x[2 * order[k]] = w[2 * k];
    x[2 * order[k] + 1] = w[2 * k + 1];
  }
}

/** x ← A⁻¹·rhs, four right-hand sides. */
export function complexLuSolveLanes(f: ComplexLuArrays): void {
  const { n, order, lStart, lCol, uStart, uCol, lx, ux, dInv, w, x, rhs } = f;
  for (let k = 0; k < n; k++) {
    for (let lane = 0; lane < lanes_count; lane++) {
      const from = 8 * order[k] + lane;
      const to = 8 * k + lane;
      restInto(lCol, lx, lStart[k], lStart[k + 1], w, lanes_count, lane, rhs, from, from + 4, w, to, to + 4);
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    for (let lane = 0; lane < lanes_count; lane++) {
      const to = 8 * k + lane;
      restInto(uCol, ux, uStart[k], uStart[k + 1], w, lanes_count, lane, w, to, to + 4, w, to, to + 4);
      timesPivot(dInv, k, w, to, to + 4);
      x[8 * order[k] + lane] = w[to];
      x[8 * order[k] + lane + 4] = w[to + 4];
    }
  }
}

/** rhs ← rhs − A·x, four right-hand sides. */
export function complexLuResidualLanes(f: ComplexLuArrays): void {
  const { n, aStart, aCol, values, x, rhs } = f;
  for (let i = 0; i < n; i++) {
    for (let lane = 0; lane < lanes_count; lane++) {
      const at = 8 * i + lane;
      restInto(aCol, values, aStart[i], aStart[i + 1], x, lanes_count, lane, rhs, at, at + 4, rhs, at, at + 4);
    }
  }
}

/** to ← b − Σ entries begin … end times x, where x_j stands at 2·width·j + lane and its imaginary part `width` behind it. */
function restInto(
  cols: Int32Array,
  entries: Float64Array,
  begin: number,
  end: number,
  x: Float64Array,
  width: number,
  lane: number,
  b: Float64Array,
  bRe: number,
  bIm: number,
  to: Float64Array,
  re: number,
  im: number,
): void {
  let rr = 0;
  let ri = 0;
  let ir = 0;
  let ii = 0;
  for (let p = begin; p < end; p++) {
    const j = 2 * width * cols[p] + lane;
    const a = entries[2 * p];
    const c = entries[2 * p + 1];
    rr += a * x[j];
    ri += a * x[j + width];
    ir += c * x[j];
    ii += c * x[j + width];
  }
  to[re] = b[bRe] - (rr - ii);
  to[im] = b[bIm] - (ri + ir);
}

/** Two places of w times 1/d_k. */
function timesPivot(dInv: Float64Array, k: number, w: Float64Array, re: number, im: number): void {
  const yr = w[re];
  const yi = w[im];
  w[re] = yr * dInv[2 * k] - yi * dInv[2 * k + 1];
  w[im] = yr * dInv[2 * k + 1] + yi * dInv[2 * k];
}
