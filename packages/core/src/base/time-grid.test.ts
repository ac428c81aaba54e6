import { describe, expect, it } from 'vitest';
import { InputError } from './errors.ts';
import { readInstant, stepAt, stepHourOfDay, stepLocalTime, stepStartsAt, timeGrid } from './time-grid.ts';

const day = (start: string, zone = 'Europe/Berlin', step_min = 15) => timeGrid({ start, zone, step_min, days_count: 1 });
const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as InputError).code;
  }
  return 'none';
};

describe('timeGrid', () => {
  it.each([
    ['2025-01-15T00:00', 'Europe/Berlin', 24],
    ['2025-03-30T00:00', 'Europe/Berlin', 23],
    ['2025-10-26T00:00', 'Europe/Berlin', 25],
    ['2025-03-09T00:00', 'America/New_York', 23],
    ['2025-10-05T00:00', 'Australia/Lord_Howe', 23.5],
    ['2025-03-30T00:00', 'UTC', 24],
    ['2025-03-30T00:00', 'Asia/Shanghai', 24],
    ['2025-03-30', 'Asia/Kolkata', 24],
  ])('the day from %s in %s has %f hours', (start, zone, hours_h) => {
    const grid = day(start, zone);
    expect(grid.steps_count * grid.dt_h).toBe(hours_h);
    expect(Object.isFrozen(grid)).toBe(true);
  });

  it('starts at an instant, whatever way it is written', () => {
    const starts = ['2025-01-15T00:00+01:00', '2025-01-14T23:00Z', '2025-01-15 00:00', '2025-01-15'];
    for (const start of starts) expect(day(start).startsAt).toBe('2025-01-14T23:00:00Z');
  });

  it('follows the wall clock over the hour that is skipped', () => {
    const grid = day('2025-03-30T00:00', 'Europe/Berlin', 60);
    expect(Array.from({ length: 4 }, (_, t) => stepHourOfDay(grid, t))).toEqual([0, 1, 3, 4]);
    expect(stepLocalTime(grid, 2)).toBe('2025-03-30T03:00+02:00');
    expect(stepStartsAt(grid, 2)).toBe('2025-03-30T01:00:00Z');
  });

  it('tells the two repeated hours apart', () => {
    const grid = day('2025-10-26T00:00', 'Europe/Berlin', 60);
    expect([2, 3].map((t) => stepLocalTime(grid, t))).toEqual(['2025-10-26T02:00+02:00', '2025-10-26T02:00+01:00']);
    expect(stepAt(grid, '2025-10-26T02:00+01:00')).toBe(3);
  });

  it('writes seconds only where there are some', () => {
    const grid = timeGrid({ start: '2025-01-15T00:00Z', step_min: 0.5, steps_count: 3 });
    expect([0, 1, 2].map((t) => stepLocalTime(grid, t))).toEqual([
      '2025-01-15T00:00+00:00',
      '2025-01-15T00:00:30+00:00',
      '2025-01-15T00:01+00:00',
    ]);
  });

  it('finds the step of a time', () => {
    const grid = timeGrid({ start: '2025-01-15T06:00', zone: 'Asia/Shanghai', step_min: 30, steps_count: 48 });
    expect(stepAt(grid, '07:30')).toBe(3);
    expect(stepAt(grid, '05:00')).toBe(46);
    expect(stepAt(grid, '06:00')).toBe(0);
    expect(stepAt(grid, '2025-01-16T06:00')).toBe(48);
    expect(stepAt(grid, '2025-01-16T06:30')).toBeUndefined();
    expect(stepAt(grid, '2025-01-14T22:00Z')).toBe(0);
    expect(stepAt(grid, '30:00')).toBe(48);
  });

  it.each([
    ['TIME_ZONE_UNKNOWN', () => day('2025-01-15', 'Europe/Berlinn')],
    ['TIME_START_INVALID', () => day('15.01.2025')],
    ['TIME_START_INVALID', () => day('2025-02-30T00:00')],
    ['TIME_START_INVALID', () => day('2025-03-30T02:30')],
    ['TIME_START_INVALID', () => day('2025-10-26T02:30')],
    ['TIME_START_INVALID', () => readInstant('', 'UTC')],
    ['TIME_STEP_INVALID', () => day('2025-01-15', 'UTC', 0)],
    ['TIME_STEP_INVALID', () => day('2025-01-15', 'UTC', Number.NaN)],
    ['TIME_STEP_INVALID', () => day('2025-01-15', 'UTC', 0.001)],
    ['TIME_STEP_INVALID', () => day('2025-01-15', 'UTC', 20_000)],
    ['TIME_HORIZON_INVALID', () => day('2025-01-15', 'UTC', 7)],
    ['TIME_HORIZON_INVALID', () => timeGrid({ start: '2025-01-15', step_min: 1, steps_count: 0 })],
    ['TIME_HORIZON_INVALID', () => timeGrid({ start: '2025-01-15', step_min: 1, steps_count: 2_000_000 })],
  ])('refuses with %s', (code, act) => {
    expect(codeOf(act)).toBe(code);
  });
});
