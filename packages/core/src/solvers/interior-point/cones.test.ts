import { beforeAll, describe, expect, it } from 'vitest';
import {
  type AffineRow,
  type Cone,
  type ConeKind,
  objectiveOf,
  type Program,
  rotatedCone,
  semidefiniteCone,
} from '../../problem/program.ts';
import { geometryOf } from '../cone-geometry.ts';
import type { ReadySolver, SolveProgress } from '../contract.ts';
import { certifyInfeasible, certifyUnbounded } from '../rays.ts';
import { certify } from '../residuals.ts';
import { conicProgram, type Planted, randomConicProgram, row } from '../testing/conic-program.ts';
import { numbersFrom } from '../testing/dense-program.ts';
import { interiorPoint } from './interior-point.ts';
import { InteriorPointWorkspace } from './workspace.ts';

/** A cone as it is written: its kind and its rows. */
interface Written {
  readonly kind: ConeKind;
  readonly rows: readonly AffineRow[];
  readonly exponent?: number;
}

const exponential = (...rows: AffineRow[]): Written => ({ kind: 'exponential', rows });
const power = (exponent: number, ...rows: AffineRow[]): Written => ({ kind: 'power', rows, exponent });
const matrix = (entries: readonly AffineRow[]): Written => ({ kind: 'positive-semidefinite', rows: semidefiniteCone(entries) });
const unit = (j: number, value = 1, constant = 0): AffineRow => ({ columns: [j], values: [value], constant });
const fixed = (constant: number): AffineRow => ({ columns: [], values: [], constant });
const range = (n: number): number[] => Array.from({ length: n }, (_, k) => k);

function programWith(sketch: Omit<Parameters<typeof conicProgram>[0], 'cones'>, written: readonly Written[]): Program {
  const program = conicProgram({ ...sketch, cones: written.map(({ rows }) => rows) });
  const cones = program.cones!.map(({ rows }, c): Cone => {
    const { kind, exponent } = written[c]!;
    return exponent === undefined ? { kind, rows } : { kind, rows, exponent };
  });
  return { ...program, cones };
}

/** Lower triangle, column by column, of the entries f(i, j). */
const triangle = (order: number, entry: (i: number, j: number) => AffineRow): AffineRow[] =>
  range(order).flatMap((j) => range(order - j).map((k) => entry(j + k, j)));

