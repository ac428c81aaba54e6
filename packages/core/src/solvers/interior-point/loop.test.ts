import { describe, expect, it } from 'vitest';
import { SparseBuilder } from '../../linalg/sparse.ts';
import type { Program } from '../../problem/program.ts';
import { numbersFrom } from '../testing/dense-program.ts';
import { interiorPoint } from './interior-point.ts';

const solver = await interiorPoint().prepare();

/** The convex sequence nearest to noisy data, as LISWET of Li & Swetits (1993): second differences ≥ 0, so A·Aᵀ is nearly singular. */
function convexRegression(n: number): Program {
  const rows = new SparseBuilder();
  for (let i = 0; i + 2 < n; i++) [1, -2, 1].forEach((value, k) => rows.add(i, i + k, value));
  const quadratic = new SparseBuilder();
  for (let j = 0; j < n; j++) quadratic.add(j, j, 1);
  return {
    cost: Float64Array.from({ length: n }, (_, j) => -Math.sqrt(j / n) - 0.1 * Math.sin(j)),
    offset: 0,
    quadratic: quadratic.build(n, n),
    lower: new Float64Array(n).fill(Number.NEGATIVE_INFINITY),
    upper: new Float64Array(n).fill(Number.POSITIVE_INFINITY),
    rows: rows.build(n - 2, n),
    rowLower: new Float64Array(n - 2),
    rowUpper: new Float64Array(n - 2).fill(Number.POSITIVE_INFINITY),
    columnName: (j) => `x${j}`,
    rowName: (i) => `r${i}`,
  };
}

/** min ½·xᵀPx − Σ x over 0 ≤ x ≤ 1 with a full P: one factorisation is asked several times. */
function denseProgram(n: number): Program {
  const quadratic = new SparseBuilder();
  for (let j = 0; j < n; j++) for (let i = 0; i <= j; i++) quadratic.add(i, j, i === j ? n : Math.cos(i - j));
  return {
    cost: new Float64Array(n).fill(-1),
    offset: 0,
    quadratic: quadratic.build(n, n),
    lower: new Float64Array(n),
    upper: new Float64Array(n).fill(1),
    rows: new SparseBuilder().build(0, n),
    rowLower: new Float64Array(0),
    rowUpper: new Float64Array(0),
    columnName: (j) => `x${j}`,
    rowName: (i) => `r${i}`,
  };
}

/**
 * max y over y ≤ x_j, x ≥ 0.1 and two sums of all x with given totals, one with coefficients of 1e8, as in BOYD2: scaling
 * leaves the x so large that their weights in the KKT matrix are far below 1e-9.
 */
function longSums(n: number, seed: number): Program {
  const next = numbersFrom(seed);
  const rows = new SparseBuilder();
  const totals = [0, 0];
  const small = Array.from({ length: n }, () => [1000 + 5000 * next(), 1e8 * (1 + 0.05 * next())]);
  for (const [j, sizes] of small.entries()) {
    const x = next() < 0.5 ? 0.1 : 1000 * next();
    sizes.forEach((size, k) => {
      rows.add(k, j, size);
      totals[k]! += size * x;
    });
    rows.add(2 + j, j, 1);
    rows.add(2 + j, n, -1);
  }
  return {
    cost: new Float64Array(n + 1).fill(-2, n),
    offset: 0,
    lower: new Float64Array(n + 1).fill(0.1),
    upper: new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY),
    rows: rows.build(n + 2, n + 1),
    rowLower: Float64Array.from({ length: n + 2 }, (_, i) => totals[i] ?? 0),
    rowUpper: Float64Array.from({ length: n + 2 }, (_, i) => totals[i] ?? Number.POSITIVE_INFINITY),
    columnName: (j) => `x${j}`,
    rowName: (i) => `r${i}`,
  };
}

describe('the loop', () => {
  it.each([6, 7, 8])('solves where weights are tiny: long sums with coefficients of 1e8, %i', (seed) => {
    const { status, iterations_count } = solver.solve(longSums(1000, seed));
    expect(status).toBe('optimal');
    expect(iterations_count).toBeLessThan(25);
  });

  it('solves where rows are nearly dependent: convex regression of 3000 points', () => {
    const { status, iterations_count, certificate } = solver.solve(convexRegression(3000));
    expect(status).toBe('optimal');
    expect(iterations_count).toBeLessThan(40);
    expect(Math.max(certificate.primalResidual, certificate.dualResidual, certificate.gap)).toBeLessThan(1e-8);
  });

  it('ends inside a factorisation, for a limit and for a wish', () => {
    const program = denseProgram(600);
    let asked_count = 0;
    const inTime = solver.solve(program, { clock_s: () => asked_count++, timeLimit_s: 4 });
    expect(inTime.status).toBe('time-limit');
    expect(inTime.iterations_count).toBeLessThanOrEqual(1);
    let wished_count = 0;
    expect(solver.solve(program, { shouldStop: () => ++wished_count > 1 }).status).toBe('stopped');
    expect(wished_count).toBeLessThan(8);
  });

  it('counts the time limit once for a solve and its diagnosis', () => {
    const rows = new SparseBuilder();
    rows.add(0, 0, 1);
    const free = { lower: new Float64Array([0]), upper: new Float64Array([1]), cost: new Float64Array(1), offset: 0 };
    const names = { columnName: () => 'x', rowName: () => 'r' };
    const program = { ...free, ...names, rows: rows.build(1, 1), rowLower: new Float64Array([2]), rowUpper: new Float64Array([2]) };
    let now_s = 0;
    expect(solver.solve(program, { clock_s: () => now_s++, timeLimit_s: 1 }).status).toBe('time-limit');
    expect(now_s).toBeLessThan(5);
  });
});
