import type { Barrier } from './barrier.ts';

/** Relative room between a point and the boundary that arithmetic can hold. */
const ROOM = 8 * Number.EPSILON;
const ROUNDS_MAX = 60;
const STRIDE_MAX = 4;

/**
 * The power cone s₀^α·s₁^(1−α) ≥ |s₂|, s₀, s₁ ≥ 0. With β = 1 − α its dual and the barrier of that are
 *
 *   p = (z₀/α)^α·(z₁/β)^β ≥ |z₂|,    ψ = p² − z₂²,    f*(z) = −log ψ − β·log z₀ − α·log z₁
 *   s̃ = ( (2α·p²/ψ + β)/z₀,  (2β·p²/ψ + α)/z₁,  −2·z₂/ψ )
 *
 * and for the way back, π = −z₂·s₂ = 1/ω ≥ 0 solves a scalar equation whose right side is how far s is inside:
 *
 *   2α·log(1 + (1 + 1/α)·ω) + 2β·log(1 + (1 + 1/β)·ω) − log(1 + 2·ω) = 2·log(s₀^α·s₁^β/|s₂|)
 *   z₀ = (1 + α + α·π)/s₀,  z₁ = (1 + β + β·π)/s₁,  z₂ = −π/s₂
 *
 * @source Chares (2009), section 4.1 (barrier); Roy & Xiao, On self-concordant barriers for generalized power cones,
 *   Optim. Lett. 16 (2022); Goulart & Chen (2024), appendix
 */
export class PowerBarrier implements Barrier {
  readonly centre: Float64Array;
  private readonly alpha: number;
  private readonly beta: number;
  private z0 = 1;
  private z1 = 1;
  private z2 = 0;
  private p = 1;
  /** p − z₂ and p + z₂, whose product is ψ. */
  private above = 1;
  private below = 1;

  constructor(exponent: number) {
    this.alpha = exponent;
    this.beta = 1 - exponent;
    this.centre = Float64Array.of(Math.sqrt(1 + this.alpha), Math.sqrt(1 + this.beta), 0);
  }

  holds(s: Float64Array, at: number): boolean {
    return s[at] > 0 && s[at + 1] > 0 && hasRoom(this.alpha * Math.log(s[at]) + this.beta * Math.log(s[at + 1]), s[at + 2]);
  }

  holdsDual(z: Float64Array, at: number): boolean {
    const { alpha, beta } = this;
    const z0 = z[at] / alpha;
    const z1 = z[at + 1] / beta;
    return z0 > 0 && z1 > 0 && hasRoom(alpha * Math.log(z0) + beta * Math.log(z1), z[at + 2]);
  }

  moveTo(z: Float64Array, at: number): void {
    const { alpha, beta } = this;
    this.z0 = z[at];
    this.z1 = z[at + 1];
    this.z2 = z[at + 2];
    this.p = (this.z0 / alpha) ** alpha * (this.z1 / beta) ** beta;
    this.above = this.p - this.z2;
    this.below = this.p + this.z2;
  }

  shadowInto(out: Float64Array, at: number): void {
    const { alpha, beta, z0, z1, z2, p, above, below } = this;
    const share = 2 * (p / above) * (p / below);
    out[at] = (alpha * share + beta) / z0;
    out[at + 1] = (beta * share + alpha) / z1;
    out[at + 2] = ((-2 / above) * z2) / below;
  }

  dualShadowInto(s: Float64Array, at: number, out: Float64Array, outAt: number): void {
    const { alpha, beta } = this;
    const s2 = s[at + 2];
    const inside = 2 * (alpha * Math.log(s[at]) + beta * Math.log(s[at + 1]) - Math.log(Math.abs(s2)));
    const a = 1 + 1 / alpha;
    const b = 1 + 1 / beta;
    let omega = Number.POSITIVE_INFINITY;
    if (inside < 600) {
      // Newton's method in log ω: the left side is near 4·ω for small ω and near log ω for large.
      omega = inside < 1 ? 0.25 * inside : 2 * Math.exp(inside - 2 * alpha * Math.log(a) - 2 * beta * Math.log(b));
      for (let round = 0; round < ROUNDS_MAX; round++) {
        const value = 2 * alpha * Math.log1p(a * omega) + 2 * beta * Math.log1p(b * omega) - Math.log1p(2 * omega);
        const slope = omega * ((2 * alpha * a) / (1 + a * omega) + (2 * beta * b) / (1 + b * omega) - 2 / (1 + 2 * omega));
        const step = Math.max(-STRIDE_MAX, Math.min(STRIDE_MAX, (inside - value) / slope));
        omega *= Math.exp(step);
        if (Math.abs(step) < 4 * Number.EPSILON) break;
      }
    }
    out[outAt] = (1 + alpha + alpha / omega) / s[at];
    out[outAt + 1] = (1 + beta + beta / omega) / s[at + 1];
    out[outAt + 2] = s2 === 0 ? 0 : -1 / omega / s2;
  }

