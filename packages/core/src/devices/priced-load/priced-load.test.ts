import { describe, expect, it } from 'vitest';
import { deviceConformance } from '../conformance.ts';
import { ask, complaint, hours } from '../testing/ask.ts';
import { pricedLoad } from './declare.ts';
import { levelsOf } from './levels.ts';

const day = Array.from({ length: 24 }, (_, t) => 80 + 20 * Math.sin(t / 4));
deviceConformance(pricedLoad, {
  variants: [
    { elasticity_frac: 0, pf_frac: 1 },
    { p_load_kW: day, p_contract_kW: day },
  ],
});

describe('priced-load', () => {
  it('gives the published loads at the ten published price levels, to 0.1 %', () => {
    const levels = levelsOf({ elasticity_frac: -0.2113, level_min_frac: 0.7, level_step_frac: 0.1, levels_count: 10 });
    expect(levels.map(({ price_frac }) => Math.round(100 * price_frac))).toEqual([70, 80, 90, 100, 110, 120, 130, 140, 150, 160]);
    const published = [107.9, 104.8, 102.3, 100, 98.0, 96.2, 94.6, 93.1, 91.8, 90.5];
    levels.forEach(({ load_frac }, j) => expect(Math.abs(100 * load_frac - published[j])).toBeLessThan(0.1));
  });

  it('charges more when power is dear and less when it is cheap, within bill and energy', () => {
    const raw = { p_load_kW: 100, p_contract_kW: 100, tariff_cur_per_kWh: 0.1, levels_count: 7, level_min_frac: 0.7 };
    const { p_kW } = ask(pricedLoad, raw, hours(2), Float64Array.of(0.02, 0.5));
    expect(p_kW[0]).toBeLessThan(-100.5);
    expect(p_kW[1]).toBeGreaterThan(-99.5);
    expect(-p_kW[0] - p_kW[1]).toBeGreaterThan(200 - 1e-6);
  });

  it('wants the usual price among its levels', () => {
    const raw = { p_load_kW: 1, p_contract_kW: 1, tariff_cur_per_kWh: 0.1, level_min_frac: 0.75 };
    expect(complaint(pricedLoad, raw, hours(2))).toContain('leave out the usual price');
    expect(complaint(pricedLoad, { ...raw, levels_count: 2.5 }, hours(2))).toContain('not a whole number');
  });
});
