import { describe, expect, it } from 'vitest';
import { describeController } from '../conformance.ts';
import { buildHeard, heardOf } from '../contract.ts';
import { areaControl } from './area-control.ts';
import { storageSupport } from './storage-support.ts';

describeController(areaControl);
describeController(storageSupport);

describe('area control by hand', () => {
  it('integrates the area control error, and asks storage for what the observer sees and nobody has taken over', () => {
    const law = areaControl.build({
      ...areaControl.example,
      bias_pu_per_Hz: 0.5,
      gain_p_frac: 0,
      gain_i_per_s: 0.2,
      inertia_pu_s_per_Hz: 0.2,
      damping_pu_per_Hz: 0.01,
      observer_per_s: 5,
      support_max_pu: 0.1,
      duration_s: 100,
    });
    const x = Float64Array.of(0.03, 0.02, 0.5);
    const y = Float64Array.of(-0.04, 0.01, 0.025, 0.005);
    const rate = new Float64Array(3);
    const said = new Float64Array(2);
    law.rateInto(x, y, buildHeard(0, 2), rate);
    law.sayInto(x, y, said, buildHeard(0, 2));
    // ACE = −0.02 + 0.01; d̂ = 0.02 + 5·0.2·0.04 = 0.06; 5·(0.025 − 0.01 + 0.005 + 0.0004 − 0.06); p₀ = (0.06 − 0.03)/0.1
    expect(rate[0]).toBeCloseTo(0.002, 12);
    expect(rate[1]).toBeCloseTo(-0.198, 12);
    expect(rate[2]).toBeCloseTo(-0.003, 12);
    expect(said[1]).toBeCloseTo(0.3, 12);
  });

  it('asks storage for no more than it has', () => {
    const law = areaControl.build({ ...areaControl.example, support_max_pu: 0.01 });
    const said = new Float64Array(2);
    law.sayInto(Float64Array.of(0, 0.5, 0.5), new Float64Array(4), said, buildHeard(0, 2));
    expect(said[1]).toBe(1);
  });
});

describe('storage support by hand', () => {
  it('the fuller one gives more, the one that gives more than its neighbours less', () => {
    const law = storageSupport.build({ balance_per_s: 2, share_per_s: 30, exponent_frac: 0.5, zone_frac: 1e-6 });
    const rate = new Float64Array(1);
    law.rateInto(Float64Array.of(0.127), Float64Array.of(0.54), heardOf(Float64Array.of(1), Float64Array.of(0.5, 0.002)), rate);
    // 2·0.04^½ − 30·0.125^⅔
    expect(rate[0]).toBeCloseTo(0.4 - 7.5, 10);
  });
});
