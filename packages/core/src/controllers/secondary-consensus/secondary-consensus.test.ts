import { describe, expect, it } from 'vitest';
import { describeController } from '../conformance.ts';
import { buildHeard } from '../contract.ts';
import { dapi } from './dapi.ts';
import { leaderFollower } from './leader-follower.ts';
import { meanVoltage } from './mean-voltage.ts';

describeController(meanVoltage);
describeController(leaderFollower);
describeController(dapi);

describe('secondary consensus by hand', () => {
  const heard = { ...buildHeard(1, 4), weights: Float64Array.of(0.5) };
  heard.values.set([314, 2, 381, 20]);
  const y = Float64Array.of(313, 376, 10, 10);

  it('leader-follower', () => {
    const law = leaderFollower.build({ ...leaderFollower.example, w_ref_rad_per_s: 314, pin_frac: 2, gain_w_per_s: 3, gain_q_per_s: 10 });
    const rate = new Float64Array(2);
    law.rateInto(Float64Array.of(314, 380), y, heard, rate);
    // 3·(0.5·1 + 2·1) + 4·0.5·(2 − 0.94);  4·(0.5·5 + 2·4) + 10·0.5·(20 − 13)
    expect(rate[0]).toBeCloseTo(7.5 + 2.12, 12);
    expect(rate[1]).toBeCloseTo(42 + 35, 12);
  });

  it('mean voltage', () => {
    const law = meanVoltage.build(meanVoltage.example);
    const rate = new Float64Array(3);
    law.rateInto(Float64Array.of(314, 380, 1.5), y, heard, rate);
    // mean 377.5: 2·(380 − 377.5) + 20·0.5·(20 − 13);  5·0.5·(381 − 377.5)
    expect(rate[1]).toBeCloseTo(5 + 70, 12);
    expect(rate[2]).toBeCloseTo(8.75, 12);
  });

  it('DAPI', () => {
    const law = dapi.build({
      ...dapi.example,
      w_nominal_rad_per_s: 314,
      v_nominal_V: 400,
      k_s: 2,
      kappa_s: 0.5,
      b_V: 10,
      beta_frac: 3,
      q_rated_kvar: 4,
    });
    const rate = new Float64Array(2);
    law.rateInto(
      Float64Array.of(0.2, 1),
      Float64Array.of(313, 398, 8),
      { ...buildHeard(1, 2), weights: Float64Array.of(2), values: Float64Array.of(0.5, 1.5) },
      rate,
    );
    // (314 − 313 + 2·0.3)/2;  (3·2 + 10·2·(1.5 − 2))/0.5
    expect(rate[0]).toBeCloseTo(0.8, 12);
    expect(rate[1]).toBeCloseTo(-8, 12);
  });
});
