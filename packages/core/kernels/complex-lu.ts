// Complex LU by rows on a fixed pattern with diagonal pivots, and its solves for one right-hand side and for four side by side.
// Equations and symbols: ../src/linalg/complex-lu-kernel.ts.

const N = 0, ORDER = 4, A_START = 8, A_COL = 12, A_STEP = 16, L_START = 20, L_COL = 24, U_START = 28, U_COL = 32, VALUES = 36;
const LX = 40, UX = 44, D_INV = 48, W = 52, X = 56, RHS = 60;

@inline function int(base: usize, i: i32): i32 { return load<i32>(base + (<usize>i << 2)); }
/** One complex number per row, and four of them: re × 4, im × 4. */
@inline function at(base: usize, i: i32): usize { return base + (<usize>i << 4); }
@inline function lanesAt(base: usize, i: i32): usize { return base + (<usize>i << 6); }

/** −1 when factored, else the step whose pivot is not finite or below `floor` times the largest entry of its row. */
export function complexLuFactor(f: usize, floor: f64): i32 {
  const n = load<i32>(f, N), order = <usize>load<u32>(f, ORDER);
  const aStart = <usize>load<u32>(f, A_START), aStep = <usize>load<u32>(f, A_STEP), values = <usize>load<u32>(f, VALUES);
  const lStart = <usize>load<u32>(f, L_START), lCol = <usize>load<u32>(f, L_COL), lx = <usize>load<u32>(f, LX);
  const uStart = <usize>load<u32>(f, U_START), uCol = <usize>load<u32>(f, U_COL), ux = <usize>load<u32>(f, UX);
  const dInv = <usize>load<u32>(f, D_INV), w = <usize>load<u32>(f, W);
  memory.fill(w, 0, <usize>n << 4);
  for (let k = 0; k < n; k++) {
    const row = int(order, k);
    const aEnd = int(aStart, row + 1);
    let largest: f64 = 0;
    for (let a = int(aStart, row); a < aEnd; a++) {
      const from = at(values, a), to = at(w, int(aStep, a));
      const re = load<f64>(from), im = load<f64>(from, 8);
      largest = max<f64>(largest, re * re + im * im);
      store<f64>(to, load<f64>(to) + re);
      store<f64>(to, load<f64>(to, 8) + im, 8);
    }
    const lEnd = int(lStart, k + 1);
    for (let p = int(lStart, k); p < lEnd; p++) {
      const j = int(lCol, p);
      const from = at(w, j), pivot = at(dInv, j);
      const wr = load<f64>(from), wi = load<f64>(from, 8), dr = load<f64>(pivot), di = load<f64>(pivot, 8);
      const lr = wr * dr - wi * di, li = wr * di + wi * dr;
      store<f64>(from, 0);
      store<f64>(from, 0, 8);
      store<f64>(at(lx, p), lr);
      store<f64>(at(lx, p), li, 8);
      const uEnd = int(uStart, j + 1);
      for (let q = int(uStart, j); q < uEnd; q++) {
        const u = at(ux, q), to = at(w, int(uCol, q));
        const ur = load<f64>(u), ui = load<f64>(u, 8);
        store<f64>(to, load<f64>(to) - (lr * ur - li * ui));
        store<f64>(to, load<f64>(to, 8) - (lr * ui + li * ur), 8);
      }
    }
    const diagonal = at(w, k);
    const re = load<f64>(diagonal), im = load<f64>(diagonal, 8);
    store<f64>(diagonal, 0);
    store<f64>(diagonal, 0, 8);
    const uEnd = int(uStart, k + 1);
    for (let q = int(uStart, k); q < uEnd; q++) {
      const from = at(w, int(uCol, q));
      v128.store(at(ux, q), v128.load(from));
      v128.store(from, f64x2.splat(0));
    }
    const size = re * re + im * im;
    if (!(size > floor * floor * largest) || !(size - size == 0)) return k;
    store<f64>(at(dInv, k), re / size);
    store<f64>(at(dInv, k), -im / size, 8);
  }
  return -1;
}

/** b − Σ entries begin … end times x, one right-hand side. */
@inline function rest(cols: usize, entries: usize, begin: i32, end: i32, x: usize, b: v128): v128 {
  let q = cols + (<usize>begin << 2);
  let v = entries + (<usize>begin << 4);
  const stop = cols + (<usize>end << 2);
  let byRe = f64x2.splat(0), byIm = f64x2.splat(0);
  while (q < stop) {
    const xj = v128.load(x + (<usize>load<i32>(q) << 4));
    byRe = f64x2.add(byRe, f64x2.mul(v128.load64_splat(v), xj));
    byIm = f64x2.add(byIm, f64x2.mul(v128.load64_splat(v, 8), xj));
    q += 4;
    v += 16;
  }
  const re = f64x2.extract_lane(byRe, 0) - f64x2.extract_lane(byIm, 1);
  const im = f64x2.extract_lane(byRe, 1) + f64x2.extract_lane(byIm, 0);
  return f64x2.sub(b, f64x2.replace_lane(f64x2.splat(re), 1, im));
}

