import type { ComplexMatrix } from '../../linalg/complex-dense.ts';

/** A complex number. */
export type Phasor = readonly [re: number, im: number];

export const zero: Phasor = [0, 0];

export const times = ([a, b]: Phasor, [c, d]: Phasor): Phasor => [a * c - b * d, a * d + b * c];
export const plus = ([a, b]: Phasor, [c, d]: Phasor): Phasor => [a + c, b + d];
export const minus = ([a, b]: Phasor, [c, d]: Phasor): Phasor => [a - c, b - d];
export const conjugate = ([a, b]: Phasor): Phasor => [a, -b];
export const square = ([a, b]: Phasor): number => a * a + b * b;
export const over = (a: Phasor, b: Phasor): Phasor => {
  const [re, im] = times(a, conjugate(b));
  const size2 = square(b);
  return [re / size2, im / size2];
};

export const entry = (m: ComplexMatrix, i: number, j: number): Phasor => [m.re[i * m.cols + j], m.im[i * m.cols + j]];

/** Row i of M times x. */
export function rowTimes(m: ComplexMatrix, i: number, x: readonly Phasor[]): Phasor {
  let [re, im] = [0, 0];
  for (let j = 0; j < m.cols; j++) {
    const [a, b] = entry(m, i, j);
    re += a * x[j][0] - b * x[j][1];
    im += a * x[j][1] + b * x[j][0];
  }
  return [re, im];
}

/** M·x */
export const matrixTimes = (m: ComplexMatrix, x: readonly Phasor[]): Phasor[] =>
  Array.from({ length: m.rows }, (_, i) => rowTimes(m, i, x));

/** xᴴ·y */
export function inner(x: readonly Phasor[], y: readonly Phasor[]): Phasor {
  let [re, im] = [0, 0];
  x.forEach(([a, b], i) => {
    re += a * y[i][0] + b * y[i][1];
    im += a * y[i][1] - b * y[i][0];
  });
  return [re, im];
}

/** Mᴴ */
export function adjoint(m: ComplexMatrix): ComplexMatrix {
  const out = { rows: m.cols, cols: m.rows, re: new Float64Array(m.re.length), im: new Float64Array(m.im.length) };
  for (let i = 0; i < m.rows; i++) {
    for (let j = 0; j < m.cols; j++) {
      out.re[j * m.rows + i] = m.re[i * m.cols + j];
      out.im[j * m.rows + i] = -m.im[i * m.cols + j];
    }
  }
  return out;
}
