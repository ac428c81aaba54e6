import { describe, expect, it } from 'vitest';
import { betaCdf, betaQuantile, logGamma, normalCdf, normalQuantile } from './quantiles.ts';

describe('distribution functions', () => {
  it('Φ and its inverse, at printed values and far out', () => {
    // Abramowitz & Stegun, table 26.1
    expect(normalCdf(1)).toBeCloseTo(0.841344746068543, 13);
    expect(normalCdf(-1.96)).toBeCloseTo(0.0249978951482204, 13);
    expect(normalCdf(-8) / 6.22096057427178e-16).toBeCloseTo(1, 8);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 11);
    for (const p of [1e-12, 1e-6, 0.01, 0.3, 0.5, 0.77, 0.999, 1 - 1e-9]) expect(normalCdf(normalQuantile(p)) / p).toBeCloseTo(1, 10);
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
  });

  it('ln Γ at whole and half numbers', () => {
    expect(logGamma(5)).toBeCloseTo(Math.log(24), 12);
    expect(logGamma(0.5)).toBeCloseTo(0.5 * Math.log(Math.PI), 12);
  });

  it('I_x in closed form for whole parameters, its symmetry, and its inverse', () => {
    for (const x of [0.01, 0.2, 0.5, 0.83]) {
      expect(betaCdf(x, 1, 1)).toBeCloseTo(x, 13);
      expect(betaCdf(x, 2, 2)).toBeCloseTo(3 * x ** 2 - 2 * x ** 3, 13);
      expect(betaCdf(x, 3.3, 0.7)).toBeCloseTo(1 - betaCdf(1 - x, 0.7, 3.3), 12);
    }
    for (const [a, b] of [
      [0.4, 0.6],
      [2, 5],
      [80, 20],
      [900, 1200],
    ]) {
      for (const p of [1e-6, 0.05, 0.5, 0.95, 0.9999]) expect(betaCdf(betaQuantile(p, a, b), a, b)).toBeCloseTo(p, 9);
    }
  });
});
