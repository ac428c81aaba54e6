import { beforeAll, describe, expect, it } from 'vitest';
import { sum, type Variable } from '../problem/affine.ts';
import { type TwoStage, TwoStageModel } from '../problem/two-stage.ts';
import type { ReadySolver } from '../solvers/contract.ts';
import { highs } from '../solvers/highs/highs.ts';
import { columnAndConstraint } from '../strategies/column-and-constraint/strategy.ts';
import type { UncertainEvent } from '../strategies/contract.ts';
import { extensive } from '../strategies/extensive/strategy.ts';
import { boxSet } from '../uncertainty/uncertainty-set.ts';
import { adaptiveWeightedSum } from './adaptive-weighted-sum/method.ts';
import type { FrontMethod } from './contract.ts';
import { epsilonConstraint } from './epsilon-constraint/method.ts';
import { traceFront } from './front.ts';
import { normalBoundary } from './normal-boundary/method.ts';
import { type TwoStageCost, twoStageObjectives } from './two-stage-objectives.ts';

/**
 * A clean unit is sized beforehand for 5 per unit; a coal unit of any output emits 1 per unit and costs 2. Demand is not known yet.
 * With clean size s ≤ d: price 5·s + 2·(d − s), emissions d − s. So price = 5·d − 3·emissions at every demand d.
 */
function supply(): { problem: TwoStage; costs: readonly [TwoStageCost, TwoStageCost] } {
  const model = new TwoStageModel();
  const size = model.decide('clean size', { lower: 0, upper: 20 });
  const demand = model.symbol('demand', 10);
  const clean = model.react('clean', { lower: 0 });
  const coal = model.react('coal', { lower: 0 });
  model.atMost('capacity', clean, size);
  model.equal('met', sum(clean, coal), demand, { price: 1e4 });
  const problem = model.build();
  const units = (variables: readonly Variable[], values: readonly number[], of: 'x' | 'y'): Float64Array =>
    Float64Array.from({ length: of === 'x' ? problem.first.cost.length : problem.cost.length }, (_, j) => {
      const probe = { x: new Float64Array(problem.first.cost.length), y: new Float64Array(problem.cost.length) };
      probe[of][j] = 1;
      return variables.reduce((total, variable, k) => total + values[k] * model.read(variable, probe), 0);
    });
  return {
    problem,
    costs: [
      { name: 'price', first: units([size], [5], 'x'), recourse: units([coal], [2], 'y'), constant: 0 },
      { name: 'emissions', first: units([size], [0], 'x'), recourse: units([coal], [1], 'y'), constant: 0 },
    ],
  };
}

describe('two costs of a problem in two stages', () => {
  let solver: ReadySolver;
  beforeAll(async () => void (solver = await highs().prepare()));
  const front = (method: FrontMethod, events: readonly UncertainEvent[], robust: boolean) => {
    const { problem, costs } = supply();
    const objectives = twoStageObjectives(problem, costs, (asked) =>
      robust
        ? columnAndConstraint.decide(asked, events, columnAndConstraint.defaults, { solver })
        : extensive.decide(asked, events, extensive.defaults, { solver }),
    );
    return traceFront(objectives, method, { points_count: 6 });
  };
  const methods = [epsilonConstraint, normalBoundary, adaptiveWeightedSum];

  it('trade as computed by hand at one outcome: price = 5·d − 3·emissions', () => {
    for (const method of [epsilonConstraint, normalBoundary]) {
      const { points } = front(method, [{ probability: 1, support: Float64Array.of(10) }], false);
      expect(points).toHaveLength(6);
      for (const { costs } of points) expect(costs[0]).toBeCloseTo(50 - 3 * costs[1], 3);
    }
  });

  it.each(methods)('are those of the worst outcome of a set, which is the largest demand here: $name', (method) => {
    const { points } = front(method, [{ probability: 1, support: boxSet([8], [12]) }], true);
    expect(points.length).toBeGreaterThanOrEqual(2);
    for (const { costs, plan } of points) {
      // without coal no demand is worse than another
      if (costs[1] > 1e-3) expect(plan.outcomes[0].u[0]).toBeCloseTo(12, 6);
      expect(costs[0]).toBeCloseTo(60 - 3 * costs[1], 3);
    }
    expect(points[0].costs[0]).toBeCloseTo(24, 4);
    expect(points.at(-1)?.costs[1]).toBeCloseTo(0, 4);
  });

  it('weigh scenarios by their probability', () => {
    const events = [8, 12].map((demand, e) => ({ probability: [0.75, 0.25][e], support: Float64Array.of(demand) }));
    const { points } = front(epsilonConstraint, events, false);
    // all coal: 2·(0.75·8 + 0.25·12) = 18; no coal at all: 12 clean units, 60
    expect(points[0].costs).toEqual([expect.closeTo(18, 4), expect.closeTo(9, 4)]);
    expect(points.at(-1)?.costs).toEqual([expect.closeTo(60, 4), expect.closeTo(0, 4)]);
  });
});
