import { expect, test } from 'vitest';
import { bytes, fixed, named, printedUnit, short, signed, splitName } from './format.ts';
import { decadeTicks, decimalsOf, linearTicks, timeTicks } from './ticks.ts';

test('numbers', () => {
  expect(fixed(-1234.5, 1)).toBe('−1234.5');
  expect(fixed(12345.678, 2)).toBe('12\u202f345.68');
  expect(fixed(-1234567)).toBe('−1\u202f234\u202f567');
  expect(fixed(-0.001, 2)).toBe('0.00');
  expect(fixed(Number.NaN)).toBe('–');
  expect(fixed(null)).toBe('–');
  expect(short(0.0012345)).toBe('0.00123');
  expect(short(1500)).toBe('1500');
  expect(short(100)).toBe('100');
  expect(short(2e-7)).toBe('2.0·10⁻⁷');
  expect(signed(3.2, 1)).toBe('+3.2');
  expect(signed(0.001, 1)).toBe('0.0');
  expect(bytes(1500)).toBe('1.5 kB');
});

test('names carry their units', () => {
  expect(splitName('p_max_kW')).toEqual({ what: 'P max', unit: 'kW' });
  expect(splitName('price_cur_per_kWh')).toEqual({ what: 'Price', unit: 'cur_per_kWh' });
  expect(splitName('method')).toEqual({ what: 'Method', unit: '' });
  expect(printedUnit('cur_per_kWh', 'SGD')).toBe('SGD/kWh');
  expect(printedUnit('degC', 'SGD')).toBe('°C');
  expect(named('gap_frac', 0.0031, 'SGD')).toBe('0.31\u202f%');
  expect(named('cost_cur', 12.5, 'EUR')).toBe('12.5 EUR');
});

test('ticks are round and inside', () => {
  expect(linearTicks(0, 10, 5)).toEqual([0, 2, 4, 6, 8, 10]);
  expect(linearTicks(0.94, 1.06, 3)).toEqual([0.95, 1, 1.05]);
  expect(linearTicks(5, 5)).toEqual([5]);
  expect(decimalsOf([0.95, 1, 1.05])).toBe(2);
  expect(decimalsOf([0, 2500])).toBe(0);
  expect(decadeTicks(0.02, 300, 9)).toEqual([0.1, 1, 10, 100]);
});

test('time ticks stand on whole hours and name a new day', () => {
  const steps = Array.from({ length: 48 }, (_, t) => `2025-01-${15 + Math.floor(t / 24)}T${String(t % 24).padStart(2, '0')}:00+08:00`);
  const ticks = timeTicks(steps, 10);
  expect(ticks.length).toBeLessThanOrEqual(10);
  expect(ticks.map(({ text }) => text)).toContain('16 Jan');
  expect(timeTicks(['2025-01-15T07:10Z'], 4)).toEqual([{ step: 0, text: '07:10' }]);
  expect(timeTicks([], 4)).toEqual([]);
});
