import { describe, expect, it } from 'vitest';
import { deviceConformance } from '../conformance.ts';
import { ask, complaint, hours } from '../testing/ask.ts';
import { checkIsExact } from '../testing/check-is-exact.ts';
import { thermostaticLoad } from './declare.ts';

const closeTo = (values: readonly number[], expected: readonly number[], digits = 6): void => {
  expect(values.length).toBe(expected.length);
  values.forEach((v, i) => {
    expect(v, `[${i}]`).toBeCloseTo(expected[i], digits);
  });
};

const fridge = {
  p_max_kW: 0.1,
  cop_frac: 2,
  cools: true,
  t_ambient_degC: 20,
  t_min_degC: 2,
  t_max_degC: 7,
  t_start_degC: 5,
  loss_kW_per_K: 0.002,
  c_kWh_per_K: 0.01,
  p_draw_kW: 0,
};

deviceConformance(thermostaticLoad, { variants: [fridge, { p_draw_kW: Array.from({ length: 24 }, (_, t) => (t === 7 ? 1.5 : 0.1)) }] });

describe('thermostatic-load', () => {
  const tank = { p_max_kW: 3, t_min_degC: 45, t_max_degC: 65, t_start_degC: 50, loss_kW_per_K: 0, c_kWh_per_K: 0.2 };

  it('heats ahead at the low price: 1 kW lifts 0.2 kWh/K by 5 K in an hour', () => {
    const { p_kW, of } = ask(thermostaticLoad, { ...tank, p_draw_kW: [0, 4] }, hours(2), Float64Array.of(0.1, 0.5));
    closeTo(p_kW, [-3, 0]);
    closeTo(of('t_degC'), [65, 45]);
  });

  it('a fridge at rest needs L·(T_around − T)/COP', () => {
    const { of } = ask(thermostaticLoad, { ...fridge, t_start_degC: 7 }, hours(3), 0.3);
    closeTo(of('p_kW'), new Array(3).fill((0.002 * 13) / 2), 5);
    closeTo(of('t_degC'), [7, 7, 7], 5);
  });

  it('says which limit cannot be kept, and where it gets to', () => {
    expect(complaint(thermostaticLoad, { ...tank, p_draw_kW: 9 }, hours(2))).toContain(
      't_min_degC 45 cannot be kept at step 0: running with all of p_max_kW 3 it gets to 20 °C',
    );
    expect(complaint(thermostaticLoad, { ...fridge, p_max_kW: 0.001 }, hours(9))).toContain('t_max_degC 7 cannot be kept');
    expect(complaint(thermostaticLoad, { ...fridge, t_ambient_degC: -9 }, hours(9))).toContain('switched off');
    expect(complaint(thermostaticLoad, { ...tank, t_start_degC: 70 }, hours(2))).toContain('t_start_degC 70 is outside');
    expect(complaint(thermostaticLoad, { ...tank, t_min_degC: 66 }, hours(2))).toContain('t_min_degC 66 is above t_max_degC 65');
  });

  it('is refused exactly when its block has no feasible point', () => {
    checkIsExact(thermostaticLoad, (random) => ({
      p_max_kW: random.between(0, 4),
      cools: random.uniform() < 0.5,
      t_ambient_degC: Array.from({ length: 8 }, () => random.between(-10, 40)),
      t_min_degC: 5,
      t_max_degC: 25,
      t_start_degC: random.between(5, 25),
      loss_kW_per_K: random.between(0, 0.1),
      c_kWh_per_K: 0.2,
      p_draw_kW: Array.from({ length: 8 }, () => random.between(0, 1)),
    }));
  });
});
