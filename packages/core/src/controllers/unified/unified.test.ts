import { describe, expect, it } from 'vitest';
import { describeController } from '../conformance.ts';
import { buildHeard, defineController } from '../contract.ts';
import { unified } from './unified.ts';

describeController(unified);
describeController(
  defineController({ ...unified, name: 'unified, of a store', example: { ...unified.example, energy_kWh: 1, pace_s: 2 } }),
);

describe('unified control, by hand', () => {
  const heard = { ...buildHeard(1, 3), weights: Float64Array.of(2), ages_s: Float64Array.of(2, 1) };
  heard.values.set([0.5, 0.4, 0.1]);
  heard.own.set([0.6, 0.5, 0]);

  it('moves on what was said, and steps by an exact hold', () => {
    const law = unified.build({ ...unified.example, gain_energy_frac: 1, gain_power_frac: 2, gain_ramp_frac: 3 });
    // at the beginning of a step of 1: own (0.6, 0.5, 0), theirs (0.5 + 0.4 + 0.05, 0.4 + 0.1, 0.1); κ = 2·(−0.35, 0, −0.1)
    const next = new Float64Array(4);
    law.stepInto!(Float64Array.of(1, 0.5, 0.2, 0), new Float64Array(0), heard, 1, next);
    const push = 0.7 + 3 * 0.2;
    expect(next[0]).toBeCloseTo(1 + 0.5 + 0.1 + push / 6, 12);
    expect(next[1]).toBeCloseTo(0.5 + 0.2 + push / 2, 12);
    expect(next[2]).toBeCloseTo(0.2 + push, 12);
    expect(next[3]).toBeCloseTo((1 - Math.exp(-1)) * 0.01324 * (0.49 + 0.04), 12);
  });

  it('a store says what it has given: (1 − soc)·3600·E/(p_max·T)', () => {
    const law = unified.build({ ...unified.example, p_max_kW: 36, energy_kWh: 1, pace_s: 100 });
    const said = new Float64Array(3);
    law.sayInto(Float64Array.of(0.5, 0.1, 0), Float64Array.of(0.3), said, heard);
    expect([...said]).toEqual([expect.closeTo(0.7, 12), 0.5, 0.1]);
  });
});
