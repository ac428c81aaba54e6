import { describe, expect, it } from 'vitest';
import { trySeeds } from '../../agents/chaos/campaign.ts';
import { attemptOf } from '../../agents/chaos/trial.ts';
import { readFaultScript } from '../../agents/faults/read-script.ts';
import { runInLoop } from '../../agents/loop.ts';
import { randomStream } from '../../base/random.ts';
import { closedFormProblem } from '../testing/closed-forms.ts';
import { proximalMessagePassing } from './scheme.ts';
import { bugs } from './testing/bugs.ts';
import { type NegotiationCase, negotiationTrial, optionsOf } from './testing/negotiation-trial.ts';

const sound = negotiationTrial();
const one = (which: Partial<NegotiationCase>, faults: readonly object[], seed = 1) =>
  sound.run({
    trial: 'negotiation',
    seed,
    case: { mode: 'faithful', nets_count: 2, steps_count: 2, problem: 3, ...which },
    faults: readFaultScript([...faults]).faults,
  });

describe('negotiations under random faults', () => {
  // `npm run test:chaos` tries ten thousand.
  it('keep every invariant', () => {
    const { failures, outcomes, faults, seeds_count } = trySeeds(sound, 1, 150);
    expect(failures).toEqual([]);
    expect(seeds_count).toBe(150);
    expect(outcomes.get('faithful, agreed')).toBeGreaterThan(60);
    expect(faults.size).toBe(12);
  });

  it('repeat themselves: the same attempt, the same verdict', () => {
    for (let seed = 1; seed < 20; seed++) {
      const attempt = attemptOf(sound, seed, randomStream(1));
      expect(attemptOf(sound, seed, randomStream(1))).toEqual(attempt);
      expect(sound.run(attempt)).toEqual(sound.run(attempt));
    }
  });

  it('are what the scheme does: the reference is the plan of a loop', async () => {
    // The trial compares with a calm virtual world; that world is compared with the loop here.
    const problem = closedFormProblem(randomStream(3), 2, 2);
    const outcome = await proximalMessagePassing.run(problem, optionsOf('faithful'), { carry: (roles) => runInLoop(roles) });
    const { events_count } = one({}, []);
    expect(outcome.status).toBe('agreed');
    expect(events_count).toBeGreaterThan(2 * 6 * outcome.rounds_count);
    expect(one({}, []).outcome).toBe('faithful, agreed');
  });

  // Found by the campaign: a participant that no price ever reached said nothing at all, and waited for ever when its net had gone on without it.
  it('end for one that is out of reach until its net has given it up', () => {
    const cut = { fault: 'partition', agents: 'load 0', until_s: 300 };
    expect(one({ mode: 'departing', nets_count: 1 }, [cut])).toMatchObject({ outcome: 'departing, agreed', violation: undefined });
  });

  // Found by the campaign: a participant that was gone before it had acknowledged the end kept its net waiting for ever.
  it('end without one that goes between its last schedule and its word that it has understood', () => {
    const faults = [
      { fault: 'delay', law: 'exponential', mean_s: 0.05, luck: 100 },
      { fault: 'crash', agents: 'generator 2', at_s: 6, luck: 4 },
    ];
    const which = { mode: 'departing', nets_count: 3, steps_count: 1, problem: 4 } as const;
    expect(one(which, faults, 2862)).toMatchObject({ outcome: 'departing, agreed', violation: undefined });
  });

  it('say who stalls them when nobody can go on', () => {
    const gone = { fault: 'crash', agents: 'net n0', at_s: 0.2 };
    const slow = { fault: 'delay', min_s: 0.05 };
    expect(one({ mode: 'departing' }, [gone, slow])).toMatchObject({ outcome: 'departing, silent', violation: undefined });
    const { violation } = one({ mode: 'faithful' }, [gone, slow]);
    expect(violation).toMatchObject({ invariant: 'the negotiation ends', agent: 'net n0' });
    expect(violation!.says).toMatch(/waits for "net n0" \((schedule|verdict) of round \d+\)/);
  });
});

describe('a planted bug', () => {
  it.each(Object.entries(bugs))('%s is found and shrunk to a handful of faults', (name) => {
    const trial = negotiationTrial({ bug: name });
    let seed = 1;
    let failures = trySeeds(trial, seed, 1, 150).failures;
    while (failures.length === 0 && seed < 200) failures = trySeeds(trial, ++seed, 1, 150).failures;
    const [{ shrunk, violation }] = failures;
    expect(shrunk.faults.length).toBeLessThanOrEqual(3);
    // It is found by what it does, and not because it was planted badly.
    expect(violation.invariant).not.toBe('no agent breaks');
    // What is printed can be run again, and breaks in the same way; the sound roles do not.
    const document = JSON.parse(JSON.stringify(shrunk)) as typeof shrunk & { case: NegotiationCase };
    const again = { ...document, faults: readFaultScript(document).faults };
    expect(trial.run(again).violation).toEqual(violation);
    expect(trial.run({ ...again, case: { ...again.case, bug: undefined } }).violation).toBeUndefined();
  });
});