  /**
   * ∇²f* = g₊·g₊ᵀ/ψ₊² + g₋·g₋ᵀ/ψ₋² + D with ψ± = p ∓ z₂, g± = (∇p, ∓1), and D on (z₀, z₁) only. With k± = g±ᵀx/ψ±²
   * the last row says k₋ − k₊ = v₂, and the sum k = k₊ + k₋ solves a scalar equation of positive terms.
   *
   *   D = Z⁻¹·(c·[1 −1; −1 1] + diag(β, α))·Z⁻¹,   c = 2αβ·p²/ψ,   D⁻¹ = Z·[c + α, c; c, c + β]·Z/(c + αβ)
   */
  solveInto(v: Float64Array, out: Float64Array): void {
    const { alpha, beta, z0, z1, p, above, below } = this;
    const c = 2 * alpha * beta * (p / above) * (p / below);
    const determinant = c + alpha * beta;
    const r0 = z0 * v[0];
    const r1 = z1 * v[1];
    const r2 = v[2];
    const solved0 = ((c + alpha) * r0 + c * r1) / determinant;
    const solved1 = (c * r0 + (c + beta) * r1) / determinant;
    const curve = (2 * p * p * (c + alpha ** 3 + beta ** 3)) / determinant;
    const pull = 2 * p * (alpha * solved0 + beta * solved1) + 0.5 * r2 * (above * above - below * below);
    const k = pull / (0.5 * (above * above + below * below) + curve);
    out[0] = z0 * (solved0 - (k * p * ((c + alpha) * alpha + c * beta)) / determinant);
    out[1] = z1 * (solved1 - (k * p * (c * alpha + (c + beta) * beta)) / determinant);
    out[2] = 0.25 * (below * below * (k + r2) - above * above * (k - r2));
  }

  /**
   * With w = (z₀·v₀, z₁·v₁), e = p·(α, β), M = Z⁻¹·D⁻¹·Z⁻¹, B = eᵀMw, C = eᵀMe:
   *
   *   (w × e)²/(det·C) + ( ψ₊²·ψ₋²·v₂² + (ψ₊²·(B − C·v₂)² + ψ₋²·(B + C·v₂)²)/C )/(ψ₊² + ψ₋² + 4·C)
   */
  curveOf(v: Float64Array): number {
    const { alpha, beta, z0, z1, p, above, below } = this;
    const c = 2 * alpha * beta * (p / above) * (p / below);
    const determinant = c + alpha * beta;
    const w0 = z0 * v[0];
    const w1 = z1 * v[1];
    const w2 = v[2];
    const b = (p * (alpha * ((c + alpha) * w0 + c * w1) + beta * (c * w0 + (c + beta) * w1))) / determinant;
    const curve = (p * p * (c + alpha ** 3 + beta ** 3)) / determinant;
    const across = (p * (w0 * beta - w1 * alpha)) ** 2 / (determinant * curve);
    const sides = (above * (b - curve * w2)) ** 2 + (below * (b + curve * w2)) ** 2;
    return across + ((above * below * w2) ** 2 + sides / curve) / (above * above + below * below + 4 * curve);
  }

  /** With ∇²p = −αβ·p·q·qᵀ, q = (1/z₀, −1/z₁); ξ and η are changes of z₀ and z₁ in their own units, ξ − η what bends p. */
  correctInto(dz: Float64Array, ds: Float64Array, out: Float64Array): void {
    const { alpha, beta, z0, z1, p, above, below } = this;
    const c = 2 * alpha * beta * (p / above) * (p / below);
    const determinant = c + alpha * beta;
    const r0 = z0 * ds[0];
    const r1 = z1 * ds[1];
    const r2 = ds[2];
    const solved0 = ((c + alpha) * r0 + c * r1) / determinant;
    const solved1 = (c * r0 + (c + beta) * r1) / determinant;
    const curve = (2 * p * p * (c + alpha ** 3 + beta ** 3)) / determinant;
    const pull = 2 * p * (alpha * solved0 + beta * solved1) + 0.5 * r2 * (above * above - below * below);
    const k = pull / (0.5 * (above * above + below * below) + curve);
    const xi = solved0 - (k * p * (c + alpha * alpha)) / determinant;
    const eta = solved1 - (k * p * (c + beta * beta)) / determinant;
    const bent = (alpha * r0 - beta * r1 - k * p * (alpha - beta)) / determinant;
    const dXi = dz[0] / z0;
    const dEta = dz[1] / z1;
    const dBent = dXi - dEta;
    const weight = alpha * beta * p;
    out[0] = (-2 * beta * xi * dXi) / z0;
    out[1] = (-2 * alpha * eta * dEta) / z1;
    out[2] = 0;
    for (let side = -1; side <= 1; side += 2) {
      const psi = side < 0 ? above : below;
      const slope = 0.5 * (k + side * r2);
      const rise = (p * (alpha * dXi + beta * dEta) + side * dz[2]) / psi;
      const sideways = (weight * bent * rise) / psi + weight * dBent * slope;
      const across = (weight * (bent / psi) * dBent) / psi + 2 * slope * rise;
      const third0 = (weight / psi) * (xi * dBent + bent * dXi - alpha * bent * dBent);
      const third1 = (weight / psi) * (eta * dBent + bent * dEta + beta * bent * dBent);
      out[0] -= (sideways + p * alpha * across + third0) / z0;
      out[1] += (sideways - p * beta * across + third1) / z1;
      out[2] -= side * across;
    }
  }
}

/** Is the logarithm of a mean far enough above that of the third entry? */
function hasRoom(log: number, third: number): boolean {
  return log - Math.log(Math.abs(third)) > ROOM * (1 + Math.abs(log)) && log < Number.POSITIVE_INFINITY;
}
