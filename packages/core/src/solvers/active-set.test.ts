import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DenseActiveSet } from './active-set.ts';
import { InteriorPointWorkspace } from './interior-point/workspace.ts';
import { certify } from './residuals.ts';
import { numbersFrom, programOf } from './testing/dense-program.ts';

interface Case {
  readonly n: number;
  readonly m: number;
  readonly hessian: Float64Array | number;
  readonly g: Float64Array;
  readonly cost: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** Rows of every kind around a planted point, so that the case is feasible. */
function randomCase(seed: number, n: number, m: number, identity: boolean): Case {
  const next = numbersFrom(seed);
  const normal = () => 2 * (next() + next() + next()) - 3;
  const g = Float64Array.from({ length: m * n }, () => (next() < 0.5 ? normal() : 0));
  const f = Array.from({ length: n * n }, normal);
  const hessian = identity
    ? 0.5 + next()
    : Float64Array.from({ length: n * n }, (_, at) => {
        const [i, j] = [Math.floor(at / n), at % n];
        let sum = i === j ? 0.1 : 0;
        for (let k = 0; k < n; k++) sum += f[k * n + i]! * f[k * n + j]!;
        return sum;
      });
  const point = Float64Array.from({ length: n }, normal);
  const lower = new Float64Array(m);
  const upper = new Float64Array(m);
  for (let i = 0; i < m; i++) {
    let activity = 0;
    for (let j = 0; j < n; j++) activity += g[i * n + j]! * point[j]!;
    const kind = next();
    lower[i] = kind < 0.4 ? activity - next() * 0.5 : -Infinity;
    upper[i] = kind > 0.2 ? activity + next() * 0.5 : Infinity;
    if (kind > 0.93 && i < n / 3) lower[i] = upper[i] = activity;
  }
  return { n, m, hessian, g, cost: Float64Array.from({ length: n }, () => 4 * normal()), lower, upper };
}

function programOfCase({ n, m, hessian, g, cost, lower, upper }: Case) {
  return programOf({
    cost: [...cost],
    quadratic: Array.from({ length: n }, (_, i) =>
      Array.from({ length: n }, (_, j) => (typeof hessian === 'number' ? (i === j ? hessian : 0) : hessian[i * n + j]!)),
    ),
    lower: Array.from(cost, () => -Infinity),
    rows: Array.from({ length: m }, (_, i) => [...g.subarray(i * n, i * n + n)]),
    rowLower: [...lower],
    rowUpper: [...upper],
  });
}

describe('DenseActiveSet', () => {
  it('projects on a half-space and a box by hand', () => {
    const solver = new DenseActiveSet(2, 1, Float64Array.of(1, 1, 1, 0));
    const found = solver.solve(Float64Array.of(-3, -1), Float64Array.of(-Infinity, 0), Float64Array.of(2, 1));
    expect([found.status, ...found.x]).toEqual(['optimal', 1, 1]);
    // Stationarity: x + c − Gᵀy = 0 at (1, 1): −2 = y₀ + y₁, 0 = y₀.
    expect(found.multipliers[0]).toBeCloseTo(0, 12);
    expect(found.multipliers[1]).toBeCloseTo(-2, 12);
  });

  it('agrees with the interior-point solver on random programs, cold and warm', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 30 }), fc.boolean(), (seed, n, m, identity) => {
        const one = randomCase(seed, n, m, identity);
        const program = programOfCase(one);
        const truth = new InteriorPointWorkspace(program).solve({}, { tolerance_frac: 1e-10 });
        const solver = new DenseActiveSet(n, one.hessian, one.g);
        const cold = solver.solve(one.cost, one.lower, one.upper, new Int32Array(0));
        expect(cold.status).toBe('optimal');
        const proof = certify(program, cold.x, cold.multipliers, new Float64Array(n));
        expect(Math.max(proof.primalResidual, proof.dualResidual, proof.gap)).toBeLessThan(1e-8);
        for (let j = 0; j < n; j++) expect(cold.x[j]).toBeCloseTo(truth.x[j]!, 5);

        const x = cold.x.slice();
        const again = solver.solve(one.cost, one.lower, one.upper);
        expect(again.iterations_count).toBe(0);
        for (let j = 0; j < n; j++) expect(again.x[j]).toBeCloseTo(x[j]!, 8);

        const moved = one.cost.map((c, j) => c + ((j % 3) - 1) * 2);
        const warm = solver.solve(moved, one.lower, one.upper);
        const program2 = programOfCase({ ...one, cost: moved });
        const proof2 = certify(program2, warm.x, warm.multipliers, new Float64Array(n));
        expect(warm.status).toBe('optimal');
        expect(Math.max(proof2.primalResidual, proof2.dualResidual, proof2.gap)).toBeLessThan(1e-8);

        const fresh = new DenseActiveSet(n, one.hessian, one.g);
        const given = fresh.solve(moved, one.lower, one.upper, warm.active);
        expect(given.iterations_count).toBe(0);
        for (let j = 0; j < n; j++) expect(given.x[j]).toBeCloseTo(warm.x[j]!, 7);
      }),
      { numRuns: 150 },
    );
  });

  it('follows bounds that move, as projections period by period do', () => {
    const one = randomCase(5, 10, 40, true);
    const solver = new DenseActiveSet(10, one.hessian, one.g);
    const next = numbersFrom(9);
    for (let k = 0; k < 200; k++) {
      const cost = one.cost.map((c) => c + 3 * (next() - 0.5));
      const lower = one.lower.map((b) => b - 0.2 * next());
      const upper = one.upper.map((b, i) => (one.lower[i] === b ? lower[i]! : b + 0.2 * next()));
      const found = solver.solve(cost, lower, upper);
      expect(found.status).toBe('optimal');
      const proof = certify(programOfCase({ ...one, cost, lower, upper }), found.x, found.multipliers, new Float64Array(10));
      expect(Math.max(proof.primalResidual, proof.dualResidual, proof.gap)).toBeLessThan(1e-8);
    }
  });

  it('names the rows that conflict', () => {
    const g = Float64Array.of(1, 0, 0, 1, 1, 1, 1, -1);
    const solver = new DenseActiveSet(2, 2, g);
    const no = -Infinity;
    const found = solver.solve(Float64Array.of(0, 0), Float64Array.of(no, no, 3, -9), Float64Array.of(1, 1, Infinity, 9));
    expect(found.status).toBe('infeasible');
    expect([...found.conflict].sort()).toEqual([0, 1, 2]);
    const after = solver.solve(Float64Array.of(0, 0), Float64Array.of(no, no, 2, -9), Float64Array.of(1, 1, Infinity, 9));
    expect(after.status).toBe('optimal');
    for (const value of after.x) expect(value).toBeCloseTo(1, 12);
  });

  it('reports random contradictions as infeasible', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 2, max: 8 }), (seed, n) => {
        const one = randomCase(seed, n, 2 * n, true);
        // The sum of two rows is asked to exceed what they may give.
        const g = new Float64Array((2 * n + 1) * n);
        g.set(one.g);
        for (let j = 0; j < n; j++) g[2 * n * n + j] = one.g[j]! + one.g[n + j]!;
        const upper = Float64Array.from([...one.upper, Infinity]);
        upper[0] = Number.isFinite(upper[0]!) ? upper[0]! : one.lower[0]! + 1;
        upper[1] = Number.isFinite(upper[1]!) ? upper[1]! : one.lower[1]! + 1;
        const lower = Float64Array.from([...one.lower, upper[0]! + upper[1]! + 0.5]);
        const found = new DenseActiveSet(n, 1, g).solve(one.cost, lower, upper);
        expect(found.status).toBe('infeasible');
      }),
      { numRuns: 50 },
    );
  });

  it('refuses a Hessian that is not positive definite', () => {
    expect(() => new DenseActiveSet(2, Float64Array.of(1, 2, 2, 1), new Float64Array(0))).toThrow(/\[SOLVER_NOT_CONVEX\]/);
    expect(() => new DenseActiveSet(2, 0, new Float64Array(0))).toThrow(/\[SOLVER_NOT_CONVEX\]/);
  });
});
