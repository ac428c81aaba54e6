import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomStream } from '../base/random.ts';
import { analyseComplexLu, ComplexLu, type ComplexMatrix, ComplexMatrixBuilder, entryOf, lanes_count } from './complex-lu.ts';
import { denseLuSolve } from './dense.ts';
import type { Kernel } from './kernels.ts';

const kernels: Kernel[] = ['typescript', 'wasm'];

/** A random admittance matrix: passive branches between n places, some to earth, unsymmetric where asked. */
function randomAdmittance(n: number, seed: number, skew = 0): ComplexMatrix {
  const random = randomStream(seed, 'admittance');
  const builder = new ComplexMatrixBuilder();
  const join = (i: number, j: number) => {
    const g = random.between(0.1, 2);
    const b = random.between(-3, 3);
    builder.add(i, i, g, b);
    builder.add(j, j, g, b);
    builder.add(i, j, -g * (1 - skew), -b);
    builder.add(j, i, -g, -b * (1 + skew));
  };
  for (let i = 1; i < n; i++) join(i, random.index(i));
  for (let e = 0; e < n / 3; e++) {
    const i = random.index(n);
    const j = random.index(n);
    if (i !== j) join(i, j);
  }
  for (let i = 0; i < n; i++) if (i === 0 || random.uniform() < 0.3) builder.add(i, i, random.between(0.05, 1), random.normal());
  return builder.build(n);
}

function multiply(a: ComplexMatrix, x: Float64Array): Float64Array {
  const y = new Float64Array(2 * a.n);
  for (let i = 0; i < a.n; i++) {
    for (let p = a.rowStart[i]!; p < a.rowStart[i + 1]!; p++) {
      const j = a.colIndex[p]!;
      y[2 * i] += a.values[2 * p]! * x[2 * j]! - a.values[2 * p + 1]! * x[2 * j + 1]!;
      y[2 * i + 1] += a.values[2 * p]! * x[2 * j + 1]! + a.values[2 * p + 1]! * x[2 * j]!;
    }
  }
  return y;
}

const wave = (n: number, phase = 0) => Float64Array.from({ length: 2 * n }, (_, i) => Math.sin(1 + i * 1.7 + phase));
const largest = (a: Float64Array) => a.reduce((worst, v) => Math.max(worst, Math.abs(v)), 0);

test.each(kernels)('%s solves like a dense real solver of twice the size', (kernel) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.integer(), fc.constantFrom(0, 0.1), (n, seed, skew) => {
      const a = randomAdmittance(n, seed, skew);
      const lu = new ComplexLu(analyseComplexLu(a), { kernel });
      expect(lu.factor(a.values)).toEqual({ status: 'ok', row: -1 });
      const b = wave(n);
      const x = b.slice();
      lu.solveInto(x);
      expect(largest(multiply(a, x).map((value, i) => value - b[i]!))).toBeLessThan(1e-10);
      const m = 2 * n;
      const dense = new Float64Array(m * m);
      for (let i = 0; i < n; i++) {
        for (let p = a.rowStart[i]!; p < a.rowStart[i + 1]!; p++) {
          const j = a.colIndex[p]!;
          dense[2 * i * m + 2 * j] = dense[(2 * i + 1) * m + 2 * j + 1] = a.values[2 * p]!;
          dense[(2 * i + 1) * m + 2 * j] = a.values[2 * p + 1]!;
          dense[2 * i * m + 2 * j + 1] = -a.values[2 * p + 1]!;
        }
      }
      const other = denseLuSolve(dense, b.slice(), m)!;
      expect(largest(other.map((value, i) => value - x[i]!))).toBeLessThan(1e-9);
    }),
  );
});

test('WebAssembly and TypeScript agree bit for bit, lanes equal single solves, residuals are those of A', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 80 }), fc.integer(), (n, seed) => {
      const a = randomAdmittance(n, seed, 0.05);
      const symbolic = analyseComplexLu(a);
      const answers = kernels.map((kernel) => {
        const lu = new ComplexLu(symbolic, { kernel, extraRows_count: 2 });
        expect(lu.factor(a.values.map((v) => 2 * v)).status).toBe('ok');
        expect(lu.factor(a.values).status).toBe('ok');
        const single = Array.from({ length: lanes_count }, (_, lane) => {
          const x = wave(n, lane);
          lu.solveInto(x);
          return x;
        });
        for (let lane = 0; lane < lanes_count; lane++) {
          const b = wave(n, lane);
          for (let i = 0; i < n; i++) {
            lu.lanesRhs[8 * i + lane] = b[2 * i]!;
            lu.lanesRhs[8 * i + 4 + lane] = b[2 * i + 1]!;
          }
        }
        lu.solveLanes();
        for (let lane = 0; lane < lanes_count; lane++) {
          for (let i = 0; i < n; i++) {
            expect(lu.lanesX[8 * i + lane]).toBe(single[lane]![2 * i]);
            expect(lu.lanesX[8 * i + 4 + lane]).toBe(single[lane]![2 * i + 1]);
          }
        }
        lu.residualLanes();
        const residual = lu.lanesRhs.slice(0, 8 * n);
        expect(largest(residual)).toBeLessThan(1e-10);
        return { x: lu.lanesX.slice(), residual };
      });
      expect(answers[1]).toEqual(answers[0]);
    }),
  );
});

test.each(kernels)('%s names the row of a place that hangs on nothing', (kernel) => {
  const builder = new ComplexMatrixBuilder();
  builder.add(0, 0, 2, -1);
  builder.add(1, 1, 1, 0);
  builder.add(1, 2, -1, 0);
  builder.add(2, 1, -1, 0);
  builder.add(2, 2, 1, 0);
  const a = builder.build(3);
  const lu = new ComplexLu(analyseComplexLu(a), { kernel });
  const { status, row } = lu.factor(a.values);
  expect(status).toBe('singular');
  expect([1, 2]).toContain(row);
  expect(() => lu.solveInto(new Float64Array(6))).toThrow('LINALG_NOT_FACTORED');
  expect(() => lu.solveLanes()).toThrow('LINALG_NOT_FACTORED');
  expect(() => new ComplexLu(lu.symbolic, { kernel }).take(lu)).toThrow('LINALG_NOT_FACTORED');
  const held = a.values.slice();
  held[2 * entryOf(a, 2, 2)] += 1e-6;
  expect(lu.factor(held).status).toBe('ok');
  held[0] = Number.NaN;
  expect(lu.factor(held)).toEqual({ status: 'singular', row: 0 });
});

test('an empty matrix and entries that are not there', () => {
  const empty = new ComplexMatrixBuilder().build(0);
  const lu = new ComplexLu(analyseComplexLu(empty));
  expect(lu.factor(empty.values).status).toBe('ok');
  lu.solveInto(new Float64Array(0));
  expect(lu.factorNnz_count).toBe(0);
  expect(entryOf(randomAdmittance(2, 1), 0, 1)).toBe(1);
  expect(entryOf(new ComplexMatrixBuilder().build(2), 0, 1)).toBe(-1);
});
