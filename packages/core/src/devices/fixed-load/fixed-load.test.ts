import { describe, expect, it } from 'vitest';
import { deviceConformance } from '../conformance.ts';
import { ask, complaint, hours } from '../testing/ask.ts';
import { fixedLoad } from './declare.ts';

const closeTo = (values: readonly number[], expected: readonly number[], digits = 6): void => {
  expect(values.length).toBe(expected.length);
  values.forEach((v, i) => {
    expect(v, `[${i}]`).toBeCloseTo(expected[i], digits);
  });
};

deviceConformance(fixedLoad, { variants: [{ pf_frac: 1, q_load_kvar: Array.from({ length: 24 }, (_, t) => t - 12) }] });

describe('fixed-load', () => {
  it('draws what it says, whatever the price', () => {
    const { p_kW, q_kvar, value_cur } = ask(fixedLoad, { p_load_kW: [80, 40], pf_frac: 0.8 }, hours(2), 0.5, 0.1);
    closeTo(p_kW, [-80, -40]);
    closeTo(q_kvar, [-60, -30]);
    expect(value_cur).toBeCloseTo(120 * 0.5 + 90 * 0.1, 9);
    closeTo(ask(fixedLoad, { p_load_kW: 80, q_load_kvar: -5 }, hours(1), 0).q_kvar, [5]);
  });

  it('wants its reactive power said once', () => {
    expect(complaint(fixedLoad, { p_load_kW: 3, pf_frac: 0.9, q_load_kvar: 1 }, hours(2))).toContain('pf_frac 0.9 and q_load_kvar');
  });
});
