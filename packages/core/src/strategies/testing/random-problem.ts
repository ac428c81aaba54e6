import type { RandomStream } from '../../base/random.ts';
import { mul, sum } from '../../problem/affine.ts';
import { type TwoStage, TwoStageModel } from '../../problem/two-stage.ts';

/**
 * A small plant: units to be started and sized first, dispatch against uncertain demands afterwards; what is not met is priced. Some demands
 * grow with a decision, so products of both appear.
 */
export function randomProblem(stream: RandomStream, sizes: { readonly units: number; readonly demands: number }): TwoStage {
  const model = new TwoStageModel();
  const units = Array.from({ length: sizes.units }, (_, i) => i);
  const demands = Array.from({ length: sizes.demands }, (_, j) => j);
  const on = units.map((i) => model.decide(`on ${i}`, { lower: 0, upper: 1, whole: true }));
  const size = units.map((i) => model.decide(`size ${i}`, { lower: 0, upper: 60 }));
  const promise = model.decide('promise', { lower: 0, upper: 1 });
  const need = demands.map((j) => model.symbol(`demand ${j}`, 20));
  const flow = units.map((i) => demands.map((j) => model.react(`flow ${i},${j}`, { lower: 0 })));
  for (const i of units) {
    model.atMost(`on ${i}`, size[i], mul(60, on[i]));
    model.atMost(`capacity ${i}`, sum(...flow[i]), size[i], { price: 90 });
    model.cost(sum(mul(stream.between(20, 60), on[i]), mul(stream.between(2, 6), size[i])));
    model.cost(sum(...demands.map((j) => mul(stream.between(1, 9), flow[i][j]))));
  }
  for (const j of demands) {
    const grown = mul(stream.between(0, 0.3), model.times(promise, need[j]));
    model.equal(`demand ${j}`, sum(...flow.map((row) => row[j])), sum(need[j], grown), { price: stream.between(40, 80) });
  }
  model.cost(mul(-stream.between(5, 40), promise));
  return model.build();
}
