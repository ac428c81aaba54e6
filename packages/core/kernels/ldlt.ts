// Numeric LDLᵀ, its triangular solves and iterative refinement. Equations and symbols: ../src/linalg/ldlt-kernel.ts.

const N = 0, ORDER = 4, A_START = 8, A_ROW = 12, L_START = 16, L_ROW = 20, ROW_START = 24, ROW_COL = 28, NEXT = 32;
const SIGN = 36, REPORT = 40, VALUES = 44, LX = 48, D_INV = 52, Y = 56, RHS = 60, X = 64, B = 68, KEPT = 72, R = 76;

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

/** Whether dynamic regularisation has to replace the pivot d. */
@inline function isWeak(d: f64, expected: f64, delta: f64, threshold: f64): bool {
  return delta > 0 && d * expected <= threshold;
}

@inline function expectedSign(wished: i32, d: f64): f64 {
  return wished != 0 ? <f64>wished : d < 0 ? -1 : 1;
}

@inline function isUsable(d: f64, inverse: f64): bool {
  return d != 0 && inverse - inverse == 0 && d - d == 0;
}

/** 0 when factored, 1 when a pivot is zero or not finite. Columns report[2] … report[3] are one full block: `factorBlock`. */
export function ldltFactor(f: usize, shift: f64, delta: f64, threshold: f64): i32 {
  const n = load<i32>(f, N);
  const aStart = <usize>load<u32>(f, A_START), aRow = <usize>load<u32>(f, A_ROW);
  const lStart = <usize>load<u32>(f, L_START), lRow = <usize>load<u32>(f, L_ROW);
  const rowStart = <usize>load<u32>(f, ROW_START), rowCol = <usize>load<u32>(f, ROW_COL);
  const next = <usize>load<u32>(f, NEXT), sign = <usize>load<u32>(f, SIGN), report = <usize>load<u32>(f, REPORT);
  const values = <usize>load<u32>(f, VALUES), lx = <usize>load<u32>(f, LX);
  const dInv = <usize>load<u32>(f, D_INV), y = <usize>load<u32>(f, Y);
  const block = load<i32>(report, 8), blockEnd = load<i32>(report, 12);
  store<i32>(report, 0, 4);
  for (let k = 0; k < n; k++) {
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
    for (let t = int(rowStart, k); t < rowEnd; t++) {
      const j = int(rowCol, t);
      if (j >= block && k < blockEnd) break;
      const yj = load<f64>(at(y, j));
      store<f64>(at(y, j), 0);
      const end = int(next, j);
      scatter(lRow, lx, int(lStart, j), end, y, yj);
      const l = yj * load<f64>(at(dInv, j));
      d -= l * yj;
      store<f64>(at(lx, end), l);
      store<i32>(next + (<usize>j << 2), end + 1);
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
    if (k == blockEnd - 1 && !factorBlock(block, blockEnd, lStart, lx, dInv, sign, report, delta, threshold)) return 1;
  }
  store<i32>(report, -1);
  return 0;
}

/** 1/d of the pivot, regularised when it is weak; false and a report when it cannot be used. */
@inline function keepPivot(k: i32, pivot: f64, wished: i32, delta: f64, threshold: f64, report: usize, dInv: usize): bool {
  let d = pivot;
  const expected = expectedSign(wished, d);
  if (isWeak(d, expected, delta, threshold)) {
    d = expected * delta;
    store<i32>(report, load<i32>(report, 4) + 1, 4);
  }
  const inverse = 1 / d;
  store<f64>(at(dInv, k), inverse);
  if (isUsable(d, inverse)) return true;
  store<i32>(report, k);
  return false;
}

/** Address such that entry (r, j) of a column of the full block lies 8·r behind it. */
@inline function column(lx: usize, lStart: usize, j: i32): usize {
  return lx + (<usize>int(lStart, j) << 3) - (<usize>(j + 1) << 3);
}

/** Columns that are eliminated together; rows whose part of them stays in the first cache. */
const PANEL = 8, TILE = 256;

/**
 * LDLᵀ of the full block, right-looking in panels, two rows at a time. Until a panel is done its columns hold
 * u_rj = l_rj·d_j. Every entry meets the same operations in the same order as row by row: S_ri −= u_rj·l_ij, j ascending.
 */
function factorBlock(
  block: i32, n: i32, lStart: usize, lx: usize, dInv: usize, sign: usize, report: usize, delta: f64, threshold: f64,
): bool {
  for (let first = block; first < n; first += PANEL) {
    const end = min<i32>(first + PANEL, n);
    for (let j = first; j < end; j++) {
      const target = column(lx, lStart, j);
      let d = load<f64>(at(dInv, j));
      for (let p = first; p < j; p++) {
        const from = column(lx, lStart, p);
        const u = load<f64>(from + (<usize>j << 3));
        const l = u * load<f64>(at(dInv, p));
        d -= l * u;
        subtract(from, target, j + 1, n, l);
      }
      if (!keepPivot(j, d, int(sign, j), delta, threshold, report, dInv)) return false;
    }
    for (let tile = end; tile < n; tile += TILE) updateTile(first, end, tile, min<i32>(tile + TILE, n), lStart, lx, dInv);
    for (let j = first; j < end; j++) {
      const inverse = load<f64>(at(dInv, j));
      const base = column(lx, lStart, j);
      for (let r = j + 1; r < n; r++) store<f64>(at(base, r), load<f64>(at(base, r)) * inverse);
    }
  }
  return true;
}

/** target_r −= from_r·l for rows begin … end. */
@inline function subtract(from: usize, target: usize, begin: i32, end: i32, l: f64): void {
  const factor = f64x2.splat(l);
  let r = begin;
  for (; r + 1 < end; r += 2) {
    const to = at(target, r);
    v128.store(to, f64x2.sub(v128.load(to), f64x2.mul(v128.load(at(from, r)), factor)));
  }
  if (r < end) store<f64>(at(target, r), load<f64>(at(target, r)) - load<f64>(at(from, r)) * l);
}

/** Rows begin … end of every column behind a full panel, diagonals included, minus the panel's part. */
function updateTile(first: i32, after: i32, begin: i32, end: i32, lStart: usize, lx: usize, dInv: usize): void {
  const u0 = column(lx, lStart, first), u1 = column(lx, lStart, first + 1);
  const u2 = column(lx, lStart, first + 2), u3 = column(lx, lStart, first + 3);
  const u4 = column(lx, lStart, first + 4), u5 = column(lx, lStart, first + 5);
  const u6 = column(lx, lStart, first + 6), u7 = column(lx, lStart, first + 7);
  const inverse = at(dInv, first);
  for (let i = after; i < end; i++) {
    const s = <usize>i << 3;
    const l0 = load<f64>(u0 + s) * load<f64>(inverse), l1 = load<f64>(u1 + s) * load<f64>(inverse, 8);
    const l2 = load<f64>(u2 + s) * load<f64>(inverse, 16), l3 = load<f64>(u3 + s) * load<f64>(inverse, 24);
    const l4 = load<f64>(u4 + s) * load<f64>(inverse, 32), l5 = load<f64>(u5 + s) * load<f64>(inverse, 40);
    const l6 = load<f64>(u6 + s) * load<f64>(inverse, 48), l7 = load<f64>(u7 + s) * load<f64>(inverse, 56);
    if (i >= begin) {
      let d = load<f64>(at(dInv, i));
      d -= l0 * load<f64>(u0 + s);
      d -= l1 * load<f64>(u1 + s);
      d -= l2 * load<f64>(u2 + s);
      d -= l3 * load<f64>(u3 + s);
      d -= l4 * load<f64>(u4 + s);
      d -= l5 * load<f64>(u5 + s);
      d -= l6 * load<f64>(u6 + s);
      d -= l7 * load<f64>(u7 + s);
      store<f64>(at(dInv, i), d);
    }
    const f0 = f64x2.splat(l0), f1 = f64x2.splat(l1), f2 = f64x2.splat(l2), f3 = f64x2.splat(l3);
    const f4 = f64x2.splat(l4), f5 = f64x2.splat(l5), f6 = f64x2.splat(l6), f7 = f64x2.splat(l7);
    const target = column(lx, lStart, i);
    let r = <usize>max<i32>(begin, i + 1) << 3;
    const stop = <usize>end << 3;
    for (; r + 8 < stop; r += 16) {
      let sum = v128.load(target + r);
      sum = f64x2.sub(sum, f64x2.mul(v128.load(u0 + r), f0));
      sum = f64x2.sub(sum, f64x2.mul(v128.load(u1 + r), f1));
      sum = f64x2.sub(sum, f64x2.mul(v128.load(u2 + r), f2));
      sum = f64x2.sub(sum, f64x2.mul(v128.load(u3 + r), f3));
      sum = f64x2.sub(sum, f64x2.mul(v128.load(u4 + r), f4));
      sum = f64x2.sub(sum, f64x2.mul(v128.load(u5 + r), f5));
      sum = f64x2.sub(sum, f64x2.mul(v128.load(u6 + r), f6));
      sum = f64x2.sub(sum, f64x2.mul(v128.load(u7 + r), f7));
      v128.store(target + r, sum);
    }
    if (r < stop) {
      let sum = load<f64>(target + r);
      sum -= load<f64>(u0 + r) * l0;
      sum -= load<f64>(u1 + r) * l1;
      sum -= load<f64>(u2 + r) * l2;
      sum -= load<f64>(u3 + r) * l3;
      sum -= load<f64>(u4 + r) * l4;
      sum -= load<f64>(u5 + r) * l5;
      sum -= load<f64>(u6 + r) * l6;
      sum -= load<f64>(u7 + r) * l7;
      store<f64>(target + r, sum);
    }
  }
}

/** y ← (L·D·Lᵀ)⁻¹·y in elimination order. */
@inline function solvePermuted(f: usize, n: i32, y: usize): void {
  const lStart = <usize>load<u32>(f, L_START), lRow = <usize>load<u32>(f, L_ROW);
  const lx = <usize>load<u32>(f, LX), dInv = <usize>load<u32>(f, D_INV);
  for (let j = 0; j < n; j++) scatter(lRow, lx, int(lStart, j), int(lStart, j + 1), y, load<f64>(at(y, j)));
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
