import { describe, expect, it } from 'vitest';
import { objectiveOf, type Program } from '../../problem/program.ts';
import { solverConformance } from '../conformance.ts';
import type { Incumbent, Solver } from '../contract.ts';
import { highs } from '../highs/highs.ts';
import { interiorPoint } from '../interior-point/interior-point.ts';
import { conicProgram, row } from '../testing/conic-program.ts';
import { type DenseProgram, numbersFrom, programOf } from '../testing/dense-program.ts';
import { enumerated, type MixedSketch, randomMixedProgram } from '../testing/mixed-program.ts';
import { outerApproximation } from './outer-approximation.ts';

/** Without the tree, which would answer most programs of a test before a master is asked. */
const member = () => outerApproximation([highs(), interiorPoint()], { treeSolves_count: 0 });

solverConformance(outerApproximation([highs(), interiorPoint()]));

/** At most `few` of n assets; risk as a cone or as a quadratic cost; weights whole in `lots` if asked for. */
function portfolio(n: number, few: number, risk: 'cone' | 'cost', seed = 1): Program {
  const next = numbersFrom(seed);
  const gain = Array.from({ length: n }, () => 0.02 + 0.1 * next());
  const factors = Array.from({ length: 4 }, () => Array.from({ length: n }, () => 0.3 * (next() - 0.3)));
  const own = Array.from({ length: n }, () => 0.05 + 0.2 * next());
  const zeros = new Array<number>(n).fill(0);
  const unit = (j: number, value: number) => zeros.map((_, k) => (k === j ? value : 0));
  const covariance = zeros.map((_, i) =>
    zeros.map((__, j) => factors.reduce((s, f) => s + f[i]! * f[j]!, 0) + (i === j ? own[i]! ** 2 : 0)),
  );
  const quadratic = covariance.map((line) => [...line.map((value) => 6 * value), ...zeros]);
  const base = conicProgram({
    cost: [...gain.map((value) => -value), ...zeros],
    equal: [row([...zeros.map(() => 1), ...zeros], -1)],
    atLeast: [
      row([...zeros, ...zeros.map(() => -1)], few),
      ...gain.map((_, j) => row([...unit(j, -1), ...unit(j, 1)])),
      ...gain.map((_, j) => row([...unit(j, 1), ...unit(j, -0.1)])),
    ],
    cones:
      risk === 'cone'
        ? [[row([], 0.16), ...factors.map((f) => row([...f, ...zeros])), ...own.map((value, j) => row([...unit(j, value), ...zeros]))]]
        : [],
    ...(risk === 'cost' ? { quadratic: [...quadratic, ...zeros.map(() => [...zeros, ...zeros])] } : {}),
  });
  return {
    ...base,
    lower: new Float64Array(2 * n),
    upper: new Float64Array(2 * n).fill(1),
    integer: Uint8Array.from({ length: 2 * n }, (_, j) => (j < n ? 0 : 1)),
  };
}

/** Market split with squares: min ½·Σ (Σ_j a_ij·x_j − b_i)² over 0–1 variables. Its bound stays near 0 for long. */
function split(n: number, m: number): Program {
  const next = numbersFrom(3);
  const rows = Array.from({ length: m }, () => Array.from({ length: n }, () => Math.floor(100 * next())));
  const identity = Array.from({ length: n + m }, (_, i) => Array.from({ length: n + m }, (__, j) => (i === j && i >= n ? 1 : 0)));
  const right = rows.map((line) => Math.floor(line.reduce((a, b) => a + b, 0) / 2));
  return programOf({
    cost: new Array<number>(n + m).fill(0),
    quadratic: identity,
    lower: Array.from({ length: n + m }, (_, j) => (j < n ? 0 : -1e4)),
    upper: Array.from({ length: n + m }, (_, j) => (j < n ? 1 : 1e4)),
    integer: Array.from({ length: n + m }, (_, j) => (j < n ? 1 : 0)),
    rows: rows.map((line, i) => [...line, ...right.map((_, k) => (k === i ? -1 : 0))]),
    rowLower: right,
    rowUpper: right,
  });
}

