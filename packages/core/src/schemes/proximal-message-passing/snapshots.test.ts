import { describe, expect, it } from 'vitest';
import { noFaults, runInVirtualTime } from '../../agents/virtual-time.ts';
import { randomStream } from '../../base/random.ts';
import type { CoordinationProblem } from '../contract.ts';
import { closedFormProblem } from '../testing/closed-forms.ts';
import { exchangeProblem } from '../testing/exchange-problems.ts';
import { type Agreement, agreementOf } from './cast.ts';
import { defaults, type ProximalOptions } from './options.ts';
import { Roll } from './roll.ts';
import { castPhoenixes, oracleIn } from './testing/cast-everyone.ts';

const tight = { ...defaults, rho: 0.03, tolerance_frac: 1e-6 };
const rough = { delay_min_s: 0.01, delay_mean_s: 0.1, loss_frac: 0.1, duplicate_frac: 0.05 };

/** Casts everyone from data that has been through JSON; each event kills its role with a probability. */
async function negotiate(problemOf: () => CoordinationProblem, options: ProximalOptions, seed: number, crash_frac: number) {
  const agreement = JSON.parse(JSON.stringify(agreementOf(problemOf(), options))) as Agreement;
  const stream = randomStream(seed);
  const { owners, places, convener } = castPhoenixes(agreement, (id) => oracleIn(problemOf())(id), stream, crash_frac);
  const roles = [...owners, ...places, convener];
  await runInVirtualTime(roles, { faults: crash_frac > 0 ? rough : noFaults, stream: stream.split('network') });
  return {
    crashes_count: roles.reduce((sum, role) => sum + role.crashes_count, 0),
    plans: owners.map(({ role }) => [...role.power]),
    prices: places.map(({ role }) => [...role.price]),
    verdict: convener.role.verdict,
    history: convener.role.history,
    dropped: roles.flatMap(({ role }) => [...role.dropped!]),
  };
}

describe('a negotiation whose agents are killed all the time', () => {
  it('ends with the same bits, where answers depend on the question alone', async () => {
    const problemOf = () => closedFormProblem(randomStream(4), 3);
    const calm = await negotiate(problemOf, tight, 1, 0);
    expect(calm.verdict).toBe('agreed');
    for (const seed of [1, 2, 3]) {
      const { crashes_count, dropped, ...outcome } = await negotiate(problemOf, tight, seed, 0.02);
      expect(crashes_count).toBeGreaterThan(50);
      expect(outcome).toEqual({ plans: calm.plans, prices: calm.prices, verdict: calm.verdict, history: calm.history });
      expect(dropped).toEqual([]);
    }
  });

  it('ends at the same plan but for rounding, where a solver begins at its last answer', async () => {
    const problemOf = () => exchangeProblem(randomStream(7), { nets_count: 2, steps_count: 6, lineLimit_kW: 4 });
    const calm = await negotiate(problemOf, tight, 1, 0);
    const other = await negotiate(problemOf, tight, 5, 0.005);
    expect(other.crashes_count).toBeGreaterThan(10);
    expect(other.verdict).toBe('agreed');
    expect(other.history.length).toBe(calm.history.length);
    calm.plans.flat().forEach((value, i) => expect(Math.abs(other.plans.flat()[i] - value)).toBeLessThan(1e-6));
    calm.prices.flat().forEach((value, i) => expect(Math.abs(other.prices.flat()[i] - value)).toBeLessThan(1e-8));
  });
});

describe('the roll of a net', () => {
  // The age of words was once left out: after a crash a word might stand for twice as many rounds as it may.
  it('comes back as it was, with how old everybody is', () => {
    const roll = new Roll(['a', 'b', 'c'], [true, true, false]);
    for (let round = 1; round <= 5; round++) {
      roll.tell(round);
      roll.hear(0, round, round);
      roll.mayGoOn(10);
    }
    const again = new Roll(['a', 'b', 'c'], [true, true, false]);
    again.resume(roll.remember());
    expect(again.remember()).toEqual(roll.remember());
    expect([roll, again].map((each) => [each.mayGoOn(4), each.mayGoOn(5)])).toEqual([
      [false, true],
      [false, true],
    ]);
  });
});
