import { expect, it } from 'vitest';
import { optimalMultiplier } from './damping.ts';

it('finds the minimum of the quadratic model', () => {
  // ‖(1 − μ)·1 + 3μ²‖ is least at μ = 1/6.
  expect(optimalMultiplier(Float64Array.of(1), Float64Array.of(3), 1)).toBeCloseTo(1 / 6, 9);
  // The same model seen from a half step: 0.5 + 0.75.
  expect(optimalMultiplier(Float64Array.of(1), Float64Array.of(1.25), 0.5)).toBeCloseTo(1 / 6, 9);
});

it('takes the full step when the remainder is small, and halves when there is nothing to see', () => {
  expect(optimalMultiplier(Float64Array.of(1), Float64Array.of(0.01), 1)).toBeGreaterThan(0.97);
  expect(optimalMultiplier(Float64Array.of(1), Float64Array.of(Number.NaN), 0.5)).toBe(0.25);
});
