import { describe, expect, it } from 'vitest';
import { closeLoop } from '../../simulation/control-loop.ts';
import { type DelaySystem, delayMargin, delaySystemOf, rightmostRoot } from '../../simulation/delay-spectrum.ts';
import type { Microgrid } from '../../simulation/microgrid/microgrid.ts';
import { quasiStaticMicrogrid } from '../../simulation/microgrid/quasi-static.ts';
import { findOperatingPoint } from '../../simulation/operating-point.ts';
import { inverterChain } from '../../simulation/scenarios/inverter-chain.ts';
import { runSampled } from '../../simulation/testing/sampled-microgrid.ts';
import { consensusAgents } from '../../simulation/testing/secondary.ts';
import { withPowerRates } from '../../simulation/with-rates.ts';
import { ringOf } from '../graph.ts';
import { delayPredictive } from './delay-predictive.ts';
import { bestAhead_s, predictedDelayBound_s } from './wap-bound.ts';

/** ẋ = −z(t − τ), z = x + σ·ẋ: λ = 1. */
const exact = (sigma: number): DelaySystem => ({
  n: 1,
  a: new Float64Array(1),
  channels_count: 1,
  b: Float64Array.of(-1),
  c: Float64Array.of(1),
  d: Float64Array.of(-sigma),
  delay_s: Float64Array.of(1),
});

/** ẋ = −(1 + k)·x(t − τ) + k·x(t − 2τ): the rate by a difference over the delay, σ = k·τ. */
const differenced = (k: number): DelaySystem => ({
  n: 1,
  a: new Float64Array(1),
  channels_count: 2,
  b: Float64Array.of(-(1 + k), k),
  c: Float64Array.of(1, 1),
  d: new Float64Array(4),
  delay_s: Float64Array.of(1, 2),
});

/** The sheet on control, section 5.3: closed form derived there and in wap-bound.ts, differences computed independently with a Chebyshev collocation. */
describe('K7: the bound of weighted average prediction', () => {
  it.each([0, 0.1, 0.3, 0.4421, 0.7, 0.9])('λσ = %d: the closed form is where the roots cross', (sigma) => {
    const { margin_s } = delayMargin(exact(sigma), { nodes_count: 24 });
    expect(Math.abs(margin_s / predictedDelayBound_s(1, sigma) - 1), `${margin_s}`).toBeLessThan(1e-4);
  });

  it('is at most 15.85 % above π/2, at λσ = 0.4421; nothing is borne from λσ = 1 on', () => {
    const best = bestAhead_s(1);
    expect(best).toBeCloseTo(0.4421, 4);
    expect(predictedDelayBound_s(1, best)).toBeCloseTo(1.8197, 4);
    for (const other of [best - 1e-3, best + 1e-3]) expect(predictedDelayBound_s(1, other)).toBeLessThan(predictedDelayBound_s(1, best));
    expect(predictedDelayBound_s(1, 1)).toBe(0);
    expect(predictedDelayBound_s(4, 0)).toBeCloseTo(Math.PI / 8, 12);
  });

  it.each([
    [0.1, 1.491],
    [0.2, 1.387],
    [0.5, 1.086],
    [1, 0.765],
  ])('a difference over the delay in place of the rate is worse than no prediction: k = %d bears %d', (k, bound) => {
    // delays are counted by the longer one, 2τ
    const { margin_s } = delayMargin(differenced(k), { nodes_count: 24 });
    expect(Math.abs(margin_s / 2 / bound - 1), `${margin_s / 2}`).toBeLessThan(2e-3);
    expect(margin_s / 2).toBeLessThan(Math.PI / 2);
  });
});

const chain = inverterChain(4);
const ids = chain.inverters.map(({ id }) => id);
const ring = ringOf(ids);
const withRates = (microgrid: Microgrid) => withPowerRates(quasiStaticMicrogrid(microgrid), ids);
const lawsOf = (ahead_s: number) =>
  chain.inverters.map(({ droop_rad_per_s_per_kW, droop_V_per_kvar }, k) =>
    delayPredictive.build({ ...delayPredictive.example, droop_rad_per_s_per_kW, droop_V_per_kvar, pin_frac: k === 0 ? 1 : 0, ahead_s }),
  );

describe('K7: the microgrid of four inverters at c = 4, all that agents know late alike', () => {
  const { x } = findOperatingPoint(closeLoop(quasiStaticMicrogrid(chain), consensusAgents(chain, 'printed', { c: 4 }), ring));
  const abscissa = (ahead_s: number, linkDelay_s: number): number => {
    const agents = lawsOf(ahead_s).map((law, k) => ({ device: ids[k], law }));
    return rightmostRoot(delaySystemOf(closeLoop(withRates(chain), agents, ring, { linkDelay_s }), x), 1, 8).re_per_s;
  };

  // limits of the sheet: 96, 111 and 88 ms, computed independently with scipy
  it.each([
    [0, 0.0955, 0.097],
    [0.0276, 0.11, 0.112],
    [0.05, 0.0865, 0.0885],
  ])('looking %d s ahead it bears %d s and not %d s', (ahead_s, below_s, above_s) => {
    expect(abscissa(ahead_s, below_s)).toBeLessThan(0);
    expect(abscissa(ahead_s, above_s)).toBeGreaterThan(0);
  });

  it('as agents: 100 ms of delay oscillate without prediction and settle with it', async () => {
    const late = async (ahead_s: number): Promise<number> => {
      const { f_Hz } = await runSampled({
        laws: lawsOf(ahead_s),
        stop_s: 16,
        period_s: 4e-3,
        build: withRates,
        faults: { faults: [{ fault: 'delay', law: 'constant', min_s: 0.098 }] },
        options: { record_s: 0.02 },
      });
      const part = f_Hz.slice(-150);
      return Math.max(...part) - Math.min(...part);
    };
    expect(await late(0)).toBeGreaterThan(0.05);
    expect(await late(0.0276)).toBeLessThan(0.01);
  });
});
