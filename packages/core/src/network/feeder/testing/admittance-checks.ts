import { expect } from 'vitest';
import { symmetricEigenInto } from '../../../linalg/symmetric-eigen.ts';
import type { ElementAdmittance } from '../element-admittance.ts';

/** Y·v with real v. */
export function currents({ n, g_S, b_S }: ElementAdmittance, v: readonly number[]): [re: number, im: number][] {
  return Array.from({ length: n }, (_, i) => {
    let [re, im] = [0, 0];
    for (let j = 0; j < n; j++) {
      re += g_S[i * n + j] * v[j];
      im += b_S[i * n + j] * v[j];
    }
    return [re, im];
  });
}

/** Y = Yᵀ, measured against the diagonals of both rows; what is left of nothing by rounding (1e-13 S) passes. */
export function expectReciprocal({ n, g_S, b_S }: ElementAdmittance): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const own = Math.hypot(g_S[i * (n + 1)], b_S[i * (n + 1)]) * Math.hypot(g_S[j * (n + 1)], b_S[j * (n + 1)]);
      expect(Math.abs(g_S[i * n + j] - g_S[j * n + i])).toBeLessThanOrEqual(1e-11 * Math.sqrt(own) + 1e-13);
      expect(Math.abs(b_S[i * n + j] - b_S[j * n + i])).toBeLessThanOrEqual(1e-11 * Math.sqrt(own) + 1e-13);
    }
  }
}

/** No voltages make the element give active power: the conductance matrix, scaled to rows of size one, is positive semidefinite. */
export function expectPassive({ n, g_S, b_S }: ElementAdmittance): void {
  const scale = Array.from({ length: n }, (_, i) => {
    const own = Math.hypot(g_S[i * (n + 1)], b_S[i * (n + 1)]);
    return own > 0 ? 1 / Math.sqrt(own) : 0;
  });
  const g = Float64Array.from(g_S, (value, k) => value * scale[Math.floor(k / n)] * scale[k % n]);
  const values = new Float64Array(n);
  symmetricEigenInto(g, n, values, new Float64Array(n * n), new Float64Array(2 * n), 'values');
  for (const value of values) expect(value).toBeGreaterThan(-1e-10);
}
