import { describe, expect, it } from 'vitest';
import { NonlinearSolver, solveNonlinear } from './nonlinear.ts';
import type { NonlinearProgram } from './program.ts';
import { derivativeErrors } from './testing/derivatives.ts';

const places = (...pairs: readonly (readonly [number, number])[]) => ({
  row: Int32Array.from(pairs, ([row]) => row),
  column: Int32Array.from(pairs, ([, column]) => column),
});
const free = (n: number) => ({
  lower: new Float64Array(n).fill(-Infinity),
  upper: new Float64Array(n).fill(Infinity),
});
const named = { equalityName: (i: number) => `g${i}`, inequalityName: (i: number) => `h${i}` };

/** Hock & Schittkowski 71: min x0·x3·(x0 + x1 + x2) + x2, Π x ≥ 25, Σ x² = 40, 1 ≤ x ≤ 5. */
const hs71: NonlinearProgram = {
  ...named,
  variables_count: 4,
  equalities_count: 1,
  inequalities_count: 1,
  lower: new Float64Array(4).fill(1),
  upper: new Float64Array(4).fill(5),
  rangeLower: Float64Array.of(25),
  rangeUpper: Float64Array.of(Infinity),
  equalityPlaces: places([0, 0], [0, 1], [0, 2], [0, 3]),
  inequalityPlaces: places([0, 0], [0, 1], [0, 2], [0, 3]),
  hessianPlaces: places([0, 0], [0, 1], [0, 2], [0, 3], [1, 1], [1, 2], [1, 3], [2, 2], [2, 3], [3, 3]),
  functionsInto([a, b, c, d], g, h) {
    g[0] = a * a + b * b + c * c + d * d - 40;
    h[0] = a * b * c * d;
    return a * d * (a + b + c) + c;
  },
  derivativesInto([a, b, c, d], gradient, jg, jh) {
    gradient.set([d * (2 * a + b + c), a * d, a * d + 1, a * (a + b + c)]);
    jg.set([2 * a, 2 * b, 2 * c, 2 * d]);
    jh.set([b * c * d, a * c * d, a * b * d, a * b * c]);
  },
  hessianInto([a, b, c, d], f, [y], [l], out) {
    out[0] = f * 2 * d + 2 * y;
    out[1] = f * d + l * c * d;
    out[2] = f * d + l * b * d;
    out[3] = f * (2 * a + b + c) + l * b * c;
    out[4] = 2 * y;
    out[5] = l * a * d;
    out[6] = f * a + l * a * c;
    out[7] = 2 * y;
    out[8] = f * a + l * a * b;
    out[9] = 2 * y;
  },
};

/** Minimise (x − 3)² with x² + y² ≤ r and y = x + c: feasible or not by r. */
const disc = (r: number, c: number): NonlinearProgram => ({
  ...named,
  ...free(2),
  variables_count: 2,
  equalities_count: 1,
  inequalities_count: 1,
  rangeLower: Float64Array.of(-Infinity),
  rangeUpper: Float64Array.of(r),
  equalityPlaces: places([0, 0], [0, 1]),
  inequalityPlaces: places([0, 0], [0, 1]),
  hessianPlaces: places([0, 0], [1, 1]),
  functionsInto([x, y], g, h) {
    g[0] = y - x - c;
    h[0] = x * x + y * y;
    return (x - 3) ** 2;
  },
  derivativesInto([x, y], gradient, jg, jh) {
    gradient.set([2 * (x - 3), 0]);
    jg.set([-1, 1]);
    jh.set([2 * x, 2 * y]);
  },
  hessianInto(_, f, _y, [l], out) {
    out[0] = 2 * f + 2 * l;
    out[1] = 2 * l;
  },
});

/** A saddle in the objective: min x·y on x² + y² = 2, without bounds; the optimum is −1. */
const saddle: NonlinearProgram = {
  ...named,
  ...free(2),
  variables_count: 2,
  equalities_count: 1,
  inequalities_count: 0,
  rangeLower: new Float64Array(0),
  rangeUpper: new Float64Array(0),
  equalityPlaces: places([0, 0], [0, 1]),
  inequalityPlaces: places(),
  hessianPlaces: places([0, 0], [0, 1], [1, 1]),
  functionsInto([x, y], g) {
    g[0] = x * x + y * y - 2;
    return x * y;
  },
  derivativesInto([x, y], gradient, jg) {
    gradient.set([y, x]);
    jg.set([2 * x, 2 * y]);
  },
  hessianInto(_, f, [y], _l, out) {
    out.set([2 * y, f, 2 * y]);
  },
};