describe('outer approximation from what there is', () => {
  const squares = { cost: [-3], quadratic: [[2]], upper: [10] };
  const linear = { cost: [-3], upper: [1.5] };
  const whole: DenseProgram = { ...linear, integer: [1] };

  it('finds its two parts by what they take, in any order', async () => {
    const turned = outerApproximation([interiorPoint(), highs()]);
    expect(turned.takes).toEqual(outerApproximation([highs(), interiorPoint()]).takes);
    expect((await turned.prepare()).solve(programOf({ ...squares, integer: [1] })).objective).toBeCloseTo(-2, 6);
  });

  it.each([
    ['whole variables', [interiorPoint()], squares, whole],
    ['quadratic costs', [highs()], whole, squares],
  ])('takes less without a solver of %s, and says what is missing', async (missing, solvers, can, cannot) => {
    const less = outerApproximation(solvers);
    expect([less.takes.integer, less.takes.quadratic]).toEqual([missing !== 'whole variables', missing !== 'quadratic costs']);
    const ready = await less.prepare();
    expect(ready.solve(programOf(linear)).objective).toBeCloseTo(-4.5, 6);
    expect(ready.solve(programOf(can))).toMatchObject({ status: 'optimal', solver: 'outer-approximation' });
    expect(() => ready.solve(programOf(cannot))).toThrow(
      expect.objectContaining({ code: 'SOLVER_CANNOT', message: expect.stringContaining(missing) }),
    );
  });

  it('cannot do without both', async () => {
    await expect(outerApproximation([]).prepare()).rejects.toMatchObject({ code: 'SOLVER_CANNOT' });
  });
});

