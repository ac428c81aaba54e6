/** Beyond this, e^ρ is not a number any more. */
const RATIO_MAX = 700;
const ROUNDS_MAX = 100;

/**
 * Moves v to the nearest point of the exponential cone K = cl{ v₀ ≥ v₁·e^(v₂/v₁), v₁ > 0 }; returns how far that was.
 *
 * Away from the faces the nearest point p and the way to it, p − v = d ∈ K*, share one ratio ρ:
 *
 *   p = β·(e^ρ, 1, ρ),   d = δ·(e^(−ρ), ρ − 1, −1),   β = (v₁ + (ρ − 1)·v₂)/q,   δ = (v₂ − ρ·v₁)/q,   q = ρ² − ρ + 1,
 *
 * where the first row, h(ρ) = β·e^ρ − δ·e^(−ρ) − v₀ = 0, increases as long as β, δ > 0 and has one root there.
 * @shape v (3)
 * @cost about 10 exponentials, none for points inside
 * @source Friberg, Projection onto the exponential cone: a univariate root-finding problem, Optim. Methods Softw. 38
 *   (2023), theorems 3.1–3.4; Parikh & Boyd, Proximal Algorithms (2014), section 6.3.4
 */
export function projectIntoExponential(v: Float64Array): number {
  const v0 = v[0];
  const v1 = v[1];
  const v2 = v[2];
  if (v1 > 0 ? v0 >= v1 * Math.exp(v2 / v1) : v1 === 0 && v0 >= 0 && v2 <= 0) return 0;
  const size = Math.hypot(v0, v1, v2);
  if (isPolar(v0, v1, v2)) {
    v.fill(0);
    return size;
  }
  // The nearest point of the face v₁ = 0, and for v₁ > 0 the point above: one of them is near where β or δ vanishes.
  v[0] = Math.max(v0, 0);
  v[1] = 0;
  v[2] = Math.min(v2, 0);
  let distance = Math.hypot(v[0] - v0, v1, v[2] - v2);
  if (v1 <= 0 && v2 <= 0) return distance;
  const above = v1 > 0 ? v1 * Math.exp(v2 / v1) : Number.POSITIVE_INFINITY;
  if (above - v0 < distance) {
    distance = above - v0;
    v[0] = above;
    v[1] = v1;
    v[2] = v2;
  }
  let low = -RATIO_MAX;
  let high = RATIO_MAX;
  if (v2 > 0) low = Math.max(low, 1 - v1 / v2);
  if (v2 < 0) high = Math.min(high, 1 - v1 / v2);
  if (v1 > 0) high = Math.min(high, v2 / v1);
  if (v1 < 0) low = Math.max(low, v2 / v1);
  if (!(low < high)) return distance;
  let ratio = 0.5 * (low + high);
  let stride = high - low;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const q = ratio * (ratio - 1) + 1;
    const beta = (v1 + (ratio - 1) * v2) / q;
    const delta = (v2 - ratio * v1) / q;
    const up = Math.exp(ratio);
    const error = beta * up - delta / up - v0;
    if (error < 0) low = ratio;
    else high = ratio;
    const betaSlope = (v2 - beta * (2 * ratio - 1)) / q;
    const deltaSlope = (-v1 - delta * (2 * ratio - 1)) / q;
    const next = ratio - error / ((betaSlope + beta) * up + (delta - deltaSlope) / up);
    // Newton's step where it stays inside and is less than half of the one before; else the middle.
    const isFast = next > low && next < high && Math.abs(next - ratio) < 0.5 * stride;
    const target = isFast ? next : 0.5 * (low + high);
    stride = Math.abs(target - ratio);
    ratio = target;
    if (stride <= 2 * Number.EPSILON * Math.max(1, Math.abs(ratio))) break;
  }
  const q = ratio * (ratio - 1) + 1;
  const beta = Math.max(0, (v1 + (ratio - 1) * v2) / q);
  const found = Math.hypot(beta * Math.exp(ratio) - v0, beta - v1, beta * ratio - v2);
  if (!(found < distance)) return distance;
  v[0] = beta * Math.exp(ratio);
  v[1] = beta;
  v[2] = beta * ratio;
  return found;
}

/** −v ∈ K*: nothing of the cone lies in the direction of v. */
function isPolar(v0: number, v1: number, v2: number): boolean {
  if (v2 > 0) return -v0 >= v2 * Math.exp(v1 / v2 - 1);
  return v2 === 0 && v0 <= 0 && v1 <= 0;
}
