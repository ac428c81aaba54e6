import { describe, expect, it } from 'vitest';
import { deviceConformance } from '../conformance.ts';
import { ask, complaint, hours } from '../testing/ask.ts';
import { checkIsExact } from '../testing/check-is-exact.ts';
import { hydro } from './declare.ts';

const closeTo = (values: readonly number[], expected: readonly number[], digits = 6): void => {
  expect(values.length).toBe(expected.length);
  values.forEach((v, i) => {
    expect(v, `[${i}]`).toBeCloseTo(expected[i], digits);
  });
};

deviceConformance(hydro, {
  variants: [
    { e_max_kWh: 0, e_start_kWh: 0, e_end_min_kWh: 0 },
    { inflow_m3_per_s: 0, p_inflow_kW: Array.from({ length: 24 }, (_, t) => 4 * t), pf_min_frac: 0.9 },
  ],
});

describe('hydro', () => {
  it('turns 0.5 m³/s over 10 m at 80 % into 39.2266 kW, run of river', () => {
    const raw = { p_max_kW: 100, inflow_m3_per_s: 0.5, head_m: 10, eta_frac: 0.8 };
    closeTo(ask(hydro, raw, hours(2), 0.1).p_kW, [39.2266, 39.2266]);
    closeTo(ask(hydro, { ...raw, p_max_kW: 30 }, hours(1), 0.1).p_kW, [30]);
  });

  it('keeps water for the dear hour and spills what does not fit', () => {
    const raw = { p_max_kW: 60, p_inflow_kW: 40, e_max_kWh: 20, e_start_kWh: 0 };
    const { p_kW, of } = ask(hydro, raw, hours(2), Float64Array.of(0.1, 0.5));
    closeTo(p_kW, [20, 60]);
    closeTo(of('e_kWh'), [20, 0]);
    const full = ask(hydro, { ...raw, p_max_kW: 10, e_start_kWh: 20, e_end_min_kWh: 20 }, hours(1), 0.3);
    closeTo(full.of('p_spill_kW'), [30]);
  });

  it('says when the pond cannot be filled, or the inflow is said twice', () => {
    const raw = { p_max_kW: 60, p_inflow_kW: 10, e_max_kWh: 100, e_start_kWh: 20, e_end_min_kWh: 50 };
    expect(complaint(hydro, raw, hours(2))).toContain('e_end_min_kWh 50 cannot be reached: keeping all water gives 40 kWh');
    expect(complaint(hydro, raw, hours(3))).toBe('');
    expect(complaint(hydro, { ...raw, inflow_m3_per_s: 1, head_m: 3 }, hours(3))).toContain('give one');
    expect(complaint(hydro, { p_max_kW: 9, inflow_m3_per_s: 1 }, hours(3))).toContain('head_m');
    expect(complaint(hydro, { ...raw, e_start_kWh: 101 }, hours(3))).toContain('e_start_kWh 101');
  });

  it('is refused exactly when its block has no feasible point', () => {
    checkIsExact(hydro, (random) => ({
      p_max_kW: random.between(0, 30),
      p_inflow_kW: Array.from({ length: 8 }, () => random.between(0, 10)),
      e_max_kWh: 60,
      e_start_kWh: random.between(0, 60),
      e_end_min_kWh: random.between(0, 60),
    }));
  });
});
