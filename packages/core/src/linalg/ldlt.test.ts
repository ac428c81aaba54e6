import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomStream } from '../base/random.ts';
import { denseLuSolve } from './dense.ts';
import type { Kernel } from './kernels.ts';
import { analyseLdlt, LdltFactor, refineInto } from './ldlt.ts';
import { fromTriplets, type SparseMatrix, symmetricMultiplyInto } from './sparse.ts';
import { maxAbs, meshMatrix, randomQuasiDefinite, toDense, wave } from './testing/matrices.ts';

const kernels: Kernel[] = ['typescript', 'wasm'];
const residualOf = (upper: SparseMatrix, x: Float64Array, b: Float64Array) => {
  const r = b.slice();
  symmetricMultiplyInto(upper, x, r, -1, 1);
  return maxAbs(r);
};

test.each(kernels)('%s solves random quasi-definite systems like a dense solver', (kernel) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.integer(), (n, seed) => {
      const { upper, signs } = randomQuasiDefinite(n, seed);
      const factor = new LdltFactor(analyseLdlt(upper), { kernel });
      expect(factor.kernel).toBe(kernel);
      const outcome = factor.factor(upper.values, { signs, dynamicRegularisation: 1e-8 });
      expect(outcome).toEqual({ status: 'ok', regularisedPivots_count: 0, column: -1 });
      const b = wave(n);
      const x = b.slice();
      factor.solveInto(x);
      expect(residualOf(upper, x, b)).toBeLessThan(1e-10);
      const dense = denseLuSolve(toDense(upper, true), b, n)!;
      expect(maxAbs(dense.map((value, i) => value - x[i]!))).toBeLessThan(1e-9);
    }),
  );
});

test('WebAssembly and TypeScript agree bit for bit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 80 }), fc.integer(), fc.double({ min: 0, max: 1e-2, noNaN: true }), (n, seed, shift) => {
      const { upper, signs } = randomQuasiDefinite(n, seed);
      const symbolic = analyseLdlt(upper);
      // Wrong signs on purpose, so that dynamic regularisation acts.
      signs[0] = -signs[0]!;
      const options = { signs, staticRegularisation: shift, dynamicRegularisation: 1e-3, dynamicThreshold: 1e-6 };
      const answers = kernels.map((kernel) => {
        const factor = new LdltFactor(symbolic, { kernel });
        const outcome = factor.factor(upper.values, options);
        if (outcome.status !== 'ok') return { outcome };
        const x = wave(n);
        factor.solveInto(x);
        const y = new Float64Array(n);
        const norm = refineInto(upper, upper.values, factor, wave(n), y, 3);
        const z = new Float64Array(n);
        const residual = new Float64Array(n);
        const refined = factor.solveRefinedInto(wave(n), z, { corrections_max_count: 3, residual_frac: 1e-12, slow_frac: 0.5 }, residual);
        return { outcome, x, y, norm, z, residual, refined };
      });
      expect(answers[1]).toEqual(answers[0]);
    }),
  );
});

