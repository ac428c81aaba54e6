import { describe, expect, it } from 'vitest';
import type { Role } from '../../../agents/role.ts';
import { noFaults, runInVirtualTime } from '../../../agents/virtual-time.ts';
import { randomStream } from '../../../base/random.ts';
import { catalog } from '../../../catalog.ts';
import { Phoenix } from '../../../schemes/testing/phoenix.ts';
import type { CastGroup } from '../../deployment.ts';
import { type Document, servicesWith, titled } from '../../testing/studies.ts';
import { cast, expectSamePlan, fileOf, inOne, missing, split, study } from './testing/deployed.ts';

describe.skipIf(missing.length > 0)(titled('agents that are killed all the time', missing), () => {
  /** Every event of these kills their process with a probability of one in a hundred. */
  async function mortal(isMortal: (id: string) => boolean) {
    const parts = await split(study, catalog, servicesWith());
    const stream = randomStream(11);
    const agents = await Promise.all(
      parts.agents.map(async (agent) => {
        const file = fileOf(parts, [agent]);
        const lives: CastGroup[] = [];
        for (let k = 0; k < (isMortal(agent.id) ? 100 : 1); k++) lives.push(await cast(file, catalog));
        let now = lives[0]!;
        const make = (): Role => (now = lives.pop()!).roles[0]!;
        return {
          phoenix: new Phoenix(make, stream.split(agent.id), isMortal(agent.id) ? 0.01 : 0),
          results: () => now.results() as Document[],
        };
      }),
    );
    const faults = { ...noFaults, delay_min_s: 0.01, delay_mean_s: 0.1, loss_frac: 0.05 };
    await runInVirtualTime(
      agents.map(({ phoenix }) => phoenix),
      { faults, stream: stream.split('network') },
    );
    return {
      crashes_count: agents.reduce((sum, { phoenix }) => sum + phoenix.crashes_count, 0),
      results: agents.flatMap((each) => each.results()),
    };
  }

  it('end with the same bits, where answers depend on the question alone', async () => {
    const { crashes_count, results } = await mortal((id) => id !== 'store' && id !== 'wires');
    expect(crashes_count).toBeGreaterThan(30);
    expectSamePlan(results, await inOne(study));
  });

  it('come to the same plan where a solver begins at its last answer and has lost it', async () => {
    const { crashes_count, results } = await mortal((id) => id === 'store' || id === 'wires');
    expect(crashes_count).toBeGreaterThan(5);
    const { plan } = await inOne(study);
    for (const { device, p_kW } of plan.schedules) {
      const own = results.find(({ agent }) => agent === device);
      p_kW.forEach((p, t) => expect(Math.abs(own.nets[0].p_kW[t] - p)).toBeLessThan(1e-5));
    }
  });
});
