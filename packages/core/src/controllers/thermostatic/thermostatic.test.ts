import { describe, expect, it } from 'vitest';
import { describeController } from '../conformance.ts';
import { buildHeard, heardOf } from '../contract.ts';
import { coolingFollower } from './cooling-follower.ts';
import { coolingLeader } from './cooling-leader.ts';

describeController(coolingLeader);
describeController(coolingFollower);

describe('cooling by hand', () => {
  const law = coolingLeader.build({ ...coolingLeader.example, rest_frac: 0.5, support_frac: 3, support_s: 0.2 });
  const rateAt = (x: number[], y: number[]): Float64Array => {
    const rate = new Float64Array(2);
    law.rateInto(Float64Array.from(x), Float64Array.from(y), buildHeard(0, 2), rate);
    return rate;
  };

  it('support: less power when frequency is low; comfort follows', () => {
    const rate = rateAt([0.45, 0.6], [-0.05, 0]);
    // (0.5 − 0.15 − 0.45)/0.2;  (0.25·(−0.1) + 1.35·0.05)/3600
    expect(rate[0]).toBeCloseTo(-0.5, 12);
    expect(rate[1]).toBeCloseTo(0.0425 / 3600, 15);
  });

  it('recovery: no faster than its limit, and slower near its end', () => {
    expect(rateAt([0.3, 0.6], [-0.05, 1])[0]).toBeCloseTo(1 / 600, 15);
    // (0.5 + 0.6·0.01 − 0.5)/60
    expect(rateAt([0.5, 0.51], [-0.05, 1])[0]).toBeCloseTo(1e-4, 15);
  });

  it('a cluster warmer than its neighbour takes more power', () => {
    const rate = new Float64Array(1);
    const heard = heardOf(Float64Array.of(0.5), Float64Array.of(0.48, 0.4));
    coolingFollower
      .build({ gain_power_per_s: 10, gain_comfort_per_s: 20 })
      .rateInto(Float64Array.of(0.5), Float64Array.of(0.45), heard, rate);
    // 10·0.5·(−0.02) − 20·0.5·(−0.05)
    expect(rate[0]).toBeCloseTo(-0.1 + 0.5, 12);
  });
});