test('a full block: panels, tiles and their remainders give the bits of row by row', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 70 }),
      fc.integer({ min: 0, max: 30 }),
      fc.integer(),
      fc.constantFrom('plain', 'weak', 'zero', 'nan'),
      (size, others, seed, kind) => {
        const random = randomStream(seed);
        const n = size + 2 * others;
        const rows: number[] = [];
        const cols: number[] = [];
        const values: number[] = [];
        const add = (i: number, j: number, v: number) => {
          rows.push(i);
          cols.push(j);
          values.push(v);
        };
        // A full matrix that chains of its own lead into, and chains that do not touch it.
        for (let j = 0; j < size; j++) {
          for (let i = 0; i < j; i++) add(others + i, others + j, random.normal());
          add(others + j, others + j, kind === 'weak' && j % 9 === 4 ? 1e-20 : random.normal() * size);
        }
        for (let j = 0; j < others; j++) {
          add(j, j, 1 + random.uniform());
          add(j, others + random.index(size), random.normal());
          add(others + size + j, others + size + j, -1 - random.uniform());
          if (j > 0) add(others + size + j - 1, others + size + j, random.normal());
        }
        const upper = fromTriplets(n, n, rows, cols, values);
        if (kind === 'nan') upper.values[upper.colStart[others + random.index(size) + 1] - 1] = Number.NaN;
        if (kind === 'zero') for (let p = upper.colStart[others]; p < upper.colStart[others + 1]; p++) upper.values[p] = 0;
        const symbolic = analyseLdlt(
          upper,
          Int32Array.from({ length: n }, (_, k) => k),
        );
        expect(symbolic.blockEnd - symbolic.block).toBe(size >= 16 ? size : 0);
        const options = kind === 'weak' ? { dynamicRegularisation: 1e-3, dynamicThreshold: 1e-6 } : {};
        const answers = kernels.map((kernel) => {
          const factor = new LdltFactor(symbolic, { kernel });
          const outcome = factor.factor(upper.values, options);
          const x = wave(n);
          if (outcome.status === 'ok') factor.solveInto(x);
          // The workspace is clean whatever happened.
          const sound = factor.factor(upper.values.map((v) => (v === 0 || Number.isNaN(v) ? 1 : v)));
          return { outcome, x, sound };
        });
        expect(answers[1]).toEqual(answers[0]);
      },
    ),
  );
});

test('a full matrix larger than a tile', () => {
  const n = 600;
  const random = randomStream(3);
  const rows: number[] = [];
  const cols: number[] = [];
  const values: number[] = [];
  for (let j = 0; j < n; j++) {
    for (let i = 0; i <= j; i++) {
      rows.push(i);
      cols.push(j);
      values.push(i === j ? (j % 2 === 0 ? n : -n) : random.normal());
    }
  }
  const upper = fromTriplets(n, n, rows, cols, values);
  const solutions = kernels.map((kernel) => {
    const factor = new LdltFactor(analyseLdlt(upper), { kernel });
    expect(factor.factor(upper.values).status).toBe('ok');
    expect(factor.negativePivots_count).toBe(n / 2);
    const x = wave(n);
    factor.solveInto(x);
    return x;
  });
  expect(solutions[1]).toEqual(solutions[0]);
  expect(residualOf(upper, solutions[1]!, wave(n))).toBeLessThan(1e-12);
});

test('a large factorisation can be stopped, row by row and in the full block', () => {
  const n = 600;
  const rows: number[] = [];
  const cols: number[] = [];
  const values: number[] = [];
  for (let j = 0; j < n; j++) {
    for (let i = 0; i <= j; i++) {
      rows.push(i);
      cols.push(j);
      values.push(i === j ? n : Math.sin(i * j));
    }
  }
  const upper = fromTriplets(n, n, rows, cols, values);
  const factor = new LdltFactor(analyseLdlt(upper), { kernel: 'wasm' });
  let asked = 0;
  const stopAt = (limit: number) => ({ shouldStop: () => ++asked > limit });
  expect(factor.factor(upper.values, stopAt(1e9)).status).toBe('ok');
  // Rows take n³/6 = 3.6e7 multiplications, two portions; the block as many.
  expect(asked).toBeGreaterThanOrEqual(2);
  const whole = wave(n);
  factor.solveInto(whole);
  for (let limit = asked - 1; limit >= 0; limit--) {
    asked = 0;
    expect(factor.factor(upper.values, stopAt(limit))).toEqual({ status: 'stopped', regularisedPivots_count: 0, column: -1 });
    expect(() => factor.solveInto(wave(n))).toThrow('LINALG_NOT_FACTORED');
  }
  expect(factor.factor(upper.values).status).toBe('ok');
  const again = wave(n);
  factor.solveInto(again);
  expect(again).toEqual(whole);
});

test('the same factor takes new values', () => {
  const upper = meshMatrix(12);
  for (const kernel of kernels) {
    const factor = new LdltFactor(analyseLdlt(upper), { kernel });
    for (const scale of [1, 2, 0.5]) {
      const scaled = { ...upper, values: upper.values.map((v) => v * scale) };
      expect(factor.factor(scaled.values).status).toBe('ok');
      const b = wave(144);
      const x = b.slice();
      factor.solveInto(x);
      expect(residualOf(scaled, x, b)).toBeLessThan(1e-12);
    }
  }
});

