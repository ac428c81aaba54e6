import { describe, expect, it } from 'vitest';
import { randomStream } from '../base/random.ts';
import { timeGrid } from '../base/time-grid.ts';
import { shape, shapes } from './shapes.ts';

const day = timeGrid({ start: '2025-01-15T00:00', zone: 'UTC', step_min: 60, steps_count: 24 });

describe('daily shapes', () => {
  it('each says what it is and where it comes from, and is a fraction at every hour', () => {
    for (const { name, about, source, at } of shapes) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect([about.length > 10, source.length > 10]).toEqual([true, true]);
      for (let h = 0; h < 24; h += 0.25) {
        expect(at(h), `${name} ${h}`).toBeGreaterThanOrEqual(0);
        expect(at(h), `${name} ${h}`).toBeLessThanOrEqual(1);
      }
    }
  });

  it('the published list comes back on hours', () => {
    const load = [...shape('load-winter-weekday', day)].map((v) => Math.round(v * 100));
    expect(load).toEqual([67, 63, 60, 59, 59, 60, 74, 86, 95, 96, 96, 95, 95, 95, 93, 94, 99, 100, 100, 96, 91, 83, 73, 63]);
  });

  it('sun at noon, none at night; wind between 0.3 and 0.7, more at night; hub in the evening; water always', () => {
    const pv = shape('pv', day);
    expect(pv[11]).toBeCloseTo(Math.sin((Math.PI * 5.5) / 12) ** 1.3, 12);
    expect([0, 5, 18, 23].map((t) => pv[t])).toEqual([0, 0, 0, 0]);
    const wind = shape('wind', day);
    expect(Math.max(...wind)).toBeLessThanOrEqual(0.7);
    expect(Math.min(...wind)).toBeGreaterThanOrEqual(0.3);
    const mean = (from: number, to: number): number => wind.slice(from, to).reduce((a, b) => a + b, 0) / (to - from);
    expect(mean(0, 6)).toBeGreaterThan(mean(12, 18) + 0.05);
    expect(wind[15]).toBeGreaterThan(wind[10]);
    expect(wind[15]).toBeGreaterThan(wind[19]);
    expect([...shape('ev-hub', day)]).toEqual(Array.from({ length: 24 }, (_, t) => (t >= 18 && t < 23 ? 0.9 : 0.2)));
    expect(new Set(shape('hydro', day))).toEqual(new Set([0.8]));
  });

  it('follows the wall clock of the zone, joins hours by lines, and averages over long steps', () => {
    const shanghai = timeGrid({ start: '2025-01-14T16:00Z', zone: 'Asia/Shanghai', step_min: 60, steps_count: 24 });
    expect(shape('pv', shanghai)).toEqual(shape('pv', day));
    const quarter = timeGrid({ start: '2025-01-15T00:00', zone: 'UTC', step_min: 15, steps_count: 96 });
    const load = shape('load-winter-weekday', quarter);
    // At 07:22:30 and 07:37:30, an eighth of the way from the middle of the hour that has 0.86 to its neighbours.
    expect(load[29]).toBeCloseTo(0.86 - (0.86 - 0.74) / 8, 12);
    expect(load[30]).toBeCloseTo(0.86 + (0.95 - 0.86) / 8, 12);
    for (let t = 1; t < 96; t++) expect(Math.abs(load[t] - load[t - 1])).toBeLessThan(0.05);
    const long = timeGrid({ start: '2025-01-15T00:00', zone: 'UTC', step_min: 24 * 60, steps_count: 2 });
    const mean = shape('pv', day).reduce((a, b) => a + b, 0) / 24;
    expect(shape('pv', long)[0]).toBeCloseTo(mean, 3);
  });

  it('noise is one factor per day, seeded, and absent by default', () => {
    const week = timeGrid({ start: '2025-01-15T00:00', zone: 'UTC', step_min: 60, steps_count: 7 * 24 });
    const plain = shape('pv', week);
    const noisy = (seed: number) => shape('pv', week, { stream: randomStream(seed), deviation_frac: 0.2 });
    expect(noisy(1)).toEqual(noisy(1));
    expect(noisy(1)).not.toEqual(noisy(2));
    const factors = Array.from({ length: 7 }, (_, d) => noisy(1)[d * 24 + 12] / plain[12]);
    expect(new Set(factors.map((f) => f.toFixed(6))).size).toBe(7);
    for (const t of [8, 10, 15]) expect(noisy(1)[t] / plain[t]).toBeCloseTo(factors[0], 12);
    const many = timeGrid({ start: '2025-01-01T00:00', zone: 'UTC', step_min: 60, steps_count: 2000 * 24 });
    const drawn = shape('hydro', many, { stream: randomStream(7), deviation_frac: 0.1 });
    const all = Array.from({ length: 2000 }, (_, d) => drawn[d * 24] / 0.8);
    const average = all.reduce((a, b) => a + b, 0) / all.length;
    expect(average).toBeCloseTo(1, 2);
    expect(Math.sqrt(all.reduce((s, v) => s + (v - average) ** 2, 0) / all.length)).toBeCloseTo(0.1, 2);
  });

  it('refuses what it does not know', () => {
    expect(() => shape('pvv', day)).toThrow('Did you mean "pv"? [SHAPE_UNKNOWN]');
    expect(() => shape('pv', day, { deviation_frac: 0.1 })).toThrow('without a stream');
    expect(() => shape('pv', day, { stream: randomStream(1), deviation_frac: -1 })).toThrow('SHAPE_DEVIATION');
  });
});
