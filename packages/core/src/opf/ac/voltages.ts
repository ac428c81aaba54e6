import type { Places } from '../../solvers/nonlinear/program.ts';

/**
 * What an AC problem must know of the coordinates that its voltages are written in. Every bus has two: `first`, at place b of x,
 * and `second`, at place nB + b; polar: (angle, magnitude), rectangular: (f, e) of V = (e + j·f)·exp(j·turn).
 *
 * Powers are linear in four products of the voltages at the ends of a branch, whatever the coordinates: `VoltageProducts`.
 * |V_b|² = second² + firstShare·first². Limits of voltage and angle are bounds or rows of their own.
 */
export interface AcVoltages {
  readonly products: VoltageProducts;
  readonly firstShare: 0 | 1;
  /** Angle that the coordinates of a bus are measured from, rad. */
  readonly turn_rad: Float64Array;
  readonly rows: VoltageRows;
  /** Bounds of both coordinates of all buses. @shape lower, upper (n): the first 2·nB are filled */
  boundsInto(lower: Float64Array, upper: Float64Array): void;
  /** Angles in rad and magnitudes per unit to coordinates. @shape x (n): the first 2·nB are filled */
  fromPolarInto(angle: ArrayLike<number>, v: ArrayLike<number>, x: Float64Array): void;
}

/** The products |V_i|², |V_j|², c = Re V_i·V̄_j and s = Im V_i·V̄_j of a branch, by (first_i, first_j, second_i, second_j). */
export interface VoltageProducts {
  /** @shape 4 */
  readonly values: Float64Array;
  /** Row k: derivatives of product k. @shape 4 × 4, row by row */
  readonly gradient: Float64Array;
  evaluate(firstI: number, firstJ: number, secondI: number, secondJ: number): void;
  /** After `evaluate`. */
  differentiate(): void;
  /** After `evaluate`: adds Σ weight_k·∇²product_k to a packed upper triangle: 00 01 02 03 11 12 13 22 23 33. */
  addCurvature(weight: Float64Array, out: Float64Array): void;
}

/** Rows that limit voltages and angles, in coordinates alone; their own numbering from 0. */
export interface VoltageRows {
  readonly equalities_count: number;
  readonly inequalities_count: number;
  readonly rangeLower: Float64Array;
  readonly rangeUpper: Float64Array;
  readonly equalityPlaces: Places;
  readonly inequalityPlaces: Places;
  readonly hessianPlaces: Places;
  functionsInto(x: Float64Array, g: Float64Array, h: Float64Array): void;
  derivativesInto(x: Float64Array, jacobianG: Float64Array, jacobianH: Float64Array): void;
  hessianInto(y: Float64Array, lambda: Float64Array, values: Float64Array): void;
  equalityName(i: number): string;
  inequalityName(i: number): string;
}
