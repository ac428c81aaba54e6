import { describe, expect, it } from 'vitest';
import { trySeeds } from '../agents/chaos/campaign.ts';
import { readFaultScript } from '../agents/faults/read-script.ts';
import { type RegulationCase, regulationTrial } from './testing/regulation-trial.ts';

const trial = regulationTrial();

describe('regulated days under random faults', () => {
  // `npm run test:chaos -- --trial regulation` tries ten thousand.
  it('keep every invariant', () => {
    const { failures, outcomes } = trySeeds(trial, 1, 300);
    expect(failures).toEqual([]);
    expect(outcomes.get('faithful, done')).toBeGreaterThan(100);
    expect(outcomes.get('departing, done')).toBeGreaterThan(60);
  });

  const run = (which: Partial<RegulationCase>, faults: readonly object[], seed: number) =>
    trial.run({
      trial: 'regulation',
      seed,
      case: { mode: 'departing', characteristic: 'box', sizes: [3], feeder: 9, ...which },
      faults: readFaultScript([...faults]).faults,
    });

  // Found by the campaign: a member that died between its contribution and the arrival of its shares hung its cluster for ever.
  it('go on without one that has contributed and owes shares', () => {
    const faults = [
      { fault: 'delay', law: 'exponential', mean_s: 0.05, luck: 100 },
      { fault: 'loss', loss_frac: 0.046, luck: 4 },
      { fault: 'crash', luck: 101, agents: 'resource r0.0 of c0', at_s: 6.7 },
    ];
    expect(run({}, faults, 60)).toMatchObject({ outcome: 'departing, done', violation: undefined });
    const cut = [
      { fault: 'partition', agents: 'resource r1.2 of c1', until_s: 5.5, luck: 0 },
      { fault: 'crash', luck: 101, agents: 'resource r1.0 of c1', at_s: 5 },
    ];
    expect(run({ characteristic: 'polygon', sizes: [1, 3], feeder: 6 }, cut, 666)).toMatchObject({ violation: undefined });
  });

  // Found by the campaign: a resource took whatever came from its coordinator for a call.
  it('do not mind words that nobody knows', () => {
    const noise = { fault: 'flood', agents: 'coordinator c0', to: 'resource *', every_s: 0.3, until_s: 5 };
    expect(run({ mode: 'faithful' }, [noise], 44335)).toMatchObject({ outcome: 'faithful, done', violation: undefined });
  });

  // Found by the campaign: one that no call ever reached said nothing, and waited for ever once its coordinator had gone on without it.
  it('end for one that is out of reach until the day is over', () => {
    const cut = { fault: 'partition', agents: 'resource r0.0 of c0', until_s: 2000 };
    expect(run({}, [cut], 1)).toMatchObject({ outcome: 'departing, done', violation: undefined });
  });
});