/** Buy x at 1, sell y at `price`, both from `limit` up: x − y = 2·sin z, |z| ≤ 1. Endless where selling pays more. */
const trade = (price: number, limit: number): NonlinearProgram => ({
  ...named,
  variables_count: 3,
  equalities_count: 1,
  inequalities_count: 0,
  lower: Float64Array.of(0, 0, -1),
  upper: Float64Array.of(limit, limit, 1),
  rangeLower: new Float64Array(),
  rangeUpper: new Float64Array(),
  equalityPlaces: places([0, 0], [0, 1], [0, 2]),
  inequalityPlaces: places(),
  hessianPlaces: places([2, 2]),
  functionsInto([x, y, z], g) {
    g[0] = x - y - 2 * Math.sin(z);
    return x - price * y;
  },
  derivativesInto([, , z], gradient, jg) {
    gradient.set([1, -price, 0]);
    jg.set([1, -1, -2 * Math.cos(z)]);
  },
  hessianInto([, , z], _, [y], __, out) {
    out[0] = 2 * y * Math.sin(z);
  },
});

describe('endless descent', () => {
  it('is found, with a direction that can be checked', () => {
    const found = solveNonlinear(trade(1.5, Infinity));
    expect(found.status).toBe('unbounded');
    expect(found.certificate.primalResidual).toBeLessThan(1e-6);
    const [x, y, z] = found.ray!;
    expect([x, z]).toEqual([expect.closeTo(y, 6), 0]);
    expect(x).toBeCloseTo(1, 6);
  });

  it('is not seen where the trade is limited, however far, or loses', () => {
    const far = solveNonlinear(trade(1.5, 1e6));
    expect([far.status, far.ray]).toEqual(['optimal', undefined]);
    expect(far.objective).toBeCloseTo(-0.5e6 - 2 * Math.sin(1), 1);
    const losing = solveNonlinear(trade(0.5, Infinity));
    expect(losing.status).toBe('optimal');
    // Sell what z gives, 2·sin 1, and buy nothing.
    expect(losing.objective).toBeCloseTo(-Math.sin(1), 5);
  });

  it('is no answer where no point is feasible', () => {
    const base = trade(1.5, Infinity);
    const found = solveNonlinear({
      ...base,
      inequalities_count: 1,
      rangeLower: Float64Array.of(2),
      rangeUpper: Float64Array.of(Infinity),
      inequalityPlaces: places([0, 2]),
      functionsInto: (at, g, h) => {
        h[0] = at[2];
        return base.functionsInto(at, g, h);
      },
      derivativesInto: (at, gradient, jg, jh) => {
        base.derivativesInto(at, gradient, jg, jh);
        jh[0] = 1;
      },
    });
    expect(found.status).toBe('locally-infeasible');
  });
});

