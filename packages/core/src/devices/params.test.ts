import { describe, expect, it } from 'vitest';
import { timeGrid } from '../base/time-grid.ts';
import { defineDevice } from './contract.ts';
import { readParams } from './params.ts';

const kind = defineDevice({
  kind: 'thing',
  title: 'A thing for tests',
  params: {
    p_max_kW: { type: 'number', min: 0, about: 'largest power' },
    p_load_kW: { type: 'profile', min: 0, default: 1, about: 'what is drawn' },
    comesAt: { type: 'time', default: '01:00', about: 'when it comes' },
    goesAt: { type: 'time', after: 'comesAt', cut: true, default: '02:00', about: 'when it goes' },
    talks: { type: 'flag', default: false, about: 'whether it talks' },
  },
  declare() {},
  example: { p_max_kW: 3 },
});

const profiles = new Map([['town', Float64Array.of(1, 2, 3, 4)]]);
const grid = timeGrid({ start: '2025-01-15T00:00', zone: 'UTC', step_min: 360, steps_count: 4 });
const read = (raw: Record<string, unknown>, on = grid) =>
  readParams(kind, { p_max_kW: 3, ...raw }, { grid: on, profiles, where: 'devices.0' });

describe('reading parameters', () => {
  it('takes a profile as number, list, name, and name with scale', () => {
    expect(read({ p_load_kW: 2 }).p_load_kW).toBe(2);
    expect(read({ p_load_kW: [4, 3, 2, 1] }).p_load_kW).toEqual(Float64Array.of(4, 3, 2, 1));
    expect(read({ p_load_kW: 'town' }).p_load_kW).toEqual(Float64Array.of(1, 2, 3, 4));
    expect(read({ p_load_kW: { profile: 'town', scale: 10 } }).p_load_kW).toEqual(Float64Array.of(10, 20, 30, 40));
  });

  it('says what is wrong with a profile, where, and what was meant', () => {
    expect(() => read({ p_load_kW: 'twon' })).toThrow(
      'No profile is called "twon" (devices.0.p_load_kW). Did you mean "town"? [PROFILE_UNKNOWN]',
    );
    expect(() => read({ p_load_kW: [1, 2] })).toThrow('expected 4, got 2 (devices.0.p_load_kW)');
    expect(() => read({ p_load_kW: { profile: 'town', scales: 2 } })).toThrow('Did you mean "scale"?');
    expect(() => read({ p_load_kW: { profile: 'town', scale: 'x' } })).toThrow('DEVICE_PARAM_TYPE');
    expect(() => read({ p_load_kW: [1, -2, 1, 1] })).toThrow('got -2 at step 1');
  });

  it('names the unit that is expected, or the nearest name', () => {
    expect(() => read({ p_max_MW: 3 })).toThrow(/DEVICE_PARAM_UNKNOWN|DEVICE_PARAM_UNIT/);
    expect(() => read({ p_max_kVA: 3 })).toThrow('"p_max_kVA" has the wrong unit: expected "p_max_kW"');
    expect(() => read({ comsAt: '03:00' })).toThrow('Did you mean "comesAt"?');
  });

  it('an empty value is not a default', () => {
    expect(() => read({ p_load_kW: null })).toThrow('DEVICE_PARAM_TYPE');
    expect(read({ p_load_kW: undefined }).p_load_kW).toBe(1);
  });

  it('a time after another is the first one after it, and the horizon cuts it where the table says so', () => {
    const hourly = timeGrid({ start: '2025-01-15T12:00', zone: 'UTC', step_min: 60, steps_count: 48 });
    const times = (comesAt: string, goesAt: string, on = hourly) => {
      const x = read({ comesAt, goesAt }, on);
      return [x.comesAt, x.goesAt];
    };
    expect(times('18:00', '07:00')).toEqual([6, 19]);
    expect(times('11:00', '12:00')).toEqual([23, 24]);
    expect(times('18:00', '18:00')).toEqual([6, 30]);
    expect(times('18:00', '2025-01-16T00:00Z')).toEqual([6, 12]);
    const day = timeGrid({ start: '2025-01-15T00:00', zone: 'UTC', step_min: 60, steps_count: 24 });
    expect(times('18:00', '07:00', day)).toEqual([18, 24]);
    expect(times('18:00', '2025-03-01T00:00Z', day)).toEqual([18, 24]);
    expect(() => times('2025-01-17T00:00Z', '07:00', day)).toThrow('after the end of the horizon');
    expect(() => times('18:00', '2025-01-01T00:00Z', day)).toThrow('before the start of the horizon');
    expect(() => times('six', '07:00', day)).toThrow('TIME_START_INVALID');
  });

  it('a time of day follows the clock over the night in which it changes', () => {
    const spring = timeGrid({ start: '2025-03-29T12:00', zone: 'Europe/Berlin', step_min: 60, steps_count: 30 });
    const x = read({ comesAt: '18:00', goesAt: '07:00' }, spring);
    expect([x.comesAt, x.goesAt]).toEqual([6, 18]);
  });
});
