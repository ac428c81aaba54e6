import { describe, expect, it } from 'vitest';
import { objectiveOf } from '../../problem/program.ts';
import type { Incumbent, SolveProgress } from '../contract.ts';
import { highs } from '../highs/highs.ts';
import { interiorPoint } from '../interior-point/interior-point.ts';
import { enumerated, type MixedSketch, randomMixedProgram } from '../testing/mixed-program.ts';
import { outerApproximation } from './outer-approximation.ts';

const blocks = Array.from({ length: 12 }, (_, k) => 20 * k + 1);

describe('outer approximation against enumeration', () => {
  const sketch = (seed: number): MixedSketch => ({
    binaries_count: seed % 40 === 0 ? 10 : 1 + (seed % 5),
    integers_count: seed % 40 === 0 ? 0 : seed % 3,
    continuous_count: 1 + (seed % 4),
    cones_count: 1 + (seed % 3),
    quadratic: (['none', 'diagonal', 'dense'] as const)[seed % 3]!,
    room: 0.5 - 0.25 * (seed % 5),
  });

  it.each(blocks)(
    'brackets at every report and finds the optimum, 20 seeds from %d',
    async (from) => {
      const conic = await interiorPoint().prepare();
      const both = [0, 40].map((treeSolves_count) => outerApproximation([highs(), interiorPoint()], { treeSolves_count }));
      const solvers = await Promise.all(both.map((each) => each.prepare()));
      for (let seed = from; seed < from + 20; seed++) {
        const program = randomMixedProgram(seed, sketch(seed));
        const best = enumerated(program, conic);
        const told: SolveProgress[] = [];
        const plans: Incumbent[] = [];
        const found = solvers[seed % 2]!.solve(program, { onProgress: (each) => told.push(each), onIncumbent: (each) => plans.push(each) });
        const tell = `seed ${seed}: ${found.status}, ${found.objective}, bound ${found.bound}, enumerated ${best}`;
        if (best === Number.POSITIVE_INFINITY) {
          expect(found.status, tell).toBe('infeasible');
          continue;
        }
        const near = 2e-6 * (1 + Math.abs(best));
        // A plan without an interior may be answered almost optimally only, and enumeration then has it no better.
        expect(['optimal', 'almost-optimal'], tell).toContain(found.status);
        expect(found.objective, tell).toBeLessThan(best + near);
        expect(found.bound, tell).toBeLessThan(best + near);
        for (const { objective, bound } of told) {
          expect(bound, tell).toBeLessThan(best + near);
          expect(objective, tell).toBeGreaterThan(found.objective - near);
        }
        for (const { x, objective } of plans) expect(objectiveOf(program, x)).toBeCloseTo(objective, 6);
        if (found.status === 'optimal') expect(Math.abs(found.objective - best), tell).toBeLessThan(near);
      }
    },
    300_000,
  );
});
