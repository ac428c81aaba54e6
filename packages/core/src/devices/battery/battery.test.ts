import { describe, expect, it } from 'vitest';
import { deviceConformance } from '../conformance.ts';
import { ask, complaint, hours } from '../testing/ask.ts';
import { checkIsExact } from '../testing/check-is-exact.ts';
import { battery } from './declare.ts';

const closeTo = (values: readonly number[], expected: readonly number[], digits = 6): void => {
  expect(values.length).toBe(expected.length);
  values.forEach((v, i) => {
    expect(v, `[${i}]`).toBeCloseTo(expected[i], digits);
  });
};

deviceConformance(battery, {
  variants: [
    { s_max_kVA: 0, leak_per_h: 0 },
    { e_end_min_kWh: 900, eta_charge_frac: 1, eta_discharge_frac: 1 },
  ],
});

describe('battery', () => {
  it('buys an hour, sells an hour: what comes back is η_c·η_d of what went in', () => {
    const raw = { p_max_kW: 10, e_max_kWh: 100, e_start_kWh: 0, eta_charge_frac: 0.9, eta_discharge_frac: 0.8 };
    const { p_kW, value_cur, of } = ask(battery, raw, hours(2), Float64Array.of(0.1, 0.5));
    closeTo(p_kW, [-10, 7.2]);
    closeTo(of('e_kWh'), [9, 0]);
    expect(value_cur).toBeCloseTo(10 * 0.1 - 7.2 * 0.5, 7);
  });

  it('does nothing when the spread does not pay for losses and wear', () => {
    const raw = { p_max_kW: 10, e_max_kWh: 100, e_start_kWh: 0, eta_charge_frac: 0.9, eta_discharge_frac: 0.9 };
    closeTo(ask(battery, raw, hours(2), Float64Array.of(0.1, 0.12)).p_kW, [0, 0]);
    closeTo(ask(battery, { ...raw, wear_cur_per_kWh: 0.2 }, hours(2), Float64Array.of(0.1, 0.3)).p_kW, [0, 0]);
  });

  it('loses e^(−leak·t) of what it holds', () => {
    const raw = { p_max_kW: 0, e_max_kWh: 100, e_start_kWh: 80, leak_per_h: 0.1 };
    closeTo(
      ask(battery, raw, hours(3), 0).of('e_kWh'),
      [1, 2, 3].map((t) => 80 * Math.exp(-0.1 * t)),
    );
  });

  it('says what cannot work', () => {
    const raw = { p_max_kW: 10, e_max_kWh: 100, e_start_kWh: 20, eta_charge_frac: 0.5 };
    expect(complaint(battery, { ...raw, e_end_min_kWh: 31 }, hours(2))).toContain(
      'e_end_min_kWh 31 cannot be reached: charging all the time gives 30 kWh',
    );
    expect(complaint(battery, { ...raw, e_end_min_kWh: 30 }, hours(2))).toBe('');
    expect(complaint(battery, { ...raw, e_start_kWh: 120 }, hours(2))).toContain('e_start_kWh 120 is outside');
    expect(complaint(battery, { ...raw, e_min_kWh: 15, p_max_kW: 1, leak_per_h: 0.5 }, hours(2))).toContain('e_min_kWh 15 cannot be held');
    expect(complaint(battery, { ...raw, e_min_kWh: 200 }, hours(2))).toContain('e_min_kWh 200 is above e_max_kWh 100');
    expect(complaint(battery, { ...raw, e_end_min_kWh: 200 }, hours(2))).toContain('e_end_min_kWh 200 is above e_max_kWh 100');
  });

  it('is refused exactly when its block has no feasible point', () => {
    checkIsExact(battery, (random) => ({
      p_max_kW: random.between(0, 10),
      e_max_kWh: 100,
      e_min_kWh: random.between(5, 20),
      e_start_kWh: random.between(20, 100),
      e_end_min_kWh: random.between(0, 100),
      leak_per_h: random.between(0, 0.3),
      s_max_kVA: random.between(-4, 8) > 0 ? random.between(1, 8) : 0,
    }));
  });
});
