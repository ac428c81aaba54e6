import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AnchoredPower } from './anchored-power.ts';

test('agrees with the power to rounding, near its anchor and far from it', () => {
  const power = new AnchoredPower(2);
  fc.assert(
    fc.property(
      fc.double({ min: 0.5, max: 1.5, noNaN: true }),
      fc.double({ min: -4, max: 4, noNaN: true }),
      fc.double({ min: -0.006, max: 0.006, noNaN: true }),
      (v, m, d) => {
        power.reset();
        for (const x of [v, v * (1 + d), v * (1 - d / 2), v]) expect(Math.abs(power.at(1, x, m) / x ** m - 1)).toBeLessThan(2e-15);
      },
    ),
  );
});

test('an anchor is kept while the voltage is near, and forgotten on reset', () => {
  const power = new AnchoredPower(1);
  expect(power.at(0, 1.01, 2)).toBe(1.01 ** 2);
  const near = power.at(0, 1.011, 2);
  expect(near).toBeCloseTo(1.011 ** 2, 15);
  power.reset();
  expect(power.at(0, 1.011, 2)).toBe(1.011 ** 2);
});
