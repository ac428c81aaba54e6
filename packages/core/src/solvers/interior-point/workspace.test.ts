import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ReadySolver } from '../contract.ts';
import { highs } from '../highs/highs.ts';
import { certifyInfeasible, certifyUnbounded } from '../rays.ts';
import { certify } from '../residuals.ts';
import { arbitraryProgram, numbersFrom, programOf, randomProgram } from '../testing/dense-program.ts';
import { interiorPoint } from './interior-point.ts';
import { InteriorPointWorkspace } from './workspace.ts';

const seeds = fc.integer();
const sizes = { n: fc.integer({ min: 1, max: 40 }), m: fc.integer({ min: 0, max: 30 }) };

describe('interior point, random programs', () => {
  let ours: ReadySolver;
  let theirs: ReadySolver;
  beforeAll(async () => {
    ours = await interiorPoint().prepare();
    theirs = await highs().prepare();
  });

  it('has the optimal cost of HiGHS on linear programs', () => {
    fc.assert(
      fc.property(seeds, sizes.n, sizes.m, (seed, n, m) => {
        const program = programOf(randomProgram(seed, n, m, false));
        const [a, b] = [ours.solve(program), theirs.solve(program)];
        expect([a.status, b.status]).toEqual(['optimal', 'optimal']);
        expect(Math.abs(a.objective - b.objective) / (1 + Math.abs(b.objective))).toBeLessThan(1e-7);
      }),
      { numRuns: 60 },
    );
  });

  it('agrees with HiGHS whether a program is optimal, infeasible or unbounded', () => {
    fc.assert(
      fc.property(seeds, sizes.n, sizes.m, (seed, n, m) => {
        const program = programOf(arbitraryProgram(seed, n, m));
        const [a, b] = [ours.solve(program), theirs.solve(program)];
        expect(a.status).toBe(b.status);
        if (a.status === 'optimal') expect(Math.abs(a.objective - b.objective)).toBeLessThan(1e-7 * (1 + Math.abs(b.objective)));
        if (a.status === 'infeasible') expect(certifyInfeasible(program, a.rowDual).proved).toBe(true);
        if (a.status === 'unbounded') expect(certifyUnbounded(program, a.x)).toBe(true);
        expect(a.certificate).toEqual(certify(program, a.x, a.rowDual, a.columnDual));
      }),
      {
        numRuns: 80,
        examples: [
          [208, 14, 13],
          [544, 15, 5],
        ],
      },
    );
  });

  it('leaves residuals of at most 1e-9 on convex quadratic programs', () => {
    fc.assert(
      fc.property(seeds, sizes.n, sizes.m, (seed, n, m) => {
        const program = programOf(randomProgram(seed, n, m, true));
        const found = ours.solve(program, { tolerance_frac: 1e-9 });
        const proof = certify(program, found.x, found.rowDual, found.columnDual);
        expect(found.status).toBe('optimal');
        expect(Math.max(proof.primalResidual, proof.dualResidual, proof.gap)).toBeLessThanOrEqual(1e-9);
      }),
      { numRuns: 60 },
    );
  });

  it('proves infeasible programs infeasible, with rows that conflict by themselves', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 2, max: 30 }), fc.integer({ min: 2, max: 20 }), (seed, n, m) => {
        const dense = randomProgram(seed, n, m, false);
        // One more row: a positive combination of two rows, asked to exceed what they allow.
        const rows = [...dense.rows!, dense.rows![0]!.map((a, j) => a + 2 * dense.rows![1]![j]!)];
        const cap = (i: number) => (Number.isFinite(dense.rowUpper![i]!) ? dense.rowUpper![i]! : 3);
        const rowUpper = [cap(0), cap(1), ...dense.rowUpper!.slice(2), Infinity];
        const lows = dense.rowLower!.map((low, i) => Math.min(low, rowUpper[i]!));
        const rowLower = [...lows, cap(0) + 2 * cap(1) + 0.5];
        const program = programOf({ ...dense, rows, rowLower, rowUpper });
        const found = ours.solve(program);
        expect(found.status).toBe('infeasible');
        expect(found.conflict!.length).toBeGreaterThan(0);
        expect(certifyInfeasible(program, found.rowDual).proved).toBe(true);

        const rowOf = (name: string) => (name.startsWith('row') ? Number(name.slice(3)) : -1);
        const kept = new Set(found.conflict!.map(rowOf));
        const alone = programOf({
          ...dense,
          cost: dense.cost.map(() => 0),
          rows,
          rowLower: rowLower.map((low, i) => (kept.has(i) ? low : -Infinity)),
          rowUpper: rowUpper.map((high, i) => (kept.has(i) ? high : Infinity)),
        });
        expect(theirs.solve(alone).status).toBe('infeasible');
      }),
      { numRuns: 60 },
    );
  });
});

