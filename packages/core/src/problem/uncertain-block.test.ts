import { beforeAll, describe, expect, it } from 'vitest';
import type { ReadySolver } from '../solvers/contract.ts';
import { highs } from '../solvers/highs/highs.ts';
import { mul, sum } from './affine.ts';
import { type Block, buildBlock } from './block.ts';
import { type DeclarationModel, declaration } from './declare.ts';
import { placeBlock } from './place-block.ts';
import { recourseAt, TwoStageModel } from './two-stage.ts';
import { blockSlopes } from './uncertain-block.ts';

const time = { dt_h: 0.5, steps_count: 3 };
const built = (declare: (m: DeclarationModel, u: Float64Array) => void, exclusive: 'binary' | 'relaxed' = 'relaxed') => {
  return (u: Float64Array): Block =>
    buildBlock(
      'it',
      declaration(time, (m) => declare(m, u)),
      { exclusive },
    );
};
const expected = Float64Array.of(10, 20, 30);

/** A plant limited by what is uncertain, with a fee per kWh that could be had, and an energy that counts on it. */
const plant = built((m, u) => {
  const power = m.input('p_kW', 0, u);
  m.inject(power);
  m.cost(mul(0.1, sum(power, u)));
  m.total('energy', sum(power, mul(-0.5, u)), 0, Infinity, { from: 0, to: 3 });
});

describe('what a declaration makes of a symbol', () => {
  it('is found as slopes: limits, totals, constants of the cost, each at its place', () => {
    const slopes = blockSlopes(plant, expected, expected, 'it');
    expect(slopes.upper).toEqual([0, 1, 2].map((at) => ({ at, symbol: at, value: 1 })));
    expect(slopes.lower).toEqual([]);
    // ∫ (p − u/2) dt ≥ 0: the side rises by dt/2 per unit
    expect(slopes.rowLower.map(({ symbol, value }) => [symbol, value])).toEqual([0, 1, 2].map((s) => [s, expect.closeTo(0.25, 12)]));
    expect(slopes.offset.map(({ value }) => value)).toEqual([0, 1, 2].map(() => expect.closeTo(0.05, 12)));
    expect(slopes.rows).toEqual([]);
  });

  it('what bends within the range is refused, and what changes the shape, too: SYMBOL_NOT_AFFINE', () => {
    const bent = built((m, u) =>
      m.inject(
        m.input(
          'p_kW',
          0,
          u.map((value) => Math.min(value, 25)),
        ),
      ),
    );
    expect(() => blockSlopes(bent, expected, expected, 'devices[0]')).toThrow('SYMBOL_NOT_AFFINE');
    const other = built((m, u) => {
      m.inject(m.input('p_kW', 0, 1));
      if (u[0] > 10) m.input('q_kvar', 0, 1);
    });
    expect(() => blockSlopes(other, expected, expected, 'devices[0]')).toThrow('devices[0]');
  });
});

describe('a block placed in two stages', () => {
  let solver: ReadySolver;
  beforeAll(async () => void (solver = await highs().prepare()));

  it('costs at any outcome what the block itself costs there', () => {
    const model = new TwoStageModel();
    const variables = [...expected].map((value, s) => model.symbol(`u ${s}`, value));
    const slopes = blockSlopes(plant, expected, expected, 'it');
    placeBlock(model, plant(expected), 'later', { slopes, symbols: { variables, expected } }, 'it');
    const problem = model.build();
    for (const u of [expected, Float64Array.of(4, 25, 31), Float64Array.of(0, 0, 60)]) {
      const { objective } = solver.solve(recourseAt(problem, new Float64Array(problem.first.cost.length), u));
      const own = solver.solve(plant(u).program).objective;
      expect(objective + problem.first.offset).toBeCloseTo(own, 8);
    }
  });

  it('an uncertain number that multiplies a whole decision becomes a product; one that multiplies a reaction is refused', () => {
    const levels = (whole: boolean) =>
      built((m, u) => {
        const chosen = m.input('level_frac', 0, 1);
        if (whole) m.whole(chosen);
        m.inject(mul(u, chosen));
      }, 'binary');
    const place = (build: (u: Float64Array) => Block): ReturnType<TwoStageModel['build']> => {
      const model = new TwoStageModel();
      const variables = [...expected].map((value, s) => model.symbol(`u ${s}`, value));
      const slopes = blockSlopes(build, expected, expected, 'it');
      const { ports } = placeBlock(model, build(expected), 'whole parts ahead', { slopes, symbols: { variables, expected } }, 'it');
      const out = model.react('out');
      model.equal('out', out, ports[0][1]);
      return model.build();
    };
    const problem = place(levels(true));
    expect(problem.products.map(({ symbol, value }) => [symbol, Math.abs(value)])).toEqual([[1, 1]]);
    expect(problem.first.integer).toEqual(Uint8Array.of(1, 1, 1));
    expect(() => place(levels(false))).toThrow('RECOURSE_UNCERTAIN');
    expect(() => placeBlock(new TwoStageModel(), levels(true)(expected), 'later', undefined, 'it')).toThrow('RECOURSE_WHOLE');
  });
});
