import type { Matrix } from './feeder.ts';

/**
 * Matrix of n phases that all act on each other alike, from its value for positive and for zero sequence:
 * (2·z₁ + z₀)/3 on the diagonal, (z₀ − z₁)/3 off it. Resistances and reactances each for themselves.
 * @source Fortescue, Method of symmetrical coordinates, Trans. AIEE 37 (1918)
 */
export function phaseMatrixFromSequence(z1: number, z0: number, n = 3): Matrix {
  return Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? (2 * z1 + z0) / 3 : (z0 - z1) / 3));
}

/** Positive and zero sequence of a phase matrix, its diagonal and the rest averaged: exact where all phases act alike. */
export function sequenceFromPhaseMatrix(matrix: Matrix): [z1: number, z0: number] {
  const n = Math.round(Math.sqrt(matrix.length));
  let [own, mutual] = [0, 0];
  for (let k = 0; k < n * n; k++) {
    if (k % (n + 1) === 0) own += matrix[k] / n;
    else mutual += matrix[k] / (n * (n - 1));
  }
  return [own - mutual, own + 2 * mutual];
}
