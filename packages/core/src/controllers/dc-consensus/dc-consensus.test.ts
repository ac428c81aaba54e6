import { describe, expect, it } from 'vitest';
import { describeController } from '../conformance.ts';
import { heardOf } from '../contract.ts';
import { dcConsensus } from './dc-consensus.ts';

describeController(dcConsensus);

describe('consensus on direct current by hand', () => {
  it('mean voltage and share', () => {
    const law = dcConsensus.build({ ...dcConsensus.example, droop_ohm: 0.5, observer_per_s: 4 });
    const rate = new Float64Array(2);
    const heard = heardOf(Float64Array.of(2), Float64Array.of(379, 12));
    law.rateInto(Float64Array.of(385, 1.5), Float64Array.of(376, 20), heard, rate);
    // mean 377.5: 5·2.5 + 10·2·(12 − 10);  4·2·1.5
    expect(rate[0]).toBeCloseTo(52.5, 12);
    expect(rate[1]).toBeCloseTo(12, 12);
  });
});
