import { describe, expect, it } from 'vitest';
import { deviceConformance } from '../conformance.ts';
import { ask, complaint, hours } from '../testing/ask.ts';
import { checkIsExact } from '../testing/check-is-exact.ts';
import { supercapacitor } from './declare.ts';
import { allowed_frac, powerLines } from './voltage.ts';

deviceConformance(supercapacitor, {
  variants: [
    { s_max_kVA: 0, leak_per_h: 0 },
    { v_min_frac: 0.3, e_start_kWh: 5 },
  ],
});

const ideal = { p_max_kW: 100, e_max_kWh: 100, e_start_kWh: 100, eta_charge_frac: 1, eta_discharge_frac: 1, leak_per_h: 0 };

describe('supercapacitor', () => {
  it('allows what the root of its energy allows: exact at the corners, never more, 0.4 % less at most', () => {
    const lines = powerLines(0.5);
    for (let k = 0; k <= 4; k++) {
      const v = 0.5 + k / 8;
      expect(allowed_frac(lines, v * v)).toBeCloseTo(v, 12);
    }
    for (let e = 0.25; e <= 1; e += 0.001) {
      expect(allowed_frac(lines, e)).toBeLessThanOrEqual(Math.sqrt(e) + 1e-12);
      expect(allowed_frac(lines, e)).toBeGreaterThan(Math.sqrt(e) - 0.004);
    }
  });

  it('gives no more than its voltage at the end of the step allows', () => {
    // p = √(1 − p) at the end of the first hour: (√5 − 1)/2; then it is down to a quarter
    const { p_kW, of } = ask(supercapacitor, ideal, hours(3), Float64Array.of(3, 2, 1));
    const golden_kW = 100 * ((Math.sqrt(5) - 1) / 2);
    expect(p_kW[0]).toBeLessThanOrEqual(golden_kW + 1e-6);
    expect(p_kW[0]).toBeGreaterThan(golden_kW - 0.4);
    expect(p_kW[0] + p_kW[1]).toBeCloseTo(75, 5);
    expect(of('e_kWh')[2]).toBeCloseTo(25, 5);
  });

  it('takes no more than its voltage at the start of the step allows, leak or not', () => {
    for (const leak_per_h of [0, 0.2]) {
      const { p_kW } = ask(supercapacitor, { ...ideal, leak_per_h, e_start_kWh: 25 }, hours(2), Float64Array.of(-2, -1));
      expect(p_kW[0]).toBeCloseTo(-50, 5);
    }
  });

  it('says what cannot work', () => {
    const raw = { ...ideal, e_start_kWh: 25 };
    expect(complaint(supercapacitor, { ...raw, e_end_min_kWh: 76 }, hours(1))).toContain(
      'e_end_min_kWh 76 cannot be reached: charging all the time gives 75 kWh',
    );
    expect(complaint(supercapacitor, { ...raw, e_end_min_kWh: 75 }, hours(1))).toBe('');
    expect(complaint(supercapacitor, { ...raw, e_start_kWh: 24 }, hours(1))).toContain(
      'e_start_kWh 24 is outside 25 (v_min_frac) … e_max_kWh 100',
    );
    expect(complaint(supercapacitor, { ...raw, e_end_min_kWh: 101 }, hours(1))).toContain('e_end_min_kWh 101 is above e_max_kWh 100');
    expect(complaint(supercapacitor, { ...raw, p_max_kW: 0, leak_per_h: 0.1 }, hours(1))).toContain('v_min_frac 0.5 cannot be held');
  });

  it('is refused exactly when its block has no feasible point', () => {
    checkIsExact(supercapacitor, (random) => ({
      p_max_kW: random.between(0, 10),
      e_max_kWh: 100,
      v_min_frac: random.between(0.2, 0.4),
      e_start_kWh: random.between(17, 60),
      e_end_min_kWh: random.between(0, 100),
      leak_per_h: random.between(0, 0.3),
      s_max_kVA: random.between(-4, 8) > 0 ? random.between(1, 8) : 0,
    }));
  });
});
