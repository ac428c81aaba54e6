import { describe, expect, it } from 'vitest';
import { portValues } from '../../problem/assemble.ts';
import { type Block, buildBlock } from '../../problem/block.ts';
import { declaration } from '../../problem/declare.ts';
import { highs } from '../../solvers/highs/highs.ts';
import { deviceConformance } from '../conformance.ts';
import { readParams } from '../params.ts';
import { ask, complaint, hours } from '../testing/ask.ts';
import { checkIsExact } from '../testing/check-is-exact.ts';
import { generator } from './declare.ts';

const closeTo = (values: readonly number[], expected: readonly number[], digits = 6): void => {
  expect(values.length).toBe(expected.length);
  values.forEach((v, i) => {
    expect(v, `[${i}]`).toBeCloseTo(expected[i], digits);
  });
};

deviceConformance(generator, {
  variants: [
    { ramp_up_kW_per_h: 0, ramp_down_kW_per_h: 0, p_before_kW: -1 },
    { ramp_up_kW_per_h: 0, ramp_down_kW_per_h: 0, p_before_kW: -1, s_max_kVA: 0, cost_cur_per_kW2h: 0 },
    { stops: true, start_cur: 3, p_before_kW: -1 },
    { p_before_kW: -1, cost_cur_per_kWh: Array.from({ length: 24 }, (_, t) => 0.01 * t) },
  ],
});

describe('generator', () => {
  const free = { p_max_kW: 100, cost_cur_per_kWh: 0.1, cost_cur_per_kW2h: 0.001 };

  it('runs where price meets marginal cost b + 2a·p, within its limits', () => {
    const { p_kW, cost_cur } = ask(generator, { ...free, p_min_kW: 10 }, hours(3), Float64Array.of(0.05, 0.2, 0.9));
    closeTo(p_kW, [10, 50, 100]);
    expect(cost_cur).toBeCloseTo(0.1 * 160 + 0.001 * (100 + 2500 + 10000), 9);
  });

  it('changes no faster than its ramps, from what it gave before', () => {
    const raw = { ...free, cost_cur_per_kW2h: 0, ramp_up_kW_per_h: 20, ramp_down_kW_per_h: 30, p_before_kW: 10 };
    closeTo(ask(generator, raw, hours(4), Float64Array.of(0.5, 0.5, 0.5, 0)).p_kW, [30, 50, 70, 40], 5);
    closeTo(ask(generator, { ...raw, p_before_kW: -1 }, hours(2), Float64Array.of(0.5, 0.5)).p_kW, [100, 100], 5);
  });

  it('stops where that is cheaper, and pays for its starts: whole decisions by a solver that takes them', async () => {
    const grid = hours(6);
    const raw = { p_max_kW: 100, p_min_kW: 40, cost_cur_per_kWh: 0.1, stops: true, start_cur: 3 };
    const values = readParams(generator, raw, { grid, profiles: new Map(), where: 'it' });
    const { program, ports, trajectories } = buildBlock(
      'it',
      declaration(grid, (m) => generator.declare(m, values)),
      { exclusive: 'binary' },
    );
    const price = [0.2, 0.09, 0.2, 0.02, 0.02, 0.2];
    const cost = Float64Array.from(program.cost);
    price.forEach((each, t) => {
      for (const column of trajectories.find(({ name }) => name === 'p_kW')!.columns.subarray(t, t + 1)) cost[column] -= each;
    });
    const solution = (await highs().prepare()).solve({ ...program, cost });
    // hour 1 loses 0.01·40 = 0.4, a start costs 3, so it stays on; hours 3 and 4 would lose 0.08·40·2 = 6.4, so it stops
    expect([...portValues({ ports } as Block, 0, solution.x)].map(Math.round)).toEqual([100, 40, 100, 0, 0, 100]);
    expect(solution.objective).toBeCloseTo(-(3 * 100 * 0.1) + 0.4 + 2 * 3, 6);
  });

  it('says what does not fit', () => {
    expect(complaint(generator, { ...free, p_min_kW: 101 }, hours(1))).toContain('p_min_kW 101 is above p_max_kW 100');
    expect(complaint(generator, { ...free, p_min_kW: 80, s_max_kVA: 70 }, hours(1))).toContain('above s_max_kVA 70');
    const slow = { ...free, ramp_up_kW_per_h: 5, ramp_down_kW_per_h: 5 };
    expect(complaint(generator, { ...slow, p_min_kW: 80, p_before_kW: 50 }, hours(1))).toContain('ramp_up_kW_per_h gives 55 kW');
    expect(complaint(generator, { ...slow, p_before_kW: 150 }, hours(1))).toContain('ramp_down_kW_per_h gives 145 kW');
  });

  it('is refused exactly when its block has no feasible point', () => {
    checkIsExact(generator, (random) => ({
      p_max_kW: 100,
      p_min_kW: random.between(0, 100),
      ramp_up_kW_per_h: random.between(5, 50),
      ramp_down_kW_per_h: random.between(5, 50),
      p_before_kW: random.between(0, 150),
      s_max_kVA: random.between(60, 140),
      pf_min_frac: 0.9,
    }));
  });
});
