import { describe, expect, it } from 'vitest';
import { randomStream } from '../base/random.ts';
import { mul, sum } from './affine.ts';
import { type Declaration, declaration } from './declare.ts';
import { derivativeInto } from './derivative.ts';
import { hold, holds } from './discretise.ts';

/** x(t+dt) by the hold, from x, with the constant part and inputs of the rates in f. */
function step(declared: Declaration, t: number, x: readonly number[], u: readonly number[]): number[] {
  const n = x.length;
  const { phi, gamma } = holds(declared)[t];
  const zero = new Float64Array(n);
  const f = new Float64Array(n);
  derivativeInto(declared, t, zero, Float64Array.from(u), f);
  return x.map((_, i) => x.reduce((s, v, j) => s + phi[i * n + j] * v + gamma[i * n + j] * f[j], 0));
}

/** The same by Runge–Kutta in many small parts. */
function integrated(declared: Declaration, t: number, x0: readonly number[], u: readonly number[], parts_count = 2000): Float64Array {
  const h = declared.dt_h / parts_count;
  const inputs = Float64Array.from(u);
  const rate = (x: Float64Array): Float64Array => {
    const out = new Float64Array(x.length);
    derivativeInto(declared, t, x, inputs, out);
    return out;
  };
  let x: Float64Array = Float64Array.from(x0);
  for (let k = 0; k < parts_count; k++) {
    const a = rate(x);
    const b = rate(x.map((v, i) => v + (h / 2) * a[i]));
    const c = rate(x.map((v, i) => v + (h / 2) * b[i]));
    const d = rate(x.map((v, i) => v + h * c[i]));
    x = x.map((v, i) => v + (h / 6) * (a[i] + 2 * b[i] + 2 * c[i] + d[i]));
  }
  return x;
}

describe('exact zero-order hold', () => {
  it('one state: Φ = e^(−k·dt), Γ = (1 − e^(−k·dt))/k, and dt when nothing leaks', () => {
    for (const [leak, dt_h] of [
      [0.3, 0.5],
      [1e-9, 1],
      [40, 2],
    ]) {
      const declared = declaration({ dt_h, steps_count: 1 }, (m) => {
        const e = m.state('e_kWh', 0, 1, 0);
        m.rate(e, mul(-leak, e));
      });
      const { phi, gamma } = hold(declared, 0);
      expect(phi[0]).toBeCloseTo(Math.exp(-leak * dt_h), 14);
      expect(gamma[0] / (-Math.expm1(-leak * dt_h) / leak)).toBeCloseTo(1, 14);
    }
    const still = declaration({ dt_h: 0.25, steps_count: 1 }, (m) => void m.state('e_kWh', 0, 1, 0));
    expect([...hold(still, 0).phi, ...hold(still, 0).gamma]).toEqual([1, 0.25]);
  });

  it('two coupled states agree with fine Runge–Kutta', () => {
    const stream = randomStream(5);
    for (const dt_h of [0.25, 1, 6]) {
      const declared = declaration({ dt_h, steps_count: 1 }, (m) => {
        const heat = m.input('heat_kW', 0, 10);
        const air = m.state('air_degC', -50, 50, 20);
        const mass = m.state('mass_degC', -50, 50, 18);
        m.rate(air, sum(mul(0.7, heat), mul(-0.9, air), mul(0.8, mass), -1.5));
        m.rate(mass, sum(mul(0.1, air), mul(-0.1, mass)));
      });
      const x = [stream.between(10, 25), stream.between(10, 25)];
      const expected = integrated(declared, 0, x, [3]);
      step(declared, 0, x, [3]).forEach((v, i) => {
        expect(v / expected[i]).toBeCloseTo(1, 11);
      });
    }
  });

  it('a loss that changes with time gets a hold of its own on each step; else all share one', () => {
    const leak = Float64Array.of(0.1, 0.4);
    const changing = declaration({ dt_h: 1, steps_count: 2 }, (m) => {
      const e = m.state('e_kWh', 0, 1, 0);
      m.rate(
        e,
        mul(
          leak.map((k) => -k),
          e,
        ),
      );
    });
    expect(holds(changing).map(({ phi }) => phi[0])).toEqual([Math.exp(-0.1), Math.exp(-0.4)]);
    const constant = declaration({ dt_h: 1, steps_count: 2 }, (m) => {
      const u = m.input('u_kW', 0, 1);
      const e = m.state('e_kWh', 0, 1, 0);
      m.rate(e, mul(leak, u));
    });
    const [first, second] = holds(constant);
    expect(first).toBe(second);
  });

  it('simulation cuts inputs at their limits', () => {
    const declared = declaration({ dt_h: 1, steps_count: 2 }, (m) => {
      const u = m.input('u_kW', Float64Array.of(0, 1), Float64Array.of(5, 6));
      const e = m.state('e_kWh', 0, 100, 0);
      m.rate(e, sum(u, 10));
    });
    const out = new Float64Array(1);
    const rate = (t: number, u: number): number => {
      derivativeInto(declared, t, Float64Array.of(0), Float64Array.of(u), out);
      return out[0];
    };
    expect([rate(0, 9), rate(0, -3), rate(1, -3), rate(1, 5.5)]).toEqual([15, 10, 11, 15.5]);
  });
});
