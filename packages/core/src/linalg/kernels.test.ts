import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomStream } from '../base/random.ts';
import { arenaBytes, KernelArena, SMALL_BYTES } from './kernels.ts';
import { analyseLdlt, LdltFactor } from './ldlt.ts';
import { analyseLu, LuFactor } from './lu.ts';
import { SparseProduct } from './product.ts';
import { fromTriplets, multiplyInto, symmetricMultiplyInto, transposeMultiplyInto } from './sparse.ts';
import { meshMatrix, wave } from './testing/matrices.ts';
import { axpyInto, dot } from './vector.ts';

const coefficient = fc.constantFrom(0, 1, -1, 0.3);

test('products agree bit for bit with the functions of sparse.ts', () => {
  const dimension = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(dimension, dimension, fc.integer(), coefficient, coefficient, (m, n, seed, alpha, beta) => {
      const random = randomStream(seed);
      const count = 2 * (m + n);
      const rows = Int32Array.from({ length: count }, () => random.index(m));
      const cols = Int32Array.from({ length: count }, () => random.index(n));
      const entries = Float64Array.from({ length: count }, () => random.normal());
      const a = fromTriplets(m, n, rows, cols, entries);
      const square = fromTriplets(
        m,
        m,
        rows.map((row, k) => Math.min(row, rows[count - 1 - k]!)),
        rows.map((row, k) => Math.max(row, rows[count - 1 - k]!)),
        entries,
      );
      const zeroed = wave(n);
      zeroed[0] = 0;
      for (const kernel of ['wasm', 'typescript'] as const) {
        const fast = new SparseProduct(a, { kernel });
        expect(fast.kernel).toBe(kernel);
        const y = [wave(m), wave(m)] as const;
        multiplyInto(a, zeroed, y[0], alpha, beta);
        fast.multiplyInto(zeroed, y[1], alpha, beta);
        expect(y[1]).toEqual(y[0]);
        const x = [wave(n), wave(n)] as const;
        transposeMultiplyInto(a, wave(m), x[0], alpha, beta);
        fast.transposeMultiplyInto(wave(m), x[1], alpha, beta);
        expect(x[1]).toEqual(x[0]);
        const z = [wave(m), wave(m)] as const;
        symmetricMultiplyInto(square, wave(m), z[0], alpha, beta);
        new SparseProduct(square, { kernel }).symmetricMultiplyInto(wave(m), z[1], alpha, beta);
        expect(z[1]).toEqual(z[0]);
      }
    }),
  );
});

test('new values of a product', () => {
  const a = fromTriplets(1, 1, [0], [0], [2]);
  for (const kernel of ['wasm', 'typescript'] as const) {
    const product = new SparseProduct(a, { kernel });
    product.replaceValues(Float64Array.of(5));
    const y = new Float64Array(1);
    product.multiplyInto(Float64Array.of(3), y);
    expect(y[0]).toBe(15);
    expect(a.values[0]).toBe(2);
  }
});

test('axpy and dot agree bit for bit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 33 }), fc.double({ noNaN: true }), fc.integer(), (n, a, seed) => {
      const random = randomStream(seed);
      const x = Float64Array.from({ length: n }, () => random.normal());
      const y = Float64Array.from({ length: n }, () => random.normal());
      const arena = new KernelArena(arenaBytes(2 * n, 0, 2), 'wasm');
      const kx = arena.float64(n);
      const ky = arena.float64(n);
      kx.set(x);
      ky.set(y);
      const kernels = arena.kernels!;
      expect(kernels.dot(n, kx.byteOffset, ky.byteOffset)).toBe(dot(x, y));
      kernels.axpy(n, a, kx.byteOffset, ky.byteOffset);
      axpyInto(a, x, y);
      expect(ky).toEqual(y);
    }),
  );
});

test('small owners use TypeScript, larger ones WebAssembly', () => {
  expect(new KernelArena(SMALL_BYTES - 1).kernels).toBeUndefined();
  expect(new KernelArena(SMALL_BYTES).kernels).toBeDefined();
  expect(new LdltFactor(analyseLdlt(meshMatrix(5))).kernel).toBe('typescript');
  expect(new LdltFactor(analyseLdlt(meshMatrix(40))).kernel).toBe('wasm');
});

test('views start on multiples of eight and do not overlap', () => {
  for (const kernel of ['wasm', 'typescript'] as const) {
    const arena = new KernelArena(arenaBytes(3, 1 + 5 + 3, 4), kernel);
    const views = [arena.int32(1), arena.float64(3), arena.int32(5)];
    views.forEach((view, k) => {
      view.fill(k + 1);
    });
    expect(views.map((view) => [...new Set(view)])).toEqual([[1], [2], [3]]);
    expect(views.every((view) => view.byteOffset % 8 === 0)).toBe(true);
    expect(arena.describe(7, views.slice(0, 2))).toBe(8 + 24 + 24);
  }
});

test('a released memory goes, zeroed, to the next owner of the same size', () => {
  const first = new KernelArena(SMALL_BYTES, 'wasm');
  const view = first.float64(4);
  view.fill(7);
  first.release();
  first.release();
  const second = new KernelArena(SMALL_BYTES, 'wasm');
  expect(second.kernels).toBe(first.kernels);
  expect([...second.float64(4)]).toEqual([0, 0, 0, 0]);
  expect(new KernelArena(SMALL_BYTES, 'wasm').kernels).not.toBe(first.kernels);
});

test('a released factor refuses to work', () => {
  const upper = meshMatrix(40);
  const ldlt = new LdltFactor(analyseLdlt(upper));
  expect(ldlt.factor(upper.values).status).toBe('ok');
  ldlt.release();
  expect(() => ldlt.factor(upper.values)).toThrow('LINALG_RELEASED');
  expect(() => ldlt.solveInto(wave(1600))).toThrow('LINALG_NOT_FACTORED');
  const lu = new LuFactor(analyseLu(upper));
  expect(lu.factor(upper.values).status).toBe('ok');
  lu.release();
  expect(() => lu.factor(upper.values)).toThrow('LINALG_RELEASED');
  expect(lu.refactor(upper.values).status).toBe('unstable');
  expect(() => lu.solveInto(wave(1600))).toThrow('LINALG_NOT_FACTORED');
});
