import { describe, expect, it } from 'vitest';
import { degPerRad, iBase_A, zBase_ohm } from './per-unit.ts';
import { series } from './series.ts';
import { type Unit, unitOfName, units, withoutUnit } from './units.ts';

describe('units', () => {
  it.each([
    ['p_max_kW', 'kW'],
    ['price_cur_per_kWh', 'cur_per_kWh'],
    ['leak_per_h', 'per_h'],
    ['ramp_kW_per_h', 'kW_per_h'],
    ['e_kWh', 'kWh'],
    ['flow_m3_per_s', 'm3_per_s'],
    ['price_EUR_per_kWh', undefined],
    ['p_max', undefined],
    ['p_max_MW', undefined],
    ['kW', undefined],
    ['', undefined],
  ])('%s → %s', (name, unit) => {
    expect(unitOfName(name)).toBe(unit);
    expect(withoutUnit(name)).toBe(unit === undefined ? name : name.slice(0, -unit.length - 1));
  });

  it('finds every unit of the registry at the end of a name', () => {
    for (const unit of Object.keys(units) as Unit[]) expect(unitOfName(`x_${unit}`)).toBe(unit);
  });
});

describe('per unit', () => {
  it('is three-phase power, line-to-line voltage, line current', () => {
    const base = { s_base_kVA: 10_000, v_base_kV: 12.66 };
    expect(zBase_ohm(base)).toBeCloseTo(16.02756, 10);
    expect(iBase_A(base)).toBeCloseTo(456.0429, 4);
    // Z·I = V/√3
    expect((zBase_ohm(base) * iBase_A(base)) / 1000).toBeCloseTo(12.66 / Math.sqrt(3), 12);
    expect(Math.PI * degPerRad).toBe(180);
  });
});

describe('series', () => {
  const axes = [
    { name: 't', labels: ['0', '1'] },
    { name: 'b', labels: ['x', 'y', 'z'] },
  ];

  it('copies its values and knows its unit', () => {
    const values = [1, 2, 3, 4, 5, 6];
    const made = series('v_pu', axes, values);
    values[0] = 9;
    expect(made).toMatchObject({ unit: 'pu', axes });
    expect([...made.values]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(Object.isFrozen(made)).toBe(true);
    expect([...series('cost_cur', [], [7]).values]).toEqual([7]);
  });

  it('refuses a wrong length and a name without a unit', () => {
    expect(() => series('v_pu', axes, [1])).toThrow('SERIES_SHAPE');
    expect(() => series('v', axes, [1, 2, 3, 4, 5, 6])).toThrow('SERIES_SHAPE');
  });
});
