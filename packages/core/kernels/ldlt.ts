// Numeric LDLᵀ, its triangular solves and iterative refinement. Equations and symbols: ../src/linalg/ldlt-kernel.ts.
import { column, expectedSign, keepPivot } from './ldlt-block';

const N = 0, ORDER = 4, A_START = 8, A_ROW = 12, L_START = 16, L_ROW = 20, ROW_START = 24, ROW_COL = 28, CHAIN_END = 32;
const NEXT = 36, SIGN = 40, REPORT = 44, VALUES = 48, LX = 52, D_INV = 56, Y = 60, RHS = 64, X = 68, B = 72, KEPT = 76;
const R = 80;

@inline function int(base: usize, i: i32): i32 { return load<i32>(base + (<usize>i << 2)); }
@inline function at(base: usize, i: i32): usize { return base + (<usize>i << 3); }

/** Sums of one column of L into y: y_i −= L_ij·yj for entries begin … end. */
@inline function scatter(lRow: usize, lx: usize, begin: i32, end: i32, y: usize, yj: f64): void {
  let q = lRow + (<usize>begin << 2);
  let v = lx + (<usize>begin << 3);
  const stop = lRow + (<usize>end << 2);
  while (q < stop) {
    const to = y + (<usize>load<i32>(q) << 3);
    store<f64>(to, load<f64>(to) - load<f64>(v) * yj);
    q += 4;
    v += 8;
  }
}

/**
 * The same for columns j … j + 3 of one chain at once: below row j + 3 they have the same rows, of which `count` take part.
 * y_j … y_{j+3} are solved with each other first. Each y_i meets the columns in the order it would meet them one by one.
 */
@inline function scatterFour(lStart: usize, lRow: usize, lx: usize, j: i32, count: i32, y: usize): void {
  const first = lStart + (<usize>j << 2);
  const p0 = at(lx, load<i32>(first)), p1 = at(lx, load<i32>(first, 4));
  const p2 = at(lx, load<i32>(first, 8)), p3 = at(lx, load<i32>(first, 12));
  const own = at(y, j);
  const y0 = load<f64>(own);
  const y1 = load<f64>(own, 8) - load<f64>(p0) * y0;
  const y2 = load<f64>(own, 16) - load<f64>(p0, 8) * y0 - load<f64>(p1) * y1;
  const y3 = load<f64>(own, 24) - load<f64>(p0, 16) * y0 - load<f64>(p1, 8) * y1 - load<f64>(p2) * y2;
  store<f64>(own, y1, 8);
  store<f64>(own, y2, 16);
  store<f64>(own, y3, 24);
  const f0 = f64x2.splat(y0), f1 = f64x2.splat(y1), f2 = f64x2.splat(y2), f3 = f64x2.splat(y3);
  let q = lRow + (<usize>load<i32>(first, 12) << 2);
  const stop = q + (<usize>count << 2);
  let v: usize = 0;
  for (; q + 4 < stop; q += 8, v += 16) {
    const a = y + (<usize>load<i32>(q) << 3), b = y + (<usize>load<i32>(q, 4) << 3);
    let sum = v128.load64_lane(b, v128.load64_zero(a), 1);
    sum = f64x2.sub(sum, f64x2.mul(v128.load(p0 + v, 24), f0));
    sum = f64x2.sub(sum, f64x2.mul(v128.load(p1 + v, 16), f1));
    sum = f64x2.sub(sum, f64x2.mul(v128.load(p2 + v, 8), f2));
    sum = f64x2.sub(sum, f64x2.mul(v128.load(p3 + v), f3));
    v128.store64_lane(a, sum, 0);
    v128.store64_lane(b, sum, 1);
  }
  if (q < stop) {
    const a = y + (<usize>load<i32>(q) << 3);
    let sum = load<f64>(a);
    sum -= load<f64>(p0 + v, 24) * y0;
    sum -= load<f64>(p1 + v, 16) * y1;
    sum -= load<f64>(p2 + v, 8) * y2;
    sum -= load<f64>(p3 + v) * y3;
    store<f64>(a, sum);
  }
}

/**
 * Row k of L from y, columns below `limit`, chains of four at once. Returns d − Σ L_kj·y_j.
 * Exported so that the compiler leaves it outside the loop of `ldltFactor`, whose registers are few.
 */
