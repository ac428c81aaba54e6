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
 * A cone over w = (A·x − r) on these rows, in this order; its multipliers lie in the dual cone:
 *
 * | kind | w | multipliers |
 * |---|---|---|
 * | second-order | w₀ ≥ √(w₁² + w₂² + …) | the same cone |
 * | exponential | w₀ ≥ w₁·exp(w₂/w₁), w₁ > 0, and its closure (w₁ = 0: w₀ ≥ 0 ≥ w₂) | y₀ ≥ −y₂·exp(y₁/y₂ − 1), y₂ < 0, and its closure |
 * | power | w₀^α·w₁^(1−α) ≥ ∣w₂∣, w₀, w₁ ≥ 0, α = `exponent` | (y₀/α)^α·(y₁/(1−α))^(1−α) ≥ ∣y₂∣, y₀, y₁ ≥ 0 |
 * | positive-semidefinite | lower triangle of a matrix of order k, column by column, off the diagonal times √2 | the same cone |
 *
 * The √2 makes the product of two such vectors the trace of the product of their matrices. What a user writes instead, a
 * rotated cone, unscaled matrices or a dual cone, has a function below that gives the rows.
 * @shape rows: any number, 3, 3, k·(k + 1)/2
 */
export interface Cone {
  readonly kind: ConeKind;
  readonly rows: Int32Array;
  /** α of a power cone, between 0 and 1; absent otherwise. */
  readonly exponent?: number | undefined;
}

export type ConeKind = 'second-order' | 'exponential' | 'power' | 'positive-semidefinite';

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
  const [a, b] = [scaled(u, Math.SQRT1_2), scaled(v, Math.SQRT1_2)];
  return [sumOf(a, b), sumOf(a, scaled(b, -1)), ...w];
}

/**
 * The dual exponential cone u ≥ −w·exp(v/w − 1), u ≥ 0 ≥ w, as rows of an exponential cone: (u, −w, w − v).
 * @source Chares, Cones and interior-point algorithms for structured convex optimization involving
 *   powers and exponentials (2009), section 4.3
 */
export function dualExponentialCone(u: AffineRow, v: AffineRow, w: AffineRow): AffineRow[] {
  return [u, scaled(w, -1), sumOf(w, scaled(v, -1))];
}

/**
 * The dual power cone (u/α)^α·(v/(1 − α))^(1−α) ≥ |w|, u, v ≥ 0, as rows of a power cone: (u/α, v/(1 − α), w).
 * @source Chares (2009), section 4.1
 */
export function dualPowerCone(u: AffineRow, v: AffineRow, w: AffineRow, exponent: number): AffineRow[] {
  return [scaled(u, 1 / exponent), scaled(v, 1 / (1 - exponent)), w];
}

/**
 * A symmetric matrix by its entries as rows of a positive-semidefinite cone: what is off the diagonal times √2.
 * @param entries - lower triangle, column by column: (0,0), (1,0) … (k−1,0), (1,1) …
 */
export function semidefiniteCone(entries: readonly AffineRow[]): AffineRow[] {
  let column = 0;
  let diagonal = 0;
  const order = semidefiniteOrder(entries.length);
  return entries.map((entry, at) => {
    if (at !== diagonal) return scaled(entry, Math.SQRT2);
    diagonal += order - column++;
    return entry;
  });
}

/** The order of a symmetric matrix with so many entries in its lower triangle; not a whole number when none has. */
export function semidefiniteOrder(entries_count: number): number {
  return (Math.sqrt(8 * entries_count + 1) - 1) / 2;
}

/** k·u */
export function scaled(u: AffineRow, k: number): AffineRow {
  return { columns: u.columns, values: u.values.map((value) => k * value), constant: k * u.constant };
}

/** u + v */
function sumOf(u: AffineRow, v: AffineRow): AffineRow {
  return { columns: [...u.columns, ...v.columns], values: [...u.values, ...v.values], constant: u.constant + v.constant };
}

/** xᵀPx; 0 without P. */
function curvatureOf(quadratic: Program['quadratic'], x: Float64Array): number {
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
