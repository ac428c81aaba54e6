import { type SparseMatrix, symmetricMultiplyInto } from '../linalg/sparse.ts';

/**
 * The standard form that solvers take:
 *
 *   min ½·xᵀPx + cᵀx + c₀   subject to   rowLower ≤ A·x ≤ rowUpper,  lower ≤ x ≤ upper,  x_j whole where integer_j = 1
 *
 * P is symmetric positive semidefinite, only its upper triangle is stored. Missing bounds are ±Infinity.
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
  /** Names in the model's own words, made only when someone has to read them. */
  columnName(j: number): string;
  rowName(i: number): string;
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
