import { type Complex, complex, inverse, product } from './sequence.ts';

/** Full square matrix, row by row. @shape [n · n] */
export type ComplexMatrix = readonly Complex[];

export const matrixFrom = (re: readonly number[], im: readonly number[]): ComplexMatrix => re.map((v, k) => complex(v, im[k]));
export const diagonalMatrix = (n: number, value: Complex): ComplexMatrix =>
  Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? value : complex(0, 0)));

/** Gauss–Jordan elimination with the largest pivot; undefined when the matrix is singular. For the few conductors of one element. */
export function inverseMatrix(matrix: ComplexMatrix, n: number): ComplexMatrix | undefined {
  const a = [...matrix];
  const result = [...diagonalMatrix(n, complex(1, 0))];
  const size = ({ re, im }: Complex) => re * re + im * im;
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let i = k + 1; i < n; i++) if (size(a[i * n + k]) > size(a[best * n + k])) best = i;
    if (!(size(a[best * n + k]) > 0)) return undefined;
    for (let j = 0; j < n; j++) {
      [a[k * n + j], a[best * n + j]] = [a[best * n + j], a[k * n + j]];
      [result[k * n + j], result[best * n + j]] = [result[best * n + j], result[k * n + j]];
    }
    const pivot = inverse(a[k * n + k]);
    for (let j = 0; j < n; j++) {
      a[k * n + j] = product(a[k * n + j], pivot);
      result[k * n + j] = product(result[k * n + j], pivot);
    }
    for (let i = 0; i < n; i++) {
      const factor = a[i * n + k];
      if (i === k || (factor.re === 0 && factor.im === 0)) continue;
      for (let j = 0; j < n; j++) {
        const [x, y] = [product(factor, a[k * n + j]), product(factor, result[k * n + j])];
        a[i * n + j] = complex(a[i * n + j].re - x.re, a[i * n + j].im - x.im);
        result[i * n + j] = complex(result[i * n + j].re - y.re, result[i * n + j].im - y.im);
      }
    }
  }
  return result;
}
