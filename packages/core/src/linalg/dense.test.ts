import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomStream } from '../base/random.ts';
import { denseCholeskyInto, denseLuInto, denseLuSolve } from './dense.ts';

const matrix = (n: number, seed: number, scale = 1) => {
  const random = randomStream(seed);
  return Float64Array.from({ length: n * n }, () => scale * random.normal());
};

test('L·Lᵀ is A = M·Mᵀ + I, and Cholesky names the row that is not positive', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer(), (n, seed) => {
      const m = matrix(n, seed);
      const a = new Float64Array(n * n);
      for (let i = 0; i < n; i++)
        for (let j = 0; j < n; j++) {
          let sum = i === j ? 1 : 0;
          for (let k = 0; k < n; k++) sum += m[i * n + k]! * m[j * n + k]!;
          a[i * n + j] = sum;
        }
      const l = a.slice();
      expect(denseCholeskyInto(l, n)).toBe(-1);
      for (let i = 0; i < n; i++)
        for (let j = 0; j <= i; j++) {
          let sum = 0;
          for (let k = 0; k <= j; k++) sum += l[i * n + k]! * l[j * n + k]!;
          expect(Math.abs(sum - a[i * n + j]!)).toBeLessThan(1e-12 * n * n);
        }
    }),
  );
  expect(denseCholeskyInto(Float64Array.of(1, 2, 2, 1), 2)).toBe(1);
  expect(denseCholeskyInto(Float64Array.of(Number.NaN), 1)).toBe(0);
});

test('LU needs its row exchanges, takes several right sides and refuses singular matrices', () => {
  expect(denseLuSolve(Float64Array.of(0, 2, 4, 0), Float64Array.of(2, 4), 2)).toEqual(Float64Array.of(1, 1));
  expect(denseLuSolve(Float64Array.of(0, 2, 4, 0), Float64Array.of(2, 6, 4, 8), 2, 2)).toEqual(Float64Array.of(1, 2, 1, 3));
  expect(denseLuSolve(Float64Array.of(1, 2, 2, 4), Float64Array.of(1, 1), 2)).toBeUndefined();
  expect(denseLuInto(Float64Array.of(1, Number.NaN, Number.NaN, 1), 2, new Int32Array(2))).toBe(0);
  expect(denseLuSolve(new Float64Array(0), new Float64Array(0), 0)).toHaveLength(0);
});
