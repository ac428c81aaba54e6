import { describe, expect, it } from 'vitest';
import type { Law } from '../contract.ts';
import { buildGraph, type Graph } from '../graph.ts';
import { runLockstep } from '../testing/lockstep.ts';
import { edgeRule } from './trigger-rules.ts';
import { triggeredLaw } from './triggered-law.ts';

/**
 * K9: the example of Yi, Liu, Dimarogonas, Johansson, arXiv 1704.05434 (matrix and start as in its public code); counts: the sheet on control, section 6,
 * computed independently with numpy, steps of 1 ms.
 */
const matrix = [
  [3.4, -3.4, 0, 0],
  [-3.4, 9.8, -2.1, -4.3],
  [0, -2.1, 3.2, -1.1],
  [0, -4.3, -1.1, 5.4],
];
const start = [6.2945, 8.1158, -7.4603, 8.2675];
const agents = ['a', 'b', 'c', 'd'];
const graph: Graph = buildGraph(
  agents,
  matrix.flatMap((row, i) =>
    row.flatMap((entry, j) => (i !== j && entry < 0 ? [{ from: agents[j], to: agents[i], weight_frac: -entry }] : [])),
  ),
);
const options = {
  w_ref_rad_per_s: 0,
  v_ref_V: 0,
  pin_frac: 0,
  gain_w_per_s: 1,
  gain_v_per_s: 0,
  floor_w_rad_per_s: 0,
  floor_v_V: 0,
};
const mean = 3.804375;

function follow(law: Law, extra: readonly number[]) {
  const energies: number[] = [];
  const means: number[] = [];
  const run = runLockstep(new Array<Law>(4).fill(law), graph, {
    period_s: 1e-3,
    acts_count: 5000,
    start: start.map((x) => [x, 0, ...extra]),
    look(_act, states) {
      energies.push(states.reduce((sum, [x]) => sum + 0.5 * (x - mean) ** 2, 0));
      means.push(states.reduce((sum, [x]) => sum + x / 4, 0));
    },
  });
  const last = run.states.map(([x]) => x);
  return { ...run, energies, means, apart: Math.max(...last) - Math.min(...last) };
}

describe('K9: event-triggered consensus on the published example', () => {
  const fixed = follow(triggeredLaw(options, edgeRule(0.5)), []);
  const dynamic = follow(triggeredLaw(options, edgeRule(0.5), { saved_per_s: 1, fades_per_s: 1 }), [10, 0]);

  it.each([
    ['static', fixed, [47, 28, 45, 26], 1e-6],
    ['dynamic', dynamic, [9, 14, 11, 9], 0.1],
  ])('%s: events as computed independently, agreement, the mean kept', (_name, { events, apart, means }, counts, close) => {
    const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);
    expect(Math.abs(sum(events) / sum(counts) - 1), events.join()).toBeLessThan(0.1);
    events.forEach((count, i) => expect(Math.abs(count - counts[i]), events.join()).toBeLessThanOrEqual(Math.max(2, 0.1 * counts[i])));
    expect(apart).toBeLessThan(close);
    for (const each of means) expect(each).toBeCloseTo(mean, 10);
  });

  it('static: the distance to the mean never grows, where checks are frequent', () => {
    fixed.energies.slice(1).forEach((energy, k) => expect(energy, `act ${k + 1}`).toBeLessThanOrEqual(fixed.energies[k] * (1 + 1e-12)));
  });

  it('periodic control at the same rate would speak 5000 times per agent; no two events are closer than a period', () => {
    for (const acts of fixed.acts) acts.slice(1).forEach((act, k) => expect(act - acts[k]).toBeGreaterThanOrEqual(1));
    expect(Math.max(...fixed.events) / 5000).toBeLessThan(0.01);
  });
});
