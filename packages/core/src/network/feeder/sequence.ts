import type { Matrix } from './feeder.ts';

/**
 * The matrix of conductors that are alike (transposed, or taken as such) from their sequence values: (z₀ + 2z₁)/3 on the diagonal, (z₀ − z₁)/3 beside it.
 *
 * One and two conductors keep these numbers: the self and mutual value of the three-phase line. Works for r, x, g and b alike.
 * @shape [n · n]
 */
export function phaseMatrixFromSequence(positive: number, zero: number, n = 3): Matrix {
  const self = (zero + 2 * positive) / 3;
  const mutual = (zero - positive) / 3;
  return Object.freeze(Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? self : mutual)));
}

/** Mean of the diagonal and of what stands beside it, as sequence values; the inverse where all conductors are alike. */
export function sequenceFromPhaseMatrix(matrix: Matrix): { readonly positive: number; readonly zero: number } {
  const n = Math.round(Math.sqrt(matrix.length));
  let self = 0;
  let mutual = 0;
  matrix.forEach((value, k) => {
    if (k % (n + 1) === 0) self += value / n;
    else mutual += value / (n * (n - 1));
  });
  return { positive: self - mutual, zero: self + 2 * mutual };
}

/** True when conductors are alike: one value on the diagonal, one beside it, within `tolerance_frac` of the diagonal. */
export function isBalancedMatrix(matrix: Matrix, tolerance_frac = 1e-9): boolean {
  const n = Math.round(Math.sqrt(matrix.length));
  const scale = Math.max(...matrix.map(Math.abs)) * tolerance_frac;
  return matrix.every((value, k) => Math.abs(value - (k % (n + 1) === 0 ? matrix[0] : matrix[1])) <= scale);
}
