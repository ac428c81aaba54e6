const ROUNDS_MAX = 100;
/** Third entries smaller by e to this power are 0. */
const LOG_RANGE = 650;

/**
 * Moves v to the nearest point of the power cone K = { v₀^α·v₁^(1−α) ≥ |v₂|, v₀, v₁ ≥ 0 }; returns how far that was.
 *
 * With the third entry r of that point and t = |v₂| − r, the others become p and the root of Φ is the answer:
 *
 *   p₀ = ½·(v₀ + √(v₀² + 4·α·r·t)),   p₁ = ½·(v₁ + √(v₁² + 4·(1 − α)·r·t)),   Φ = p₀^α·p₁^(1−α) − r = 0,   0 < r < |v₂|
 *
 * Whichever of r and t is smaller is the unknown, so that both keep all their digits: t, or log r.
 * @shape v (3)
 * @cost about 10 powers, one for points inside
 * @source Hien, Differential properties of Euclidean projection onto power cone, Math. Methods Oper. Res. 82 (2015),
 *   proposition 2.2
 */
export function projectIntoPower(v: Float64Array, exponent: number): number {
  const v0 = v[0];
  const v1 = v[1];
  const v2 = v[2];
  const height = Math.abs(v2);
  if (v0 >= 0 && v1 >= 0 && v0 ** exponent * v1 ** (1 - exponent) >= height) return 0;
  const isPolar = v0 <= 0 && v1 <= 0 && (-v0 / exponent) ** exponent * (-v1 / (1 - exponent)) ** (1 - exponent) >= height;
  if (isPolar) {
    v.fill(0);
    return Math.hypot(v0, v1, v2);
  }
  if (height === 0) {
    v[0] = Math.max(v0, 0);
    v[1] = Math.max(v1, 0);
    return Math.hypot(v[0] - v0, v[1] - v1);
  }
  let r: number;
  let t: number;
  if (isNear(v0, v1, height, exponent)) {
    t = shortening(v0, v1, height, exponent);
    r = height - t;
  } else {
    r = smallThird(v0, v1, height, exponent);
    t = height - r;
  }
  v[0] = larger(v0, exponent * r * t);
  v[1] = larger(v1, (1 - exponent) * r * t);
  v[2] = Math.sign(v2) * r;
  return Math.hypot(v[0] - v0, v[1] - v1, t);
}

/** Is Φ > 0 at r = t: is the third entry of the nearest point more than half of |v₂|? */
function isNear(v0: number, v1: number, height: number, exponent: number): boolean {
  const across = 0.25 * height * height;
  return larger(v0, exponent * across) ** exponent * larger(v1, (1 - exponent) * across) ** (1 - exponent) > 0.5 * height;
}

/** The root t < |v₂|/2. */
function shortening(v0: number, v1: number, height: number, exponent: number): number {
  let low = 0;
  let high = 0.5 * height;
  let t = high;
  let stride = height;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const r = height - t;
    const p0 = larger(v0, exponent * r * t);
    const p1 = larger(v1, (1 - exponent) * r * t);
    const product = p0 ** exponent * p1 ** (1 - exponent);
    const error = product - r;
    if (error < 0) low = t;
    else high = t;
    // dp/dt = c′/(2·p − x) with p² − x·p = c
    const slope = product * (r - t) * (exponent ** 2 / ((2 * p0 - v0) * p0) + (1 - exponent) ** 2 / ((2 * p1 - v1) * p1)) + 1;
    const next = t - error / slope;
    const isFast = next > low && next < high && Math.abs(next - t) < 0.5 * stride;
    const target = isFast ? next : 0.5 * (low + high);
    stride = Math.abs(target - t);
    t = target;
    if (stride <= Number.EPSILON * t) break;
  }
  return t;
}

/** The root r < |v₂|/2, by its logarithm; 0 where it underflows. */
function smallThird(v0: number, v1: number, height: number, exponent: number): number {
  let high = Math.log(0.5 * height);
  let low = high - LOG_RANGE;
  let log = high;
  let stride = LOG_RANGE;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const r = Math.exp(log);
    const t = height - r;
    const p0 = larger(v0, exponent * r * t);
    const p1 = larger(v1, (1 - exponent) * r * t);
    const error = exponent * Math.log(p0) + (1 - exponent) * Math.log(p1) - log;
    if (error < 0) high = log;
    else low = log;
    const slope = r * (t - r) * (exponent ** 2 / ((2 * p0 - v0) * p0) + (1 - exponent) ** 2 / ((2 * p1 - v1) * p1)) - 1;
    const next = log - error / slope;
    const isFast = next > low && next < high && Math.abs(next - log) < 0.5 * stride;
    const target = isFast ? next : 0.5 * (low + high);
    stride = Math.abs(target - log);
    log = target;
    if (stride <= 2 * Number.EPSILON * Math.max(1, Math.abs(log))) break;
  }
  return Math.exp(log);
}

/** The larger root p of p² − x·p = c, c ≥ 0. */
function larger(x: number, c: number): number {
  const root = Math.sqrt(x * x + 4 * c);
  return x >= 0 ? 0.5 * (x + root) : (2 * c) / (root - x);
}
