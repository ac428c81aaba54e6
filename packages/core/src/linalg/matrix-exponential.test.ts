import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomStream } from '../base/random.ts';
import { denseMultiplyInto } from './dense.ts';
import { matrixExponential, zeroOrderHold } from './matrix-exponential.ts';
import { maxAbs } from './testing/matrices.ts';

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

test('large off the diagonal only: no digit is lost to needless halving', () => {
  // [a b; 0 d]: b·(eᵃ − eᵈ)/(a − d) above the diagonal
  for (const b of [1, 1e6, 1e12]) {
    const e = matrixExponential(Float64Array.of(1, b, 0, -1), 2);
    expect(e[0]! / Math.E).toBeCloseTo(1, 14);
    expect(e[3]! * Math.E).toBeCloseTo(1, 14);
    expect(e[1]! / (b * Math.sinh(1))).toBeCloseTo(1, 14);
  }
  const extreme = matrixExponential(Float64Array.of(0, 1e200, 0, 0), 2);
  expect(extreme).toEqual(Float64Array.of(1, 1e200, 0, 1));
});

test('every degree: the exponential of a rotation of any size, at and around the limits', () => {
  for (const angle of [1e-9, 0.0149, 0.015, 0.25, 0.26, 0.94, 0.96, 2, 2.2, 4.2, 4.3, 5.5, 100]) {
    const turn = matrixExponential(Float64Array.of(0, angle, -angle, 0), 2);
    expect(difference(turn, Float64Array.of(Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle)))).toBeLessThan(
      4e-16 * (1 + 2 * angle),
    );
  }
});

test('hold: diagonal, double integrator, and a stiff pair in closed form', () => {
  const diagonal = zeroOrderHold(Float64Array.of(-0.5, 0, 0, 0), 2, 2);
  expect(diagonal.phi).toEqual(Float64Array.of(Math.exp(-1), 0, 0, 1));
  expect(diagonal.gamma).toEqual(Float64Array.of(-Math.expm1(-1) / 0.5, 0, 0, 2));

  const integrator = zeroOrderHold(Float64Array.of(0, 1, 0, 0), 2, 3);
  expect(difference(integrator.phi, Float64Array.of(1, 3, 0, 1))).toBeLessThan(1e-15);
  expect(difference(integrator.gamma, Float64Array.of(3, 4.5, 0, 3))).toBeLessThan(4e-15);

  // ½[λ₁ + λ₂, λ₁ − λ₂; λ₁ − λ₂, λ₁ + λ₂] has the eigenvectors (1, 1) and (1, −1).
  for (const [slow, fast] of [
    [-1e-3, -1e6],
    [0, -1e3],
    [-0.4, -0.5],
  ] as const) {
    for (const h of [0.25, 1, 24]) {
      const half = (f: (rate: number) => number) => {
        const sum = (f(slow) + f(fast)) / 2;
        const apart = (f(slow) - f(fast)) / 2;
        return Float64Array.of(sum, apart, apart, sum);
      };
      const { phi, gamma } = zeroOrderHold(
        half((rate) => rate),
        2,
        h,
      );
      // The slow rate itself is only known to ε·|fast| once it is an entry of the matrix.
      const known = 1 + 4 * Math.abs(fast) * h;
      expect(
        difference(
          phi,
          half((rate) => Math.exp(rate * h)),
        ),
      ).toBeLessThan(2e-16 * 10 * known);
      expect(
        difference(
          gamma,
          half((rate) => (rate === 0 ? h : Math.expm1(rate * h) / rate)),
        ),
      ).toBeLessThan(2e-16 * 10 * known * h);
    }
  }
});

test('hold: Φ and Γ obey A·Γ = Φ − I', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.integer(), fc.double({ min: 0.01, max: 10, noNaN: true }), (n, seed, h) => {
      const a = matrix(n, seed);
      const { phi, gamma } = zeroOrderHold(a, n, h);
      for (let i = 0; i < n; i++) phi[i * n + i] -= 1;
      const scale = 1 + maxAbs(phi);
      expect(difference(product(a, gamma, n), phi)).toBeLessThan(1e-13 * scale * n * (1 + h * maxAbs(a)));
    }),
  );
});
