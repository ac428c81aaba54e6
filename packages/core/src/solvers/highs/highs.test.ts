import { describe, expect, it } from 'vitest';
import { NumericalError } from '../../base/errors.ts';
import { mul, sum } from '../../problem/affine.ts';
import { Model } from '../../problem/model.ts';
import { objectiveOf } from '../../problem/program.ts';
import { solverConformance } from '../conformance.ts';
import type { Incumbent, SolveProgress } from '../contract.ts';
import { certify } from '../residuals.ts';
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

  it('finds a point of a tiny programme without cost that presolve loses', async () => {
    // A level that goes up by 100 or down by 100/0.9 or stays, twice, between 30 and 270 from 200 on.
    const m = new Model();
    const up = m.variables('up', [2], { lower: 0, upper: 100 });
    const down = m.variables('down', [2], { lower: 0, upper: 100 });
    const level = m.variables('level', [2], { lower: 30, upper: 270 });
    for (let t = 0; t < 2; t++) {
      m.equal(`level ${t}`, level(t), sum(t === 0 ? 200 : level(0), up(t), mul(-1 / 0.9, down(t))));
      const rises = m.variable(`rises ${t}`, { lower: 0, upper: 1, whole: true });
      const falls = m.variable(`falls ${t}`, { lower: 0, upper: 1, whole: true });
      m.atMost(`one way ${t}`, sum(rises, falls), 1);
      m.equal(`up ${t}`, up(t), mul(100, rises));
      m.equal(`down ${t}`, down(t), mul(100, falls));
    }
    const found = (await highs().prepare()).solve(m.build());
    expect(found.status).toBe('optimal');
    expect(found.certificate.primalResidual).toBeLessThan(1e-9);
    expect(found.certificate.integerResidual).toBe(0);
  });

  it('hears a wish to stop inside the sub-programmes of its heuristics too, and leaves the clock as it was', async () => {
    const solver = await highs().prepare();
    const program = programOf(knapsack(300, 40));
    const clock = performance.now;
    const told_ms: number[] = [];
    for (const after_ms of [150, 350, 700]) {
      const begin_ms = performance.now();
      const shouldStop = (): boolean => {
        told_ms.push(performance.now() - begin_ms);
        return told_ms.at(-1)! > after_ms;
      };
      const found = solver.solve(program, { shouldStop, onIncumbent: () => told_ms.push(performance.now() - begin_ms) });
      expect(found.status).toBe('stopped');
      expect(found.bound).toBeLessThanOrEqual(found.objective);
      expect(performance.now() - begin_ms).toBeLessThan(after_ms + 800);
      expect(performance.now).toBe(clock);
    }
    // The caller's own functions read the time, also after the wish.
    expect(Math.max(...told_ms)).toBeLessThan(60_000);
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
    let asked_count = 0;
    const later = () => {
      if (++asked_count === 20) throw mine;
      return false;
    };
    const clock = performance.now;
    expect(() => solver.solve(program, { shouldStop: later })).toThrow(mine);
    expect([asked_count, performance.now]).toEqual([20, clock]);
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

  it('hands out every incumbent as a vector, with bounds that hold', async () => {
    const solver = await highs().prepare();
    const program = programOf(knapsack(20, 5));
    const found: Incumbent[] = [];
    const answer = solver.solve(program, { onIncumbent: (each) => found.push(each) });
    expect(answer.status).toBe('optimal');
    expect(found.length).toBeGreaterThan(0);
    found.forEach(({ x, objective, bound }, k) => {
      expect(certify(program, x, new Float64Array(5), new Float64Array(20)).primalResidual).toBeLessThan(1e-6);
      expect(objectiveOf(program, x)).toBeCloseTo(objective, 6);
      expect(bound).toBeLessThanOrEqual(answer.objective + 1e-6);
      if (k > 0) expect(objective).toBeLessThan(found[k - 1]!.objective);
    });
    expect(found.at(-1)!.objective).toBeCloseTo(answer.objective, 6);
  });

  it('starts from a plan, completes a part of one, and survives one that fits nothing', async () => {
    const solver = await highs().prepare();
    const program = programOf(knapsack(60, 10));
    // A greedy plan that is good but not the best.
    const plan = solver.solve(program, { gap_frac: 0.03 });
    const firstFrom = (start: Float64Array): Incumbent => {
      let first: Incumbent | undefined;
      solver.solve(program, { start, onIncumbent: (each) => (first ??= each), shouldStop: () => first !== undefined });
      return first!;
    };
    expect(firstFrom(plan.x).objective).toBeCloseTo(plan.objective, 6);
    const part = plan.x.map((value, j) => (j < 45 ? value : Number.NaN));
    expect(firstFrom(part).objective).toBeLessThanOrEqual(plan.objective + 1e-6);
    const all = Float64Array.from(plan.x, () => 1);
    expect(firstFrom(all).objective).toBeGreaterThan(plan.objective);
    expect(solver.solve(program, { start: all.fill(7), gap_frac: 0.05 }).status).toBe('optimal');
    // What completes a start has a limit of its own (500 nodes), which must not be left behind.
    const middle = programOf(knapsack(30, 8));
    const full = solver.solve(middle, { start: new Float64Array(30) });
    expect(full.status).toBe('optimal');
    expect(full.iterations_count).toBeGreaterThan(500);
    const small = programOf(knapsack(12, 3));
    const exact = solver.solve(small);
    expect(solver.solve(small, { start: new Float64Array(12).fill(Number.NaN) }).objective).toBeCloseTo(exact.objective, 9);
    expect(solver.solve(small, { start: new Float64Array(12) }).objective).toBeCloseTo(exact.objective, 9);
  });

  it('names what excludes each other when only whole numbers are missing', async () => {
    const solver = await highs().prepare();
    // 2·x0 + 2·x1 = 3 has points, but none is whole; rows 0 and 2 and x2 have nothing to do with it.
    const parity = programOf({
      cost: [1, 1, 1],
      upper: [10, 10, 10],
      integer: [1, 1, 1],
      rows: [
        [1, 0, 1],
        [2, 2, 0],
        [0, 1, 1],
      ],
      rowLower: [1, 3, 0],
      rowUpper: [20, 3, 20],
    });
    const found = solver.solve(parity);
    expect(found.status).toBe('infeasible');
    expect([...found.conflict!].sort()).toEqual(['row1', 'x0', 'x1']);
    // Three of three pigeons in two holes: every row is needed.
    const pigeons = programOf({
      cost: [0, 0, 0, 0, 0, 0, 0],
      upper: [1, 1, 1, 1, 1, 1, 1],
      integer: [1, 1, 1, 1, 1, 1, 1],
      rows: [
        [1, 1, 0, 0, 0, 0, 0],
        [0, 0, 1, 1, 0, 0, 0],
        [0, 0, 0, 0, 1, 1, 0],
        [1, 0, 1, 0, 0, 0, 0],
        [1, 0, 0, 0, 1, 0, 0],
        [0, 0, 1, 0, 1, 0, 0],
        [0, 1, 0, 1, 0, 0, 0],
        [0, 1, 0, 0, 0, 1, 0],
        [0, 0, 0, 1, 0, 1, 0],
        [1, 0, 0, 0, 0, 0, 1],
      ],
      rowLower: [1, 1, 1, ...Array.from({ length: 7 }, () => -Infinity)],
      rowUpper: Array.from({ length: 10 }, () => 1),
    });
    const conflict = solver.solve(pigeons).conflict!;
    for (let i = 0; i < 9; i++) expect(conflict).toContain(`row${i}`);
    expect(conflict).not.toContain('row9');
    expect(conflict).not.toContain('x6');
  });

  it('keeps one time limit over all its runs', async () => {
    const solver = await highs().prepare();
    const program = programOf(knapsack(80, 12));
    const begin_ms = performance.now();
    const start = new Float64Array(80).fill(Number.NaN);
    start[0] = 0;
    const late = solver.solve(program, { timeLimit_s: 0.4, start });
    expect(late.status).toBe('time-limit');
    expect(late.bound).toBeLessThanOrEqual(late.objective);
    expect(performance.now() - begin_ms).toBeLessThan(2000);
    const never = solver.solve(program, { timeLimit_s: 0 });
    expect(never.status).toBe('time-limit');
  });

  it('drops no coefficient of a program in small units', async () => {
    const solver = await highs().prepare();
    const found = solver.solve(programOf({ cost: [1], rows: [[1e-10]], rowLower: [1e-10] }));
    expect(found.x[0]).toBeCloseTo(1, 2);
  });
});
