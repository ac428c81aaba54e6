import { InputError } from '../base/errors.ts';
import { denseCholeskyInto } from '../linalg/dense.ts';
import { fromTriplets } from '../linalg/sparse.ts';
import type { UncertaintySet } from './uncertainty-set.ts';

/**
 * Outcomes within so many standard deviations of the forecast, correlations counted:
 *
 *   { u = centre + L·z :  ‖z‖₂ ≤ radius },   L·Lᵀ = covariance
 *
 * @shape centre (s), factor L s × s by rows, lower triangle
 */
export interface Ellipsoid {
  readonly centre: Float64Array;
  readonly factor: Float64Array;
  readonly radius: number;
}

/** @throws {InputError} SET_UNBOUNDED when the covariance is not positive definite or the radius not positive */
export function ellipsoid(centre: ArrayLike<number>, covariance: Float64Array, radius: number): Ellipsoid {
  const n = centre.length;
  const factor = Float64Array.from(covariance);
  const odd = denseCholeskyInto(factor, n);
  if (odd >= 0 || !(radius > 0) || !Number.isFinite(radius)) {
    throw new InputError({
      code: 'SET_UNBOUNDED',
      message:
        odd >= 0 ? `The covariance of an ellipsoid is not positive definite at symbol ${odd}` : `The radius of an ellipsoid is ${radius}`,
      hint: odd >= 0 ? 'Leave out symbols that follow from others.' : 'Give a positive, finite one.',
    });
  }
  for (let i = 0; i < n; i++) factor.fill(0, i * n + i + 1, (i + 1) * n);
  return { centre: Float64Array.from(centre), factor, radius };
}

/** max directionᵀu over the ellipsoid: directionᵀcentre + radius·‖Lᵀ·direction‖₂. */
export function reachOf({ centre, factor, radius }: Ellipsoid, direction: ArrayLike<number>): number {
  const n = centre.length;
  let [middle, squares] = [0, 0];
  for (let j = 0; j < n; j++) {
    middle += direction[j] * centre[j];
    let along = 0;
    for (let i = j; i < n; i++) along += factor[i * n + j] * direction[i];
    squares += along * along;
  }
  return middle + radius * Math.sqrt(squares);
}

/** Distance from the centre in standard deviations: √((u − centre)ᵀ covariance⁻¹ (u − centre)). */
export function deviationsOf({ centre, factor }: Ellipsoid, u: ArrayLike<number>): number {
  const n = centre.length;
  const z = new Float64Array(n);
  let squares = 0;
  for (let i = 0; i < n; i++) {
    let rest = u[i] - centre[i];
    for (let j = 0; j < i; j++) rest -= factor[i * n + j] * z[j];
    z[i] = rest / factor[i * n + i];
    squares += z[i] * z[i];
  }
  return Math.sqrt(squares);
}

/**
 * A polyhedron around an ellipsoid, for searches that need one: in z, with |z_j| = v⁺_j + v⁻_j,
 *
 *   |z_j| ≤ radius,   Σ |z_j| ≤ √s·radius
 *
 * It holds every outcome of the ellipsoid, so a plan that survives it survives the ellipsoid; it reaches at most s^¼ times as far, as ‖z‖₂² ≤ ‖z‖₁·‖z‖_∞.
 * Coordinates are v⁺, then v⁻, in radii.
 * @source Bertsimas, Pachamanova, Sim, Robust linear optimization under general norms, Oper. Res. Lett. 32 (2004), section 2 (the D-norm)
 */
export function around({ centre, factor, radius }: Ellipsoid): UncertaintySet {
  const n = centre.length;
  const row: number[] = [];
  const col: number[] = [];
  const value: number[] = [];
  for (let j = 0; j < n; j++) {
    for (const sign of [1, -1]) {
      for (let i = j; i < n; i++) {
        row.push(i);
        col.push(sign > 0 ? j : n + j);
        value.push(sign * radius * factor[i * n + j]);
      }
    }
  }
  const all = Array.from({ length: 2 * n }, (_, j) => j);
  return {
    offset: Float64Array.from(centre),
    map: fromTriplets(n, 2 * n, row, col, value),
    lower: new Float64Array(2 * n),
    upper: new Float64Array(2 * n).fill(1),
    rows: fromTriplets(
      1,
      2 * n,
      all.map(() => 0),
      all,
      all.map(() => 1),
    ),
    limit: Float64Array.of(Math.sqrt(n)),
  };
}