/** x ← A⁻¹·rhs, one right-hand side. */
export function complexLuSolve(f: usize): void {
  const n = load<i32>(f, N), order = <usize>load<u32>(f, ORDER);
  const lStart = <usize>load<u32>(f, L_START), lCol = <usize>load<u32>(f, L_COL), lx = <usize>load<u32>(f, LX);
  const uStart = <usize>load<u32>(f, U_START), uCol = <usize>load<u32>(f, U_COL), ux = <usize>load<u32>(f, UX);
  const dInv = <usize>load<u32>(f, D_INV), w = <usize>load<u32>(f, W);
  const x = <usize>load<u32>(f, X), rhs = <usize>load<u32>(f, RHS);
  for (let k = 0; k < n; k++) {
    v128.store(at(w, k), rest(lCol, lx, int(lStart, k), int(lStart, k + 1), w, v128.load(at(rhs, int(order, k)))));
  }
  for (let k = n - 1; k >= 0; k--) {
    const y = rest(uCol, ux, int(uStart, k), int(uStart, k + 1), w, v128.load(at(w, k)));
    const pivot = at(dInv, k);
    const yr = f64x2.extract_lane(y, 0), yi = f64x2.extract_lane(y, 1), dr = load<f64>(pivot), di = load<f64>(pivot, 8);
    const to = at(w, k), out = at(x, int(order, k));
    store<f64>(to, yr * dr - yi * di);
    store<f64>(to, yr * di + yi * dr, 8);
    v128.store(out, v128.load(to));
  }
}

/** to ← b − Σ entries begin … end times x, four right-hand sides; times the complex number at `pivot` when there is one. */
@inline function restLanes(cols: usize, entries: usize, begin: i32, end: i32, x: usize, b: usize, to: usize, pivot: usize): void {
  let q = cols + (<usize>begin << 2);
  let v = entries + (<usize>begin << 4);
  const stop = cols + (<usize>end << 2);
  let rr0 = f64x2.splat(0), rr1 = f64x2.splat(0), ri0 = f64x2.splat(0), ri1 = f64x2.splat(0);
  let ir0 = f64x2.splat(0), ir1 = f64x2.splat(0), ii0 = f64x2.splat(0), ii1 = f64x2.splat(0);
  while (q < stop) {
    const xj = x + (<usize>load<i32>(q) << 6);
    const re = v128.load64_splat(v), im = v128.load64_splat(v, 8);
    const r0 = v128.load(xj), r1 = v128.load(xj, 16), i0 = v128.load(xj, 32), i1 = v128.load(xj, 48);
    rr0 = f64x2.add(rr0, f64x2.mul(re, r0));
    rr1 = f64x2.add(rr1, f64x2.mul(re, r1));
    ri0 = f64x2.add(ri0, f64x2.mul(re, i0));
    ri1 = f64x2.add(ri1, f64x2.mul(re, i1));
    ir0 = f64x2.add(ir0, f64x2.mul(im, r0));
    ir1 = f64x2.add(ir1, f64x2.mul(im, r1));
    ii0 = f64x2.add(ii0, f64x2.mul(im, i0));
    ii1 = f64x2.add(ii1, f64x2.mul(im, i1));
    q += 4;
    v += 16;
  }
  const yr0 = f64x2.sub(v128.load(b), f64x2.sub(rr0, ii0)), yr1 = f64x2.sub(v128.load(b, 16), f64x2.sub(rr1, ii1));
  const yi0 = f64x2.sub(v128.load(b, 32), f64x2.add(ri0, ir0)), yi1 = f64x2.sub(v128.load(b, 48), f64x2.add(ri1, ir1));
  if (pivot == 0) {
    v128.store(to, yr0);
    v128.store(to, yr1, 16);
    v128.store(to, yi0, 32);
    v128.store(to, yi1, 48);
    return;
  }
  const dr = v128.load64_splat(pivot), di = v128.load64_splat(pivot, 8);
  v128.store(to, f64x2.sub(f64x2.mul(yr0, dr), f64x2.mul(yi0, di)));
  v128.store(to, f64x2.sub(f64x2.mul(yr1, dr), f64x2.mul(yi1, di)), 16);
  v128.store(to, f64x2.add(f64x2.mul(yr0, di), f64x2.mul(yi0, dr)), 32);
  v128.store(to, f64x2.add(f64x2.mul(yr1, di), f64x2.mul(yi1, dr)), 48);
}

/** x ← A⁻¹·rhs, four right-hand sides. */
export function complexLuSolveLanes(f: usize): void {
  const n = load<i32>(f, N), order = <usize>load<u32>(f, ORDER);
  const lStart = <usize>load<u32>(f, L_START), lCol = <usize>load<u32>(f, L_COL), lx = <usize>load<u32>(f, LX);
  const uStart = <usize>load<u32>(f, U_START), uCol = <usize>load<u32>(f, U_COL), ux = <usize>load<u32>(f, UX);
  const dInv = <usize>load<u32>(f, D_INV), w = <usize>load<u32>(f, W);
  const x = <usize>load<u32>(f, X), rhs = <usize>load<u32>(f, RHS);
  for (let k = 0; k < n; k++) {
    restLanes(lCol, lx, int(lStart, k), int(lStart, k + 1), w, lanesAt(rhs, int(order, k)), lanesAt(w, k), 0);
  }
  for (let k = n - 1; k >= 0; k--) {
    const here = lanesAt(w, k), out = lanesAt(x, int(order, k));
    restLanes(uCol, ux, int(uStart, k), int(uStart, k + 1), w, here, here, at(dInv, k));
    v128.store(out, v128.load(here));
    v128.store(out, v128.load(here, 16), 16);
    v128.store(out, v128.load(here, 32), 32);
    v128.store(out, v128.load(here, 48), 48);
  }
}

/** rhs ← rhs − A·x, four right-hand sides. */
export function complexLuResidualLanes(f: usize): void {
  const n = load<i32>(f, N);
  const aStart = <usize>load<u32>(f, A_START), aCol = <usize>load<u32>(f, A_COL), values = <usize>load<u32>(f, VALUES);
  const x = <usize>load<u32>(f, X), rhs = <usize>load<u32>(f, RHS);
  for (let i = 0; i < n; i++) {
    const here = lanesAt(rhs, i);
    restLanes(aCol, values, int(aStart, i), int(aStart, i + 1), x, here, here, 0);
  }
}
