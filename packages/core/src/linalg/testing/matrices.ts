import { randomStream } from '../../base/random.ts';
import { fromTriplets, type SparseMatrix } from '../sparse.ts';

/** Row-major dense copy; `symmetric` mirrors an upper triangle. */
export function toDense(a: SparseMatrix, symmetric = false): Float64Array {
  const n = a.cols_count;
  const dense = new Float64Array(a.rows_count * n);
  for (let j = 0; j < n; j++) {
    for (let p = a.colStart[j]; p < a.colStart[j + 1]; p++) {
      const i = a.rowIndex[p];
      dense[i * n + j] = a.values[p];
      if (symmetric) dense[j * n + i] = a.values[p];
    }
  }
  return dense;
}

/** Upper triangle of [H Aᵀ; A −R], H and R positive definite, scattered by a random permutation. */
export function randomQuasiDefinite(n: number, seed: number): { upper: SparseMatrix; signs: Int8Array } {
  const random = randomStream(seed, 'quasi-definite');
  const signs = new Int8Array(n);
  const rows: number[] = [];
  const cols: number[] = [];
  const values: number[] = [];
  const diagonal = new Float64Array(n).fill(0.5);
  for (let i = 0; i < n; i++) signs[i] = random.uniform() < 0.6 ? 1 : -1;
  for (let e = 0; e < 2 * n; e++) {
    const i = random.index(n);
    const j = random.index(n);
    if (i === j) continue;
    const v = random.normal();
    rows.push(Math.min(i, j));
    cols.push(Math.max(i, j));
    values.push(v);
    // Inside a definite block the diagonal dominates.
    if (signs[i] === signs[j]) {
      diagonal[i] += Math.abs(v);
      diagonal[j] += Math.abs(v);
    }
  }
  for (let i = 0; i < n; i++) {
    rows.push(i);
    cols.push(i);
    values.push(signs[i] * diagonal[i]);
  }
  return { upper: fromTriplets(n, n, rows, cols, values), signs };
}

/** A regular square matrix with unsymmetric pattern: a permuted dominant diagonal and random entries. */
export function randomUnsymmetric(n: number, seed: number, zeroDiagonal = false): SparseMatrix {
  const random = randomStream(seed, 'unsymmetric');
  const permutation = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = random.index(i + 1);
    const held = permutation[i];
    permutation[i] = permutation[j];
    permutation[j] = held;
  }
  const rows: number[] = [];
  const cols: number[] = [];
  const values: number[] = [];
  const sum = new Float64Array(n);
  for (let e = 0; e < 3 * n; e++) {
    const i = random.index(n);
    const j = random.index(n);
    if (zeroDiagonal && i === j) continue;
    const v = random.normal();
    rows.push(i);
    cols.push(j);
    values.push(v);
    sum[j] += Math.abs(v);
  }
  for (let j = 0; j < n; j++) {
    const i = zeroDiagonal ? permutation[j] : j;
    if (zeroDiagonal && i === j && n > 1) {
      rows.push(j === 0 ? 1 : 0);
      cols.push(j);
      values.push(0.25);
    }
    rows.push(i);
    cols.push(j);
    values.push(sum[j] + 0.5 + random.uniform());
  }
  return fromTriplets(n, n, rows, cols, values);
}

/** Upper triangle of the five-point operator on a g × g mesh plus `shift` on the diagonal. */
export function meshMatrix(g: number, shift = 0.1): SparseMatrix {
  const rows: number[] = [];
  const cols: number[] = [];
  const values: number[] = [];
  for (let k = 0; k < g * g; k++) {
    rows.push(k);
    cols.push(k);
    values.push(4 + shift);
    for (const other of [k % g > 0 ? k - 1 : -1, k - g]) {
      if (other < 0) continue;
      rows.push(other);
      cols.push(k);
      values.push(-1);
    }
  }
  return fromTriplets(g * g, g * g, rows, cols, values);
}

/** Numbers in (−1, 1) that do not repeat. */
export function wave(n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => Math.sin(1.3 * i + 0.7));
}

export function maxAbs(x: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < x.length; i++) largest = Math.max(largest, Math.abs(x[i]!));
  return largest;
}
