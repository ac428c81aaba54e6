import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomStream } from '../base/random.ts';
import { symmetricEigenInto } from './symmetric-eigen.ts';
import { maxAbs } from './testing/matrices.ts';

const EPSILON = 2 ** -52;

function eigen(a: Float64Array, n: number) {
  const values = new Float64Array(n);
  const vectors = new Float64Array(n * n);
  const status = symmetricEigenInto(a, n, values, vectors, new Float64Array(2 * n));
  return { status, values, vectors };
}

/** Largest entries of A·V − V·Λ over ‖A‖ and of VVᵀ − I, in units of n·ε. */
function errors(a: Float64Array, n: number, values: Float64Array, vectors: Float64Array) {
  const norm = maxAbs(values) || 1;
  let residual = 0;
  let departure = 0;
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) {
      let sum = -(values[k]! / norm) * vectors[k * n + i]!;
      let product = i === k ? -1 : 0;
      for (let j = 0; j < n; j++) {
        const lower = j <= i ? a[i * n + j]! : a[j * n + i]!;
        sum += (lower / norm) * vectors[k * n + j]!;
        product += vectors[k * n + j]! * vectors[i * n + j]!;
      }
      residual = Math.max(residual, Math.abs(sum));
      departure = Math.max(departure, Math.abs(product));
    }
  }
  return { residual: residual / (n * EPSILON), departure: departure / (n * EPSILON) };
}

function expectAccurate(a: Float64Array, n: number): Float64Array {
  const { status, values, vectors } = eigen(a, n);
  expect(status).toBe(-1);
  const { residual, departure } = errors(a, n, values, vectors);
  expect(residual).toBeLessThan(10);
  expect(departure).toBeLessThan(10);
  for (let k = 1; k < n; k++) expect(values[k]).toBeGreaterThanOrEqual(values[k - 1]!);
  const alone = new Float64Array(n);
  expect(symmetricEigenInto(a.slice(), n, alone, new Float64Array(n * n), new Float64Array(2 * n), 'values')).toBe(-1);
  expect(alone).toEqual(values);
  return values;
}

function tridiagonal(diagonal: ArrayLike<number>, off: ArrayLike<number>): Float64Array {
  const n = diagonal.length;
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    a[i * n + i] = diagonal[i]!;
    if (i === 0) continue;
    a[i * n + i - 1] = off[i - 1]!;
    a[(i - 1) * n + i] = off[i - 1]!;
  }
  return a;
}

const count = (n: number, at: (i: number) => number) => Array.from({ length: n }, (_, i) => at(i));
const furthest = (a: ArrayLike<number>, b: ArrayLike<number>) => maxAbs(Array.from(a, (value, i) => value - b[i]!));

test('random, graded and low-rank matrices: residual and orthogonality at rounding', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.integer(),
      fc.constantFrom(0, 0.3, 1, -1),
      fc.integer({ min: 0, max: 40 }),
      (n, seed, grade, rank) => {
        const random = randomStream(seed);
        const a = new Float64Array(n * n);
        if (rank > 0 && rank < n) {
          for (let r = 0; r < rank; r++) {
            const u = count(n, () => random.normal());
            for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) a[i * n + j] += u[i]! * u[j]!;
          }
        } else {
          for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = random.normal() * 10 ** (grade * (i + j));
        }
        expectAccurate(a, n);
      },
    ),
  );
});

test('closed forms: Laplacian, Clement, the ones matrix', () => {
  for (const n of [1, 2, 3, 10, 75]) {
    const laplacian = expectAccurate(tridiagonal(new Float64Array(n).fill(2), new Float64Array(n).fill(-1)), n);
    expect(
      furthest(
        laplacian,
        count(n, (k) => 4 * Math.sin(((k + 1) * Math.PI) / (2 * (n + 1))) ** 2),
      ),
    ).toBeLessThan(1e-14 * n);
    // Clement's symmetric matrix has the eigenvalues −(n−1), −(n−3), …, n−1.
    const clement = expectAccurate(
      tridiagonal(
        new Float64Array(n),
        count(n, (k) => Math.sqrt((k + 1) * (n - 1 - k))),
      ),
      n,
    );
    expect(
      furthest(
        clement,
        count(n, (k) => 2 * k - (n - 1)),
      ),
    ).toBeLessThan(2e-15 * n * n);
    const ones = expectAccurate(new Float64Array(n * n).fill(1), n);
    expect(
      furthest(
        ones,
        count(n, (k) => (k === n - 1 ? n : 0)),
      ),
    ).toBeLessThan(1e-14 * n);
  }
});