test('1 × 1, an empty matrix and duplicates', () => {
  for (const kernel of kernels) {
    const one = new LdltFactor(analyseLdlt(fromTriplets(1, 1, [0], [0], [4])), { kernel });
    one.factor(Float64Array.of(4));
    const b = Float64Array.of(2);
    one.solveInto(b);
    expect(b[0]).toBe(0.5);

    const none = new LdltFactor(analyseLdlt(fromTriplets(0, 0, [], [], [])), { kernel });
    expect(none.factor(new Float64Array(0)).status).toBe('ok');
    none.solveInto(new Float64Array(0));

    const summed = fromTriplets(2, 2, [0, 0, 0, 1], [0, 0, 1, 1], [1, 1, 1, 3]);
    // The same matrix with its first entry stored twice: the kernel adds what lies at one place.
    const twice: SparseMatrix = {
      rows_count: 2,
      cols_count: 2,
      colStart: Int32Array.of(0, 2, 4),
      rowIndex: Int32Array.of(0, 0, 0, 1),
      values: Float64Array.of(1, 1, 1, 3),
    };
    const solutions = [summed, twice].map((matrix) => {
      const factor = new LdltFactor(analyseLdlt(matrix), { kernel });
      factor.factor(matrix.values);
      const x = Float64Array.of(3, 4);
      factor.solveInto(x);
      return x;
    });
    expect(solutions[0]).toEqual(Float64Array.of(1, 1));
    expect(solutions[1]).toEqual(Float64Array.of(1, 1));
  }
});

test('a zero pivot is reported with its column, and the factor refuses to solve', () => {
  // [1 1; 1 1] has rank one; the column without any entry is empty.
  for (const kernel of kernels) {
    const rankOne = fromTriplets(2, 2, [0, 0, 1], [0, 1, 1], [1, 1, 1]);
    const factor = new LdltFactor(analyseLdlt(rankOne, Int32Array.of(0, 1)), { kernel });
    expect(factor.factor(rankOne.values)).toEqual({ status: 'zero-pivot', regularisedPivots_count: 0, column: 1 });
    expect(() => factor.solveInto(new Float64Array(2))).toThrow('LINALG_NOT_FACTORED');
    // The workspace is clean afterwards.
    expect(factor.factor(Float64Array.of(2, 1, 2)).status).toBe('ok');
    const x = Float64Array.of(3, 3);
    factor.solveInto(x);
    expect(maxAbs([x[0]! - 1, x[1]! - 1])).toBeLessThan(1e-15);

    const empty = fromTriplets(3, 3, [0, 2], [0, 2], [1, 1]);
    const hollow = new LdltFactor(analyseLdlt(empty), { kernel });
    expect(hollow.factor(empty.values)).toMatchObject({ status: 'zero-pivot', column: 1 });
    expect(hollow.factor(Float64Array.of(1, Number.NaN))).toMatchObject({ status: 'zero-pivot' });
    expect(hollow.factor(empty.values, { dynamicRegularisation: 1e-7 })).toMatchObject({
      status: 'ok',
      regularisedPivots_count: 1,
    });
  }
});

test('pivots of the wrong sign become sign·δ', () => {
  for (const kernel of kernels) {
    const upper = fromTriplets(2, 2, [0, 0, 1], [0, 1, 1], [2, 1, 5]);
    const factor = new LdltFactor(analyseLdlt(upper, Int32Array.of(0, 1)), { kernel });
    const outcome = factor.factor(upper.values, { signs: Int8Array.of(1, -1), dynamicRegularisation: 0.25 });
    expect(outcome).toEqual({ status: 'ok', regularisedPivots_count: 1, column: -1 });
    // L = [1 0; ½ 1], D = diag(2, −¼): K' = [2 1; 1 ¼], K'⁻¹·(3, 1.25) = (1, 1).
    const x = Float64Array.of(3, 1.25);
    factor.solveInto(x);
    expect(x).toEqual(Float64Array.of(1, 1));
  }
});

