import { describe, expect, it } from 'vitest';
import { describePlant } from '../../simulation/conformance.ts';
import { closeLoop } from '../../simulation/control-loop.ts';
import { quasiStaticMicrogrid } from '../../simulation/microgrid/quasi-static.ts';
import { inverterChain } from '../../simulation/scenarios/inverter-chain.ts';
import { withPowerRates } from '../../simulation/with-rates.ts';
import { describeController } from '../conformance.ts';
import { buildHeard } from '../contract.ts';
import { ringOf } from '../graph.ts';
import { delayPredictive } from './delay-predictive.ts';

describeController(delayPredictive);

const chain = inverterChain(3);
const ids = chain.inverters.map(({ id }) => id);
const loop = (linkDelay_s: number) =>
  closeLoop(
    withPowerRates(quasiStaticMicrogrid(chain), ids),
    ids.map((device) => ({ device, law: delayPredictive.build(delayPredictive.example) })),
    ringOf(ids),
    { linkDelay_s },
  );

describePlant('a plant that tells its rates', () => withPowerRates(quasiStaticMicrogrid(chain), ids));
describePlant('loop whose words answer to words', () => loop(0.05));

describe('delay-predictive control', () => {
  it('says where it is going, by hand', () => {
    const law = delayPredictive.build({
      ...delayPredictive.example,
      w_ref_rad_per_s: 314,
      ahead_s: 0.1,
      pin_frac: 0,
      gain_w_per_s: 2,
      gain_p_per_s: 3,
    });
    const heard = { ...buildHeard(1, 8), weights: Float64Array.of(1) };
    heard.values.set([314, -2, 1.5, 0.5, 380, 0, 10, 0]);
    heard.own.set([313, 1, 1, 0.25, 380, 0, 10, 0]);
    const said = new Float64Array(8);
    law.sayInto(new Float64Array(2), Float64Array.of(313.5, 380, 10, 10, 4, 0), said, heard);
    // 2·(314 − 0.2 − 313 − 0.1) + 3·(1.5 + 0.05 − 1 − 0.025) − 0.094·4
    expect(said[1]).toBeCloseTo(1.4 + 1.575 - 0.376, 12);
    expect(said[0]).toBe(313.5);
  });

  it('is refused where links take no time: its words would depend on themselves', () => {
    expect(() => loop(0)).toThrow(/says, "w_rate_rad_per_s2", depends at once on what it hears/);
  });
});
