import { describe, expect, it } from 'vitest';
import { deviceConformance } from '../conformance.ts';
import { ask, complaint, hours } from '../testing/ask.ts';
import { pv } from './declare.ts';

const closeTo = (values: readonly number[], expected: readonly number[], digits = 6): void => {
  expect(values.length).toBe(expected.length);
  values.forEach((v, i) => {
    expect(v, `[${i}]`).toBeCloseTo(expected[i], digits);
  });
};

deviceConformance(pv, {
  variants: [
    { s_max_kVA: 0 },
    { pf_min_frac: 0.9, p_available_kW: [...new Array(12).fill(0), ...Array.from({ length: 12 }, (_, k) => 14 * k)] },
    { s_max_kVA: 60, pf_min_frac: 1 },
  ],
});

describe('pv', () => {
  it('gives all it has above its own cost and nothing below', () => {
    const prices = Float64Array.of(0.005, 0.2);
    const raw = { p_available_kW: [50, 80], cost_cur_per_kWh: 0.01 };
    const { p_kW, value_cur } = ask(pv, raw, hours(2), prices);
    closeTo(p_kW, [0, 80]);
    expect(value_cur).toBeCloseTo(-80 * (0.2 - 0.01), 9);
  });

  it('is limited by its inverter, at the corner of the 16-gon that pays most', () => {
    const raw = { p_available_kW: 500, s_max_kVA: 100 };
    closeTo(ask(pv, raw, hours(1), 0.2).p_kW, [100]);
    const both = ask(pv, raw, hours(1), 0.2, 0.2);
    closeTo(both.p_kW, [100 * Math.cos(Math.PI / 4)]);
    closeTo(both.q_kvar, [100 * Math.sin(Math.PI / 4)]);
  });

  it('keeps its power factor: at 0.8, three quarters of p; nothing at night', () => {
    const raw = { p_available_kW: [40, 0], s_max_kVA: 100, pf_min_frac: 0.8 };
    const { p_kW, q_kvar } = ask(pv, raw, hours(2), 0.5, 0.01);
    closeTo(p_kW, [40, 0]);
    closeTo(q_kvar, [30, 0]);
    expect(complaint(pv, { p_available_kW: -1 }, hours(2))).toContain('DEVICE_PARAM_RANGE');
  });
});
