import { describe, expect, it } from 'vitest';
import { deviceConformance } from '../conformance.ts';
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
