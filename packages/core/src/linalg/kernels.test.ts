import { expect, test } from 'vitest';
import { arenaBytes, KernelArena, SMALL_BYTES } from './kernels.ts';
import { analyseLdlt, LdltFactor } from './ldlt.ts';
import { analyseLu, LuFactor } from './lu.ts';
import { meshMatrix, wave } from './testing/matrices.ts';

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

test('a large memory is not kept', () => {
  const first = new KernelArena(100 * SMALL_BYTES, 'wasm');
  first.release();
  expect(new KernelArena(100 * SMALL_BYTES, 'wasm').kernels).not.toBe(first.kernels);
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