test("Wilkinson's W21+: pairs that agree to 15 digits", () => {
  const w = expectAccurate(
    tridiagonal(
      count(21, (i) => Math.abs(i - 10)),
      new Float64Array(20).fill(1),
    ),
    21,
  );
  // Wilkinson, The Algebraic Eigenvalue Problem (1965), p. 309
  expect(w[20]).toBeCloseTo(10.746194182903393, 13);
  expect(w[19]).toBeCloseTo(10.746194182903322, 13);
  expect(w[0]).toBeCloseTo(-1.125441522119985, 13);
  expect(w[20]! - w[19]!).toBeLessThan(1e-13);
});

test('repeated eigenvalues keep an orthonormal basis', () => {
  const n = 12;
  const random = randomStream(5);
  const u = Float64Array.from({ length: n }, () => random.normal());
  const square = u.reduce((sum, v) => sum + v * v, 0);
  // A reflection: −1 once, +1 eleven times.
  const a = Float64Array.from(
    { length: n * n },
    (_, p) => (Math.floor(p / n) === p % n ? 1 : 0) - (2 * u[Math.floor(p / n)]! * u[p % n]!) / square,
  );
  const values = expectAccurate(a, n);
  expect(
    furthest(
      values,
      count(n, (k) => (k === 0 ? -1 : 1)),
    ),
  ).toBeLessThan(1e-14);
});

test('zero, diagonal, denormal and huge entries', () => {
  const zero = eigen(new Float64Array(9), 3);
  expect(zero).toEqual({ status: -1, values: new Float64Array(3), vectors: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1) });
  expect(eigen(Float64Array.of(3, 0, 0, 0, 1, 0, 0, 0, 2), 3).values).toEqual(Float64Array.of(1, 2, 3));
  expect(eigen(new Float64Array(0), 0).status).toBe(-1);
  expect(eigen(Float64Array.of(-7), 1)).toEqual({ status: -1, values: Float64Array.of(-7), vectors: Float64Array.of(1) });
  const least = Number.MIN_VALUE;
  expect(eigen(Float64Array.of(2 * least, least, least, 2 * least), 2).values).toEqual(Float64Array.of(least, 3 * least));
  const huge = 2 ** 1022;
  const large = eigen(Float64Array.of(huge, huge / 2, huge / 2, huge), 2).values;
  expect(furthest([large[0]! / huge, large[1]! / huge], [0.5, 1.5])).toBeLessThan(1e-15);
  expect(eigen(new Float64Array(4).fill(Number.MAX_VALUE), 2).values[1]).toBe(Number.POSITIVE_INFINITY);
});

test('small eigenvalues of a positive definite graded matrix, whichever end is large', () => {
  // D·M·D with D = diag(1, 10⁻³, …): λ agree with those of the reversed matrix to full relative accuracy.
  const n = 6;
  const entry = (i: number, j: number) => (i === j ? 1 : 0.3) * 10 ** (-3 * (i + j));
  const down = Float64Array.from({ length: n * n }, (_, p) => entry(Math.floor(p / n), p % n));
  const up = Float64Array.from({ length: n * n }, (_, p) => entry(n - 1 - Math.floor(p / n), n - 1 - (p % n)));
  const a = expectAccurate(down, n);
  const b = expectAccurate(up, n);
  expect(a).toEqual(b);
  // Pivots of the Cholesky factor bound the smallest: λ_1 ≈ 10⁻³⁰·(1 − 0.3·…) up to the grading of 10⁻⁶.
  const schur = 1 - (0.09 * 5) / (1 + 0.3 * 4);
  expect(a[0]! / (1e-30 * schur)).toBeCloseTo(1, 5);
});

test('in place, only the lower triangle, and the same bits again', () => {
  const a = Float64Array.of(4, Number.NaN, Number.NaN, 1, 3, Number.NaN, -2, 0.5, 1);
  const kept = a.slice();
  const first = eigen(a, 3);
  expect(a).toEqual(kept);
  const values = new Float64Array(3);
  expect(symmetricEigenInto(a, 3, values, a, new Float64Array(6))).toBe(-1);
  expect(values).toEqual(first.values);
  expect(a).toEqual(first.vectors);
});

test('entries that are not finite are a status', () => {
  expect(eigen(Float64Array.of(1, 0, Number.NaN, 1), 2).status).toBe(0);
  expect(eigen(Float64Array.of(1, 0, Number.POSITIVE_INFINITY, 1), 2).status).toBe(0);
});