describe('outer approximation', () => {
  const sketch = (seed: number): MixedSketch => ({
    binaries_count: 1 + (seed % 5),
    integers_count: seed % 3,
    continuous_count: 1 + (seed % 4),
    cones_count: 1 + (seed % 3),
    quadratic: (['none', 'diagonal', 'dense'] as const)[seed % 3]!,
    room: 0.5 - 0.25 * (seed % 5),
  });

  it('solves by hand: the whole point nearest to (1.4, 2.7) outside a unit disc around (1, 3)', async () => {
    // min (x − 1.4)² + (y − 2.7)² over whole x, y in the disc of radius 1.5 around (2, 1): (1, 2) costs 0.65, (2, 2) costs 0.85.
    const disc = conicProgram({
      cost: [-2.8, -5.4],
      quadratic: [
        [2, 0],
        [0, 2],
      ],
      cones: [[row([0, 0], 1.5), row([1, 0], -2), row([0, 1], -1)]],
    });
    const solver = await member().prepare();
    const found = solver.solve({ ...disc, integer: Uint8Array.of(1, 1), offset: 1.4 ** 2 + 2.7 ** 2 });
    expect(found.status).toBe('optimal');
    expect(Array.from(found.x)).toEqual([1, 2]);
    expect(found.objective).toBeCloseTo(0.65, 6);
  });

  it('prices rows at the plan it found', async () => {
    // A plant of 10 at 5 per start and 0.1·p² against a market at 7: start, p = 10, buy 2 at the price of 7.
    const program = programOf({
      cost: [5, 0, 7],
      quadratic: [
        [0, 0, 0],
        [0, 0.2, 0],
        [0, 0, 0],
      ],
      upper: [1, 10, Infinity],
      integer: [1, 0, 0],
      rows: [
        [0, 1, 1],
        [-10, 1, 0],
      ],
      rowLower: [12, -Infinity],
      rowUpper: [12, 0],
    });
    const found = (await member().prepare()).solve(program);
    expect([found.status, found.x[0]]).toEqual(['optimal', 1]);
    expect(found.objective).toBeCloseTo(5 + 10 + 14, 5);
    expect(found.rowDual[0]).toBeCloseTo(7, 5);
  });

  it('is infeasible where only whole numbers are missing, and says which rows', async () => {
    // The disc of radius 0.4 around (0.5, 0.5) has no whole point.
    const disc = conicProgram({ cost: [1, 1], cones: [[row([0, 0], 0.4), row([1, 0], -0.5), row([0, 1], -0.5)]] });
    const found = (await member().prepare()).solve({ ...disc, integer: Uint8Array.of(1, 1) });
    expect([found.status, found.bound]).toEqual(['infeasible', Number.POSITIVE_INFINITY]);
    expect(found.conflict).toContain('row0');
    // A negative radius: no point at all.
    const nothing = conicProgram({ cost: [1, 1], cones: [[row([0, 0], -1), row([1, 0]), row([0, 1])]] });
    expect((await member().prepare()).solve({ ...nothing, integer: Uint8Array.of(1, 1) }).status).toBe('infeasible');
  });

  it('tells unbounded programs from those that whole numbers hold', async () => {
    const solver = await member().prepare();
    const integer = Uint8Array.of(1, 0);
    // Down along x whole and y ≥ ‖(x, 1)‖ − … : cost −y with no ceiling.
    const open = conicProgram({ cost: [0, -1], cones: [[row([0, 1]), row([1, 0]), row([0, 0], 1)]] });
    expect(solver.solve({ ...open, integer }).status).toBe('unbounded');
    // The same under 0.2 ≤ x ≤ 0.8: no whole x at all.
    const none = { ...open, lower: Float64Array.of(0.2, -Infinity), upper: Float64Array.of(0.8, Infinity), integer };
    expect(solver.solve(none).status).toBe('infeasible');
    // Unbounded along a whole step: x = 2·y.
    const steps = conicProgram({ cost: [-1, -1], equal: [row([1, -2])], cones: [[row([1, 1]), row([0, 0], 0.5)]] });
    expect(solver.solve({ ...steps, integer }).status).toBe('unbounded');
  });

  it('is bounded although its first polyhedra are not', async () => {
    // y ≥ x² with the cost y − 3·x over whole x without bounds: x = 1 or 2, cost −2.
    const program = conicProgram({
      cost: [-3, 1],
      cones: [[row([0, 0.5], 0.5), row([0, 0.5], -0.5), row([1, 0])]],
    });
    const found = (await member().prepare()).solve({ ...program, integer: Uint8Array.of(1, 0) });
    expect(found.status).toBe('optimal');
    expect(found.objective).toBeCloseTo(-2, 5);
  });

  it.each(['cone', 'cost'] as const)('chooses few assets with risk as a %s, from a start too, and keeps gap and limits', async (risk) => {
    const solver = await member().prepare();
    const program = portfolio(14, 4, risk);
    const plans: Incumbent[] = [];
    const found = solver.solve(program, { onIncumbent: (each) => plans.push(each) });
    expect(found.status).toBe('optimal');
    expect(found.certificate.gap).toBeLessThan(2e-6);
    for (const { x, objective, bound } of plans) {
      expect(objectiveOf(program, x)).toBeCloseTo(objective, 7);
      expect(bound).toBeLessThanOrEqual(found.objective + 1e-6);
    }
    expect(plans.at(-1)!.objective).toBe(found.objective);
    // From its own answer: the first incumbent is the best one.
    const again: Incumbent[] = [];
    const warm = solver.solve(program, { start: found.x, onIncumbent: (each) => again.push(each) });
    expect(again[0]!.objective).toBeCloseTo(found.objective, 6);
    expect(warm.objective).toBeCloseTo(found.objective, 6);
    // A start that fits nothing does no harm.
    const wrong = solver.solve(program, { start: new Float64Array(28).fill(1) });
    expect(wrong.objective).toBeCloseTo(found.objective, 6);
    const loose = solver.solve(program, { gap_frac: 0.05 });
    expect(loose.status).toBe('optimal');
    expect(loose.bound).toBeLessThanOrEqual(found.objective + 1e-6);
    expect(loose.objective).toBeGreaterThanOrEqual(found.objective - 1e-6);
    expect(loose.iterations_count).toBeLessThanOrEqual(found.iterations_count);
    const limited = solver.solve(program, { iterations_max_count: 1 });
    expect(['iteration-limit', 'optimal']).toContain(limited.status);
    expect(limited.bound).toBeLessThanOrEqual(found.objective + 1e-6);
  });

  it('answers programs with few choices by its tree, before any master', async () => {
    let masters_count = 0;
    const counted: Solver = {
      ...highs(),
      prepare: async () => {
        const good = await highs().prepare();
        return {
          solve: (program, options) => {
            masters_count++;
            return good.solve(program, options);
          },
        };
      },
    };
    const solver = await outerApproximation([counted, interiorPoint()], { treeSolves_count: 400 }).prepare();
    for (const risk of ['cone', 'cost'] as const) {
      const program = portfolio(14, 4, risk);
      const bounds: number[] = [];
      const found = solver.solve(program, { onProgress: ({ bound }) => bounds.push(bound) });
      const other = (await member().prepare()).solve(program);
      expect([found.status, masters_count]).toEqual(['optimal', 0]);
      expect(found.objective).toBeCloseTo(other.objective, 5);
      for (const bound of bounds) expect(bound).toBeLessThanOrEqual(other.objective + 2e-6);
      expect(found.iterations_count).toBeGreaterThan(1);
    }
  });

  it('ends at the time limit and on the wish to stop with what it has, and both bracket', async () => {
    const solver = await member().prepare();
    const program = split(40, 5);
    let best: Incumbent | undefined;
    const onIncumbent = (each: Incumbent): void => {
      best = each;
    };
    const stopped = solver.solve(program, { onIncumbent, shouldStop: () => best !== undefined });
    expect(stopped.status).toBe('stopped');
    expect(stopped.objective).toBe(best!.objective);
    expect(stopped.bound).toBeLessThan(stopped.objective);
    expect(stopped.bound).toBeGreaterThan(Number.NEGATIVE_INFINITY);
    expect(stopped.certificate.primalResidual).toBeLessThan(1e-6);
    const begin_ms = performance.now();
    const late = solver.solve(program, { timeLimit_s: 0.5, clock_s: () => performance.now() / 1000 });
    expect(performance.now() - begin_ms).toBeLessThan(2500);
    expect(late.status).toBe('time-limit');
    const never = solver.solve(program, { timeLimit_s: 0, clock_s: () => performance.now() / 1000 });
    expect(never.status).toBe('time-limit');
  });

  it('lets errors of a callback through', async () => {
    const solver = await member().prepare();
    const mine = new RangeError('from the caller');
    const onIncumbent = (): void => {
      throw mine;
    };
    expect(() => solver.solve(portfolio(10, 3, 'cone'), { onIncumbent })).toThrow(mine);
  });

  it('stays honest when its conic solver is not: bounds hold and nothing is called optimal', async () => {
    // A conic solver that has no multipliers and fails at every other plan.
    const shaky: Solver = {
      ...interiorPoint(),
      prepare: async () => {
        const good = await interiorPoint().prepare();
        let asked_count = 0;
        return {
          solve: (program, options) => {
            const found = good.solve(program, options);
            const isPlan = program.upper.some((value, j) => program.lower[j] === value);
            const none = { rowDual: new Float64Array(found.rowDual.length), columnDual: new Float64Array(found.x.length) };
            if (isPlan && asked_count++ % 2 === 1) return { ...found, ...none, status: 'failed', x: new Float64Array(found.x.length) };
            return isPlan ? { ...found, ...none } : found;
          },
        };
      },
    };
    const conic = await interiorPoint().prepare();
    const solver = await outerApproximation([highs(), shaky], { treeSolves_count: 0 }).prepare();
    const statuses = new Set<string>();
    for (let seed = 1; seed <= 9; seed++) {
      const program = randomMixedProgram(seed, { ...sketch(seed), room: 0.5 });
      const best = enumerated(program, conic);
      const found = solver.solve(program);
      const near = 2e-6 * (1 + Math.abs(best));
      statuses.add(found.status);
      expect(found.bound).toBeLessThan(best + near);
      if (found.status === 'optimal') expect(Math.abs(found.objective - best)).toBeLessThan(near);
    }
    expect(statuses.size).toBeGreaterThan(1);
  });
});
