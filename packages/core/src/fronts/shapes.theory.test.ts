import { beforeAll, describe, expect, it } from 'vitest';
import { mul, sum } from '../problem/affine.ts';
import { Model } from '../problem/model.ts';
import type { ReadySolver } from '../solvers/contract.ts';
import { highs } from '../solvers/highs/highs.ts';
import { adaptiveWeightedSum } from './adaptive-weighted-sum/method.ts';
import type { FrontMethod } from './contract.ts';
import { epsilonConstraint } from './epsilon-constraint/method.ts';
import { traceFront } from './front.ts';
import { normalBoundary } from './normal-boundary/method.ts';
import { programObjectives } from './program-objectives.ts';
import { weightedSum } from './weighted-sum/method.ts';

/** (f₁, f₂) as columns of their own, so that the front is whatever shape the rows give it. */
function shaped(build: (model: Model, f: readonly [ReturnType<Model['variable']>, ReturnType<Model['variable']>]) => void) {
  const model = new Model();
  const f = [model.variable('f1', { lower: 0, upper: 1 }), model.variable('f2', { lower: 0, upper: 1 })] as const;
  build(model, f);
  const program = model.build();
  const costs = [0, 1].map((k) => ({
    name: `f${k + 1}`,
    weights: Float64Array.from(program.cost, (_, j) => (j === k ? 1 : 0)),
    constant: 0,
  }));
  return { program, costs: [costs[0], costs[1]] as const };
}

/** f₂ ≥ tangents of (1 − f₁)⁶: steep, then flat, so that even weights bunch up at one end. */
const convex = () =>
  shaped((model, [f1, f2]) => {
    for (let k = 1; k <= 40; k++) {
      const at = (k - 1) / 39;
      const value = (1 - at) ** 6;
      const slope = -6 * (1 - at) ** 5;
      model.atLeast(`tangent ${k}`, sum(f2, mul(-slope, f1)), value - slope * at);
    }
  });

/** A staircase f₁ ≥ a_k, f₂ ≥ b_k for one k, with corners outside of the line between the ends: no weight ever chooses those within. */
const corners = [
  [0, 1],
  [0.3, 0.8],
  [0.6, 0.6],
  [0.8, 0.3],
  [1, 0],
];
const concave = () =>
  shaped((model, [f1, f2]) => {
    const choice = corners.map((_, k) => model.variable(`corner ${k}`, { lower: 0, upper: 1, whole: true }));
    model.equal('one', sum(...choice), 1);
    model.atLeast('first', sum(f1, ...choice.map((pick, k) => mul(-corners[k][0], pick))), 0);
    model.atLeast('second', sum(f2, ...choice.map((pick, k) => mul(-corners[k][1], pick))), 0);
  });

describe('shapes of fronts', () => {
  let solver: ReadySolver;
  beforeAll(async () => void (solver = await highs().prepare()));
  const trace = ({ program, costs }: ReturnType<typeof shaped>, method: FrontMethod, points_count: number) =>
    traceFront(programObjectives(program, costs, solver), method, { points_count });

  it('normals give more even points than weights do (Das, Dennis 1998)', () => {
    const [weights, normals] = [weightedSum, normalBoundary].map((method) => trace(convex(), method, 11));
    expect(normals.unevenness_frac).toBeLessThan(0.5 * weights.unevenness_frac);
    expect(normals.points).toHaveLength(11);
  });

  it('refined weights dominate at least what as many even weights do (Kim, de Weck 2005)', () => {
    const adaptive = trace(convex(), adaptiveWeightedSum, 11);
    const even = trace(convex(), weightedSum, adaptive.points.length);
    expect(adaptive.hypervolume_frac).toBeGreaterThan(even.hypervolume_frac - 0.01);
  });

  it('weights miss what lies on the hollow side; the others find it', () => {
    expect(trace(concave(), weightedSum, 15).points).toHaveLength(2);
    for (const method of [epsilonConstraint, normalBoundary, adaptiveWeightedSum]) {
      const found = trace(concave(), method, 15).points.map(({ costs }) => costs.map((value) => Math.round(value * 1e6) / 1e6));
      expect(found, method.name).toEqual(corners);
    }
  });
});
