import { beforeAll, describe, expect, it } from 'vitest';
import { mul, sum } from '../problem/affine.ts';
import { TwoStageModel } from '../problem/two-stage.ts';
import type { ReadySolver } from '../solvers/contract.ts';
import { highs } from '../solvers/highs/highs.ts';
import { carryThrough } from './carry-through.ts';

let solver: ReadySolver;
beforeAll(async () => void (solver = await highs().prepare()));

describe('a decision carried through two steps', () => {
  // what is bought at 1 now may be kept for the next step, when it costs 2; a rent of 3 is paid beforehand
  const model = new TwoStageModel();
  const rent = model.decide('rent', { lower: 1, upper: 1 });
  const demand = [model.symbol('demand 0', 5), model.symbol('demand 1', 5)];
  const bought = [model.react('bought 0', { lower: 0, upper: 12 }), model.react('bought 1', { lower: 0, upper: 12 })];
  const kept = model.react('kept', { lower: 0 });
  model.equal('first', kept, sum(bought[0], mul(-1, demand[0])));
  model.equal('second', sum(kept, bought[1]), demand[1], { price: 10 });
  model.cost(sum(mul(3, rent), bought[0], mul(2, bought[1])));
  const problem = model.build();
  const x = Float64Array.of(1);
  const columns = bought.map((variable) => [model.reactionColumn(variable)!]);
  const carry = (...beliefs: number[][]) =>
    carryThrough(
      problem,
      x,
      beliefs.map((belief, t) => ({ belief: Float64Array.from(belief), columns: columns[t] })),
      solver,
    );

  it('costs what was promised where beliefs are true', () => {
    expect(carry([5, 5], [5, 5])!.cost).toBeCloseTo(3 + 10, 9);
  });

  it('pays for what it could not know, and keeps what it has done', () => {
    // ten bought in the hope of 5 and 5; three of the eight then at 2. In hindsight 12 and 1
    const { cost, y } = carry([5, 5], [5, 8])!;
    expect(columns.map(([j]) => y[j])).toEqual([10, 3].map((value) => expect.closeTo(value, 9)));
    expect(cost).toBeCloseTo(3 + 10 + 6, 9);
    expect(carry([5, 8], [5, 8])!.cost).toBeCloseTo(3 + 12 + 2, 9);
  });

  it('misses what has a price, and has nothing to say where there is no way', () => {
    // two more than is wanted stay in the store
    expect(carry([5, 5], [5, 3])).toMatchObject({ shortfall: expect.closeTo(2, 9), cost: expect.closeTo(3 + 10 + 20, 9) });
    expect(carry([20, 5], [20, 5])).toBeUndefined();
  });

  it('knows a decision from a reaction', () => {
    expect(model.reactionColumn(rent)).toBeUndefined();
  });
});
