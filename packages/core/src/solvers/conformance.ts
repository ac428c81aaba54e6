import { beforeAll, describe, expect, it } from 'vitest';
import { CombinationError, InputError } from '../base/errors.ts';
import type { Program } from '../problem/program.ts';
import type { ReadySolver, Solution, SolveOptions, Solver } from './contract.ts';
import { certify } from './residuals.ts';
import { conicProgram, row } from './testing/conic-program.ts';
import { type DenseProgram, numbersFrom, programOf, randomProgram } from './testing/dense-program.ts';
import { CURVED, INFEASIBLE, KNOWN, SCALES, UNBOUNDED } from './testing/known-programs.ts';
import { enumerated, type MixedSketch, randomMixedProgram } from './testing/mixed-program.ts';

const RESIDUAL_MAX = 1e-6;

/** One to four 0–1 variables, up to two others that are whole, some continuous ones; feasible or not. */
const MIXED = (seed: number): MixedSketch => ({
  binaries_count: 1 + (seed % 4),
  integers_count: seed % 3,
  continuous_count: 1 + (seed % 4),
  cones_count: 1 + (seed % 3),
  quadratic: (['none', 'diagonal', 'dense'] as const)[seed % 3]!,
  room: 0.5 - 0.25 * (seed % 5),
});

