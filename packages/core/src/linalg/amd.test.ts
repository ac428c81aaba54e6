import fc from 'fast-check';
import { expect, test } from 'vitest';
import { amdOrder } from './amd.ts';
import { eliminationTree } from './elimination-tree.ts';
import { analyseLdlt } from './ldlt.ts';
import { fromTriplets, type SparseMatrix } from './sparse.ts';
import { meshMatrix, randomQuasiDefinite, randomUnsymmetric } from './testing/matrices.ts';

const isPermutation = (order: Int32Array) => [...order].sort((a, b) => a - b).every((value, k) => value === k);
const orderOf = (a: SparseMatrix) => amdOrder(a.cols_count, a.colStart, a.rowIndex);

test('is a permutation for every pattern, the same each time', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 120 }), fc.integer(), (n, seed) => {
      const a = randomUnsymmetric(n, seed);
      const order = orderOf(a);
      expect(isPermutation(order)).toBe(true);
      expect(orderOf(a)).toEqual(order);
    }),
  );
});

test('takes any triangle, the full pattern, unsorted rows and duplicates', () => {
  const upper = meshMatrix(7);
  const n = 49;
  const rows: number[] = [];
  const cols: number[] = [];
  for (let j = 0; j < n; j++) {
    for (let p = upper.colStart[j]; p < upper.colStart[j + 1]; p++) {
      rows.push(upper.rowIndex[p]);
      cols.push(j);
    }
  }
  const lower = fromTriplets(n, n, cols, rows, new Float64Array(rows.length));
  const full = fromTriplets(n, n, [...rows, ...cols], [...cols, ...rows], new Float64Array(2 * rows.length));
  const fill = (order: Int32Array) => analyseLdlt(upper, order).lNnz;
  const least = fill(orderOf(upper));
  expect(fill(orderOf(lower))).toBeLessThan(1.15 * least);
  expect(fill(orderOf(full))).toBeLessThan(1.15 * least);
  const messy = amdOrder(3, Int32Array.of(0, 0, 3, 6), Int32Array.of(1, 0, 0, 2, 1, 1));
  expect(isPermutation(messy)).toBe(true);
});

test('a tree, an arrow and a diagonal have no fill', () => {
  for (const n of [1, 2, 30, 3000]) {
    const tree = fromTriplets(
      n,
      n,
      Array.from({ length: n - 1 }, (_, k) => Math.floor(k / 3)),
      Array.from({ length: n - 1 }, (_, k) => k + 1),
      new Float64Array(n - 1),
    );
    expect(analyseLdlt(tree).lNnz).toBe(n - 1);
    const arrow = fromTriplets(
      n,
      n,
      new Int32Array(n - 1),
      Array.from({ length: n - 1 }, (_, k) => k + 1),
      new Float64Array(n - 1),
    );
    expect(analyseLdlt(arrow).lNnz).toBe(n - 1);
    expect(analyseLdlt(fromTriplets(n, n, [], [], [])).lNnz).toBe(0);
  }
  expect(amdOrder(0, Int32Array.of(0), new Int32Array(0))).toHaveLength(0);
});

test('a full matrix and several dense rows are ordered too', () => {
  const n = 60;
  const rows: number[] = [];
  const cols: number[] = [];
  for (let j = 0; j < n; j++) for (let i = 0; i < j; i++) rows.push(i) && cols.push(j);
  const full = fromTriplets(n, n, rows, cols, new Float64Array(rows.length));
  expect(isPermutation(orderOf(full))).toBe(true);
  expect(analyseLdlt(full).lNnz).toBe((n * (n - 1)) / 2);

  const m = 1000;
  const hubs = fromTriplets(
    m,
    m,
    Array.from({ length: 3 * (m - 3) }, (_, k) => k % 3),
    Array.from({ length: 3 * (m - 3) }, (_, k) => 3 + Math.floor(k / 3)),
    new Float64Array(3 * (m - 3)),
  );
  const order = orderOf(hubs);
  expect(isPermutation(order)).toBe(true);
  expect([...order.subarray(m - 3)].sort()).toEqual([0, 1, 2]);
});

test('fill on a mesh is that of minimum degree, far below the natural order', () => {
  const g = 60;
  const mesh = meshMatrix(g);
  const n = g * g;
  const natural = analyseLdlt(
    mesh,
    Int32Array.from({ length: n }, (_, k) => k),
  ).lNnz;
  const { lNnz, aStart, aRow, parent } = analyseLdlt(mesh);
  expect(natural).toBeGreaterThan(3.5 * lNnz);
  expect(lNnz).toBeLessThan(17 * n);
  // The assembly tree is postordered, so nearly every parent follows one of its children at once.
  const { count } = eliminationTree(n, aStart, aRow);
  expect(count.reduce((a, b) => a + b, 0)).toBe(lNnz);
  const follows = new Set([...parent].filter((up, k) => up === k + 1));
  const parents = new Set([...parent].filter((up) => up >= 0));
  expect(follows.size).toBeGreaterThan(0.95 * parents.size);
});

test('fill on saddle-point patterns is no worse than greedy exact minimum degree by a third', () => {
  for (let seed = 0; seed < 5; seed++) {
    const { upper } = randomQuasiDefinite(150, seed);
    expect(analyseLdlt(upper).lNnz).toBeLessThan(1.33 * analyseLdlt(upper, exactMinimumDegree(upper)).lNnz);
  }
});

/** The plainest minimum degree: explicit sets, exact degrees. */
function exactMinimumDegree(a: SparseMatrix): Int32Array {
  const n = a.cols_count;
  const neighbours = Array.from({ length: n }, () => new Set<number>());
  for (let j = 0; j < n; j++) {
    for (let p = a.colStart[j]; p < a.colStart[j + 1]; p++) {
      const i = a.rowIndex[p];
      if (i === j) continue;
      neighbours[i]!.add(j);
      neighbours[j]!.add(i);
    }
  }
  const left = new Set(neighbours.keys());
  const order: number[] = [];
  while (left.size > 0) {
    let k = -1;
    for (const i of left) if (k < 0 || neighbours[i]!.size < neighbours[k]!.size) k = i;
    left.delete(k);
    order.push(k);
    for (const i of neighbours[k]!) {
      neighbours[i]!.delete(k);
      for (const j of neighbours[k]!) if (i !== j) neighbours[i]!.add(j);
    }
  }
  return Int32Array.from(order);
}

test('ends when it is asked to, and is the same when it is not', () => {
  const a = meshMatrix(300);
  let asked_count = 0;
  const order = amdOrder(a.cols_count, a.colStart, a.rowIndex, () => ++asked_count < 0);
  expect(order).toEqual(orderOf(a));
  expect(asked_count).toBeGreaterThan(1);
  expect(amdOrder(a.cols_count, a.colStart, a.rowIndex, () => true)).toBeUndefined();
  expect(analyseLdlt(a, undefined, () => true)).toBeUndefined();
});
