import { describe, expect, it } from 'vitest';
import { deviceConformance } from '../conformance.ts';
import { ask, complaint, hours } from '../testing/ask.ts';
import { curtailableLoad } from './declare.ts';

const closeTo = (values: readonly number[], expected: readonly number[], digits = 6): void => {
  expect(values.length).toBe(expected.length);
  values.forEach((v, i) => {
    expect(v, `[${i}]`).toBeCloseTo(expected[i], digits);
  });
};

deviceConformance(curtailableLoad, {
  variants: [
    { pf_frac: 1, shed_max_frac: 1 },
    { shed_max_frac: 0 },
    { p_load_kW: Array.from({ length: 24 }, (_, t) => 3 * t), lost_cur_per_kWh: Array.from({ length: 24 }, (_, t) => 0.02 * t) },
  ],
});

describe('curtailable-load', () => {
  it('sheds its share where energy is worth more than to itself', () => {
    const raw = { p_load_kW: 100, pf_frac: 0.8, shed_max_frac: 0.3, lost_cur_per_kWh: 0.5 };
    const { p_kW, q_kvar, of, cost_cur, value_cur } = ask(curtailableLoad, raw, hours(2), Float64Array.of(0.4, 0.6));
    closeTo(p_kW, [-100, -70]);
    closeTo(q_kvar, [-75, -52.5]);
    closeTo(of('p_shed_kW'), [0, 30]);
    expect(cost_cur).toBeCloseTo(15, 9);
    expect(value_cur).toBeCloseTo(15 + 100 * 0.4 + 70 * 0.6, 9);
  });

  it('refuses a share above one', () => {
    expect(complaint(curtailableLoad, { ...curtailableLoad.example, shed_max_frac: 1.2 }, hours(1))).toContain('DEVICE_PARAM_RANGE');
  });
});
