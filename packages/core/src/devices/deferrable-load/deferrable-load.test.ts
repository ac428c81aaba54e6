import { describe, expect, it } from 'vitest';
import { deviceConformance } from '../conformance.ts';
import { ask, complaint, hours } from '../testing/ask.ts';
import { checkIsExact } from '../testing/check-is-exact.ts';
import { deferrableLoad } from './declare.ts';
import { deferrableLoadOracle } from './prox.ts';

const closeTo = (values: readonly number[], expected: readonly number[], digits = 6): void => {
  expect(values.length).toBe(expected.length);
  values.forEach((v, i) => {
    expect(v, `[${i}]`).toBeCloseTo(expected[i], digits);
  });
};

deviceConformance(deferrableLoad, { variants: [{ pf_frac: 1 }, { e_needed_kWh: 40 }, { e_needed_kWh: 0 }, { endsAt: '03:00' }] });

describe('deferrable-load', () => {
  it('takes the cheapest hours of its window', () => {
    const raw = { p_max_kW: 5, e_needed_kWh: 8, startsAt: '01:00', endsAt: '04:00' };
    const { p_kW, value_cur } = ask(deferrableLoad, raw, hours(5), Float64Array.of(0.01, 0.3, 0.2, 0.1, 0.01));
    closeTo(p_kW, [0, 0, -3, -5, 0]);
    expect(value_cur).toBeCloseTo(3 * 0.2 + 5 * 0.1, 9);
  });

  it('fills to one level: prox of draws 4, 2, 0 with 3 kWh too many', () => {
    const grid = hours(3);
    const oracle = deferrableLoadOracle({ p_max_kW: 9, e_needed_kWh: 3, startsAt: 0, endsAt: 3, pf_frac: 1 }, grid);
    const out = new Float64Array(6);
    expect(oracle.prox(Float64Array.of(-4, -2, 0, 0, 0, 0), new Float64Array(6).fill(0.5), out)).toBe(true);
    closeTo([...out], [-2.5, -0.5, 0, 0, 0, 0], 12);
  });

  it('says what does not fit its window', () => {
    const raw = { p_max_kW: 5, e_needed_kWh: 16, startsAt: '01:00', endsAt: '04:00' };
    expect(complaint(deferrableLoad, raw, hours(5))).toContain('e_needed_kWh 16 is more than p_max_kW 5 gives in the 3 h');
    const iso = { startsAt: '2025-01-15T03:00Z', endsAt: '2025-01-15T02:00Z' };
    expect(complaint(deferrableLoad, { ...raw, ...iso }, hours(5))).toContain(
      'endsAt 2025-01-15T02:00+00:00 is not after startsAt 2025-01-15T03:00+00:00',
    );
    expect(complaint(deferrableLoad, { ...raw, endsAt: '00:30' }, hours(5))).toBe('');
  });

  it('is refused exactly when its block has no feasible point', () => {
    checkIsExact(deferrableLoad, (random) => ({
      p_max_kW: random.between(0, 10),
      e_needed_kWh: random.between(0, 40),
      startsAt: `0${random.index(4)}:00`,
      endsAt: `0${4 + random.index(4)}:00`,
      pf_frac: 0.9,
    }));
  });
});
