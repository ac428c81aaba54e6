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

/** Rows begin … beyond − 1 of the factor: 0 when done, 1 when a pivot is zero or not finite. */
export function ldltFactor(f: usize, shift: f64, delta: f64, threshold: f64, begin: i32, beyond: i32): i32 {
  const aStart = <usize>load<u32>(f, A_START), aRow = <usize>load<u32>(f, A_ROW);
  const lStart = <usize>load<u32>(f, L_START), lRow = <usize>load<u32>(f, L_ROW);
  const rowStart = <usize>load<u32>(f, ROW_START), rowCol = <usize>load<u32>(f, ROW_COL);
  const next = <usize>load<u32>(f, NEXT), sign = <usize>load<u32>(f, SIGN), report = <usize>load<u32>(f, REPORT);
  const values = <usize>load<u32>(f, VALUES), lx = <usize>load<u32>(f, LX);
  const dInv = <usize>load<u32>(f, D_INV), y = <usize>load<u32>(f, Y);
  let regularised = begin == 0 ? 0 : load<i32>(report, 4);
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
    const s: f64 = wished != 0 ? <f64>wished : d < 0 ? -1 : 1;
    d += s * shift;
    const rowEnd = int(rowStart, k + 1);
    for (let t = int(rowStart, k); t < rowEnd; t++) {
      const j = int(rowCol, t);
      const yj = load<f64>(at(y, j));
      store<f64>(at(y, j), 0);
      const end = int(next, j);
      scatter(lRow, lx, int(lStart, j), end, y, yj);
      const l = yj * load<f64>(at(dInv, j));
      d -= l * yj;
      store<f64>(at(lx, end), l);
      store<i32>(next + (<usize>j << 2), end + 1);
    }
    if (delta > 0) {
      const expected: f64 = wished != 0 ? <f64>wished : d < 0 ? -1 : 1;
      if (d * expected <= threshold) {
        d = expected * delta;
        regularised++;
      }
    }
    const inverse = 1 / d;
    if (d == 0 || !(inverse - inverse == 0) || !(d - d == 0)) {
      store<i32>(report, k);
      store<i32>(report, regularised, 4);
      return 1;
    }
    store<f64>(at(dInv, k), inverse);
  }
  store<i32>(report, -1);
  store<i32>(report, regularised, 4);
  return 0;
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
