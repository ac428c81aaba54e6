import { type AffineRow, type Cone, rotatedCone, scaled } from '../problem/program.ts';

/** A cone of a `Program` over elements of a stated cone and columns of its own, counted on from the elements. */
export interface ConePart {
  readonly kind: Cone['kind'];
  readonly exponent?: number | undefined;
  readonly rows: readonly AffineRow[];
}

/**
 * The cone Π u_k^α_k ≥ ‖w‖, u ≥ 0, Σ α = 1, of any size, by power cones of three rows and columns t of its own:
 *
 *   u₀^α₀·t₁^(1−α₀) ≥ ‖w‖,   u₁^β₁·t₂^(1−β₁) ≥ t₁,   …   the last with u_{k−1} instead of a t,   β_k = α_k/(1 − α₀ − … )
 *
 * Two equal exponents are a rotated cone. Where t is as large as its product allows, the steps give the whole product.
 * @param next - the number of the first column that is free for a t
 * @source MOSEK, Modeling Cookbook, section 4.2.4
 */
export function powerCones(u: readonly AffineRow[], exponents: readonly number[], w: readonly AffineRow[], next: number): ConePart[] {
  if (w.length === 0) return u.map((each) => ({ kind: 'second-order', rows: [each] }));
  if (u.length === 1) return [{ kind: 'second-order', rows: [u[0], ...w] }];
  if (u.length === 2 && exponents[0] === exponents[1]) return [{ kind: 'second-order', rows: rotatedCone(u[0], scaled(u[1], 0.5), w) }];
  if (w.length > 1) {
    const length = column(next);
    return [{ kind: 'second-order', rows: [length, ...w] }, ...powerCones(u, exponents, [length], next + 1)];
  }
  const [exponent, ...others] = exponents;
  if (u.length === 2) return [{ kind: 'power', exponent, rows: [u[0], u[1], w[0]] }];
  const rest = column(next);
  const left = others.reduce((sum, each) => sum + each, 0);
  const shares = others.map((each) => each / left);
  const first = powerCones([u[0], rest], [exponent, left], w, next + 1);
  return [...first, ...powerCones(u.slice(1), shares, [rest], next + 1)];
}

const column = (k: number): AffineRow => ({ columns: [k], values: [1], constant: 0 });
