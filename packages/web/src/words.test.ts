import { describe, expect, it } from 'vitest';
import { counted, durationText, lineOf, sizeText, timeText, tookOf_s } from './words.ts';

describe('words of the page', () => {
  it('counts and measures', () => {
    expect([counted(1, 'bus', 'buses'), counted(8500, 'bus', 'buses')]).toEqual(['1 bus', '8,500 buses']);
    expect([sizeText(999), sizeText(1_500), sizeText(45_000_000)]).toEqual(['999 B', '1.5 kB', '45 MB']);
    expect([0.44, 12.2, 59.7, 185, 7_800].map(durationText)).toEqual(['0.4 s', '12 s', '1 min 00 s', '3 min 05 s', '2 h 10 min']);
  });

  it('tells times of today from others', () => {
    const now = new Date(2026, 10, 28, 15, 0);
    expect(timeText(new Date(2026, 10, 28, 9, 5).toISOString(), now)).toBe('today 09:05');
    expect(timeText(new Date(2026, 10, 27, 23, 59).toISOString(), now)).toBe('2026-11-27 23:59');
  });

  it('knows how long a run took', () => {
    const started_at = '2026-11-28T10:00:00Z';
    expect(tookOf_s({ started_at: null, ended_at: null }, 0)).toBeUndefined();
    expect(tookOf_s({ started_at, ended_at: '2026-11-28T10:00:02.5Z' }, 0)).toBe(2.5);
    expect(tookOf_s({ started_at, ended_at: null }, Date.parse(started_at) + 4_000)).toBe(4);
  });

  it('finds the line of a fault behind a name that looks like one', () => {
    expect(lineOf('study:31 devices[2].p_max_kW', 'study')).toBe(31);
    expect(lineOf('plan 12:30:7', 'plan 12:30')).toBe(7);
    expect(lineOf('feeder.m:48', 'study')).toBeUndefined();
    expect(lineOf('study', 'study')).toBeUndefined();
  });
});
