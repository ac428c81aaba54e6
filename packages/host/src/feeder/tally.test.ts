import { catalog, prepareThreePhase, readBuiltIn, SeriesRun, summariseVoltages } from '@gridflock/core';
import { describe, expect, it } from 'vitest';
import { type BranchRow, branchRows } from './branch-rows.ts';
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

  it('has the currents, loadings and losses of the branches of each step at their largest, and when that was', () => {
    const { places, solve } = prepareThreePhase(feeder, { controls: false });
    const { i_from_max_A, i_to_max_A, loading_max_frac, loading_max_step, over_count, loss_sum_kW } = whole.branches;
    const results = profile.p.map((share) => {
      const frac = new Float64Array(feeder.loads.length).fill(share);
      return solve({ loadP_frac: frac, loadQ_frac: frac });
    });
    expect(tallier.size.places_count).toBe(places.count);
    const steps = results.map((result) => [...branchRows(feeder, result)]);
    expect(tallier.wires.map(({ id, conductor, kind }) => [id, conductor, kind])).toEqual(
      steps[0]!.map(({ id, conductor, kind }) => [id, conductor, kind]),
    );
    const rated = tallier.wires.filter((_, w) => loading_max_step[w]! >= 0);
    expect(rated.length).toBeGreaterThan(0);
    for (const w of tallier.wires.keys()) {
      const rows = steps.map((step) => step[w]!);
      const most = (of: (row: BranchRow) => number | undefined): number => Math.max(...rows.map((row) => of(row) ?? 0));
      expect(i_from_max_A[w]).toBeCloseTo(
        most(({ head }) => head?.i_A),
        4,
      );
      expect(i_to_max_A[w]).toBeCloseTo(
        most(({ tail }) => tail?.i_A),
        4,
      );
      const loadings = rows.map(({ loading_frac }) => loading_frac);
      if (loadings[0] === undefined) expect(loading_max_step[w]).toBe(-1);
      else {
        expect(loading_max_frac[w]).toBeCloseTo(
          most(({ loading_frac }) => loading_frac),
          6,
        );
        expect(loading_max_step[w]).toBe(loadings.indexOf(Math.max(...loadings.map((each) => each ?? 0))));
        expect(over_count[w]).toBe(loadings.filter((each) => (each ?? 0) > 1).length);
      }
    }
    const lost_kW = results.map(({ lines, switches, transformers }) => [...lines, ...switches, ...transformers]);
    loss_sum_kW.forEach((loss_kW, b) => {
      const expected = lost_kW.reduce(
        (sum, list) => sum + list[b]!.ends.reduce((a, { p_kW }) => a + p_kW.reduce((x, p) => x + p, 0), 0),
        0,
      );
      expect(loss_kW).toBeCloseTo(expected, 4);
    });
    expect(valueAt(whole, 2, 'loading_max_frac')).toBeCloseTo(Math.max(...steps[2]!.map(({ loading_frac }) => loading_frac ?? 0)), 6);
  });

  it('leaves steps without a solution out of the extremes', () => {
    const tally = newTally(1, tallier.size);
    tallier.add(tally, 0, 0, { ...chunk, converged: new Uint8Array(5) });
    expect(valueAt(tally, 0, 'converged')).toBe(0);
    expect(valueAt(tally, 0, 'loss_kW')).toBeNaN();
    expect(tally.extremes).toEqual(newTally(1, tallier.size).extremes);
    expect(tally.branches).toEqual(newTally(1, tallier.size).branches);
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
