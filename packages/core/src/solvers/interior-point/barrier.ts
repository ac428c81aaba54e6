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
  /** out ← ∇³f*(z)[u, v] */
  bendInto(u: Float64Array, v: Float64Array, out: Float64Array): void;
}

/**
 * ∇³(−log ψ)[u, v] from what the derivatives of ψ are along u and v.
 *
 *   (a_u·b_v + a_v·b_u + g·c)/ψ² − 2·g·b_u·b_v/ψ³ − t/ψ,   a_u = ∇²ψ·u,  b_u = ∇ψᵀu,  c = uᵀ∇²ψ·v,  t = ∇³ψ[u, v]
 */
export function bendOfLog(psi: number, g: number, au: number, av: number, bu: number, bv: number, c: number, t: number): number {
  return (au * (bv / psi) + av * (bu / psi) + g * (c / psi - (2 * (bu / psi) * bv) / psi) - t) / psi;
}
