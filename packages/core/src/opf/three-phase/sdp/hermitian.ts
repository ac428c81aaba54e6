import type { ComplexMatrix } from '../../../linalg/complex-dense.ts';
import { symmetricEigenInto } from '../../../linalg/symmetric-eigen.ts';
import type { BlockBuilder } from '../../../problem/block-builder.ts';
import { type AffineRow, type Cone, semidefiniteCone } from '../../../problem/program.ts';
import { addProduct, addRow, constant, valueAt } from '../../affine.ts';
import { type ComplexRow, combineRows, conjugateRow } from '../complex-row.ts';
import { conjugate, entry, type Phasor, times } from '../phasor.ts';

/** A Hermitian matrix of affine expressions, by its lower triangle: h[i][j] for j ≤ i; the diagonal is real. */
export type HermitianRows = readonly (readonly ComplexRow[])[];

export const entryOf = (h: HermitianRows, i: number, j: number): ComplexRow => (j <= i ? h[i][j] : conjugateRow(h[j][i]));

/** a·H·bᴴ for rows a and b. */
export function sandwich(a: readonly Phasor[], h: HermitianRows, b: readonly Phasor[]): ComplexRow {
  const parts: (readonly [Phasor, ComplexRow])[] = [];
  a.forEach((left, i) => {
    b.forEach((right, j) => {
      const factor = times(left, conjugate(right));
      if (factor[0] !== 0 || factor[1] !== 0) parts.push([factor, entryOf(h, i, j)]);
    });
  });
  return combineRows(...parts);
}

/**
 * H ⪰ 0: of order 2 as a rotated second-order cone, h₀₀·h₁₁ ≥ |h₁₀|², otherwise as the real matrix [[Re H, −Im H], [Im H, Re H]] ⪰ 0 of twice the order.
 * @source Goemans, Williamson, Approximation algorithms for MAX-3-CUT and other problems via complex semidefinite programming, J. Comput. Syst.
 *   Sci. 68 (2004), section 2
 */
export function addHermitianCone(build: BlockBuilder, cones: Cone[], h: HermitianRows, name: () => string): void {
  const n = h.length;
  if (n === 1) addRow(build, h[0][0].re, 0, Number.POSITIVE_INFINITY, name);
  else if (n === 2) addProduct(build, cones, h[0][0].re, h[1][1].re, [h[1][0].re, h[1][0].im], name);
  else {
    const entries: AffineRow[] = [];
    for (let j = 0; j < 2 * n; j++) {
      for (let i = j; i < 2 * n; i++) {
        const { re, im } = entryOf(h, i % n, j % n);
        entries.push(i < n || j >= n ? re : im);
      }
    }
    const rows = semidefiniteCone(entries).map((each) => addRow(build, each, 0, 0, name));
    cones.push({ kind: 'positive-semidefinite', rows: Int32Array.from(rows) });
  }
}

/** Second over first eigenvalue at x: 0 where the matrix has rank one. */
export function rankGap(h: HermitianRows, x: Float64Array): number {
  const n = h.length;
  if (n === 1) return 0;
  const size = 2 * n;
  const real = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const { re, im } = entryOf(h, i % n, j % n);
      real[i * size + j] = valueAt(i < n || j >= n ? re : im, x);
    }
  }
  const values = new Float64Array(size);
  symmetricEigenInto(real, size, values, real, new Float64Array(2 * size), 'values');
  // every eigenvalue stands twice
  return values[size - 1] > 0 ? Math.max(0, values[size - 3] / values[size - 1]) : 0;
}

/** A·H·Aᴴ */
export function congruent(a: ComplexMatrix, h: HermitianRows): HermitianRows {
  const rows = Array.from({ length: a.rows }, (_, i) => Array.from({ length: a.cols }, (__, j) => entry(a, i, j)));
  return rows.map((row, i) =>
    rows.slice(0, i + 1).map((other, j) => {
      const { re, im } = sandwich(row, h, other);
      return { re, im: i === j ? constant(0) : im };
    }),
  );
}
