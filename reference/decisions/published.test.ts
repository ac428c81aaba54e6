import { beforeAll, describe, expect, it } from 'vitest';
import { mul, sum, type Variable } from '../../packages/core/src/problem/affine.ts';
import { TwoStageModel } from '../../packages/core/src/problem/two-stage.ts';
import type { ReadySolver } from '../../packages/core/src/solvers/contract.ts';
import { highs } from '../../packages/core/src/solvers/highs/highs.ts';
import { columnAndConstraint } from '../../packages/core/src/strategies/column-and-constraint/strategy.ts';
import type { UncertainEvent } from '../../packages/core/src/strategies/contract.ts';
import { extensive } from '../../packages/core/src/strategies/extensive/strategy.ts';
import { deviationSet } from '../../packages/core/src/uncertainty/uncertainty-set.ts';

let solver: ReadySolver;
beforeAll(async () => void (solver = await highs().prepare()));

/** Zeng & Zhao (2013), section 4: three warehouses to be built, three customers whose demands may rise. */
function locationTransport(): { model: TwoStageModel; set: ReturnType<typeof deviationSet> } {
  const build = [400, 414, 326];
  const capacity = [18, 25, 20];
  const ship = [
    [22, 33, 24],
    [33, 23, 30],
    [20, 25, 27],
  ];
  const demand = [206, 274, 220];
  const model = new TwoStageModel();
  const open = build.map((_, i) => model.decide(`open ${i}`, { lower: 0, upper: 1, whole: true }));
  const size = build.map((_, i) => model.decide(`size ${i}`, { lower: 0 }));
  const need = demand.map((value, j) => model.symbol(`demand ${j}`, value));
  const flow = ship.map((row, i) => row.map((_, j) => model.react(`flow ${i},${j}`, { lower: 0 })));
  open.forEach((variable, i) => {
    model.atMost(`built ${i}`, size[i], mul(800, variable));
    model.atMost(`stock ${i}`, sum(...flow[i]), size[i]);
  });
  demand.forEach((_, j) => model.atLeast(`met ${j}`, sum(...flow.map((row) => row[j])), need[j]));
  model.atLeast('enough', sum(...size), 772);
  model.cost(sum(...build.map((value, i) => mul(value, open[i])), ...capacity.map((value, i) => mul(value, size[i]))));
  model.cost(sum(...ship.flatMap((row, i) => row.map((value, j) => mul(value, flow[i][j])))));
  const set = deviationSet(
    demand,
    [40, 40, 40],
    [
      { at: [0, 1, 2], deviations_max_count: 1.8 },
      { at: [0, 1], deviations_max_count: 1.2 },
    ],
  );
  return { model, set };
}

describe('published answers', () => {
  for (const search of ['programme', 'corners'] as const) {
    it(`Zeng & Zhao's location and transport: 33680, ${search}`, () => {
      const { model, set } = locationTransport();
      const decision = columnAndConstraint.decide(
        model.build(),
        [{ probability: 1, support: set }],
        { ...columnAndConstraint.defaults, search },
        { solver },
      );
      expect(decision.status).toBe('optimal');
      expect(decision.cost).toBeCloseTo(33680, 4);
      expect(decision.bound).toBeCloseTo(33680, 4);
      expect(decision.history.length).toBeLessThanOrEqual(3);
    });
  }

  /** Birge & Louveaux, Introduction to Stochastic Programming (2nd ed. 2011), section 1.1: wheat, corn, beets on 500 acres. */
  function farmer(): { model: TwoStageModel; acres: Variable[] } {
    const model = new TwoStageModel();
    const acres = ['wheat', 'corn', 'beets'].map((crop) => model.decide(crop, { lower: 0 }));
    const yields = [2.5, 3, 20].map((value, k) => model.symbol(`yield ${k}`, value));
    model.atMost('land', sum(...acres), 500);
    model.cost(sum(mul(150, acres[0]), mul(230, acres[1]), mul(260, acres[2])));
    const grown = acres.map((variable, k) => model.times(variable, yields[k]));
    const [buyWheat, sellWheat, buyCorn, sellCorn] = ['buy wheat', 'sell wheat', 'buy corn', 'sell corn'].map((name) =>
      model.react(name, { lower: 0 }),
    );
    const quota = model.react('sell beets', { lower: 0, upper: 6000 });
    const rest = model.react('sell more beets', { lower: 0 });
    model.atLeast('wheat fed', sum(grown[0], buyWheat, mul(-1, sellWheat)), 200);
    model.atLeast('corn fed', sum(grown[1], buyCorn, mul(-1, sellCorn)), 240);
    model.atMost('beets sold', sum(quota, rest), grown[2]);
    model.cost(sum(mul(238, buyWheat), mul(-170, sellWheat), mul(210, buyCorn), mul(-150, sellCorn), mul(-36, quota), mul(-10, rest)));
    return { model, acres };
  }

  it('the farmer: −108390 at 170, 80, 250 acres; EVPI 7015.56, VSS 1150', () => {
    const { model } = farmer();
    const problem = model.build();
    const scenarios = [1.2, 1, 0.8].map((factor) => Float64Array.from([2.5, 3, 20], (value) => factor * value));
    const events = scenarios.map((support) => ({ probability: 1 / 3, support }));
    const decide = (own: readonly UncertainEvent[], x?: Float64Array<ArrayBufferLike>): ReturnType<typeof extensive.decide> => {
      const fixed = x ? { ...problem, first: { ...problem.first, lower: x, upper: x } } : problem;
      return extensive.decide(fixed, own, {}, { solver });
    };
    const here = decide(events);
    expect(here.cost).toBeCloseTo(-108390, 4);
    expect([...here.x].map((value) => Math.round(value))).toEqual([170, 80, 250]);
    const waitAndSee = scenarios.reduce((total, support) => total + decide([{ probability: 1, support }]).cost / 3, 0);
    expect(waitAndSee).toBeCloseTo(-115405.56, 2);
    expect(here.cost - waitAndSee).toBeCloseTo(7015.56, 2);
    const mean = decide([{ probability: 1, support: problem.forecast }]);
    expect(decide(events, mean.x).cost - here.cost).toBeCloseTo(1150, 2);
  });
});
