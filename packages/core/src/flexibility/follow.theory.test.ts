import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../base/errors.ts';
import { mul, sum } from '../problem/affine.ts';
import { declaration } from '../problem/declare.ts';
import { follow } from './follow.ts';

const share = fc.integer({ min: 0, max: 100 }).map((k) => k / 100);

/** A lossy, leaking store with limits that change from step to step, and what is asked of it. */
const anyStore = fc.record({
  p_max: fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 6, maxLength: 6 }),
  lower: fc.array(fc.integer({ min: 0, max: 80 }), { minLength: 6, maxLength: 6 }),
  upper: fc.array(fc.integer({ min: 60, max: 100 }), { minLength: 6, maxLength: 6 }),
  start: fc.integer({ min: 0, max: 100 }),
  eta: share.map((x) => 0.5 + x / 2),
  leak: share.map((x) => x / 10),
  s_max: fc.integer({ min: 20, max: 80 }),
  asked: fc.array(fc.tuple(fc.integer({ min: -100, max: 100 }), fc.integer({ min: -100, max: 100 })), { minLength: 6, maxLength: 6 }),
});

describe('following a law, whatever it is', () => {
  it('a store that can start never runs into a dead end, and keeps its limits at the end of every step', () => {
    let followed_count = 0;
    let refused_count = 0;
    fc.assert(
      fc.property(anyStore, ({ p_max, lower, upper, start, eta, leak, s_max, asked }) => {
        const declared = declaration({ dt_h: 0.5, steps_count: 6 }, (m) => {
          const limits = Float64Array.from(p_max);
          const charge = m.input('p_charge_kW', 0, limits);
          const discharge = m.input('p_discharge_kW', 0, limits);
          const q = m.input('q_kvar', -s_max, s_max);
          const energy = m.state('e_kWh', Float64Array.from(lower), Float64Array.from(upper), start);
          m.rate(energy, sum(mul(eta, charge), mul(-1 / eta, discharge), mul(-leak, energy)));
          m.inject(sum(discharge, mul(-1, charge)));
          m.injectReactive(q);
          m.exclusive(charge, discharge);
          m.capability(sum(discharge, mul(-1, charge)), q, s_max);
        });
        // Forwards instead of backwards: what can be reached is an interval, too.
        const gain = leak > 0 ? -Math.expm1(-leak * 0.5) / leak : 0.5;
        let least = start;
        let most = start;
        let possible = true;
        for (let t = 0; t < 6; t++) {
          const power = Math.min(p_max[t], s_max);
          least = Math.exp(-leak * 0.5) * least - (gain * power) / eta;
          most = Math.exp(-leak * 0.5) * most + gain * eta * power;
          if (most < lower[t] - 1e-7 || least > upper[t] + 1e-7 || lower[t] > upper[t]) possible = false;
          least = Math.max(least, lower[t]);
          most = Math.min(most, upper[t]);
        }
        if (!possible) {
          refused_count++;
          expect(() => follow('store', declared)).toThrow(InputError);
          return;
        }
        const follower = follow('store', declared);
        followed_count++;
        for (let t = 0; t < 6; t++) {
          const [p_kW, q_kvar] = asked[t];
          const before = follower.state().get('e_kWh')!;
          const done = follower.advance({ p_kW, q_kvar });
          const after = follower.state().get('e_kWh')!;
          expect(after).toBeGreaterThan(lower[t] - 1e-6);
          expect(after).toBeLessThan(upper[t] + 1e-6);
          expect(Math.hypot(done.p_kW, done.q_kvar)).toBeLessThan(s_max + 1e-9);
          const flow = done.p_kW > 0 ? -done.p_kW / eta : -done.p_kW * eta;
          expect(after).toBeCloseTo(Math.exp(-leak * 0.5) * before + gain * flow, 9);
        }
      }),
      { numRuns: 400 },
    );
    expect(followed_count).toBeGreaterThan(50);
    expect(refused_count).toBeGreaterThan(10);
  });

  it('an engine with ramps never misses a band that moves', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 8, maxLength: 8 }),
        fc.integer({ min: 1, max: 40 }),
        (wishes, ramp) => {
          const low = Float64Array.of(0, 0, 30, 30, 0, 0, 50, 50);
          const high = Float64Array.of(100, 100, 100, 60, 60, 20, 100, 100);
          const declared = declaration({ dt_h: 1, steps_count: 8 }, (m) => {
            const p = m.input('p_kW', low, high);
            m.inject(p);
            m.ramp('ramp', p, ramp, ramp, 20);
          });
          // 20 at step 5 at most, 50 at step 6 at least; 30 at step 2 from 20.
          if (ramp < 30) {
            expect(() => follow('engine', declared)).toThrow(/FLEXIBILITY_NO_PLAN/);
            return;
          }
          const follower = follow('engine', declared);
          let before = 20;
          for (let t = 0; t < 8; t++) {
            const { p_kW } = follower.advance({ p_kW: wishes[t], q_kvar: 0 });
            expect(Math.abs(p_kW - before)).toBeLessThan(ramp + 1e-9);
            expect(p_kW).toBeGreaterThan(low[t] - 1e-9);
            expect(p_kW).toBeLessThan(high[t] + 1e-9);
            before = p_kW;
          }
        },
      ),
    );
  });
});
