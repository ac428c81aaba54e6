import { type SparseMatrix, symmetricMultiplyInto } from '../linalg/sparse.ts';

/**
 * The standard form that solvers take:
 *
 *   min ½·xᵀPx + cᵀx + c₀   subject to   rowLower ≤ A·x ≤ rowUpper,  lower ≤ x ≤ upper,  x_j whole where integer_j = 1
 *
 * and, for every cone C with rows I,  (A·x − r)_I ∈ C,  r_i = rowLower_i = rowUpper_i
 *
 * P is symmetric positive semidefinite, only its upper triangle is stored. Missing bounds are ±Infinity. As an equality
 * row says A·x − r = 0, a row in a cone has one right side r and its cone says where A·x − r lies. Nobody but the cone
 * bounds such a row, and its multiplier keeps its meaning: the increase of the optimal cost per unit of increase of r.
 * @shape cost, lower, upper, integer (n); rowLower, rowUpper (m); A is m × n
 */
export interface Program {
  readonly cost: Float64Array;
  readonly offset: number;
  readonly quadratic?: SparseMatrix | undefined;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** 1 where the variable must be whole; absent when none must. */
  readonly integer?: Uint8Array | undefined;
  readonly rows: SparseMatrix;
  readonly rowLower: Float64Array;
  readonly rowUpper: Float64Array;
  /** Rows that lie in cones instead of between bounds; every row in at most one. */
  readonly cones?: readonly Cone[] | undefined;
  /** Names in the model's own words, made only when someone has to read them. */
  columnName(j: number): string;
  rowName(i: number): string;
}

/**
 * A cone over w = (A·x − r) on these rows, in this order.
 *
 * - second-order: { w : w₀ ≥ √(w₁² + w₂² + …) }: the first is the height, the others are the vector whose length it bounds.
 */
export interface Cone {
  readonly kind: ConeKind;
  readonly rows: Int32Array;
}

export type ConeKind = 'second-order';

/** Σ values_k · x_{columns_k} + constant */
export interface AffineRow {
  readonly columns: readonly number[];
  readonly values: readonly number[];
  readonly constant: number;
}

/**
 * The rotated cone 2·u·v ≥ ‖w‖², u ≥ 0, v ≥ 0 as rows of a second-order cone: ((u + v)/√2, (u − v)/√2, w).
 *
 * The map is orthogonal and its own inverse: distances stay what they are, and the same map takes the multipliers of
 * these rows to those of u, v and w. Products without the 2 (ℓ·v ≥ P² + Q²) want w = √2·(P, Q), or u = ℓ/2.
 * @source Lobo, Vandenberghe, Boyd, Lebret, Applications of second-order cone programming, Linear Algebra Appl. 284
 *   (1998), section 2.3
 */
export function rotatedCone(u: AffineRow, v: AffineRow, w: readonly AffineRow[]): AffineRow[] {
  return [addScaled(u, v, Math.SQRT1_2), addScaled(u, v, -Math.SQRT1_2), ...w];
}

/** |k|·u + k·v */
function addScaled(u: AffineRow, v: AffineRow, k: number): AffineRow {
  return {
    columns: [...u.columns, ...v.columns],
    values: [...u.values.map((value) => Math.abs(k) * value), ...v.values.map((value) => k * value)],
    constant: Math.abs(k) * u.constant + k * v.constant,
  };
}

/** xᵀPx; 0 without P. */
export function curvatureOf(quadratic: Program['quadratic'], x: Float64Array): number {
  if (!quadratic) return 0;
  const px = new Float64Array(x.length);
  symmetricMultiplyInto(quadratic, x, px);
  let sum = 0;
  for (let j = 0; j < x.length; j++) sum += px[j] * x[j];
  return sum;
}

/** ½·xᵀPx + cᵀx + c₀ */
export function objectiveOf(program: Program, x: Float64Array): number {
  const { cost, offset, quadratic } = program;
  let value = offset;
  for (let j = 0; j < cost.length; j++) value += cost[j] * x[j];
  return value + 0.5 * curvatureOf(quadratic, x);
}