/** What every solver of the family must do. Call it inside a test file of the member. */
export function solverConformance(solver: Solver): void {
  describe(`${solver.name} keeps the contract of solvers`, () => {
    let ready: ReadySolver;
    beforeAll(async () => {
      ready = await solver.prepare();
    });

    function optimum(dense: DenseProgram, options?: SolveOptions): { program: Program; found: Solution } {
      const program = programOf(dense);
      const found = ready.solve(program, options);
      expect(found.status).toBe('optimal');
      expect(found.solver).toBe(solver.name);
      const again = certify(program, found.x, found.rowDual, found.columnDual, dense.integer ? found.bound : undefined);
      expect(found.certificate).toEqual(again);
      expect(Math.max(again.primalResidual, again.dualResidual, again.gap)).toBeLessThan(RESIDUAL_MAX);
      return { program, found };
    }

    it.each(KNOWN)('$name', ({ dense, objective, x, rowDual }) => {
      const { found } = optimum(dense);
      expect(found.objective).toBeCloseTo(objective, 5);
      expect(found.bound).toBeCloseTo(objective, 5);
      x?.forEach((value, j) => {
        expect(found.x[j]).toBeCloseTo(value, 5);
      });
      rowDual?.forEach((value, i) => {
        expect(found.rowDual[i]).toBeCloseTo(value, 5);
      });
    });

    it.each(SCALES)('solves a transport problem in units of %d and coefficients of %d', (unit, coefficient) => {
      // Two sources (20, 30), three sinks (10, 25, 15), costs 2 3 1 / 5 4 8: optimum 15·1 + 5·2 + 5·5 + 25·4 = 150.
      const k = coefficient;
      const { found } = optimum({
        cost: [2, 3, 1, 5, 4, 8],
        rows: [
          [k, k, k, 0, 0, 0],
          [0, 0, 0, k, k, k],
          [k, 0, 0, k, 0, 0],
          [0, k, 0, 0, k, 0],
          [0, 0, k, 0, 0, k],
        ],
        rowLower: [-Infinity, -Infinity, 10 * k * unit, 25 * k * unit, 15 * k * unit],
        rowUpper: [20 * k * unit, 30 * k * unit, Infinity, Infinity, Infinity],
      });
      expect(found.objective / unit).toBeCloseTo(150, 4);
    });

    it('has duals equal to finite differences of the optimal cost', () => {
      for (const seed of [3, 11, 42]) {
        const dense = randomProgram(seed, 8, 5, false);
        const { found } = optimum(dense);
        const step = 1e-4;
        for (let i = 0; i < 5; i++) {
          const shifted = (by: number) => {
            const move = (bounds: readonly number[] | undefined) => bounds!.map((b, k) => (k === i ? b + by : b));
            return ready.solve(programOf({ ...dense, rowLower: move(dense.rowLower), rowUpper: move(dense.rowUpper) }));
          };
          const [up, down] = [shifted(step), shifted(-step)];
          if (up.status !== 'optimal' || down.status !== 'optimal') continue;
          const right = (up.objective - found.objective) / step;
          const left = (found.objective - down.objective) / step;
          // The optimal cost is convex in the bounds: every dual lies between the one-sided slopes.
          expect(found.rowDual[i]).toBeGreaterThan(left - 1e-3);
          expect(found.rowDual[i]).toBeLessThan(right + 1e-3);
        }
      }
    });

    it('finds the planted optimum of random programs', () => {
      for (let seed = 1; seed <= 20; seed++) optimum(randomProgram(seed, 5 + seed, 3 + (seed % 9), false));
    });

    it.each(INFEASIBLE)('proves infeasible: $name', ({ dense, needs, never }) => {
      const found = ready.solve(programOf(dense));
      expect(found.status).toBe('infeasible');
      for (const name of needs) expect(found.conflict).toContain(name);
      for (const name of never ?? []) expect(found.conflict).not.toContain(name);
    });

    it.each(UNBOUNDED)('reports unbounded: $name', ({ dense }) => {
      expect(ready.solve(programOf(dense)).status).toBe('unbounded');
    });

    it('refuses numbers that are none, by name', () => {
      expect(() => ready.solve(programOf({ cost: [1, Number.NaN] }))).toThrow(InputError);
      expect(() => ready.solve(programOf({ cost: [1, Number.NaN] }))).toThrow(/"x1".*\[SOLVER_NOT_A_NUMBER\]/);
      expect(() => ready.solve(programOf({ cost: [1], rows: [[1]], rowLower: [Number.NaN] }))).toThrow(/"row0"/);
    });

    it('refuses arrays that do not fit each other', () => {
      const program = { ...programOf({ cost: [1, 2] }), lower: new Float64Array(1) };
      expect(() => ready.solve(program)).toThrow(/\[SOLVER_BAD_SHAPE\]/);
    });

    it('leaves the program untouched and answers the same twice', () => {
      const program = programOf(randomProgram(7, 12, 8, false));
      const copy = structuredClone({ ...program, columnName: undefined, rowName: undefined });
      const first = ready.solve(program);
      expect(ready.solve(program).x).toEqual(first.x);
      expect({ ...program, columnName: undefined, rowName: undefined }).toEqual(copy);
    });

    it('stops when asked and at the time limit', () => {
      const program = programOf(randomProgram(5, 60, 40, false));
      const stopped = ready.solve(program, { shouldStop: () => true });
      expect(['stopped', 'optimal']).toContain(stopped.status);
      let now = 0;
      const late = ready.solve(program, { timeLimit_s: 0, clock_s: () => (now += 1) });
      expect(['time-limit', 'optimal']).toContain(late.status);
      if (!solver.takes.integer) expect([stopped.status, late.status]).toEqual(['stopped', 'time-limit']);
    });

    if (solver.takes.quadratic) {
      it.each(CURVED)('$name', ({ dense, objective, x }) => {
        const { found } = optimum(dense);
        expect(found.objective).toBeCloseTo(objective, 6);
        x.forEach((value, j) => {
          expect(found.x[j]).toBeCloseTo(value, 5);
        });
      });
      it('finds the planted optimum of random convex programs', () => {
        for (let seed = 1; seed <= 20; seed++) optimum(randomProgram(seed, 5 + seed, 3 + (seed % 9), true));
      });
      it('refuses a cost that is not convex, by name', () => {
        const saddle = programOf({
          cost: [0, 0, 0],
          quadratic: [
            [1, 0, 0],
            [0, 1, 2],
            [0, 2, 1],
          ],
        });
        expect(() => ready.solve(saddle)).toThrow(/"x[12]".*\[SOLVER_NOT_CONVEX\]/);
        expect(() => ready.solve(saddle)).toThrow(InputError);
      });
    } else {
      it('refuses a quadratic cost and names the cure', () => {
        const curved = programOf({ cost: [1], quadratic: [[1]] });
        expect(() => ready.solve(curved)).toThrow(CombinationError);
        expect(() => ready.solve(curved)).toThrow(/interior-point.*\[SOLVER_CANNOT\]/);
      });
    }

    // The point of the unit disc around (1, 0) that is farthest up and to the right.
    const disc = conicProgram({ cost: [-1, -1], cones: [[row([0, 0], 1), row([1, 0], -1), row([0, 1])]] });
    if (solver.takes.cones.includes('second-order')) {
      it('finds the optimum over a cone', () => {
        const found = ready.solve(disc);
        expect(found.status).toBe('optimal');
        expect(found.objective).toBeCloseTo(-1 - Math.SQRT2, 6);
        expect(found.rowDual[0]).toBeCloseTo(Math.SQRT2, 6);
        expect(found.certificate).toEqual(certify(disc, found.x, found.rowDual, found.columnDual));
      });
      it('refuses cones that do not fit the rows', () => {
        const cone = (...rows: number[]) => ({ ...disc, cones: [{ kind: 'second-order' as const, rows: Int32Array.from(rows) }] });
        expect(() => ready.solve(cone())).toThrow(/no rows.*\[SOLVER_BAD_SHAPE\]/);
        expect(() => ready.solve(cone(0, 1, 3))).toThrow(/row 3.*\[SOLVER_BAD_SHAPE\]/);
        expect(() => ready.solve(cone(0, 1, 1))).toThrow(/"row1".*twice.*\[SOLVER_BAD_SHAPE\]/);
        const open = { ...disc, rowUpper: disc.rowUpper.map((value, i) => (i === 2 ? Infinity : value)) };
        expect(() => ready.solve(open)).toThrow(/"row2".*bounds of its own.*\[SOLVER_BAD_SHAPE\]/);
      });
    } else {
      it('refuses cones and names the cure', () => {
        expect(() => ready.solve(disc)).toThrow(CombinationError);
        expect(() => ready.solve(disc)).toThrow(/"row0".*interior-point.*\[SOLVER_CANNOT\]/);
      });
    }

    if (solver.takes.integer && solver.takes.quadratic && solver.takes.cones.includes('second-order')) {
      it.each([1, 2, 3, 4, 5, 6])('solves whole variables under cones and squares as enumeration does, seed %d', (seed) => {
        const program = randomMixedProgram(seed, MIXED(seed));
        const best = enumerated(program, ready);
        const bounds: number[] = [];
        const found = ready.solve(program, { onProgress: ({ bound }) => bounds.push(bound) });
        if (best === Number.POSITIVE_INFINITY) {
          expect([found.status, found.bound]).toEqual(['infeasible', best]);
          return;
        }
        const near = 2e-6 * (1 + Math.abs(best));
        expect(found.status).toBe('optimal');
        expect(Math.abs(found.objective - best)).toBeLessThan(near);
        expect(found.certificate).toEqual(certify(program, found.x, found.rowDual, found.columnDual, found.bound));
        expect(found.certificate.integerResidual).toBe(0);
        for (const bound of [...bounds, found.bound]) expect(bound).toBeLessThan(best + near);
      });
    }

    if (solver.takes.integer) {
      it('solves knapsacks as enumeration does', () => {
        for (let seed = 1; seed <= 8; seed++) {
          const next = numbersFrom(seed);
          const n = 10;
          const value = Array.from({ length: n }, () => 1 + Math.floor(next() * 20));
          const weight = Array.from({ length: n }, () => 1 + Math.floor(next() * 12));
          const limit = 30;
          let best = 0;
          for (let pick = 0; pick < 1 << n; pick++) {
            let v = 0;
            let w = 0;
            for (let j = 0; j < n; j++) if (pick & (1 << j)) [v, w] = [v + value[j]!, w + weight[j]!];
            if (w <= limit && v > best) best = v;
          }
          const { found } = optimum({
            cost: value.map((v) => -v),
            upper: value.map(() => 1),
            integer: value.map(() => 1 as const),
            rows: [weight],
            rowUpper: [limit],
          });
          expect(found.objective).toBe(-best);
          expect(found.certificate.integerResidual).toBe(0);
          expect(found.bound).toBeLessThanOrEqual(-best + 1e-6);
        }
      });
      it('gives duals of the program with whole variables fixed', () => {
        // A plant of 10 at 5 per start, energy 2; the rest is bought at 7: demand 12 → start, buy 2, price 7.
        const { found } = optimum({
          cost: [5, 2, 7],
          upper: [1, 10, Infinity],
          integer: [1, 0, 0],
          rows: [
            [0, 1, 1],
            [-10, 1, 0],
          ],
          rowLower: [12, -Infinity],
          rowUpper: [12, 0],
        });
        expect(Array.from(found.x)).toEqual([1, 10, 2]);
        expect(found.rowDual[0]).toBeCloseTo(7, 9);
      });
      it('tells infeasible from unbounded whole variables', () => {
        const integer = [1, 1] as const;
        const parity = programOf({ cost: [0, 0], upper: [10, 10], integer, rows: [[2, 2]], rowLower: [3], rowUpper: [3] });
        expect(ready.solve(parity).status).toBe('infeasible');
        const gap = ready.solve(programOf({ cost: [0, 0], lower: [0.2, 0], upper: [0.8, 1], integer }));
        expect([gap.status, gap.conflict]).toEqual(['infeasible', ['x0']]);
        expect(ready.solve(programOf({ cost: [-1, 0], integer })).status).toBe('unbounded');
      });
    } else {
      it('refuses whole variables and names the cure', () => {
        const whole = programOf({ cost: [1], integer: [1] });
        expect(() => ready.solve(whole)).toThrow(CombinationError);
        expect(() => ready.solve(whole)).toThrow(/highs.*\[SOLVER_CANNOT\]/);
      });
    }
  });
}
