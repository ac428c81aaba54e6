import fc from 'fast-check';
import { expect, test } from 'vitest';
import { denseLuSolve } from './dense.ts';
import type { Kernel } from './kernels.ts';
import { analyseLu, LuFactor } from './lu.ts';
import { matchRows } from './matching.ts';
import { fromTriplets, multiplyInto, type SparseMatrix, transposeMultiplyInto } from './sparse.ts';
import { maxAbs, meshMatrix, randomUnsymmetric, toDense, wave } from './testing/matrices.ts';

const kernels: Kernel[] = ['typescript', 'wasm'];

/** ‖b − A·x‖∞ + ‖b − Aᵀ·y‖∞ of the factor's own solutions. */
function residualOf(a: SparseMatrix, factor: LuFactor): number {
  const b = wave(a.cols_count);
  const x = b.slice();
  factor.solveInto(x);
  const r = b.slice();
  multiplyInto(a, x, r, -1, 1);
  const y = b.slice();
  factor.solveTransposeInto(y);
  const s = b.slice();
  transposeMultiplyInto(a, y, s, -1, 1);
  return maxAbs(r) + maxAbs(s);
}

test.each(kernels)('%s solves random unsymmetric systems like a dense solver', (kernel) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.integer(), fc.boolean(), (n, seed, zeroDiagonal) => {
      const a = randomUnsymmetric(n, seed, zeroDiagonal);
      const factor = new LuFactor(analyseLu(a), { kernel });
      expect(factor.factor(a.values)).toMatchObject({ status: 'ok', column: -1 });
      expect(residualOf(a, factor)).toBeLessThan(1e-10);
      const x = wave(n);
      factor.solveInto(x);
      const dense = denseLuSolve(toDense(a), wave(n), n)!;
      expect(maxAbs(dense.map((value, i) => value - x[i]!))).toBeLessThan(1e-9);
    }),
  );
});

test('WebAssembly and TypeScript agree bit for bit, and so do factor and refactor', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 80 }), fc.integer(), fc.boolean(), (n, seed, zeroDiagonal) => {
      const a = randomUnsymmetric(n, seed, zeroDiagonal);
      const symbolic = analyseLu(a);
      const answers = kernels.map((kernel) => {
        const factor = new LuFactor(symbolic, { kernel });
        const outcome = factor.factor(a.values, { pivotThreshold: 0.5 });
        const solve = () => {
          const x = wave(n);
          factor.solveInto(x);
          const y = wave(n);
          factor.solveTransposeInto(y);
          return { x, y };
        };
        const first = solve();
        expect(factor.refactor(a.values.map((v) => 3 * v)).status).toBe('ok');
        expect(factor.refactor(a.values)).toEqual({ status: 'ok' });
        expect(solve()).toEqual(first);
        return { outcome, first };
      });
      expect(answers[1]).toEqual(answers[0]);
    }),
  );
});

test('refactor follows new values', () => {
  for (const kernel of kernels) {
    const a = randomUnsymmetric(300, 11, true);
    const factor = new LuFactor(analyseLu(a), { kernel });
    factor.factor(a.values);
    for (let k = 1; k < 4; k++) {
      const next = { ...a, values: a.values.map((v, p) => v * (1 + 0.05 * Math.sin(k * p))) };
      expect(factor.refactor(next.values).status).toBe('ok');
      expect(residualOf(next, factor)).toBeLessThan(1e-10);
    }
  }
});

test('a pivot that became too small asks for a new pivot sequence', () => {
  const a = fromTriplets(2, 2, [0, 1, 0, 1], [0, 0, 1, 1], [1, 1, 1, -1]);
  for (const kernel of kernels) {
    const factor = new LuFactor(analyseLu(a), { kernel });
    expect(factor.refactor(a.values).status).toBe('unstable');
    expect(factor.factor(a.values).status).toBe('ok');
    for (const weak of [Float64Array.of(1e-9, 1, 1, 1e-9), Float64Array.of(0, 1, 1, 0), Float64Array.of(Number.NaN, 1, 1, 1)]) {
      expect(factor.refactor(weak)).toEqual({ status: 'unstable' });
      expect(() => factor.solveInto(new Float64Array(2))).toThrow('LINALG_NOT_FACTORED');
    }
    const exchange = { ...a, values: Float64Array.of(0, 1, 1, 0) };
    expect(factor.factor(exchange.values).status).toBe('ok');
    expect(residualOf(exchange, factor)).toBe(0);
    expect(factor.refactor(exchange.values).status).toBe('ok');
  }
});

test('singular matrices are reported, by value and by structure', () => {
  for (const kernel of kernels) {
    const rankOne = fromTriplets(2, 2, [0, 1, 0, 1], [0, 0, 1, 1], [1, 2, 2, 4]);
    const factor = new LuFactor(analyseLu(rankOne), { kernel });
    expect(factor.factor(rankOne.values)).toMatchObject({ status: 'singular' });
    expect(() => factor.solveInto(new Float64Array(2))).toThrow('LINALG_NOT_FACTORED');
    expect(factor.factor(Float64Array.of(1, 2, 2, 5)).status).toBe('ok');

    const emptyColumn = fromTriplets(3, 3, [0, 1, 2], [0, 2, 2], [1, 1, 1]);
    const symbolic = analyseLu(emptyColumn);
    expect(symbolic.structuralRank_count).toBe(2);
    expect(new LuFactor(symbolic, { kernel }).factor(emptyColumn.values)).toMatchObject({
      status: 'singular',
      column: 1,
    });

    const notANumber = randomUnsymmetric(20, 1);
    notANumber.values[7] = Number.NaN;
    expect(new LuFactor(analyseLu(notANumber), { kernel }).factor(notANumber.values).status).toBe('singular');
  }
});

