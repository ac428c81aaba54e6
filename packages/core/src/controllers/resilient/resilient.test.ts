import { describe, expect, it } from 'vitest';
import { describeController } from '../conformance.ts';
import { buildHeard, defineController } from '../contract.ts';
import { attackCompensation, attackSign } from './attack-compensation.ts';
import { LinkMonitor } from './link-monitor.ts';
import { trimmedConsensus } from './trimmed-consensus.ts';

describeController(attackCompensation);
const plain = { ...attackCompensation.example, hold_per_s: 0, adapt_factor_frac: 0, adapt_offset_per_s: 0 };
describeController(defineController({ ...attackCompensation, name: 'attack-compensation, switched off', example: plain }));
describeController(trimmedConsensus);

describe('resilient laws, by hand', () => {
  it('compensation', () => {
    const law = attackCompensation.build({ ...attackCompensation.example, pin_frac: 0, attack_factor_frac: 0.5, attack_w_rad_per_s2: 2 });
    const heard = { ...buildHeard(1, 2), weights: Float64Array.of(1), values: Float64Array.of(315, 380) };
    const rate = new Float64Array(8);
    law.rateInto(Float64Array.of(314, 380, 313.9, 380, 0.25, 0, 3, 0), new Float64Array(2), heard, rate);
    // v = 4, z = 0.1: 0.5·(1.25·4 − 2 − 3) + 2;  4;  −0.5·0.1·4;  20·0.1
    [2, 4, -0.2, 2].forEach((each, k) => expect(rate[2 * k]).toBeCloseTo(each, 12));
    expect(attackSign(Float64Array.of(0, 0, 0, 0, 0, 0, -3, 0.5), { w_rad_per_s2: 1.5, v_V_per_s: 1 })).toBe(2);
  });

  it.each<[number[], number, number]>([
    // own value 3; F = 1 leaves out the largest above and the smallest below
    [[5, 4, 1, 2], 1, 4 - 3 + (2 - 3)],
    [[5, 5, 3, 3], 1, 5 - 3],
    [[100, 4, 3.5, 3.2], 2, 0.5 + 0.2],
    [[2, 1, 0, -50], 1, -1 - 2 - 3],
    [[100, -100, 3, 3], 1, 0],
  ])('of %o without %d on either side a pull of %d is left', (said, liars_count, pull) => {
    const law = trimmedConsensus.build({ ...trimmedConsensus.example, pin_frac: 0, gain_w_per_s: 1, liars_count });
    const heard = { ...buildHeard(4, 2), weights: new Float64Array(4).fill(1) };
    said.forEach((each, k) => {
      heard.values[2 * k] = each;
    });
    const rate = new Float64Array(2);
    law.rateInto(Float64Array.of(3, 0), new Float64Array(2), heard, rate);
    expect(rate[0]).toBeCloseTo(pull, 12);
  });

  it('refuses half a liar', () => {
    expect(trimmedConsensus.check!({ ...trimmedConsensus.example, liars_count: 0.5 })).toHaveLength(1);
  });

  it('a monitor is calm on a ramp with noise, and alarmed by a jump', () => {
    const monitor = new LinkMonitor({ usual: 0.01, allowed: 4, alarm: 10 });
    for (let k = 0; k < 100; k++) monitor.hear(0.1 * k, 314 + 0.02 * k + 0.01 * Math.sin(17 * k));
    expect(monitor.isAlarmed).toBe(false);
    expect(monitor.hear(10, 317)).toBeCloseTo(1, 1);
    expect(monitor.isAlarmed).toBe(true);
  });
});