/** The root of an increasing function. */
function rootOf(f: (x: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  for (let k = 0; k < 200; k++) {
    const middle = 0.5 * (low + high);
    if (f(middle) < 0) low = middle;
    else high = middle;
  }
  return low;
}

let solver: ReadySolver;
beforeAll(async () => {
  solver = await interiorPoint().prepare();
});

function optimum(program: Program, tolerance_frac = 1e-8) {
  const found = solver.solve(program, { tolerance_frac });
  expect(found.status).toBe('optimal');
  const proof = certify(program, found.x, found.rowDual, found.columnDual);
  expect(found.certificate).toEqual(proof);
  expect(Math.max(proof.primalResidual, proof.dualResidual, proof.gap)).toBeLessThanOrEqual(tolerance_frac);
  expect(proof.coneResidual).toBeLessThanOrEqual(proof.primalResidual);
  for (const cone of program.cones ?? []) {
    expect(geometryOf(cone).dualDistance(found.rowDual)).toBeLessThan(1e-9 * (1 + Math.max(...found.rowDual.map(Math.abs))));
  }
  return found;
}

describe('exponential cones', () => {
  it('know e: the least x₀ above exp(1), at the price of its slope', () => {
    const found = optimum(programWith({ cost: [1] }, [exponential(unit(0), fixed(1), fixed(1))]), 1e-10);
    expect(found.objective).toBeCloseTo(Math.E, 7);
    // The constants are −r: the price of the second is −∂(y·e^(z/y))/∂y = 0 at y = z, of the third −e.
    expect([...found.rowDual]).toEqual([1, 0, -Math.E].map((value) => expect.closeTo(value, 4)));
  });

  it('finds the distribution of largest entropy with a given mean: Gibbs', () => {
    const n = 12;
    const mean = 3.2;
    // max Σ t_i with t_i ≤ −p_i·log p_i, that is 1 ≥ p_i·exp(t_i/p_i)
    const cones = range(n).map((i) => exponential(fixed(1), unit(i), unit(n + i)));
    const equal = [
      row(
        range(n).map(() => 1),
        -1,
      ),
      row(range(n), -mean),
    ];
    const found = optimum(programWith({ cost: range(2 * n).map((j) => (j < n ? 0 : -1)), equal }, cones));
    const weights = (b: number) => range(n).map((i) => Math.exp(b * i));
    const meanOf = (b: number) => weights(b).reduce((sum, w, i) => sum + i * w, 0) / weights(b).reduce((sum, w) => sum + w, 0);
    const b = rootOf((slope) => meanOf(slope) - mean, -5, 5);
    const total = weights(b).reduce((sum, w) => sum + w, 0);
    const gibbs = weights(b).map((w) => w / total);
    expect(-found.objective).toBeCloseTo(-gibbs.reduce((sum, p) => sum + p * Math.log(p), 0), 7);
    gibbs.forEach((p, i) => {
      expect(found.x[i]).toBeCloseTo(p, 5);
    });
  });

  it('minimises log(e^x + 3·e^(−x)): log(2·√3) at ½·log 3', () => {
    // exp(x − t) + exp(log 3 − x − t) ≤ 1
    const cones = [
      exponential(unit(2), fixed(1), { columns: [0, 1], values: [1, -1], constant: 0 }),
      exponential(unit(3), fixed(1), { columns: [0, 1], values: [-1, -1], constant: Math.log(3) }),
    ];
    const found = optimum(programWith({ cost: [0, 1, 0, 0], atLeast: [row([0, 0, -1, -1], 1)] }, cones));
    expect(found.objective).toBeCloseTo(Math.log(2 * Math.sqrt(3)), 7);
    expect(found.x[0]).toBeCloseTo(0.5 * Math.log(3), 4);
  });

  it('solves a geometric program: 40/(xyz) + 10xy + 20xz + 40yz is least at (2, 1, ½)', () => {
    // Duffin, Peterson & Zener, Geometric Programming (1967), chapter 1, by their theorem: (40/.4)^.4·(50·100·200)^.2 = 100.
    const terms = [
      [40, -1, -1, -1],
      [10, 1, 1, 0],
      [20, 1, 0, 1],
      [40, 0, 1, 1],
    ];
    const cones = terms.map(([c, ...powers], k) => exponential(unit(3 + k), fixed(1), row(powers, Math.log(c!))));
    const found = optimum(programWith({ cost: [0, 0, 0, 1, 1, 1, 1] }, cones));
    expect(found.objective).toBeCloseTo(100, 5);
    expect([...found.x.subarray(0, 3)].map(Math.exp)).toEqual([2, 1, 0.5].map((value) => expect.closeTo(value, 3)));
  });

  it('fills channels with water: max Σ log(n_i + x_i), Σ x = P', () => {
    const noise = [0.3, 1, 0.8, 2.5, 0.1];
    const cones = noise.map((level, i) => exponential(unit(i, 1, level), fixed(1), unit(5 + i)));
    const spend = row([1, 1, 1, 1, 1], -1.5);
    const found = optimum(
      programWith({ cost: range(10).map((j) => (j < 5 ? 0 : -1)), equal: [spend], atLeast: range(5).map((i) => unit(i)) }, cones),
    );
    const level = rootOf((w) => noise.reduce((sum, each) => sum + Math.max(0, w - each), 0) - 1.5, 0, 10);
    expect(-found.objective).toBeCloseTo(
      noise.reduce((sum, each) => sum + Math.log(Math.max(level, each)), 0),
      7,
    );
    // One unit more of power is worth 1/level.
    expect(-found.rowDual[0]!).toBeCloseTo(1 / level, 4);
  });
});

describe('power cones', () => {
  it.each([1.2, 1.5, 2, 3, 7])('find the least ‖x‖_p with aᵀx = 1: 1/‖a‖_q, p = %d', (p) => {
    const a = [1, -2, 0.5, 3];
    // |x_i| ≤ t_i^(1/p)·T^(1 − 1/p), Σ t = T
    const cones = a.map((_, i) => power(1 / p, unit(4 + i), unit(8), unit(i)));
    const equal = [row(a, -1), row([0, 0, 0, 0, 1, 1, 1, 1, -1])];
    const found = optimum(programWith({ cost: range(9).map((j) => (j === 8 ? 1 : 0)), equal }, cones));
    const q = p / (p - 1);
    const norm = a.reduce((sum, each) => sum + Math.abs(each) ** q, 0) ** (1 / q);
    expect(found.objective).toBeCloseTo(1 / norm, 7);
    expect(found.rowDual[0]).toBeCloseTo(1 / norm, 6);
  });

  it('divide a budget as Cobb and Douglas say', () => {
    const found = optimum(programWith({ cost: [0, 0, -1], atLeast: [row([-2, -5, 0], 10)] }, [power(0.3, unit(0), unit(1), unit(2))]));
    expect(-found.objective).toBeCloseTo(1.5 ** 0.3 * 1.4 ** 0.7, 7);
    expect([...found.x]).toEqual([1.5, 1.4, 1.5 ** 0.3 * 1.4 ** 0.7].map((value) => expect.closeTo(value, 3)));
  });

  it('with the exponent ½ are rotated cones', () => {
    const asPower = optimum(programWith({ cost: [1, 2, 0], equal: [row([0, 0, 1], -3)] }, [power(0.5, unit(0), unit(1), unit(2))]));
    const cone = rotatedCone(unit(0), unit(1, 0.5), [unit(2)]);
    const asRotated = optimum(programWith({ cost: [1, 2, 0], equal: [row([0, 0, 1], -3)] }, [{ kind: 'second-order', rows: cone }]));
    expect(asPower.objective).toBeCloseTo(6 * Math.SQRT2, 6);
    expect(asRotated.objective).toBeCloseTo(6 * Math.SQRT2, 6);
  });
});

describe('positive-semidefinite cones', () => {
  it('find the largest eigenvalue of a path: 2·cos(π/(n + 1))', () => {
    const n = 7;
    const found = optimum(programWith({ cost: [1] }, [matrix(triangle(n, (i, j) => (i === j ? unit(0) : fixed(i === j + 1 ? -1 : 0))))]));
    expect(found.objective).toBeCloseTo(2 * Math.cos(Math.PI / (n + 1)), 7);
    // The multipliers are the matrix of the eigenvector: v_i ∝ sin(iπ/(n + 1)), of length 1.
    const v = range(n).map((i) => Math.sin(((i + 1) * Math.PI) / (n + 1)) * Math.sqrt(2 / (n + 1)));
    triangle(n, (i, j) => fixed((i === j ? 1 : Math.SQRT2) * v[i]! * v[j]!)).forEach(({ constant }, l) => {
      expect(found.rowDual[l]).toBeCloseTo(constant, 5);
    });
  });

  it.each([
    [5, Math.sqrt(5)],
    [7, (7 * Math.cos(Math.PI / 7)) / (1 + Math.cos(Math.PI / 7))],
  ])("find Lovász's number of the cycle of %d", (n, theta) => {
    // min t with t·I + Σ over edges x_ij·E_ij − J ⪰ 0 (Lovász 1979, theorem 3)
    const edge = (i: number, j: number) => (i - j === 1 ? j + 1 : i - j === n - 1 ? n : -1);
    const entries = triangle(n, (i, j) => (i === j ? unit(0, 1, -1) : edge(i, j) > 0 ? unit(edge(i, j), 1, -1) : fixed(-1)));
    const found = optimum(programWith({ cost: range(n + 1).map((j) => (j === 0 ? 1 : 0)) }, [matrix(entries)]));
    expect(found.objective).toBeCloseTo(theta, 6);
  });

  it('bound the largest cut of a cycle of five: 5·cos²(π/10)', () => {
    // max ¼·⟨L, X⟩, X_ii = 1 (Goemans & Williamson 1995): ½·Σ over edges (1 − X_ij)
    const at = (i: number, j: number) =>
      triangle(5, (a, b) => fixed(a === Math.max(i, j) && b === Math.min(i, j) ? 1 : 0)).findIndex((each) => each.constant === 1);
    const cost = range(15).map(() => 0);
    for (const i of range(5)) cost[at(i, (i + 1) % 5)] = 0.5;
    const equal = range(5).map((i) => unit(at(i, i), 1, -1));
    const found = optimum(programWith({ cost, equal }, [matrix(triangle(5, (i, j) => unit(at(i, j))))]));
    expect(2.5 - found.objective).toBeCloseTo(5 * Math.cos(Math.PI / 10) ** 2, 6);
  });

  it('find the nearest correlation-like matrix: a quadratic cost over matrices', () => {
    // The nearest positive-semidefinite matrix of [1 2; 2 1] is its part of the eigenvalue 3: 1.5 everywhere.
    const quadratic = [
      [1, 0, 0],
      [0, 2, 0],
      [0, 0, 1],
    ];
    const found = optimum(programWith({ cost: [-1, -4, -1], quadratic }, [matrix([unit(0), unit(1), unit(2)])]));
    expect([...found.x]).toEqual([1.5, 1.5, 1.5].map((value) => expect.closeTo(value, 4)));
  });

  it('are refused beyond an order, and where the rows are no matrix', () => {
    const large = programWith({ cost: [1] }, [matrix(triangle(65, (i, j) => (i === j ? unit(0) : fixed(0.1))))]);
    expect(() => solver.solve(large)).toThrow(/order 64.*"row0" has order 65.*\[SOLVER_CANNOT\]/s);
    const odd = programWith({ cost: [1] }, [{ kind: 'positive-semidefinite', rows: range(4).map(() => unit(0)) }]);
    expect(() => solver.solve(odd)).toThrow(/4 rows.*\[SOLVER_BAD_SHAPE\]/);
  });
});

describe('cones of every kind', () => {
  const kinds: readonly ConeKind[] = ['second-order', 'exponential', 'power', 'positive-semidefinite'];
  const sorts: readonly (readonly ConeKind[])[] = [...kinds.slice(1).map((kind) => [kind]), kinds];
  const cases: readonly Planted[] = ['optimal', 'infeasible', 'unbounded'];

  it.each(sorts.flatMap((sort) => cases.map((status) => ({ sort, status }))))(
    'finds and proves what is planted in 30 random programs: $sort, $status',
    ({ sort, status }) => {
      for (let seed = 1; seed <= 30; seed++) {
        const { program, x } = randomConicProgram(seed, status, sort);
        const found = solver.solve(program);
        expect([seed, found.status]).toEqual([seed, status]);
        if (status === 'infeasible') expect(certifyInfeasible(program, found.rowDual).proved).toBe(true);
        if (status === 'unbounded') expect(certifyUnbounded(program, found.x)).toBe(true);
        if (status !== 'optimal') continue;
        const planted = objectiveOf(program, x);
        expect(Math.abs(found.objective - planted) / (1 + Math.abs(planted))).toBeLessThan(1e-7);
        optimum(program);
      }
    },
  );

  it.each(kinds)('%s: has multipliers equal to finite differences of the optimal cost', (kind) => {
    let compared_count = 0;
    for (let seed = 1; seed <= 12; seed++) {
      const { program } = randomConicProgram(seed, 'optimal', [kind]);
      const found = optimum(program, 1e-10);
      const cost = (i: number, by: number): number => {
        const move = (bounds: Float64Array) => bounds.map((value, k) => (k === i ? value + by : value));
        const moved = solver.solve(
          { ...program, rowLower: move(program.rowLower), rowUpper: move(program.rowUpper) },
          { tolerance_frac: 1e-10 },
        );
        return moved.status === 'optimal' ? moved.objective : Number.POSITIVE_INFINITY;
      };
      for (const i of program.cones![0]!.rows) {
        // The optimal cost is convex in r: the multiplier lies between the slopes on both sides.
        const [left, right] = [(found.objective - cost(i, -1e-4)) / 1e-4, (cost(i, 1e-4) - found.objective) / 1e-4];
        expect(found.rowDual[i]).toBeGreaterThan(left - 1e-3);
        expect(found.rowDual[i]).toBeLessThan(right + 1e-3);
        if (right - left < 1e-2) compared_count++;
      }
    }
    expect(compared_count).toBeGreaterThan(10);
  });

  it('solves a sequence as it solves every member of it', () => {
    const { program } = randomConicProgram(17, 'optimal', kinds);
    const sequence = new InteriorPointWorkspace(program);
    const next = numbersFrom(3);
    for (let k = 0; k < 16; k++) {
      const cost = program.cost.map((value) => value * (1 + 0.01 * next()));
      const right = program.rowLower.slice();
      for (const { rows, ...cone } of program.cones!) {
        const { centre } = geometryOf({ rows, ...cone });
        const room = 0.05 * next();
        rows.forEach((i, l) => (right[i] = right[i]! - room * centre[l]!));
      }
      const rowUpper = program.rowUpper.map((value, i) => (value === program.rowLower[i] ? right[i]! : value));
      const update = k % 2 === 0 ? { cost } : { cost, rowLower: right, rowUpper };
      if (k % 2 === 0) sequence.solve({ rowLower: program.rowLower, rowUpper: program.rowUpper });
      const [a, b] = [sequence.solve(update), solver.solve({ ...program, ...update })];
      expect([a.status, b.status]).toEqual(['optimal', 'optimal']);
      expect(Math.abs(a.objective - b.objective) / (1 + Math.abs(b.objective))).toBeLessThan(1e-7);
    }
  });

  it('reports every iteration, stops when asked, keeps a time limit, and says almost when it is', () => {
    const { program } = randomConicProgram(17, 'optimal', kinds);
    const seen: SolveProgress[] = [];
    const whole = solver.solve(program, { onProgress: (progress) => seen.push(progress) });
    expect(seen.map(({ iteration_count }) => iteration_count)).toEqual(range(whole.iterations_count + 1));
    expect(seen.at(-1)!.primalResidual).toBe(whole.certificate.primalResidual);
    let isEnough = false;
    const watched = (progress: SolveProgress) => {
      isEnough = progress.iteration_count === 3;
    };
    const stopped = solver.solve(program, { onProgress: watched, shouldStop: () => isEnough });
    expect([stopped.status, stopped.iterations_count]).toEqual(['stopped', 3]);
    // What is left is the best point so far, measured on the program itself.
    expect(stopped.certificate).toEqual(certify(program, stopped.x, stopped.rowDual, stopped.columnDual));
    expect(Number.isFinite(stopped.objective)).toBe(true);
    let now_s = 0;
    expect(solver.solve(program, { clock_s: () => now_s++, timeLimit_s: 4 }).status).toBe('time-limit');
    const strict = solver.solve(program, { tolerance_frac: 1e-14 });
    expect(strict.status).toBe('almost-optimal');
    expect(Math.max(strict.certificate.primalResidual, strict.certificate.dualResidual, strict.certificate.gap)).toBeLessThan(1e-9);
  });

  it('gives the same bits twice', () => {
    for (const status of cases) {
      const { program } = randomConicProgram(23, status, kinds);
      expect(solver.solve(program)).toEqual(solver.solve(program));
    }
  });

  it('names the cone in a conflict', () => {
    // exp(x) ≤ 1 and x ≥ 1; the other cone and the third row are innocent.
    const cones = [exponential(fixed(1), fixed(1), unit(0)), exponential(unit(1), fixed(1), unit(0))];
    const found = solver.solve(programWith({ cost: [0, 0], atLeast: [row([1], -1), row([0, -1], 100)] }, cones));
    expect(found.status).toBe('infeasible');
    expect(found.conflict).toContain('row0');
    expect(found.conflict!.some((name) => ['row2', 'row3', 'row4'].includes(name))).toBe(true);
    expect(found.conflict!.filter((name) => ['row1', 'row5', 'row6', 'row7'].includes(name))).toEqual([]);
  });

  it('refuses exponents and sizes that make no cone', () => {
    const { rows } = programWith({ cost: [1] }, [power(0.3, unit(0), fixed(1), fixed(1))]).cones![0]!;
    const base = programWith({ cost: [1] }, [power(0.3, unit(0), fixed(1), fixed(1))]);
    const cone = (each: Cone) => ({ ...base, cones: [each] });
    expect(() => solver.solve(cone({ kind: 'power', rows }))).toThrow(/exponent undefined.*\[SOLVER_BAD_SHAPE\]/);
    expect(() => solver.solve(cone({ kind: 'power', rows, exponent: 1 }))).toThrow(/exponent 1.*\[SOLVER_BAD_SHAPE\]/);
    expect(() => solver.solve(cone({ kind: 'exponential', rows, exponent: 0.5 }))).toThrow(/none on others.*\[SOLVER_BAD_SHAPE\]/);
    expect(() => solver.solve(cone({ kind: 'exponential', rows: rows.subarray(0, 2) }))).toThrow(/2 rows.*\[SOLVER_BAD_SHAPE\]/);
  });
});