test('1 × 1, an empty matrix, a permutation and duplicates', () => {
  for (const kernel of kernels) {
    const solved = (a: SparseMatrix, b: number[]) => {
      const factor = new LuFactor(analyseLu(a), { kernel });
      expect(factor.factor(a.values).status).toBe('ok');
      const x = Float64Array.from(b);
      factor.solveInto(x);
      return [...x];
    };
    expect(solved(fromTriplets(1, 1, [0], [0], [-4]), [2])).toEqual([-0.5]);
    expect(solved(fromTriplets(0, 0, [], [], []), [])).toEqual([]);
    expect(solved(fromTriplets(3, 3, [2, 0, 1], [0, 1, 2], [1, 2, 4]), [2, 4, 1])).toEqual([1, 1, 1]);
    const twice: SparseMatrix = {
      rows_count: 2,
      cols_count: 2,
      colStart: Int32Array.of(0, 3, 4),
      rowIndex: Int32Array.of(0, 0, 1, 1),
      values: Float64Array.of(1, 1, 1, 2),
    };
    expect(solved(twice, [2, 3])).toEqual([1, 1]);
  }
});

test('diagonal pivots of a symmetric pattern fill exactly the bound', () => {
  const upper = meshMatrix(20);
  const rows: number[] = [];
  const cols: number[] = [];
  const values: number[] = [];
  for (let j = 0; j < 400; j++) {
    for (let p = upper.colStart[j]; p < upper.colStart[j + 1]; p++) {
      const i = upper.rowIndex[p]!;
      rows.push(i);
      cols.push(j);
      values.push(upper.values[p]!);
      if (i === j) continue;
      rows.push(j);
      cols.push(i);
      values.push(0.9 * upper.values[p]!);
    }
  }
  const a = fromTriplets(400, 400, rows, cols, values);
  const symbolic = analyseLu(a);
  for (const kernel of kernels) {
    const factor = new LuFactor(symbolic, { kernel });
    expect(factor.factor(a.values).status).toBe('ok');
    expect(factor.factorNnz_count).toBe(2 * symbolic.boundNnz + 400);
    expect(residualOf(a, factor)).toBeLessThan(1e-11);
    // With the largest entry of every column the pivots leave the diagonal and memory must grow.
    const weak = { ...a, values: a.values.map((v) => (v > 0 ? 0.3 * v : v)) };
    expect(factor.factor(weak.values, { pivotThreshold: 1 }).status).toBe('ok');
    expect(factor.factorNnz_count).toBeGreaterThan(2 * symbolic.boundNnz + 400);
    expect(residualOf(weak, factor)).toBeLessThan(1e-9);
    expect(factor.factor(a.values).status).toBe('ok');
    expect(residualOf(a, factor)).toBeLessThan(1e-11);
  }
});

test('matching covers every column that can be covered', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 30 }), fc.integer(), (n, entries, seed) => {
      const all = randomUnsymmetric(n, seed, true);
      const kept = Math.min(entries, all.values.length);
      const rows: number[] = [];
      const cols: number[] = [];
      for (let j = 0; j < n; j++) {
        for (let p = all.colStart[j]; p < all.colStart[j + 1]; p++) {
          if ((p * 7 + (seed & 15)) % all.values.length >= kept) continue;
          rows.push(all.rowIndex[p]!);
          cols.push(j);
        }
      }
      const a = fromTriplets(n, n, rows, cols, new Float64Array(rows.length));
      const { rowOfColumn, rank_count } = matchRows(n, a.colStart, a.rowIndex);
      expect([...rowOfColumn].sort((x, y) => x - y)).toEqual(Array.from({ length: n }, (_, i) => i));
      let matched = 0;
      for (let j = 0; j < n; j++) {
        const column = a.rowIndex.subarray(a.colStart[j], a.colStart[j + 1]);
        if (column.includes(rowOfColumn[j]!)) matched++;
      }
      expect(matched).toBe(rank_count);
      expect(rank_count).toBe(largestMatching(n, a));
    }),
  );
});

/** Kuhn's augmenting paths, by recursion. */
function largestMatching(n: number, a: SparseMatrix): number {
  const columnOfRow = new Int32Array(n).fill(-1);
  const augment = (j: number, seen: Set<number>): boolean => {
    for (const i of a.rowIndex.subarray(a.colStart[j], a.colStart[j + 1])) {
      if (seen.has(i)) continue;
      seen.add(i);
      if (columnOfRow[i]! >= 0 && !augment(columnOfRow[i]!, seen)) continue;
      columnOfRow[i] = j;
      return true;
    }
    return false;
  };
  let count = 0;
  for (let j = 0; j < n; j++) if (augment(j, new Set())) count++;
  return count;
}

test('wrong shapes are our own fault', () => {
  expect(() => analyseLu(fromTriplets(3, 2, [0], [0], [1]))).toThrow('LINALG_NOT_SQUARE');
  const factor = new LuFactor(analyseLu(meshMatrix(3)));
  expect(() => factor.solveTransposeInto(new Float64Array(9))).toThrow('LINALG_NOT_FACTORED');
});
