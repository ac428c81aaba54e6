/**
 * The step length that makes the squared mismatch smallest, from what one full step has shown.
 *
 * Along a Newton direction the mismatch is nearly f(μ) = (1 − μ)·f₀ + μ²·r, so
 *   g(μ) = ‖f(μ)‖² = (1 − μ)²·a + 2(1 − μ)·μ²·b + μ⁴·c,  a = f₀·f₀, b = f₀·r, c = r·r,
 * and the root of g′ in (0, 1] is found by bisection (g′(0) = −2a < 0).
 * @param tried - the step length μ₀ at which `after` was computed; r = (after − (1 − μ₀)·f₀)/μ₀²
 * @returns μ in (0, 1]
 * @cost 2n flops + 40 bisections
 * @source Iwamoto, Tamura, A Load Flow Calculation Method for Ill-Conditioned Power Systems, IEEE Trans. PAS-100 (1981)
 */
export function optimalMultiplier(before: Float64Array, after: Float64Array, tried: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  for (let i = 0; i < before.length; i++) {
    const f0 = before[i];
    const r = (after[i] - (1 - tried) * f0) / (tried * tried);
    a += f0 * f0;
    b += f0 * r;
    c += r * r;
  }
  if (!Number.isFinite(b + c)) return tried / 2;
  const slope = (mu: number) => -2 * (1 - mu) * a + (4 * mu - 6 * mu * mu) * b + 4 * mu * mu * mu * c;
  if (slope(1) <= 0) return 1;
  let low = 0;
  let high = 1;
  for (let k = 0; k < 40; k++) {
    const mid = (low + high) / 2;
    if (slope(mid) < 0) low = mid;
    else high = mid;
  }
  return high;
}
