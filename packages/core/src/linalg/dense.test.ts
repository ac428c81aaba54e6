import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomStream } from '../base/random.ts';
import { denseCholeskyInto, denseCholeskySolveInto, denseLuInto, denseLuSolve, denseMultiplyInto, matrixExponential } from './dense.ts';
import { maxAbs, wave } from './testing/matrices.ts';

const matrix = (n: number, seed: number, scale = 1) => {
  const random = randomStream(seed);
  return Float64Array.from({ length: n * n }, () => scale * random.normal());
};
const product = (a: Float64Array, b: Float64Array, n: number) => {
  const c = new Float64Array(n * n);
  denseMultiplyInto(a, b, c, n);
  return c;
};
const difference = (a: Float64Array, b: Float64Array) => maxAbs(a.map((value, i) => value - b[i]!));

test('Cholesky solves A = M·Mᵀ + I and names the row that is not positive', () => {
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
      const x = wave(n);
      denseCholeskySolveInto(l, n, x);
      const expected = denseLuSolve(a, wave(n), n)!;
      expect(difference(x, expected)).toBeLessThan(1e-9);
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

test('exponential: known values', () => {
  expect(matrixExponential(new Float64Array(9), 3)).toEqual(Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1));
  expect(matrixExponential(Float64Array.of(1), 1)[0]).toBeCloseTo(Math.E, 14);
  expect(matrixExponential(Float64Array.of(-1000), 1)[0]).toBe(0);
  for (const angle of [0.1, 2, 40]) {
    const turn = matrixExponential(Float64Array.of(0, angle, -angle, 0), 2);
    const c = Math.cos(angle);
    const s = Math.sin(angle);
    expect(difference(turn, Float64Array.of(c, s, -s, c))).toBeLessThan(1e-13 * (1 + angle));
  }
  // A nilpotent matrix: e^A = I + A + A²/2.
  const nilpotent = Float64Array.of(0, 1000, 7, 0, 0, 3, 0, 0, 0);
  expect(difference(matrixExponential(nilpotent, 3), Float64Array.of(1, 1000, 1507, 0, 1, 3, 0, 0, 1))).toBeLessThan(1e-9);
  expect(matrixExponential(new Float64Array(0), 0)).toHaveLength(0);
});

test('exponential: Taylor series, e^A·e^−A = I, e^2A = (e^A)²', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.integer(), (n, seed) => {
      const a = matrix(n, seed, 0.3);
      const identity = new Float64Array(n * n);
      for (let i = 0; i < n; i++) identity[i * n + i] = 1;
      let term = identity.slice();
      const series = identity.slice();
      for (let k = 1; k < 60; k++) {
        term = product(term, a, n).map((v) => v / k);
        for (let p = 0; p < n * n; p++) series[p]! += term[p]!;
      }
      const result = matrixExponential(a, n);
      const size = maxAbs(series);
      expect(difference(result, series)).toBeLessThan(1e-13 * n * size);
      const back = matrixExponential(
        a.map((v) => -v),
        n,
      );
      expect(difference(product(result, back, n), identity)).toBeLessThan(1e-13 * n * size * maxAbs(back) * 10);
      const twice = matrixExponential(
        a.map((v) => 2 * v),
        n,
      );
      expect(difference(twice, product(result, result, n))).toBeLessThan(1e-12 * n * size * size);
    }),
  );
});

test('exponential refuses what is not finite', () => {
  expect(() => matrixExponential(Float64Array.of(1, Number.NaN, 0, 1), 2)).toThrow('LINALG_NOT_FINITE');
  expect(() => matrixExponential(Float64Array.of(Number.POSITIVE_INFINITY), 1)).toThrow('LINALG_NOT_FINITE');
});
