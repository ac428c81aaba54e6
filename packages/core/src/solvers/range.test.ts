import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mul, sum } from '../problem/affine.ts';
import { buildBlock } from '../problem/block.ts';
import { type DeclarationModel, declaration } from '../problem/declare.ts';
import { interiorPoint } from './interior-point/interior-point.ts';
import { flexibilityRange, supportOf } from './range.ts';

const solver = await interiorPoint().prepare();
const steps_count = 4;
const blockOf = (declare: (m: DeclarationModel) => void) => buildBlock('it', declaration({ dt_h: 1, steps_count }, declare));

/** 10 kW, 20 kWh, half full, no losses. */
const store = blockOf((m) => {
  const charge = m.input('p_charge_kW', 0, 10);
  const discharge = m.input('p_discharge_kW', 0, 10);
  const energy = m.state('e_kWh', 0, 20, 10);
  m.rate(energy, sum(charge, mul(-1, discharge)));
  m.inject(sum(discharge, mul(-1, charge)));
});

describe('flexibility range', () => {
  it('of a half-full store is its power at each step and its content over time', () => {
    const range = flexibilityRange(store, 0, 1, solver)!;
    for (let t = 0; t < steps_count; t++) {
      expect(range.high[t]).toBeCloseTo(10, 6);
      expect(range.low[t]).toBeCloseTo(-10, 6);
      expect(range.energyHigh[t]).toBeCloseTo(10, 6);
      expect(range.energyLow[t]).toBeCloseTo(-10, 6);
    }
  });

  it('of something that cannot move is its value', () => {
    const range = flexibilityRange(
      blockOf((m) => m.inject(-3)),
      0,
      1,
      solver,
    )!;
    expect([...range.low]).toEqual([-3, -3, -3, -3]);
    expect([...range.high]).toEqual([-3, -3, -3, -3]);
    expect([...range.energyHigh]).toEqual([-3, -6, -9, -12]);
  });

  it('is unlimited where nothing limits it, and undefined where nothing is feasible', () => {
    const free = blockOf((m) => m.inject(m.input('p_kW', 0, Number.POSITIVE_INFINITY)));
    expect(flexibilityRange(free, 0, 1, solver)!.high[0]).toBe(Number.POSITIVE_INFINITY);
    const impossible = blockOf((m) => {
      const p = m.input('p_kW', 0, 1);
      m.inject(p);
      m.keep('too much', p, 2, 3);
    });
    expect(flexibilityRange(impossible, 0, 1, solver)).toBeUndefined();
  });

  it('contains every feasible profile', () => {
    const support = supportOf(store, solver);
    const most = (d: Float64Array) => support(Float64Array.of(...d, ...new Float64Array(steps_count)));
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: steps_count, maxLength: steps_count }),
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: steps_count, maxLength: steps_count }),
        (wishes, direction) => {
          let energy = 10;
          const profile = wishes.map((p) => {
            const done = Math.min(Math.max(p, energy - 20), energy);
            energy -= done;
            return done;
          });
          const along = profile.reduce((total, p, t) => total + p * direction[t], 0);
          expect(along).toBeLessThanOrEqual(most(Float64Array.from(direction))! + 1e-6);
        },
      ),
      { numRuns: 60 },
    );
  });
});
