import { describe, expect, it } from 'vitest';
import { deviceConformance } from '../conformance.ts';
import { ask, complaint, hours } from '../testing/ask.ts';
import { shiftableLoad } from './declare.ts';

const day = Array.from({ length: 24 }, (_, t) => (t > 6 && t < 18 ? 30 : 5));
deviceConformance(shiftableLoad, { variants: [{ p_min_kW: 5, shift_cur_per_kWh: 0, pf_frac: 1 }, { p_plan_kW: day }] });

describe('shiftable-load', () => {
  const raw = { p_plan_kW: [10, 10, 10], p_min_kW: 0, p_max_kW: 20, shift_cur_per_kWh: 0.05 };

  it('moves where the spread pays for both ends, and keeps its energy', () => {
    // hour 0 at 0.10, hour 1 at 0.30, hour 2 at 0.15: 0.20 pays for 2·0.05, 0.05 does not
    const { p_kW, cost_cur } = ask(shiftableLoad, raw, hours(3), Float64Array.of(0.1, 0.3, 0.15));
    [-20, 0, -10].forEach((expected, t) => expect(p_kW[t]).toBeCloseTo(expected, 6));
    expect(cost_cur).toBeCloseTo(20 * 0.05, 7);
  });

  it('wants a plan that fits: its mean within the limits', () => {
    expect(complaint(shiftableLoad, { ...raw, p_max_kW: 9 }, hours(3))).toContain('the mean 10 of p_plan_kW');
    expect(complaint(shiftableLoad, { ...raw, p_min_kW: 30 }, hours(3))).toContain('p_min_kW 30 is above p_max_kW 20');
  });
});
