import { describe, expect, it } from 'vitest';
import type { SimulateResult, WindowMeasure } from '../../wire/simulate-result.ts';
import { presetDocument, runStudy } from './testing/small.ts';

const run = (name: string): Promise<SimulateResult> => runStudy({ ...presetDocument(name), analysis: { delays: false } });

const measure = ({ windows }: SimulateResult, what: string | RegExp, quantity: string): WindowMeasure =>
  windows
    .filter((window) => window.what.match(what))
    .at(-1)!
    .measures.find((each) => each.quantity === quantity)!;

/** The claims of the lecture on control, on our own scenarios; targets from the sheet on control, section 4, where it has them. */
describe('presets show what they say', () => {
  it('the accurate law shares both powers; sampled, its mean voltage ends k_o·d·τ·ΔV = 5·2·0.01·18.5 V too high', async () => {
    const result = await run('secondary-control');
    expect(measure(result, 'secondary starts', 'frequency').settling_s).toBeCloseTo(4, 0);
    expect(measure(result, 'secondary starts', 'active-share').spread_end_frac).toBeLessThan(1e-3);
    expect(measure(result, 'secondary starts', 'reactive-share').spread_end_frac).toBeLessThan(1e-4);
    expect(measure(result, 'secondary starts', 'voltage').meanAtEnd).toBeCloseTo(381.85, 1);
    const document = presetDocument('secondary-control');
    Object.assign(document.control[0], { period_s: 0, communication: { graph: 'ring' } });
    const continuous = await runStudy({ ...document, analysis: { delays: false } });
    expect(measure(continuous, 'secondary starts', 'voltage').meanAtEnd).toBeCloseTo(380, 2);
  });

  it('the printed law does not share Q with equal gains, and nearly does with forty times the gain', async () => {
    expect(measure(await run('leader-follower'), 'secondary starts', 'reactive-share').spread_end_frac).toBeCloseTo(0.779, 2);
    expect(measure(await run('reactive-sharing'), 'secondary starts', 'reactive-share').spread_end_frac).toBeCloseTo(0.03, 2);
  });

  it('distributed averaging: settling k·ln(Δf/10 mHz) = 6.5 s', async () => {
    expect(measure(await run('dapi'), 'averaging starts', 'frequency').settling_s).toBeCloseTo(6.5, 1);
  });

  it('60 ms of delay settle, 120 ms oscillate more and more, and the analysis says so before', async () => {
    const [short, long] = [await run('delay-60-ms'), await run('delay-120-ms')];
    expect([short.analysis.isStable, long.analysis.isStable]).toEqual([true, false]);
    expect(measure(short, 'secondary starts', 'frequency').settling_s).toBeLessThan(5);
    expect(measure(long, 'secondary starts', 'frequency').settling_s).toBeNull();
    const f = long.quantities[0].lines[0].values;
    const swing = (from_s: number, to_s: number): number => {
      const part = f.filter((_, t) => long.time_s[t] >= from_s && long.time_s[t] <= to_s);
      return Math.max(...part) - Math.min(...part);
    };
    expect(swing(3.3, 4)).toBeGreaterThan(1.5 * swing(2.3, 3));
    expect(long.cautions.join()).toMatch(/unstable.*2\.\d+ Hz/);
  });

  it('a lost link slows sharing and leaves its end; an isolated agent leaves frequency at 50 Hz and breaks sharing', async () => {
    const ring = await run('link-failure');
    const [before, after] = [11, 31].map(
      (from_s) => ring.windows.find((window) => window.from_s === from_s)!.measures.find(({ quantity }) => quantity === 'active-share')!,
    );
    expect(before.settling_s).toBeLessThan(2.6);
    expect(after.settling_s).toBeGreaterThan(1.5 * before.settling_s!);
    expect(after.spread_end_frac).toBeLessThan(1e-2);
    const alone = await run('isolated-agent');
    expect(measure(alone, 'load1', 'frequency').settling_s).toBeLessThan(2);
    expect(measure(alone, 'load1', 'active-share').spread_end_frac).toBeCloseTo(0.138, 2);
    expect(measure(alone, 'agent dg4 back', 'active-share').spread_end_frac).toBeLessThan(1e-3);
  });

  it('an inverter leaves and comes back while the frequency stays within 0.4 Hz', async () => {
    const result = await run('plug-and-play');
    for (const what of ['dg4 opens', 'dg4 closes']) {
      expect(Math.abs(measure(result, what, 'frequency').extreme!.value - 50), what).toBeLessThan(0.4);
    }
    expect(measure(result, 'agent dg4 back', 'active-share').spread_end_frac).toBeLessThan(1e-3);
  });

  it('the averaged tier settles as the quasi-static one', async () => {
    const document = presetDocument('averaged-tier');
    const [a, c] = [
      await runStudy({ ...document, plant: { ...document.plant, tier: 'quasi-static' }, analysis: { delays: false } }),
      await run('averaged-tier'),
    ];
    const settling = (result: SimulateResult): number => measure(result, 'secondary starts', 'frequency').settling_s!;
    expect(Math.abs(settling(a) / settling(c) - 1)).toBeLessThan(0.02);
  });
});
