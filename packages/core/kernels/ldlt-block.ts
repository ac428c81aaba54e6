// The full triangle of L and the pivots of numeric LDLᵀ. Equations and symbols: ../src/linalg/ldlt-kernel.ts.

// As in ./ldlt.
const L_START = 16, SIGN = 40, REPORT = 44, LX = 52, D_INV = 56;

@inline function int(base: usize, i: i32): i32 { return load<i32>(base + (<usize>i << 2)); }
@inline function at(base: usize, i: i32): usize { return base + (<usize>i << 3); }

/** Whether dynamic regularisation has to replace the pivot d. */
@inline function isWeak(d: f64, expected: f64, delta: f64, threshold: f64): bool {
  return delta > 0 && d * expected <= threshold;
}

@inline export function expectedSign(wished: i32, d: f64): f64 {
  return wished != 0 ? <f64>wished : d < 0 ? -1 : 1;
}

@inline function isUsable(d: f64, inverse: f64): bool {
  return d != 0 && inverse - inverse == 0 && d - d == 0;
}

/** 1/d of the pivot, regularised when it is weak; false and a report when it cannot be used. */
@inline export function keepPivot(k: i32, pivot: f64, wished: i32, delta: f64, threshold: f64, report: usize, dInv: usize): bool {
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
@inline export function column(lx: usize, lStart: usize, j: i32): usize {
  return lx + (<usize>int(lStart, j) << 3) - (<usize>(j + 1) << 3);
}

/** Columns that are eliminated together; rows whose part of them stays in the first cache. */
const PANEL = 8, TILE = 256;

/**
 * Panels that begin in begin … beyond − 1 of the full block, whose Schur complement stands in L and 1/d: 0 when done, 1 when a
 * pivot is zero or not finite. `begin` is a whole number of panels from the start of the block.
 *
 * LDLᵀ, right-looking, two rows at a time. Until a panel is done its columns hold
 * u_rj = l_rj·d_j. Every entry meets the same operations in the same order as row by row: S_ri −= u_rj·l_ij, j ascending.
 */
export function ldltBlock(f: usize, delta: f64, threshold: f64, begin: i32, beyond: i32): i32 {
  const lStart = <usize>load<u32>(f, L_START), lx = <usize>load<u32>(f, LX), dInv = <usize>load<u32>(f, D_INV);
  const sign = <usize>load<u32>(f, SIGN), report = <usize>load<u32>(f, REPORT);
  const n = load<i32>(report, 12);
  for (let first = begin; first < beyond; first += PANEL) {
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
      if (!keepPivot(j, d, int(sign, j), delta, threshold, report, dInv)) return 1;
    }
    for (let tile = end; tile < n; tile += TILE) updateTile(first, end, tile, min<i32>(tile + TILE, n), lStart, lx, dInv);
    for (let j = first; j < end; j++) {
      const inverse = load<f64>(at(dInv, j));
      const base = column(lx, lStart, j);
      for (let r = j + 1; r < n; r++) store<f64>(at(base, r), load<f64>(at(base, r)) * inverse);
    }
  }
  return 0;
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
