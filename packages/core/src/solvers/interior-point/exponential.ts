import type { Barrier } from './barrier.ts';

/** Relative room between a point and the boundary that arithmetic can hold. */
const ROOM = 8 * Number.EPSILON;
const ROUNDS_MAX = 60;

/**
 * The exponential cone s₀ ≥ s₁·exp(s₂/s₁). With u = −z₂ > 0 its dual and the barrier of that are
 *
 *   ψ(z) = z₁ + u + u·log(z₀/u) ≥ 0,    f*(z) = −log ψ − log z₀ − log u
 *   s̃ = ( (1 + u/ψ)/z₀,  1/ψ,  −log(z₀/u)/ψ − 1/u )
 *
 * and for the way back, ω > 0 solves a scalar equation whose right side is how far s is inside:
 *
 *   ω + log(1 + ω) = log(s₀/s₁) − s₂/s₁,    u = 1/(ω·s₁),  z₀ = (1 + 1/ω)/s₀,  z₁ = (2 + (s₂/s₁ − 1)/ω)/s₁
 *
 * @source Chares (2009), section 4.3 (barrier); Serrano, Algorithms for unsymmetric cone optimization and an
 *   implementation for problems with the exponential cone (2015), section 8.3; Goulart & Chen (2024), appendix
 */
export class ExponentialBarrier implements Barrier {
  readonly centre: Float64Array;
  private z0 = 1;
  private u = 1;
  private psi = 1;
  private log = 0;

  constructor() {
    this.centre = centreOf(this);
  }

  holds(s: Float64Array, at: number): boolean {
    const s0 = s[at];
    const s1 = s[at + 1];
    if (!(s0 > 0 && s1 > 0)) return false;
    const slope = s[at + 2] / s1;
    const inside = Math.log(s0 / s1) - slope;
    return inside > ROOM * (1 + Math.abs(slope)) && inside < Number.POSITIVE_INFINITY;
  }

  holdsDual(z: Float64Array, at: number): boolean {
    const z0 = z[at];
    const u = -z[at + 2];
    if (!(z0 > 0 && u > 0)) return false;
    const inside = z[at + 1] / u + 1 + Math.log(z0 / u);
    return inside > ROOM * (1 + Math.abs(z[at + 1] / u)) && inside < Number.POSITIVE_INFINITY;
  }

  moveTo(z: Float64Array, at: number): void {
    this.z0 = z[at];
    this.u = -z[at + 2];
    this.log = Math.log(this.z0 / this.u);
    this.psi = z[at + 1] + this.u + this.u * this.log;
  }

  shadowInto(out: Float64Array, at: number): void {
    const { z0, u, psi, log } = this;
    out[at] = (1 + u / psi) / z0;
    out[at + 1] = 1 / psi;
    out[at + 2] = -log / psi - 1 / u;
  }

  dualShadowInto(s: Float64Array, at: number, out: Float64Array, outAt: number): void {
    const s0 = s[at];
    const s1 = s[at + 1];
    const slope = s[at + 2] / s1;
    const inside = Math.log(s0 / s1) - slope;
    // The left side is concave: Newton's method from the left never passes the root.
    let omega = 0.5 * inside;
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const step = (inside - omega - Math.log1p(omega)) / (1 + 1 / (1 + omega));
      omega += step;
      if (!(step > 2 * Number.EPSILON * omega)) break;
    }
    out[outAt] = (1 + 1 / omega) / s0;
    out[outAt + 1] = (2 + (slope - 1) / omega) / s1;
    out[outAt + 2] = -1 / (omega * s1);
  }

  /**
   * ∇²f* = g·gᵀ/ψ² + D with g = ∇ψ, g₁ = 1, and D on (z₀, z₂) only; so k = gᵀx/ψ² is v₁, and D·x = v − g·v₁.
   *
   *   D = p·pᵀ/(ψ·u) + diag(1/z₀², 1/u²),   p = (u/z₀, 1)
   */
  solveInto(v: Float64Array, out: Float64Array): void {
    const { z0, u, psi, log } = this;
    const g0 = u / z0;
    const right0 = v[0] - g0 * v[1];
    const right2 = v[2] + log * v[1];
    // (p·pᵀ/κ + diag)⁻¹ = diag⁻¹ − diag⁻¹·p·pᵀ·diag⁻¹/(κ + pᵀ·diag⁻¹·p), with pᵀ·diag⁻¹·p = 2·u²
    const along = (u * z0 * right0 + u * u * right2) / (psi * u + 2 * u * u);
    out[0] = z0 * z0 * right0 - u * z0 * along;
    out[2] = u * u * right2 - u * u * along;
    out[1] = psi * psi * v[1] - g0 * out[0] + log * out[2];
  }

  /** With w = (z₀·r₀, u·r₂), r = v − g·v₁:  ½·(w₀ − w₂)² + ½·(w₀ + w₂)²·ψ/(ψ + 2·u) + ψ²·v₁² */
  curveOf(v: Float64Array): number {
    const { z0, u, psi, log } = this;
    const w0 = z0 * v[0] - u * v[1];
    const w2 = u * (v[2] + log * v[1]);
    return 0.5 * (w0 - w2) ** 2 + (0.5 * (w0 + w2) ** 2 * psi) / (psi + 2 * u) + (psi * v[1]) ** 2;
  }

  /** With ∇²ψ = −p·pᵀ/u; ξ and η are changes of z₀ and z₂ in units of z₀ and u, ε = ξ + η the part that bends ψ. */
  correctInto(dz: Float64Array, ds: Float64Array, out: Float64Array): void {
    const { z0, u, psi, log } = this;
    const g0 = u / z0;
    const k = ds[1];
    const right0 = z0 * (ds[0] - g0 * k);
    const right2 = u * (ds[2] + log * k);
    const along = (right0 + right2) / (psi + 2 * u);
    const xi = right0 - u * along;
    const eta = right2 - u * along;
    const dXi = dz[0] / z0;
    const dEta = dz[2] / u;
    const bent = dXi + dEta;
    const rise = (dz[1] + u * dXi - log * dz[2]) / psi;
    const sideways = along * rise + bent * k;
    const across = (along * u * bent) / psi + 2 * k * rise;
    const share = (bent / psi) * xi + along * dXi;
    out[0] = -g0 * (sideways + across + share) - (2 * xi * dXi) / z0;
    out[1] = -across;
    out[2] = -sideways + log * across - (share - along * bent) + (2 * eta * dEta) / u;
  }
}

/** s = z = −∇f*(z): where f and f* are smallest together; the steps halve the difference of the two shadows. */
function centreOf(barrier: ExponentialBarrier): Float64Array {
  const z = Float64Array.of(1.25, 0.8, -0.8);
  const shadow = new Float64Array(3);
  for (let round = 0; round < 200; round++) {
    barrier.moveTo(z, 0);
    barrier.shadowInto(shadow, 0);
    for (let k = 0; k < 3; k++) z[k] = 0.5 * (z[k] + shadow[k]);
  }
  return z;
}