export function ldltRowByChains(f: usize, k: i32, limit: i32, diagonal: f64): f64 {
  const lStart = <usize>load<u32>(f, L_START), lRow = <usize>load<u32>(f, L_ROW);
  const rowStart = <usize>load<u32>(f, ROW_START), rowCol = <usize>load<u32>(f, ROW_COL);
  const chainEnd = <usize>load<u32>(f, CHAIN_END), next = <usize>load<u32>(f, NEXT);
  const lx = <usize>load<u32>(f, LX), dInv = <usize>load<u32>(f, D_INV), y = <usize>load<u32>(f, Y);
  const rowEnd = int(rowStart, k + 1);
  let d = diagonal;
  let t = int(rowStart, k);
  while (t < rowEnd) {
    const j = int(rowCol, t);
    if (j >= limit) break;
    let after = j + 1;
    if (j + 4 <= k && int(chainEnd, j) >= j + 4) {
      after = j + 4;
      scatterFour(lStart, lRow, lx, j, int(next, j + 3) - int(lStart, j + 3), y);
    } else scatter(lRow, lx, int(lStart, j), int(next, j), y, load<f64>(at(y, j)));
    t += after - j;
    for (let i = j; i < after; i++) {
      const yi = load<f64>(at(y, i));
      store<f64>(at(y, i), 0);
      const end = int(next, i);
      const l = yi * load<f64>(at(dInv, i));
      d -= l * yi;
      store<f64>(at(lx, end), l);
      store<i32>(next + (<usize>i << 2), end + 1);
    }
  }
  return d;
}

/**
 * Rows begin … beyond − 1 of the factor: 0 when done, 1 when a pivot is zero or not finite. Columns report[2] … report[3] are
 * one full triangle; of their rows only the Schur complement is made, which `ldltBlock` then eliminates.
 */
export function ldltFactor(f: usize, shift: f64, delta: f64, threshold: f64, begin: i32, beyond: i32): i32 {
  const n = load<i32>(f, N);
  const aStart = <usize>load<u32>(f, A_START), aRow = <usize>load<u32>(f, A_ROW);
  const lStart = <usize>load<u32>(f, L_START), lRow = <usize>load<u32>(f, L_ROW);
  const rowStart = <usize>load<u32>(f, ROW_START), rowCol = <usize>load<u32>(f, ROW_COL);
  const next = <usize>load<u32>(f, NEXT), sign = <usize>load<u32>(f, SIGN), report = <usize>load<u32>(f, REPORT);
  const values = <usize>load<u32>(f, VALUES), lx = <usize>load<u32>(f, LX);
  const dInv = <usize>load<u32>(f, D_INV), y = <usize>load<u32>(f, Y);
  const block = load<i32>(report, 8), blockEnd = load<i32>(report, 12), hasChains = load<i32>(report, 16) != 0;
  if (begin == 0) store<i32>(report, 0, 4);
  for (let k = begin; k < beyond; k++) {
    store<i32>(next + (<usize>k << 2), int(lStart, k));
    let d: f64 = 0;
    const aEnd = int(aStart, k + 1);
    for (let p = int(aStart, k); p < aEnd; p++) {
      const i = int(aRow, p);
      const v = load<f64>(at(values, p));
      if (i == k) d += v;
      else store<f64>(at(y, i), load<f64>(at(y, i)) + v);
    }
    const wished = int(sign, k);
    d += expectedSign(wished, d) * shift;
    const rowEnd = int(rowStart, k + 1);
    const rowLimit = k >= block && k < blockEnd ? block : n;
    if (hasChains) d = ldltRowByChains(f, k, rowLimit, d);
    else {
      for (let t = int(rowStart, k); t < rowEnd; t++) {
        const j = int(rowCol, t);
        if (j >= rowLimit) break;
        const yj = load<f64>(at(y, j));
        store<f64>(at(y, j), 0);
        const end = int(next, j);
        scatter(lRow, lx, int(lStart, j), end, y, yj);
        const l = yj * load<f64>(at(dInv, j));
        d -= l * yj;
        store<f64>(at(lx, end), l);
        store<i32>(next + (<usize>j << 2), end + 1);
      }
    }
    if (k < block || k >= blockEnd) {
      if (!keepPivot(k, d, wished, delta, threshold, report, dInv)) return 1;
      continue;
    }
    // Row k of the Schur complement; its diagonal waits where 1/d will stand.
    for (let i = block; i < k; i++) {
      store<f64>(column(lx, lStart, i) + (<usize>k << 3), load<f64>(at(y, i)));
      store<f64>(at(y, i), 0);
    }
    store<f64>(at(dInv, k), d);
  }
  store<i32>(report, -1);
  return 0;
}

