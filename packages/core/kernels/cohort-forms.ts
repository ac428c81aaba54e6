// Plans of devices that hold energy or ramp, as in ../src/cohorts/knots.ts and ../src/cohorts/forms/ramped.ts: the same operations in the same order,
// where a loop runs over points two at a time. Addresses of the scratch space are those of the twins.

@inline function at(base: usize, k: i32): usize { return base + (<usize>k << 3); }
@inline function get(base: usize, k: i32): f64 { return load<f64>(base + (<usize>k << 3)); }
@inline function set(base: usize, k: i32, value: f64): void { store<f64>(base + (<usize>k << 3), value); }
@inline function within(x: f64, low: f64, high: f64): f64 { return x < low ? low : x > high ? high : x; }

@inline function insertKnot(M: usize, S: usize, count: i32, mu: f64): void {
  let k = count;
  while (k > 0 && get(M, k - 1) > mu) {
    set(M, k, get(M, k - 1));
    set(S, k, get(S, k - 1));
    k--;
  }
  set(M, k, mu);
  if (count == 0) set(S, k, 0);
  else if (k == 0) set(S, k, get(S, k + 1));
  else if (k == count) set(S, k, get(S, k - 1));
  else {
    const share = (mu - get(M, k - 1)) / (get(M, k + 1) - get(M, k - 1));
    set(S, k, get(S, k - 1) + share * (get(S, k + 1) - get(S, k - 1)));
  }
}

@inline function crossing(M: usize, S: usize, k: i32, s: f64): f64 {
  const fall = get(S, k) - get(S, k + 1);
  return fall > 0 ? get(M, k) + (get(M, k + 1) - get(M, k)) * Math.min(1, (get(S, k) - s) / fall) : get(M, k + 1);
}

@inline function clipKnots(top: usize, bottom: usize, M: usize, S: usize, count: i32, lower: f64, upper: f64): i32 {
  let begin = 0;
  let end = count;
  let first = -Infinity;
  let last = Infinity;
  if (get(S, 0) > upper) {
    while (begin + 2 < end && get(S, begin + 1) > upper) begin++;
    first = crossing(M, S, begin, upper);
    set(M, begin, first);
    set(S, begin, upper);
  }
  if (get(S, end - 1) < lower) {
    while (end - 2 > begin && get(S, end - 2) < lower) end--;
    last = crossing(M, S, end - 2, lower);
    set(M, end - 1, last);
    set(S, end - 1, lower);
  }
  store<f64>(top, first);
  store<f64>(bottom, last);
  if (begin > 0) {
    const bytes = <usize>(end - begin) << 3;
    memory.copy(M, at(M, begin), bytes);
    memory.copy(S, at(S, begin), bytes);
  }
  return end - begin;
}

@inline function levelOf(M: usize, S: usize, count: i32, s: f64): f64 {
  if (get(S, 0) <= s) return get(M, 0);
  let k = 0;
  while (k + 1 < count && get(S, k + 1) > s) k++;
  return k + 1 == count ? get(M, k) : crossing(M, S, k, s);
}

/** Stores first … last − 1: `stored`'s prox, rows of T doubles from x on. */
export function holdStores(
  x: usize, T: i32, first: i32, last: i32, power: usize, size: usize, start: usize, end: usize, dt: f64, work: usize,
): void {
  const TOP = work + (<usize>(2 * T) << 3), BOTTOM = work + (<usize>(3 * T) << 3);
  const M = work + (<usize>(4 * T) << 3), S = M + (<usize>(2 * T + 4) << 3);
  for (let i = first; i < last; i++, x += <usize>T << 3) {
    const most = get(power, i), least = -most;
    const lower = (get(start, i) - get(size, i)) / dt, upper = get(start, i) / dt;
    const vleast = f64x2.splat(least), vmost = f64x2.splat(most);
    let count = 0;
    let level: f64 = 0;
    for (let t = 0; t < T; t++) {
      const v = get(x, t);
      insertKnot(M, S, count, v - most);
      insertKnot(M, S, count + 1, v - least);
      count += 2;
      const vv = f64x2.splat(v);
      for (let k = 0; k < count; k += 2) {
        // a pair beyond the last point is never read
        const p = f64x2.pmin(f64x2.pmax(f64x2.sub(vv, v128.load(at(M, k))), vleast), vmost);
        v128.store(at(S, k), f64x2.add(v128.load(at(S, k)), p));
      }
      if (t == T - 1) level = levelOf(M, S, count, (get(start, i) - get(end, i)) / dt);
      else count = clipKnots(at(TOP, t), at(BOTTOM, t), M, S, count, lower, upper);
    }
    for (let t = T - 1; t >= 0; t--) {
      set(x, t, within(get(x, t) - level, least, most));
      if (t > 0) level = within(level, get(TOP, t - 1), get(BOTTOM, t - 1));
    }
  }
}

