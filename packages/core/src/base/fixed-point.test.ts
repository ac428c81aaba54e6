import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digits_count, readDigits, writeDigits } from './fixed-point.ts';

const square = fc.double({ min: 0, max: 1e12, noNaN: true });
const digitsOf = (value_kW2: number): Float64Array => {
  const digits = new Float64Array(digits_count);
  writeDigits(value_kW2, digits);
  return digits;
};

describe('squares as digits', () => {
  it('come back to a double, but for what lies below 2^-60', () => {
    fc.assert(
      fc.property(square, (value) => {
        const back = readDigits(digitsOf(value));
        expect(Math.abs(back - value)).toBeLessThanOrEqual(2 ** -60);
        if (value > 1) expect(back).toBe(value);
        for (const digit of digitsOf(value)) expect(Number.isInteger(digit) && digit >= 0 && digit < 2 ** 30).toBe(true);
      }),
    );
  });

  it('add up to the same bits in every order, where doubles would not', () => {
    const values = [1e12, 1e-17, 3e-3, 7e5, 1e-17, 2 / 3];
    const total = (order: readonly number[]): Float64Array => {
      const sum = new Float64Array(digits_count);
      for (const value of order) digitsOf(value).forEach((digit, j) => void (sum[j] += digit));
      return sum;
    };
    expect(total([...values].reverse())).toEqual(total(values));
    expect(readDigits(total(values))).toBeCloseTo(1e12 + 7e5 + 2 / 3 + 3e-3, 3);
    // 1e12 − 1e12 would hide the small ones; the digits still hold them.
    expect(total(values)[0]).toBeGreaterThan(0);
  });

  it('hold a million of the largest', () => {
    const one = digitsOf(2 ** 42);
    const sum = one.map((digit) => digit * 1e6);
    expect(readDigits(sum)).toBe(2 ** 42 * 1e6);
  });
});
