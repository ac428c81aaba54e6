import { type ComplexMatrix, complexMatrix } from '../../../linalg/complex-dense.ts';
import { entry, inner, minus, over, type Phasor, times } from '../phasor.ts';

/**
 * Voltages v = T·x by coordinates x that are all of size one, with x = K·y linear in what makes them.
 *
 * Behind a stiff source, or along the zero sequence behind a delta, v leaves a line by next to nothing: its products W = v·vᴴ have all but no inside, and an
 * interior point finds none. By T such directions are stretched, or left out where they are nothing.
 * @shape T (n·d), K (d·m), d ≤ n; row pivots[k] of T has its last entry in column k
 */
export interface Coordinates {
  readonly T: ComplexMatrix;
  readonly K: ComplexMatrix;
  readonly pivots: readonly number[];
}

/** A direction along which voltages differ by less than this part of the largest is none. */
const NONE_FRAC = 1e-8;

/**
 * Factors R = T·K for v = R·y, the entries of y of size one: Gram–Schmidt on the rows of R, the longest residual first, each orthogonalised twice; K has
 * orthonormal rows.
 * @source Golub, Van Loan, Matrix Computations (4th ed., 2013), sections 5.2.7 and 5.2.9
 */
export function coordinatesOf(r: ComplexMatrix): Coordinates {
  const { rows: n, cols: m } = r;
  const residuals = Array.from({ length: n }, (_, i) => Array.from({ length: m }, (__, j) => entry(r, i, j)));
  const factors: Phasor[][] = Array.from({ length: n }, () => []);
  const left = new Set(residuals.keys());
  const pivots: number[] = [];
  const basis: Phasor[][] = [];
  let largest = 0;
  while (left.size > 0) {
    const next = [...left].reduce((best, i) => (norm(residuals[i]) > norm(residuals[best]) ? i : best));
    const length = norm(residuals[next]);
    largest = Math.max(largest, length);
    if (!(length > NONE_FRAC * largest)) break;
    const direction = residuals[next].map(([re, im]): Phasor => [re / length, im / length]);
    basis.push(direction);
    pivots.push(next);
    left.delete(next);
    factors[next].push([length, 0]);
    for (const i of left) {
      const along = inner(direction, residuals[i]);
      residuals[i] = withoutPart(residuals[i], along, direction);
      factors[i].push(along);
      basis.forEach((known, k) => {
        const more = inner(known, residuals[i]);
        residuals[i] = withoutPart(residuals[i], more, known);
        factors[i][k] = [factors[i][k][0] + more[0], factors[i][k][1] + more[1]];
      });
    }
  }
  return { T: fromRows(factors, pivots.length), K: fromRows(basis, m), pivots };
}

/** x of voltages that are T·x. */
export function coordinatesAt({ T, pivots }: Pick<Coordinates, 'T' | 'pivots'>, v: readonly Phasor[]): Phasor[] {
  const x: Phasor[] = [];
  pivots.forEach((row, k) => {
    const rest = x.reduce<Phasor>((sum, each, l) => minus(sum, times(entry(T, row, l), each)), v[row]);
    x.push(over(rest, entry(T, row, k)));
  });
  return x;
}

function fromRows(rows: readonly (readonly Phasor[])[], cols: number): ComplexMatrix {
  const out = complexMatrix(rows.length, cols);
  rows.forEach((row, i) => {
    row.forEach(([re, im], j) => {
      out.re[i * cols + j] = re;
      out.im[i * cols + j] = im;
    });
  });
  return out;
}

const norm = (x: readonly Phasor[]): number => Math.hypot(...x.flat());

const withoutPart = (y: readonly Phasor[], factor: Phasor, x: readonly Phasor[]): Phasor[] =>
  y.map((each, j) => minus(each, times(factor, x[j])));