/** Where the segment from a point with y < 0 to the next with y ≥ 0 is zero. */
@inline function rootBetween(X: usize, Y: usize, k: i32): f64 {
  return get(X, k) + ((get(X, k + 1) - get(X, k)) * -get(Y, k)) / (get(Y, k + 1) - get(Y, k));
}

/** Sources first … last − 1: `ramped`'s prox, rows of T doubles from x on. */
export function rampSources(
  x: usize, T: i32, first: i32, last: i32, low: usize, high: usize, square: usize, linear: usize, ramp: usize, dt: f64, rho: f64, work: usize,
): void {
  const X = work + (<usize>T << 3), Y = X + (<usize>(2 * T + 8) << 3);
  for (let i = first; i < last; i++, x += <usize>T << 3) {
    const L = get(low, i), U = get(high, i);
    const R = Math.min(get(ramp, i) * dt, U - L);
    const h = 2 * get(square, i) * dt + rho, b = get(linear, i) * dt;
    const vh = f64x2.splat(h);
    let count = 2;
    set(X, 0, L);
    set(X, 1, U);
    set(Y, 0, 0);
    set(Y, 1, 0);
    for (let t = 0; t < T; t++) {
      const g = rho * get(x, t) - b;
      const vg = f64x2.splat(g);
      for (let k = 0; k < count; k += 2) {
        v128.store(at(Y, k), f64x2.add(v128.load(at(Y, k)), f64x2.sub(f64x2.mul(vh, v128.load(at(X, k))), vg)));
      }
      let right = 0;
      while (right < count && get(Y, right) < 0) right++;
      const m = right == 0 ? L : right == count ? U : rootBetween(X, Y, right - 1);
      set(work, t, m);
      if (t + 1 < T) count = stretch(X, Y, count, right, m, R, L, U);
    }
    let p = get(work, T - 1);
    set(x, T - 1, p);
    for (let t = T - 2; t >= 0; t--) {
      p = within(get(work, t), p - R, p + R);
      set(x, t, p);
    }
  }
}

@inline function stretch(X: usize, Y: usize, count: i32, right: i32, m: f64, R: f64, low: f64, high: f64): i32 {
  for (let k = count - 1; k >= right; k--) {
    set(X, k + 2, get(X, k) + R);
    set(Y, k + 2, get(Y, k));
  }
  for (let k = 0; k < right; k++) set(X, k, get(X, k) - R);
  set(X, right, m - R);
  set(Y, right, 0);
  set(X, right + 1, m + R);
  set(Y, right + 1, 0);
  let end = count + 2;
  if (get(X, end - 1) > high) {
    while (get(X, end - 2) > high) end--;
    const k = end - 2;
    const share = (high - get(X, k)) / (get(X, k + 1) - get(X, k));
    set(Y, k + 1, get(Y, k) + share * (get(Y, k + 1) - get(Y, k)));
    set(X, k + 1, high);
  }
  if (get(X, 0) < low) {
    let begin = 0;
    while (get(X, begin + 1) < low) begin++;
    const share = (low - get(X, begin)) / (get(X, begin + 1) - get(X, begin));
    set(Y, begin, get(Y, begin) + share * (get(Y, begin + 1) - get(Y, begin)));
    set(X, begin, low);
    if (begin > 0) {
      const bytes = <usize>(end - begin) << 3;
      memory.copy(X, at(X, begin), bytes);
      memory.copy(Y, at(Y, begin), bytes);
      end -= begin;
    }
  }
  return end;
}
