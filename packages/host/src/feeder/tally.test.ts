import { catalog, prepareThreePhase, readBuiltIn, SeriesRun, summariseVoltages } from '@gridflock/core';
import { describe, expect, it } from 'vitest';
import { mergeTally, newTally, Tallier, valueAt } from './tally.ts';

const feeder = readBuiltIn(catalog.networks.find(({ name }) => name === 'ieee13')!).feeder!;
const profile = { id: 'p', step_s: 3600, p: [0.3, 0.9, 1.1, 0.6, 0.2], actual: false };
const followed = { ...feeder, profiles: [profile], loads: feeder.loads.map((load) => ({ ...load, profile: { yearly: 'p' } })) };
const series = { mode: 'yearly', step_s: 3600, steps_count: 5, chunk_count: 5 } as const;
const run = new SeriesRun(followed, series, { controls: false });
const chunk = run.next(0, 5);
const tallier = new Tallier(followed, run.places, []);

function tallyOf(steps: readonly number[], first: number) {
  const tally = newTally(steps.length, tallier.size);
  const count = run.places.count;
  for (const [row, t] of steps.entries()) {
    const part = {
      ...chunk,
      v_re_V: chunk.v_re_V.slice(t * count - row * count),
      v_im_V: chunk.v_im_V.slice(t * count - row * count),
      loss_kW: chunk.loss_kW.slice(t - row),
      source_kW: chunk.source_kW.slice(t - row),
      converged: chunk.converged.slice(t - row),
      iterations_count: chunk.iterations_count.slice(t - row),
      mismatch_max_kVA: chunk.mismatch_max_kVA.slice(t - row),
    };
    tallier.add(tally, row, first + row, part);
  }
  return tally;
}
const whole = tallyOf([0, 1, 2, 3, 4], 0);

describe('what is kept of a run over time', () => {
  it('is what a single solution says of each step', () => {
    const { places, solve } = prepareThreePhase(feeder, { controls: false });
    for (const [t, share] of profile.p.entries()) {
      const frac = new Float64Array(feeder.loads.length).fill(share);
      const result = solve({ loadP_frac: frac, loadQ_frac: frac });
      const { seen_pu, lowest, highest, sequences } = summariseVoltages(feeder, places, result);
      expect(valueAt(whole, t, 'loss_kW')).toBeCloseTo(result.loss_kW, 4);
      expect(valueAt(whole, t, 'v_min_pu')).toBeCloseTo(seen_pu[lowest[0]!]!, 7);
      expect(valueAt(whole, t, 'v_max_pu')).toBeCloseTo(seen_pu[highest[0]!]!, 7);
      expect(valueAt(whole, t, 'v_min_place')).toBe(lowest[0]);
      expect(valueAt(whole, t, 'unbalance_frac')).toBeCloseTo(Math.max(...sequences.map(({ negative_frac }) => negative_frac)), 7);
      const source_kW = -result.sources.flatMap(({ ends }) => [...ends[0]!.p_kW]).reduce((a, b) => a + b, 0);
      expect(valueAt(whole, t, 'source_kW')).toBeCloseTo(source_kW, 3);
    }
  });

  it('counts steps outside limits and remembers when the extremes were', () => {
    const { v_min_step, v_max_step, below_count } = whole.extremes;
    const worst = valueAt(whole, 2, 'v_min_place');
    expect(v_min_step[worst]).toBe(2);
    expect(v_max_step[worst]).toBe(4);
    expect(below_count[worst]).toBeGreaterThan(1);
  });

  it('is the same in parts, in any order', () => {
    const merged = newTally(5, tallier.size);
    mergeTally(merged, tallyOf([3, 4], 3), 3);
    mergeTally(merged, tallyOf([0, 1, 2], 0), 0);
    const { loss_sum_kW, ...branches } = merged.branches;
    const { loss_sum_kW: expected_kW, ...wholeBranches } = whole.branches;
    expect({ ...merged, branches }).toEqual({ ...whole, branches: wholeBranches });
    loss_sum_kW.forEach((loss_kW, b) => {
      expect(loss_kW).toBeCloseTo(expected_kW[b]!, 9);
    });
  });
});
