import { expect, it } from 'vitest';
import { readFeederDocument } from '../../../network/feeder/read-document.ts';
import { ieee13 } from '../../../networks/ieee13/network.ts';
import { SeriesRun, type ThreePhaseSeries } from './series.ts';

/** Regulators that stand right at the source: what it gives depends on their taps. */
it('steps that look ahead give the losses and the supply of steps one by one', () => {
  const { feeder } = readFeederDocument(ieee13.document);
  const profile = { id: 'p', step_s: 3600, p: [0.3, 0.5, 0.9, 1.1, 1, 0.7, 0.4, 0.2], actual: false };
  const followed = { ...feeder, profiles: [profile], loads: feeder.loads.map((load) => ({ ...load, profile: { daily: 'p' } })) };
  const series: ThreePhaseSeries = { mode: 'daily', step_s: 3600, steps_count: 8, chunk_count: 8 };
  const ahead = new SeriesRun(followed, series, {}).next(0, 8);
  const single = new SeriesRun(followed, { ...series, results: true }, {}).next(0, 8);
  expect(ahead.actions.length).toBeGreaterThan(10);
  expect([...ahead.tap_pu]).toEqual([...single.tap_pu]);
  for (let t = 0; t < 8; t++) {
    expect(ahead.loss_kW[t]).toBeCloseTo(single.results[t].loss_kW, 3);
    expect(ahead.source_kW[t]).toBeCloseTo(single.source_kW[t], 3);
  }
});
