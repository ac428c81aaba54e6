import { describe, expect, it } from 'vitest';
import { randomStream } from '../base/random.ts';
import { continuousRiccati } from './riccati.ts';

describe('the Riccati equation', () => {
  it('of one state: 2ax − gx² + q = 0', () => {
    const { status, x } = continuousRiccati(Float64Array.of(1), Float64Array.of(2), Float64Array.of(3), 1);
    expect(status).toBe('solved');
    expect(x[0]).toBeCloseTo((1 + Math.sqrt(1 + 6)) / 2, 12);
  });

  it('of the double integrator: (√3, 1; 1, √3)', () => {
    const { x } = continuousRiccati(Float64Array.of(0, 1, 0, 0), Float64Array.of(0, 0, 0, 1), Float64Array.of(1, 0, 0, 1), 2);
    [Math.sqrt(3), 1, 1, Math.sqrt(3)].forEach((each, k) => expect(x[k]).toBeCloseTo(each, 12));
  });

  it('of random systems: small residual, positive solution', () => {
    const stream = randomStream(5, 'riccati');
    for (const n of [2, 3, 5, 8]) {
      const a = Float64Array.from({ length: n * n }, () => stream.normal());
      const b = Float64Array.from({ length: n }, () => stream.normal());
      const g = Float64Array.from({ length: n * n }, (_, k) => b[Math.floor(k / n)] * b[k % n]);
      const q = Float64Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 1 : 0));
      const { status, x, residual } = continuousRiccati(a, g, q, n);
      expect(status).toBe('solved');
      expect(residual, `n = ${n}`).toBeLessThan(1e-9);
      for (let i = 0; i < n; i++) expect(x[i * n + i]).toBeGreaterThan(0);
    }
  });

  it('says when nothing stabilises', () => {
    // an unstable state that no input reaches
    expect(continuousRiccati(Float64Array.of(1, 0, 0, -1), Float64Array.of(0, 0, 0, 1), Float64Array.of(0, 0, 0, 1), 2).status).toBe(
      'no-stable-half',
    );
  });
});