/** y ← (L·D·Lᵀ)⁻¹·y in elimination order. */
@inline function solvePermuted(f: usize, n: i32, y: usize): void {
  const lStart = <usize>load<u32>(f, L_START), lRow = <usize>load<u32>(f, L_ROW);
  const lx = <usize>load<u32>(f, LX), dInv = <usize>load<u32>(f, D_INV), chainEnd = <usize>load<u32>(f, CHAIN_END);
  const hasChains = load<i32>(<usize>load<u32>(f, REPORT), 16) != 0;
  for (let j = 0; j < n; ) {
    if (hasChains && int(chainEnd, j) >= j + 4) {
      scatterFour(lStart, lRow, lx, j, int(lStart, j + 4) - int(lStart, j + 3), y);
      j += 4;
    } else {
      scatter(lRow, lx, int(lStart, j), int(lStart, j + 1), y, load<f64>(at(y, j)));
      j++;
    }
  }
  for (let j = n - 1; j >= 0; j--) {
    let sum = load<f64>(at(y, j)) * load<f64>(at(dInv, j));
    let p = <usize>int(lStart, j);
    const end = <usize>int(lStart, j + 1);
    for (; p < end; p++) sum -= load<f64>(lx + (p << 3)) * load<f64>(y + (<usize>load<i32>(lRow + (p << 2)) << 3));
    store<f64>(at(y, j), sum);
  }
}

/** rhs ← K⁻¹·rhs in the original order, through y. */
export function ldltSolve(f: usize): void {
  const n = load<i32>(f, N);
  const order = <usize>load<u32>(f, ORDER), y = <usize>load<u32>(f, Y), rhs = <usize>load<u32>(f, RHS);
  for (let k = 0; k < n; k++) store<f64>(at(y, k), load<f64>(at(rhs, int(order, k))));
  solvePermuted(f, n, y);
  for (let k = 0; k < n; k++) {
    store<f64>(at(rhs, int(order, k)), load<f64>(at(y, k)));
    store<f64>(at(y, k), 0);
  }
}

/** y ← b − K·x in elimination order, K without regularisation. Returns the largest entry. */
@inline function residual(f: usize, n: i32, y: usize, x: usize, b: usize): f64 {
  const aStart = <usize>load<u32>(f, A_START), aRow = <usize>load<u32>(f, A_ROW);
  const values = <usize>load<u32>(f, VALUES);
  for (let k = 0; k < n; k++) store<f64>(at(y, k), load<f64>(at(b, k)));
  for (let k = 0; k < n; k++) {
    const xk = load<f64>(at(x, k));
    let sum: f64 = 0;
    const end = int(aStart, k + 1);
    for (let p = int(aStart, k); p < end; p++) {
      const i = int(aRow, p);
      const v = load<f64>(at(values, p));
      sum += v * load<f64>(at(x, i));
      if (i != k) store<f64>(at(y, i), load<f64>(at(y, i)) - v * xk);
    }
    store<f64>(at(y, k), load<f64>(at(y, k)) - sum);
  }
  let norm: f64 = 0;
  for (let k = 0; k < n; k++) norm = max<f64>(norm, abs<f64>(load<f64>(at(y, k))));
  return norm;
}

@inline function copy(n: i32, from: usize, to: usize): void { memory.copy(to, from, <usize>n << 3); }

/** x ← K⁻¹·rhs by iterative refinement, rhs ← rhs − K·x, in the original order. Returns ‖rhs − K·x‖∞. */
export function ldltRefine(f: usize, isStarted: i32, corrections: i32, residualShare: f64, slowShare: f64): f64 {
  const n = load<i32>(f, N);
  const order = <usize>load<u32>(f, ORDER), y = <usize>load<u32>(f, Y), rhs = <usize>load<u32>(f, RHS);
  const x = <usize>load<u32>(f, X), b = <usize>load<u32>(f, B), kept = <usize>load<u32>(f, KEPT);
  const r = <usize>load<u32>(f, R);
  let target: f64 = 0;
  for (let k = 0; k < n; k++) {
    const entry = load<f64>(at(rhs, int(order, k)));
    store<f64>(at(b, k), entry);
    store<f64>(at(y, k), entry);
    target = max<f64>(target, abs<f64>(entry));
  }
  target *= residualShare;
  if (isStarted) {
    for (let k = 0; k < n; k++) store<f64>(at(kept, k), load<f64>(at(x, int(order, k))));
  } else {
    solvePermuted(f, n, y);
    copy(n, y, kept);
  }
  let current = kept;
  let spare = x;
  let norm = residual(f, n, y, current, b);
  copy(n, y, r);
  for (let step = 0; step < corrections && norm > target; step++) {
    solvePermuted(f, n, y);
    for (let k = 0; k < n; k++) store<f64>(at(spare, k), load<f64>(at(current, k)) + load<f64>(at(y, k)));
    const now = residual(f, n, y, spare, b);
    if (!(now < norm)) break;
    const held = current;
    current = spare;
    spare = held;
    copy(n, y, r);
    const isSlow = now > slowShare * norm;
    norm = now;
    if (isSlow) break;
  }
  for (let k = 0; k < n; k++) {
    store<f64>(at(b, int(order, k)), load<f64>(at(current, k)));
    store<f64>(at(rhs, int(order, k)), load<f64>(at(r, k)));
    store<f64>(at(y, k), 0);
  }
  copy(n, b, x);
  return norm;
}