/** A store over T steps: charge, discharge, energy; the cost pulls the exchange to a wish. */
function store(steps: number) {
  const n = 3 * steps;
  const zeros = () => new Array<number>(n).fill(0);
  const rows: number[][] = [];
  const quadratic = Array.from({ length: n }, zeros);
  const [cost, lower, upper] = [zeros(), zeros(), zeros()];
  for (let t = 0; t < steps; t++) {
    const row = zeros();
    row[2 * steps + t] = 1;
    if (t > 0) row[2 * steps + t - 1] = -1;
    row[t] = -0.95;
    row[steps + t] = 1 / 0.95;
    rows.push(row);
    quadratic[t]![t] = quadratic[steps + t]![steps + t] = 0.5;
    quadratic[t]![steps + t] = quadratic[steps + t]![t] = -0.5;
    [cost[t], cost[steps + t]] = [0.01, 0.02];
    upper[t] = upper[steps + t] = 5;
    [lower[2 * steps + t], upper[2 * steps + t]] = [1, 13];
  }
  const rowLower = rows.map((_, t) => (t === 0 ? 6 : 0));
  return { cost, lower, upper, quadratic, rows, rowLower, rowUpper: rowLower };
}

describe('InteriorPointWorkspace', () => {
  it('answers a sequence of costs as a fresh solver does, to 1e-9, warm or cold', () => {
    const steps = 24;
    const dense = store(steps);
    const [warm, cold] = [{}, { warm_mu: 0 }].map((o) => new InteriorPointWorkspace(programOf(dense), o)) as [
      InteriorPointWorkspace,
      InteriorPointWorkspace,
    ];
    const next = numbersFrom(4);
    const wish = Array.from({ length: steps }, (_, t) => 3 * Math.sin(t / 2));
    let warm_count = 0;
    let cold_count = 0;
    for (let k = 0; k < 60; k++) {
      const cost = Float64Array.from(dense.cost);
      for (let t = 0; t < steps; t++) {
        const v = wish[t]! + 2 * 0.9 ** k * (next() - 0.5);
        cost[t]! += 0.5 * v;
        cost[steps + t]! -= 0.5 * v;
      }
      const a = warm.solve({ cost }, { tolerance_frac: 1e-9 });
      const b = cold.solve({ cost }, { tolerance_frac: 1e-9 });
      expect([a.status, b.status]).toEqual(['optimal', 'optimal']);
      const proof = certify(programOf({ ...dense, cost: [...cost] }), a.x, a.rowDual, a.columnDual);
      expect(proof).toEqual(a.certificate);
      expect(Math.max(proof.primalResidual, proof.dualResidual, proof.gap)).toBeLessThanOrEqual(1e-9);
      expect(Math.abs(a.objective - b.objective) / (1 + Math.abs(b.objective))).toBeLessThan(1e-8);
      warm_count += a.iterations_count;
      cold_count += b.iterations_count;
    }
    expect(warm_count).toBeLessThan(0.8 * cold_count);
  });

  it('follows bounds: fixed, freed, infeasible and back', () => {
    const dense = store(6);
    const program = programOf(dense);
    const workspace = new InteriorPointWorkspace(program);
    const first = workspace.solve();
    expect(first.status).toBe('optimal');

    const upper = program.upper.map((high, j) => (j < 6 ? 0 : high));
    const idle = workspace.solve({ upper });
    expect(idle.status).toBe('optimal');
    for (let t = 0; t < 6; t++) expect(idle.x[t]).toBe(0);

    const empty = program.lower.map((low, j) => (j === 17 ? 12 : low));
    const stuck = workspace.solve({ lower: empty });
    expect(stuck.status).toBe('infeasible');
    expect(stuck.conflict).toContain('x17');

    const crossed = workspace.solve({ lower: program.lower.map((low, j) => (j === 8 ? 9 : low)) });
    expect([crossed.status, crossed.conflict]).toEqual(['infeasible', ['x8']]);

    const back = workspace.solve({ lower: program.lower, upper: program.upper });
    expect(back.status).toBe('optimal');
    expect(back.objective).toBeCloseTo(first.objective, 8);
  });

  it('follows the values of A and P as a fresh solver does, and other changes with them', () => {
    const dense = store(6);
    const program = programOf(dense);
    const workspace = new InteriorPointWorkspace(program);
    workspace.solve();
    const rows = { ...program.rows, values: program.rows.values.map((value) => (Math.abs(value) === 1 ? value : 0.9 * value)) };
    const quadratic = { ...program.quadratic!, values: program.quadratic!.values.map((value) => 3 * value) };
    const cost = program.cost.map((value) => value - 0.3);
    const expected = new InteriorPointWorkspace({ ...program, rows, quadratic, cost }).solve();

    const crossed = program.lower.map((low, j) => (j === 8 ? 9 : low));
    expect(workspace.solve({ rowValues: rows.values, lower: crossed }).status).toBe('infeasible');
    const changed = workspace.solve({ quadraticValues: quadratic.values, cost, lower: program.lower });
    expect(changed.status).toBe('optimal');
    expect(changed.x).toEqual(expected.x);
    expect(certify({ ...program, rows, quadratic, cost }, changed.x, changed.rowDual, changed.columnDual)).toEqual(changed.certificate);
    expect(program.rows.values).toEqual(programOf(dense).rows.values);

    const again = workspace.solve({ rowValues: program.rows.values, quadraticValues: program.quadratic!.values, cost: program.cost });
    expect(again.objective).toBeCloseTo(new InteriorPointWorkspace(program).solve().objective, 7);
    const curved = program.quadratic!.values.map((value) => -value);
    expect(() => workspace.solve({ quadraticValues: curved })).toThrow(/not convex/);
  });

  it('reports every iteration: cost from above, bound from below, residuals falling', () => {
    const lines: number[][] = [];
    new InteriorPointWorkspace(programOf(store(8))).solve(
      {},
      { onProgress: (p) => void lines.push([p.iteration_count, p.objective, p.bound, p.primalResidual, p.dualResidual]) },
    );
    expect(lines.map((line) => line[0])).toEqual(lines.map((_, k) => k));
    const last = lines.at(-1)!;
    expect(Math.abs(last[1]! - last[2]!)).toBeLessThan(1e-7);
  });

  it('keeps the best point when iterations run out, and says so', () => {
    const workspace = new InteriorPointWorkspace(programOf(store(8)));
    expect(workspace.solve({}, { iterations_max_count: 2 }).status).toBe('iteration-limit');
    const nearly = workspace.solve({ cost: Float64Array.from(store(8).cost) }, { tolerance_frac: 1e-17 });
    expect(['optimal', 'almost-optimal', 'failed']).toContain(nearly.status);
    expect(Math.max(nearly.certificate.primalResidual, nearly.certificate.dualResidual)).toBeLessThan(1e-12);
  });

  it('solves in well under the time of an exchange round', () => {
    const workspace = new InteriorPointWorkspace(programOf(store(24)));
    const cost = Float64Array.from(store(24).cost);
    const started = performance.now();
    for (let k = 0; k < 200; k++) {
      cost[k % 24]! += 0.01;
      workspace.solve({ cost }, { tolerance_frac: 1e-9 });
    }
    // Measured 0.2 ms each; the bound only catches a lost order of magnitude on a busy machine.
    expect((performance.now() - started) / 200).toBeLessThan(10);
  });
});
