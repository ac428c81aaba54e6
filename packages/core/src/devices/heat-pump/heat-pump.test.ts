import { describe, expect, it } from 'vitest';
import { deviceConformance } from '../conformance.ts';
import { ask, complaint, hours } from '../testing/ask.ts';
import { heatPump } from './declare.ts';

const closeTo = (values: readonly number[], expected: readonly number[], digits = 6): void => {
  expect(values.length).toBe(expected.length);
  values.forEach((v, i) => {
    expect(v, `[${i}]`).toBeCloseTo(expected[i], digits);
  });
};

deviceConformance(heatPump, {
  variants: [
    { c_mass_kWh_per_K: 0, coupling_kW_per_K: 0, cop_frac: 3 },
    { t_ambient_degC: Array.from({ length: 24 }, (_, t) => -5 + t), t_start_degC: 15 },
  ],
});

describe('heat-pump', () => {
  const house = { p_max_kW: 5, cop_frac: 3, t_ambient_degC: 0, loss_kW_per_K: 0.2, c_air_kWh_per_K: 4 };

  it('holds 19 °C against 0 °C with 0.2 kW/K and COP 3: 19·0.2/3 kW', () => {
    const { p_kW, of } = ask(heatPump, { ...house, t_start_degC: 19, discomfort_cur_per_Kh: 10 }, hours(4), 0.3);
    closeTo(p_kW, new Array(4).fill((-19 * 0.2) / 3), 5);
    closeTo(of('t_air_degC'), new Array(4).fill(19), 5);
  });

  it('lets the house cool when comfort costs less than heat: T(t) = 19·e^(−t/20)', () => {
    const { p_kW, of, cost_cur } = ask(heatPump, { ...house, t_start_degC: 19, discomfort_cur_per_Kh: 0.001 }, hours(2), 0.3);
    closeTo(p_kW, [0, 0], 5);
    const expected = [1, 2].map((t) => 19 * Math.exp(-t / 20));
    closeTo(of('t_air_degC'), expected, 6);
    expect(cost_cur).toBeCloseTo(0.001 * (38 - expected[0] - expected[1]), 7);
  });

  it('computes its COP from the lift: 0.45·313.15/40 at 0 °C, limited near no lift', () => {
    const raw = { ...house, cop_frac: 0, t_start_degC: 19, discomfort_cur_per_Kh: 10, t_supply_degC: 40 };
    const cop = (0.45 * 313.15) / 40;
    closeTo(ask(heatPump, raw, hours(1), 0.3).p_kW, [(-19 * 0.2) / cop], 5);
  });

  it('says what does not fit', () => {
    expect(complaint(heatPump, { ...house, t_min_degC: [19, 24], t_max_degC: 23 }, hours(2))).toContain(
      't_min_degC 24 is above t_max_degC 23 at step 1',
    );
    expect(complaint(heatPump, { ...house, c_mass_kWh_per_K: 9 }, hours(2))).toContain('coupling_kW_per_K');
    expect(complaint(heatPump, { ...house, coupling_kW_per_K: 9 }, hours(2))).toContain('c_mass_kWh_per_K');
  });
});
