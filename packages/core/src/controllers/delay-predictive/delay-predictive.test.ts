import { describe, expect, it } from 'vitest';
import { describePlant } from '../../simulation/conformance.ts';
import { closeLoop } from '../../simulation/control-loop.ts';
import { quasiStaticMicrogrid } from '../../simulation/microgrid/quasi-static.ts';
import { modesAt } from '../../simulation/modes.ts';
import type { Plant } from '../../simulation/plant.ts';
import { inverterChain } from '../../simulation/scenarios/inverter-chain.ts';
import { idealSources } from '../../simulation/storage/ideal-sources.ts';
import { withStorage } from '../../simulation/storage/with-storage.ts';
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
describePlant('loop whose words answer to late words', () => loop(0.05));
describePlant('loop whose words answer to words at once', () => loop(0));

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

  it('without delay foresight slows by 1 + σλ: words that answer to words settle', () => {
    // without droop and plant: dx/dt = −λ·(x + σ·dx/dt), λ = c·λ_max of the pinned pair
    const agents = ['a', 'b'];
    const sources: Plant = {
      ...withStorage(idealSources(agents), []),
      outputs: agents.flatMap((id) =>
        ['w_rad_per_s', 'v_V', 'p_kW', 'q_kvar', 'p_rate_kW_per_s', 'q_rate_kvar_per_s'].map((name) => `${id}.${name}`),
      ),
      inputs: agents.flatMap((id) => [`${id}.w_set_rad_per_s`, `${id}.v_set_V`]),
      inputsInto: (u) => u.set([314, 380, 314, 380]),
      outputsInto(_x, u, y) {
        y.fill(0);
        y.set([u[0], u[1]], 0);
        y.set([u[2], u[3]], 6);
      },
      tangentInto(_x, _u, _dx, du, _dRate, dY) {
        dY.fill(0);
        dY.set([du[0], du[1]], 0);
        dY.set([du[2], du[3]], 6);
      },
    };
    const law = delayPredictive.build({ ...delayPredictive.example, pin_frac: 0, ahead_s: 0.05 });
    const plant = closeLoop(
      sources,
      agents.map((device) => ({ device, law })),
      ringOf(agents),
    );
    const x = Float64Array.of(314, 380, 314, 380);
    const slowest = modesAt(plant, x, new Float64Array(0)).map(({ re_per_s }) => re_per_s);
    expect(Math.min(...slowest)).toBeCloseTo(-8 / (1 + 0.05 * 8), 9);
  });
});
