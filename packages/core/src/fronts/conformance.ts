import { beforeAll, describe, expect, it } from 'vitest';
import { randomStream } from '../base/random.ts';
import { mul, sum } from '../problem/affine.ts';
import { Model } from '../problem/model.ts';
import type { Program } from '../problem/program.ts';
import type { ReadySolver } from '../solvers/contract.ts';
import { highs } from '../solvers/highs/highs.ts';
import type { FrontMethod, Objectives, Pair } from './contract.ts';
import { traceFront } from './front.ts';
import { type LinearCost, programObjectives } from './program-objectives.ts';

/** What every method does with two linear costs. */
export function frontConformance(method: FrontMethod): void {
  describe(`${method.name} keeps the contract of fronts:`, () => {
    let solver: ReadySolver;
    beforeAll(async () => void (solver = await highs().prepare()));

    it('has ends that are the least of each cost, and no point that another one beats', () => {
      for (let seed = 1; seed <= 5; seed++) {
        const { program, costs } = randomTrade(seed);
        const front = traceFront(programObjectives(program, costs, solver), method, { points_count: 9 });
        for (const k of [0, 1] as const) {
          const alone = solver.solve({ ...program, cost: costs[k].weights, offset: costs[k].constant });
          expect(Math.abs((front.points.at(-k)?.costs[k] ?? 0) / alone.objective - 1)).toBeLessThan(2e-7);
        }
        front.points.slice(1).forEach(({ costs: [a, b] }, k) => {
          expect(a).toBeGreaterThan(front.points[k].costs[0]);
          expect(b).toBeLessThan(front.points[k].costs[1]);
        });
        expect(front.points.length).toBeGreaterThanOrEqual(3);
        expect(front.hypervolume_frac).toBeGreaterThan(0);
        expect(front.hypervolume_frac).toBeLessThan(1);
      }
    });

    it('finds points of the one convex front that a linear programme has', () => {
      const { program, costs } = randomTrade(11);
      const objectives = programObjectives(program, costs, solver);
      const range = span(objectives);
      const { points } = traceFront(objectives, method, { points_count: 9 });
      for (const { costs: found } of points) {
        const best = objectives.solve({ weights: [1, 0], limits: [Number.POSITIVE_INFINITY, found[1] + 1e-9 * range[1]] });
        expect(Math.abs(found[0] - (best?.costs[0] ?? Number.NaN))).toBeLessThan(2e-4 * range[0]);
      }
    });

    it('does not depend on the units of the costs', () => {
      const { program, costs } = randomTrade(12);
      const front = traceFront(programObjectives(program, costs, solver), method, { points_count: 7 });
      const other: Pair<LinearCost> = [
        { ...costs[0], weights: costs[0].weights.map((value) => 1000 * value), constant: 1000 * costs[0].constant },
        costs[1],
      ];
      const scaled = traceFront(programObjectives(program, other, solver), method, { points_count: 7 });
      expect(scaled.hypervolume_frac).toBeCloseTo(front.hypervolume_frac, 3);
    });

    it('is one point where one plan is best for both', () => {
      const model = new Model();
      const x = model.variable('x', { lower: 1, upper: 4 });
      model.cost(x);
      const program = model.build();
      const same = (name: string, factor: number): LinearCost => ({ name, weights: Float64Array.of(factor), constant: 0 });
      const front = traceFront(programObjectives(program, [same('one', 1), same('two', 2)], solver), method, { points_count: 5 });
      expect(front.points.map(({ costs }) => costs)).toEqual([[1, 2]]);
    });

    it('stops when told to, with what it knows', () => {
      const { program, costs } = randomTrade(13);
      const shouldStop = (): boolean => true;
      const front = traceFront(programObjectives(program, costs, solver), method, { points_count: 9, shouldStop });
      expect(front.stopped).toBe(true);
      expect(front.points).toHaveLength(2);
    });

    it('refuses fewer than two points: FRONT_POINTS_TOO_FEW, and costs without an end: FRONT_NO_PLAN', () => {
      const { program, costs } = randomTrade(14);
      const objectives = programObjectives(program, costs, solver);
      expect(() => traceFront(objectives, method, { points_count: 1 })).toThrow('FRONT_POINTS_TOO_FEW');
      const minus = (): number => Number.NEGATIVE_INFINITY;
      const endless = { ...program, lower: program.lower.map(minus), rowLower: program.rowLower.map(minus) };
      expect(() => traceFront(programObjectives(endless, costs, solver), method, { points_count: 5 })).toThrow('FRONT_NO_PLAN');
    });
  });
}

function span(objectives: Objectives<Float64Array>): Pair<number> {
  const [first, second] = [objectives.solve({ weights: [1, 1e-6] }), objectives.solve({ weights: [1e-6, 1] })];
  if (!first || !second) throw new Error('no ends');
  return [second.costs[0] - first.costs[0], first.costs[1] - second.costs[1]];
}

/** Units that serve a demand, each cheap in one cost and dear in the other. */
function randomTrade(seed: number): { program: Program; costs: Pair<LinearCost> } {
  const stream = randomStream(seed);
  const model = new Model();
  const units = Array.from({ length: 14 }, (_, j) => model.variable(`unit ${j}`, { lower: 0, upper: stream.between(4, 12) }));
  model.atLeast('demand', sum(...units), 40);
  const weights = units.map(() => stream.between(1, 9));
  model.cost(sum(...units.map((unit, j) => mul(weights[j], unit))));
  return {
    program: model.build(),
    costs: [
      { name: 'price', weights: Float64Array.from(weights), constant: 3 },
      { name: 'emissions', weights: Float64Array.from(weights, (value) => 12 - value + stream.between(-2, 2)), constant: 0 },
    ],
  };
}