describe('nonlinear interior point', () => {
  it('solves Hock & Schittkowski 71 and proves it', () => {
    const found = solveNonlinear(hs71, { start: Float64Array.of(1, 5, 5, 1) });
    expect(found.status).toBe('optimal');
    expect(found.objective).toBeCloseTo(17.0140173, 6);
    expect([...found.x].map((x) => +x.toFixed(5))).toEqual([1, 4.743, 3.82115, 1.37941]);
    expect(found.inequalityDual[0]).toBeCloseTo(-0.5522937, 5);
    expect(found.boundDual[0]).toBeCloseTo(1.0878712, 5);
    expect(found.certificate.primalResidual).toBeLessThan(1e-7);
    expect(found.certificate.dualResidual).toBeLessThan(1e-7);
    expect(found.certificate.gap).toBeLessThan(1e-6);
  });

  it('has the right derivatives in its test problems', () => {
    const errors = derivativeErrors(hs71, Float64Array.of(1.3, 4, 3, 1.7), Float64Array.of(0.7), Float64Array.of(-0.4), 1e-5);
    expect(Math.max(errors.gradient, errors.jacobian, errors.hessian)).toBeLessThan(1e-8);
  });

  it('corrects the inertia where the Hessian points the wrong way', () => {
    const shifts: number[] = [];
    const found = solveNonlinear(saddle, { start: Float64Array.of(1, 0.9), onIteration: ({ shift }) => shifts.push(shift) });
    expect(found.status).toBe('optimal');
    expect(found.objective).toBeCloseTo(-1, 8);
    expect(Math.max(...shifts)).toBeGreaterThan(0);
  });

  it('gives the multiplier of an active limit', () => {
    const found = solveNonlinear(disc(1, 0));
    expect(found.status).toBe('optimal');
    expect(found.x[0]).toBeCloseTo(Math.SQRT1_2, 6);
    const h = 1e-4;
    const slope = (solveNonlinear(disc(1 + h, 0)).objective - solveNonlinear(disc(1 - h, 0)).objective) / (2 * h);
    expect(found.inequalityDual[0]).toBeCloseTo(-slope, 4);
  });

  it('says where it is infeasible, and only locally', () => {
    const found = solveNonlinear(disc(1, 5));
    expect(found.status).toBe('locally-infeasible');
    expect(found.conflict?.length).toBeGreaterThan(0);
  });

  it('keeps fixed variables and gives them their multiplier', () => {
    const fixed: NonlinearProgram = { ...hs71, lower: Float64Array.of(1, 4.5, 1, 1), upper: Float64Array.of(5, 4.5, 5, 5) };
    const found = solveNonlinear(fixed, { start: Float64Array.of(1, 1, 5, 1) });
    expect(found.status).toBe('optimal');
    expect(found.x[1]).toBe(4.5);
    expect(found.certificate.dualResidual).toBeLessThan(1e-7);
    expect(Math.abs(found.boundDual[1])).toBeGreaterThan(1e-3);
  });

  it('stops when asked, at its limits of iterations and time, and gives the same twice', () => {
    const start = Float64Array.of(1, 5, 5, 1);
    expect(solveNonlinear(hs71, { start, iterations_max_count: 2 }).status).toBe('iteration-limit');
    expect(solveNonlinear(hs71, { start, shouldStop: () => true }).status).toBe('stopped');
    let now_s = 0;
    expect(solveNonlinear(hs71, { start, timeLimit_s: 2, clock_s: () => now_s++ }).status).toBe('time-limit');
    expect(solveNonlinear(hs71, { start })).toEqual(solveNonlinear(hs71, { start }));
  });

  it('solves a sequence from the answer before, in fewer iterations', () => {
    const solver = new NonlinearSolver();
    const first = solver.solve(hs71, { start: Float64Array.of(1, 5, 5, 1) });
    const moved: NonlinearProgram = { ...hs71, rangeLower: Float64Array.of(25.5) };
    const cold = solveNonlinear(moved, { start: Float64Array.of(1, 5, 5, 1) });
    const warm = solver.solve(moved, { warmStart: first });
    expect(warm.status).toBe('optimal');
    expect(warm.objective).toBeCloseTo(cold.objective, 6);
    expect(warm.iterations_count).toBeLessThan(cold.iterations_count);
    // Another pattern, other fixed variables: analysed anew without being told.
    expect(solver.solve(disc(1, 0)).x[0]).toBeCloseTo(Math.SQRT1_2, 6);
    const held: NonlinearProgram = { ...hs71, lower: Float64Array.of(1, 4.5, 1, 1), upper: Float64Array.of(5, 4.5, 5, 5) };
    expect(solver.solve(held, { warmStart: first }).objective).toBeCloseTo(solveNonlinear(held, { start: first.x }).objective, 6);
    solver.release();
    expect(solver.solve(hs71, { warmStart: first }).objective).toBeCloseTo(first.objective, 7);
    solver.release();
  });

  it('asks whether to stop before every factorisation, in restoration too', () => {
    let restoring_count = 0;
    let asked_count = 0;
    const found = solveNonlinear(disc(1, 5), {
      onIteration: ({ mode }) => {
        if (mode === 'restoration') restoring_count++;
      },
      shouldStop() {
        if (restoring_count > 0) asked_count++;
        return restoring_count > 0;
      },
    });
    expect(found.status).toBe('stopped');
    expect([restoring_count, asked_count]).toEqual([1, 1]);
  });

  it('finds the middle of a flat region', () => {
    const flat: NonlinearProgram = {
      ...hs71,
      functionsInto: (x, g, h) => 0 * hs71.functionsInto(x, g, h),
      derivativesInto: (x, gradient, jg, jh) => {
        hs71.derivativesInto(x, gradient, jg, jh);
        gradient.fill(0);
      },
      hessianInto: (x, _, y, lambda, out) => hs71.hessianInto(x, 0, y, lambda, out),
    };
    const found = solveNonlinear(flat, { start: Float64Array.of(1, 5, 5, 1) });
    expect(found.status).toBe('optimal');
    expect(found.certificate.primalResidual).toBeLessThan(1e-7);
  });

  it('is not confused by rows that say the same twice', () => {
    const twice: NonlinearProgram = {
      ...disc(1, 0),
      equalities_count: 2,
      equalityPlaces: places([0, 0], [0, 1], [1, 0], [1, 1]),
      functionsInto: (x, g, h) => {
        g[1] = 2 * (x[1] - x[0]);
        return disc(1, 0).functionsInto(x, g, h);
      },
      derivativesInto: (x, gradient, jg, jh) => {
        disc(1, 0).derivativesInto(x, gradient, jg, jh);
        jg.set([-1, 1, -2, 2]);
      },
    };
    const found = solveNonlinear(twice);
    expect(found.status).toBe('optimal');
    expect(found.x[0]).toBeCloseTo(Math.SQRT1_2, 6);
  });
});
