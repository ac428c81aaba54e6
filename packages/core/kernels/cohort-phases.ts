// Phases of a negotiation of cohorts, two steps of the horizon at once. Equations and symbols: ../src/cohorts/iterate.ts and accelerate.ts.
// Rows have T doubles (steps kept for the acceleration: singles); of an odd T the last one is taken alone, with a zero beside it.

@inline function pair(place: usize, alone: bool): v128 { return alone ? v128.load64_zero(place) : v128.load(place); }
@inline function put(place: usize, alone: bool, value: v128): void {
  if (alone) v128.store64_lane(place, value, 0);
  else v128.store(place, value);
}
@inline function putSingles(place: usize, alone: bool, value: v128): void {
  const single = f32x4.demote_f64x2_zero(value);
  if (alone) v128.store32_lane(place, single, 0);
  else v128.store64_lane(place, single, 0);
}
@inline function singles(place: usize, alone: bool): v128 {
  return f64x2.promote_low_f32x4(alone ? v128.load32_zero(place) : v128.load64_zero(place));
}
@inline function bothOf(sums: v128): f64 { return f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1); }
@inline function intAt(base: usize, k: i32): i32 { return load<i32>(base + (<usize>k << 2)); }

/** Rows first … last − 1: p ← z + share·λ. */
export function gatherRows(p: usize, z: usize, price: usize, netOf: usize, first: i32, last: i32, T: i32, share: f64): void {
  const width = <usize>T << 3;
  const by = f64x2.splat(share);
  for (let j = first; j < last; j++) {
    const row = <usize>j * width;
    const net = price + <usize>intAt(netOf, j) * width;
    for (let b: usize = 0; b < width; b += 16) {
      const alone = b + 8 == width;
      put(p + row + b, alone, f64x2.add(pair(z + row + b, alone), f64x2.mul(by, pair(net + b, alone))));
    }
  }
}

/** The prox of lossless lines first … last − 1, from x on. */
export function transferLines(x: usize, capacity: usize, first: i32, last: i32, T: i32): void {
  const width = <usize>T << 3;
  const half = f64x2.splat(0.5);
  for (let i = first; i < last; i++) {
    const most = f64x2.splat(load<f64>(capacity + (<usize>i << 3)));
    const least = f64x2.neg(most);
    for (const end = x + width; x < end; x += 16) {
      const alone = x + 8 == end;
      const flow = f64x2.mul(half, f64x2.sub(pair(x, alone), pair(x + width, alone)));
      const p = f64x2.pmin(f64x2.pmax(flow, least), most);
      put(x, alone, p);
      put(x + width, alone, f64x2.neg(p));
    }
    x += width - (<usize>(T & 1) << 3);
  }
}

/** The net phase at nets first … last − 1; six sums into `partial`. `step` 0: not wanted. */
export function balanceNets(
  p: usize, z: usize, price: usize, step: usize, netStart: usize, netTerminals: usize,
  first: i32, last: i32, T: i32, gain: f64, relaxation: f64, partial: usize,
): void {
  const width = <usize>T << 3;
  const alpha = f64x2.splat(relaxation), keep = f64x2.splat(1 - relaxation), by = f64x2.splat(gain);
  let primal = f64x2.splat(0), dual = primal, power = primal, held = primal, priced = primal, worst = primal;
  for (let n = first; n < last; n++) {
    const from = intAt(netStart, n), to = intAt(netStart, n + 1);
    if (from == to) continue;
    const m = f64x2.splat(<f64>(to - from));
    for (let b: usize = 0; b < width; b += 16) {
      const alone = b + 8 == width;
      let sum = f64x2.splat(0);
      for (let q = from; q < to; q++) sum = f64x2.add(sum, pair(p + <usize>intAt(netTerminals, q) * width + b, alone));
      worst = f64x2.pmax(worst, f64x2.abs(sum));
      const mean = f64x2.div(sum, m);
      const place = price + <usize>n * width + b;
      const now = f64x2.sub(pair(place, alone), f64x2.mul(by, mean));
      put(place, alone, now);
      primal = f64x2.add(primal, f64x2.mul(f64x2.mul(m, mean), mean));
      priced = f64x2.add(priced, f64x2.mul(f64x2.mul(m, now), now));
      for (let q = from; q < to; q++) {
        const at = <usize>intAt(netTerminals, q) * width + b;
        const own = pair(p + at, alone), before = pair(z + at, alone);
        const after = f64x2.add(f64x2.mul(alpha, f64x2.sub(own, mean)), f64x2.mul(keep, before));
        put(z + at, alone, after);
        const moved = f64x2.sub(after, before);
        dual = f64x2.add(dual, f64x2.mul(moved, moved));
        power = f64x2.add(power, f64x2.mul(own, own));
        held = f64x2.add(held, f64x2.mul(after, after));
        if (step) putSingles(step + (at >> 1), alone, f64x2.sub(moved, f64x2.mul(alpha, mean)));
      }
    }
  }
  store<f64>(partial, bothOf(primal));
  store<f64>(partial, bothOf(dual), 8);
  store<f64>(partial, bothOf(power), 16);
  store<f64>(partial, bothOf(held), 24);
  store<f64>(partial, bothOf(priced), 32);
  store<f64>(partial, Math.max(f64x2.extract_lane(worst, 0), f64x2.extract_lane(worst, 1)), 40);
}

/** The jump at nets first … last − 1: `steps` lists the places of g_1 … g_m, `gamma` their weights. */
export function jumpNets(
  z: usize, price: usize, steps: usize, gamma: usize, m: i32, netStart: usize, netTerminals: usize,
  first: i32, last: i32, T: i32, gain: f64,
): void {
  const width = <usize>T << 3;
  const by = f64x2.splat(gain);
  for (let n = first; n < last; n++) {
    const from = intAt(netStart, n), to = intAt(netStart, n + 1);
    if (from == to) continue;
    const count = f64x2.splat(<f64>(to - from));
    for (let b: usize = 0; b < width; b += 16) {
      const alone = b + 8 == width;
      let sum = f64x2.splat(0);
      for (let q = from; q < to; q++) {
        const at = <usize>intAt(netTerminals, q) * width + b;
        let part = f64x2.splat(0);
        for (let i = 0; i < m; i++) {
          const weight = v128.load64_splat(gamma + (<usize>i << 3));
          part = f64x2.add(part, f64x2.mul(weight, singles(<usize>intAt(steps, i) + (at >> 1), alone)));
        }
        put(z + at, alone, f64x2.sub(pair(z + at, alone), part));
        sum = f64x2.add(sum, part);
      }
      const mean = f64x2.div(sum, count);
      const place = price + <usize>n * width + b;
      put(place, alone, f64x2.sub(pair(place, alone), f64x2.mul(by, mean)));
      for (let q = from; q < to; q++) {
        const at = z + <usize>intAt(netTerminals, q) * width + b;
        put(at, alone, f64x2.add(pair(at, alone), mean));
      }
    }
  }
}
