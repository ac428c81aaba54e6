/**
 * The logarithmically homogeneous barrier f* of the dual of a cone of three rows, and what a step asks of it at one z:
 *
 *   f*(z) = −log ψ(z) − Σ w_k·log|z_k|,   degree 3:   f*(t·z) = f*(z) − 3·log t,   f the conjugate barrier of the cone itself
 *
 * Its Hessian is never formed: near the boundary it spans the square of the range of ψ, but its inverse is well behaved.
 * Stateful: `moveTo` a point first; not re-entrant.
 * @shape all vectors (3), at an offset of a longer array
 * @source Nesterov & Nemirovskii, Interior-Point Polynomial Algorithms in Convex Programming (1994), section 5.3;
 *   Chares (2009), chapter 4 (degree 3)
 */
export interface Barrier {
  /** The point with s = z = −∇f*(z). */
  readonly centre: Float64Array;
  /** Inside the cone, with room that arithmetic can hold? */
  holds(s: Float64Array, at: number): boolean;
  /** Inside the dual cone? */
  holdsDual(z: Float64Array, at: number): boolean;
  /** The point z that all below is about. */
  moveTo(z: Float64Array, at: number): void;
  /** s̃ = −∇f*(z) */
  shadowInto(out: Float64Array, at: number): void;
  /** z̃ = −∇f(s): the z whose shadow is s. */
  dualShadowInto(s: Float64Array, at: number, out: Float64Array, outAt: number): void;
  /** out ← (∇²f*(z))⁻¹·v */
  solveInto(v: Float64Array, out: Float64Array): void;
  /** vᵀ(∇²f*(z))⁻¹v, as a sum of squares: small directions keep their size where the product would cancel. */
  curveOf(v: Float64Array): number;
  /**
   * out ← ∇³f*(z)[Δz, (∇²f*(z))⁻¹·Δs]. Each −log ψ gives, with g = ∇ψ, x = (∇²f*)⁻¹·Δs and k = gᵀx/ψ²,
   *
   *   ∇²ψ·x·(gᵀΔz)/ψ² + ∇²ψ·Δz·k + g·(xᵀ∇²ψ·Δz)/ψ² − 2·g·k·(gᵀΔz)/ψ − ∇³ψ[x, Δz]/ψ,
   *
   * where k and what of x bends ψ, both lost in x itself near the boundary, come out of the equations for x.
   */
  correctInto(dz: Float64Array, ds: Float64Array, out: Float64Array): void;
}
