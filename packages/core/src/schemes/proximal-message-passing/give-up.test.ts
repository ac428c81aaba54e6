import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Faults } from '../../agents/virtual-time.ts';
import { randomStream } from '../../base/random.ts';
import { closedFormProblem } from '../testing/closed-forms.ts';
import { defaults } from './options.ts';
import { type Failing, negotiateWithout } from './testing/give-ups.ts';

const options = {
  ...defaults,
  rho: 0.03,
  tolerance_frac: 1e-3,
  tolerancePrice_frac: 2e-2,
  watched_count: 2,
  rounds_max_count: 60,
  retry_s: 1,
};
const delays: Faults = { delay_min_s: 0.01, delay_mean_s: 0.05, loss_frac: 0, duplicate_frac: 0.05 };

/** How long it takes to say something again so many times: 1, 2, 4, 8, 16, 16, … s apart. */
const repetitions_s = (count: number): number => Array.from({ length: count }, (_, n) => Math.min(16, 2 ** n)).reduce((a, b) => a + b, 0);

interface Scene {
  readonly seed: number;
  readonly nets_count: number;
  readonly isTree: boolean;
  readonly place: number;
  readonly prices_count: number;
}

/** A chain or a tree of nets, one of its devices or lines, and at which price that fails. */
const scene = (earliest_count: number): fc.Arbitrary<Scene> =>
  fc.record({
    seed: fc.integer({ min: 1, max: 2 ** 30 }),
    nets_count: fc.integer({ min: 2, max: 7 }),
    isTree: fc.boolean(),
    place: fc.nat(100),
    prices_count: fc.integer({ min: earliest_count, max: 14 }),
  });

/** Everybody agrees, and nobody but the one who failed was given up on. @returns the longest that a net waited for it */
function expectOnlyTheFailed(how: Failing, giveUp_count: number, faults: Faults, where: Scene): number {
  const { seed, nets_count, isTree, place, prices_count } = where;
  const stream = randomStream(seed);
  const problem = closedFormProblem(stream, nets_count, 2, (net) => (isTree ? stream.index(net) : net - 1));
  const agent = problem.parts[place % problem.parts.length].id;
  const run = negotiateWithout(problem, { ...options, giveUp_count }, { agent, how, prices_count }, faults, seed);
  expect(run.violation).toBeUndefined();
  expect(run.isDone).toBe(true);
  expect(run.verdict).toBe('agreed');
  expect([...new Set(run.giveUps.map((one) => one.agent))]).toEqual([agent]);
  const { terminals } = problem.parts.find(({ id }) => id === agent)!;
  expect([...new Set(run.giveUps.map(({ net }) => net))].sort()).toEqual(terminals.map((net) => `net ${net}`).sort());
  return Math.max(...run.giveUps.map(({ waited_s }) => waited_s));
}

describe('along chains and trees of nets', () => {
  it.each([1, 3, 5])('only the one who falls silent is given up on, after %i repetitions', (giveUp_count) => {
    fc.assert(
      fc.property(scene(0), (where) => {
        const waited_s = expectOnlyTheFailed('silent', giveUp_count, delays, where);
        // Its last word may still come, and counts as a sign of life.
        expect(waited_s).toBeLessThanOrEqual(repetitions_s(giveUp_count + 2) + 1e-9);
      }),
      { numRuns: 25 },
    );
  });

  it('also when messages are lost', () => {
    fc.assert(
      fc.property(scene(0), (where) => void expectOnlyTheFailed('silent', 5, { ...delays, loss_frac: 0.05 }, where)),
      { numRuns: 25 },
    );
  });

  it.each<Failing>(['repeating', 'answering reminders'])(
    'only the one who says old words for ever is given up on, after a bounded time: %s',
    (how) => {
      const giveUp_count = 3;
      const longest_count = (1 + options.checkEvery_count) * giveUp_count + 1;
      fc.assert(
        fc.property(scene(1), (where) => {
          const waited_s = expectOnlyTheFailed(how, giveUp_count, delays, where);
          expect(waited_s).toBeLessThanOrEqual(repetitions_s(longest_count) + 1e-9);
        }),
        { numRuns: 25 },
      );
    },
  );
});
