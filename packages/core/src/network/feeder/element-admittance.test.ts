import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ElementAdmittance,
  lineAdmittance,
  rSwitch_ohm,
  shuntAdmittance,
  sourceAdmittance,
  switchAdmittance,
} from './element-admittance.ts';
import type { Line } from './feeder.ts';
import { currents, expectPassive, expectReciprocal } from './testing/admittance-checks.ts';

const at = (bus: number, n: number) => ({ bus, conductors: Array.from({ length: n }, (_, k) => k + 1) });

/** Symmetric, and positive definite by its diagonal. */
const matrix = (n: number, low: number, high: number): fc.Arbitrary<number[]> =>
  fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: n * n, maxLength: n * n }).map((raw) =>
    raw.map((_, k) => {
      const [i, j] = [Math.floor(k / n), k % n];
      return i === j ? low + (high - low) * raw[k] : (0.9 * low * raw[Math.min(i, j) * n + Math.max(i, j)]) / n;
    }),
  );

const lines: fc.Arbitrary<Line> = fc.integer({ min: 1, max: 4 }).chain((n) =>
  fc.record({
    id: fc.constant('l'),
    from: fc.constant(at(0, n)),
    to: fc.constant(at(1, n)),
    r_ohm: matrix(n, 0.01, 2),
    x_ohm: matrix(n, 0.01, 2),
    b_S: matrix(n, 1e-6, 1e-4),
    closedFrom: fc.constant(true),
    closedTo: fc.constant(true),
  }),
);

describe('lineAdmittance', () => {
  it('is reciprocal and passive, and its series part carries nothing between equal voltages', () => {
    fc.assert(
      fc.property(lines, (line) => {
        const y = lineAdmittance(line);
        expectReciprocal(y);
        expectPassive(y);
        const { b_S: _, ...bare } = line;
        const series = lineAdmittance(bare);
        const v = Array.from({ length: series.n }, (_, k) => (k % (series.n / 2)) + 1);
        for (const [re, im] of currents(series, v)) expect(Math.hypot(re, im)).toBeLessThan(1e-9 * largest(series));
      }),
    );
  });

  it('open at one end equals the line whose other end carries no current', () => {
    fc.assert(
      fc.property(lines, (line) => {
        const y = lineAdmittance({ ...line, closedTo: false });
        expectReciprocal(y);
        const n = y.n / 2;
        // Y_c as a whole, to first order in Z·Y_c
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            expect(y.b_S[i * y.n + j]).toBeCloseTo(line.b_S![i * n + j], 6);
            expect(y.b_S[(n + i) * y.n + n + j]).toBe(0);
            expect(y.b_S[i * y.n + n + j]).toBe(0);
          }
        }
      }),
    );
  });

  it('matches one conductor by hand: z = 3 + 4j, b = 0.2', () => {
    const one = { id: 'l', from: at(0, 1), to: at(1, 1), r_ohm: [3], x_ohm: [4], b_S: [0.2], closedFrom: true, closedTo: true };
    // 1/(3 + 4j) = 0.12 − 0.16j; half of the charging 0.1j
    expect(rounded(lineAdmittance(one))).toEqual({ g: [0.12, -0.12, -0.12, 0.12], b: [-0.06, 0.16, 0.16, -0.06] });
    // open at the far end: 0.1j + 0.1j/(1 + 0.1j·(3 + 4j)) = 0.1j + 0.1j/(0.6 + 0.3j) = 0.1j + (0.03 + 0.06j)/0.45
    const open = lineAdmittance({ ...one, closedTo: false });
    expect(open.g_S[0]).toBeCloseTo(0.03 / 0.45, 14);
    expect(open.b_S[0]).toBeCloseTo(0.1 + 0.06 / 0.45, 14);
  });

  it('refuses an impedance without inverse', () => {
    const bad = { id: 'l', from: at(0, 2), to: at(1, 2), r_ohm: [0, 0, 0, 0], x_ohm: [1, 1, 1, 1], closedFrom: true, closedTo: true };
    expect(() => lineAdmittance(bad)).toThrow('[FEEDER_IMPEDANCE_SINGULAR]');
  });
});

describe('switches, shunts and sources', () => {
  it('joins conductor by conductor, or not at all', () => {
    const part = { id: 'k', from: at(0, 2), to: at(1, 2), closed: true };
    const y = switchAdmittance(part);
    expectReciprocal(y);
    expect(y.g_S[0]).toBe(1 / rSwitch_ohm);
    expect(y.g_S[1]).toBe(0);
    expect(y.g_S[2]).toBe(-1 / rSwitch_ohm);
    expect([...switchAdmittance({ ...part, x_ohm: 0.5 }).b_S.slice(0, 3)]).toEqual([-2, 0, 2]);
    expect(largest(switchAdmittance({ ...part, closed: false }))).toBe(0);
  });

  it('counts the steps of a shunt', () => {
    const part = { id: 'c', terminal: at(0, 1), g_S: [0.5], b_S: [8], steps_count: 4, closed_count: 3, inService: true };
    expect(rounded(shuntAdmittance(part))).toEqual({ g: [0.375], b: [6] });
    expect(largest(shuntAdmittance({ ...part, inService: false }))).toBe(0);
  });

  it('inverts what stands behind a source, and has nothing for an ideal one', () => {
    const part = { id: 's', terminal: at(0, 1), e_kV: [1], angle_deg: [0], r_ohm: [3], x_ohm: [4], inService: true };
    expect(rounded(sourceAdmittance(part)!)).toEqual({ g: [0.12], b: [-0.16] });
    expect(sourceAdmittance({ ...part, r_ohm: undefined, x_ohm: undefined })).toBeUndefined();
  });
});

const largest = (y: ElementAdmittance): number => Math.max(...y.g_S.map(Math.abs), ...y.b_S.map(Math.abs));

const rounded = (y: ElementAdmittance): { g: number[]; b: number[] } => ({
  g: Array.from(y.g_S, (value) => Number(value.toFixed(12))),
  b: Array.from(y.b_S, (value) => Number(value.toFixed(12))),
});
