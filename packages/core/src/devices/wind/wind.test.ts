import { describe, expect, it } from 'vitest';
import { deviceConformance } from '../conformance.ts';
import { readParams } from '../params.ts';
import { ask, complaint, hours } from '../testing/ask.ts';
import { wind } from './declare.ts';
import { powerAt } from './power-curve.ts';

const closeTo = (values: readonly number[], expected: readonly number[], digits = 6): void => {
  expect(values.length).toBe(expected.length);
  values.forEach((v, i) => {
    expect(v, `[${i}]`).toBeCloseTo(expected[i], digits);
  });
};

deviceConformance(wind, {
  variants: [
    { wind_m_per_s: 0, p_available_kW: 40, p_rated_kW: 0 },
    { s_max_kVA: 0, wind_m_per_s: Array.from({ length: 24 }, (_, t) => 1.2 * t) },
    { pf_min_frac: 0.9 },
  ],
});

describe('wind', () => {
  it('follows its curve: cubic between cut-in and rated speed, flat, then off', () => {
    const x = readParams(wind, wind.example, { grid: hours(1), profiles: new Map(), where: 'it' });
    expect([0, 2.9, 3, 12, 24.9, 25].map((v) => powerAt(v, x))).toEqual([0, 0, 0, 100, 100, 0]);
    expect(powerAt(9, x)).toBeCloseTo((100 * (729 - 27)) / (1728 - 27), 12);
  });

  it('gives the available power at a price', () => {
    closeTo(ask(wind, { p_available_kW: [10, 20] }, hours(2), 0.1).p_kW, [10, 20]);
    closeTo(ask(wind, { wind_m_per_s: [2, 13], p_rated_kW: 50 }, hours(2), 0.1).p_kW, [0, 50]);
  });

  it('wants its available power said once, and a curve that rises', () => {
    expect(complaint(wind, {}, hours(2))).toContain('neither p_available_kW nor wind_m_per_s');
    expect(complaint(wind, { p_available_kW: 3, wind_m_per_s: 5, p_rated_kW: 9 }, hours(2))).toContain('give one');
    expect(complaint(wind, { wind_m_per_s: 5 }, hours(2))).toContain('p_rated_kW');
    expect(complaint(wind, { p_available_kW: [0, 0] }, hours(2))).toBe('');
    expect(complaint(wind, { ...wind.example, wind_cut_in_m_per_s: 13 }, hours(2))).toContain('wind_cut_in_m_per_s 13');
  });
});
