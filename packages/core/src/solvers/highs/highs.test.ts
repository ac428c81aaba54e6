import { describe, expect, it } from 'vitest';
import { NumericalError } from '../../base/errors.ts';
import { solverConformance } from '../conformance.ts';
import type { SolveProgress } from '../contract.ts';
import { type DenseProgram, numbersFrom, programOf } from '../testing/dense-program.ts';
import { highs } from './highs.ts';

solverConformance(highs());

/** A multi-dimensional knapsack: hard enough to branch. */
function knapsack(n: number, m: number): DenseProgram {
  const next = numbersFrom(2);
  const rows = Array.from({ length: m }, () => Array.from({ length: n }, () => 5 + Math.floor(next() * 40)));
  return {
    cost: Array.from({ length: n }, (_, j) => -rows.reduce((sum, row) => sum + row[j]!, 0) / m - 10 * next()),
    upper: Array.from({ length: n }, () => 1),
    integer: Array.from({ length: n }, () => 1 as const),
    rows,
    rowUpper: rows.map((row) => 0.4 * row.reduce((sum, a) => sum + a, 0)),
  };
}

describe('HiGHS', () => {
  it('reports incumbents and bounds, and stops when asked', async () => {
    const solver = await highs().prepare();
    const lines: SolveProgress[] = [];
    const program = programOf(knapsack(60, 10));
    const found = solver.solve(program, { onProgress: (line) => lines.push(line), shouldStop: () => lines.length > 2 });
    expect(found.status).toBe('stopped');
    expect(lines.length).toBeGreaterThan(2);
    expect(found.objective).toBeGreaterThanOrEqual(found.bound);
    expect(found.certificate.primalResidual).toBeLessThan(1e-6);
    expect(found.certificate.gap).toBeGreaterThan(0);
  });

  it('ends at the time limit with its incumbent, and at the gap asked for', async () => {
    const solver = await highs().prepare();
    const late = solver.solve(programOf(knapsack(80, 12)), { timeLimit_s: 0.3 });
    expect(late.status).toBe('time-limit');
    expect(late.bound).toBeLessThanOrEqual(late.objective);
    const loose = solver.solve(programOf(knapsack(60, 10)), { gap_frac: 0.05 });
    expect(loose.status).toBe('optimal');
    expect(loose.certificate.gap).toBeLessThanOrEqual(0.06);
  });

  it('lets errors of a callback through and survives them', async () => {
    const solver = await highs().prepare();
    const program = programOf(knapsack(60, 10));
    const mine = new RangeError('from the caller');
    const shouldStop = () => {
      throw mine;
    };
    expect(() => solver.solve(program, { shouldStop })).toThrow(mine);
    expect(solver.solve(programOf({ cost: [1], lower: [2] })).objective).toBe(2);
  });

  it('turns a refusal of HiGHS into a short error of ours', async () => {
    const solver = await highs().prepare();
    const huge = programOf({ cost: [1], rows: [[1e20]], rowLower: [1] });
    try {
      solver.solve(huge);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(NumericalError);
      expect((error as NumericalError).code).toBe('SOLVER_HIGHS_FAILED');
      expect(String(error).length).toBeLessThan(500);
    }
  });
});