test('refinement recovers the solution lost to static regularisation', () => {
  const { upper, signs } = randomQuasiDefinite(200, 7);
  for (const kernel of kernels) {
    const factor = new LdltFactor(analyseLdlt(upper), { kernel });
    factor.factor(upper.values, { signs, staticRegularisation: 1e-3 });
    const b = wave(200);
    const x = b.slice();
    factor.solveInto(x);
    const before = refineInto(upper, upper.values, factor, b, x, 0);
    expect(before).toBeCloseTo(residualOf(upper, x, b), 14);
    expect(before).toBeGreaterThan(1e-6);
    const after = refineInto(upper, upper.values, factor, b, x, 20);
    expect(after).toBeLessThan(1e-13);
    expect(residualOf(upper, x, b)).toBeLessThan(1e-13);
  }
});

test.each(kernels)('%s: one call solves, refines and hands back the residual', (kernel) => {
  const { upper, signs } = randomQuasiDefinite(200, 7);
  const factor = new LdltFactor(analyseLdlt(upper), { kernel });
  factor.factor(upper.values, { signs, staticRegularisation: 1e-3 });
  const b = wave(200);
  const plain = b.slice();
  factor.solveInto(plain);
  const x = new Float64Array(200);
  const residual = new Float64Array(200);

  // Without corrections: the plain solution and its residual.
  const first = factor.solveRefinedInto(b, x, { corrections_max_count: 0 }, residual);
  expect(x).toEqual(plain);
  const expected = b.slice();
  symmetricMultiplyInto(upper, x, expected, -1, 1);
  expect(maxAbs(expected.map((r, k) => r - residual[k]!))).toBeLessThan(1e-14);
  expect(first).toBe(maxAbs(residual));
  expect(b).toEqual(wave(200));

  // The share asked for ends the loop, and so does a slow correction; both before the end that rounding sets.
  const share = factor.solveRefinedInto(b, x, { corrections_max_count: 50, residual_frac: 1e-6 }, residual);
  expect(share).toBeLessThan(1e-6 * maxAbs(b));
  const full = factor.solveRefinedInto(b, x, { corrections_max_count: 50 }, residual);
  expect(full).toBeLessThan(1e-14);
  expect(share).toBeGreaterThan(10 * full);
  expect(residualOf(upper, x, b)).toBeLessThan(2e-14);
  const once = factor.solveRefinedInto(b, x, { corrections_max_count: 1 });
  expect(factor.solveRefinedInto(b, x, { corrections_max_count: 50, slow_frac: 0 })).toBe(once);

  // Another matrix than the one factored, near by.
  const near = { ...upper, values: upper.values.map((v, p) => v * (1 + 0.01 * Math.sin(p))) };
  factor.measureWith(near.values);
  factor.solveRefinedInto(b, x, { corrections_max_count: 50 });
  expect(residualOf(near, x, b)).toBeLessThan(1e-13);
});

test('refinement never returns a worse x', () => {
  const { upper } = randomQuasiDefinite(30, 3);
  const factor = new LdltFactor(analyseLdlt(upper));
  // A factor of another matrix: its corrections lead away.
  factor.factor(upper.values.map((v) => -0.1 * v));
  const x = wave(30);
  const kept = x.slice();
  refineInto(upper, upper.values, factor, new Float64Array(30).fill(1), x, 5);
  expect(x).toEqual(kept);
});

test('wrong shapes are our own fault', () => {
  expect(() => analyseLdlt(fromTriplets(2, 2, [1], [0], [1]))).toThrow('LINALG_NOT_UPPER');
  expect(() => analyseLdlt(fromTriplets(3, 2, [0], [0], [1]))).toThrow('LINALG_NOT_UPPER');
  const factor = new LdltFactor(analyseLdlt(meshMatrix(3)));
  expect(() => factor.solveInto(new Float64Array(9))).toThrow('LINALG_NOT_FACTORED');
  const other = meshMatrix(4);
  expect(() => refineInto(other, other.values, factor, wave(16), wave(16), 1)).toThrow('LINALG_OTHER_PATTERN');
});
