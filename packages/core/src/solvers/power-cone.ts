const ROUNDS_MAX = 100;

/**
 * Moves v to the nearest point of the power cone K = { v₀^α·v₁^(1−α) ≥ |v₂|, v₀, v₁ ≥ 0 }; returns how far that was.
 *
 * With the shortening t = |v₂| − r of the third entry, the others become p(t) and the root of Φ is the answer:
 *
 *   p₀ = ½·(v₀ + √(v₀² + 4·α·r·t)),   p₁ = ½·(v₁ + √(v₁² + 4·(1 − α)·r·t)),   Φ(t) = p₀^α·p₁^(1−α) − r,   0 < t < |v₂|
 * @shape v (3)
 * @cost about 10 powers, one for points inside
 * @source Hien, Differential properties of Euclidean projection onto power cone, Math. Methods Oper. Res. 82 (2015),
 *   proposition 2.2
 */
export function projectIntoPower(v: Float64Array, exponent: number): number {
  const [v0, v1, v2] = v;
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
  let low = 0;
  let high = height;
  let t = 0.5 * height;
  if (v0 > 0 && v1 > 0) {
    // Newton's step from t = 0, where the point is inside but for the third entry.
    const product = v0 ** exponent * v1 ** (1 - exponent);
    const slope = product * height * ((exponent / v0) ** 2 + ((1 - exponent) / v1) ** 2) + 1;
    t = Math.min(t, (height - product) / slope);
  }
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const r = height - t;
    const root0 = Math.sqrt(v0 * v0 + 4 * exponent * r * t);
    const root1 = Math.sqrt(v1 * v1 + 4 * (1 - exponent) * r * t);
    const p0 = larger(v0, root0, exponent * r * t);
    const p1 = larger(v1, root1, (1 - exponent) * r * t);
    const product = p0 ** exponent * p1 ** (1 - exponent);
    const error = product - r;
    if (error < 0) low = t;
    else high = t;
    const slope = product * (r - t) * (exponent ** 2 / (root0 * p0) + (1 - exponent) ** 2 / (root1 * p1)) + 1;
    const next = t - error / slope;
    const before = t;
    t = next > low && next < high ? next : 0.5 * (low + high);
    if (Math.abs(t - before) <= Number.EPSILON * height) break;
  }
  const across = (height - t) * t;
  v[0] = larger(v0, Math.sqrt(v0 * v0 + 4 * exponent * across), exponent * across);
  v[1] = larger(v1, Math.sqrt(v1 * v1 + 4 * (1 - exponent) * across), (1 - exponent) * across);
  v[2] = Math.sign(v2) * (height - t);
  return Math.hypot(v[0] - v0, v[1] - v1, t);
}

/** The larger root p of p² − x·p − c, where √ = √(x² + 4c). */
function larger(x: number, root: number, c: number): number {
  return x >= 0 ? 0.5 * (x + root) : (2 * c) / (root - x);
}
