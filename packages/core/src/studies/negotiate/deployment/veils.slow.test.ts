import { describe, expect, it } from 'vitest';
import type { Role } from '../../../agents/role.ts';
import { noFaults, runInVirtualTime } from '../../../agents/virtual-time.ts';
import { randomStream } from '../../../base/random.ts';
import { catalog } from '../../../catalog.ts';
import { Phoenix } from '../../../schemes/testing/phoenix.ts';
import type { CastGroup } from '../../deployment.ts';
import { type Document, servicesWith, titled } from '../../testing/studies.ts';
import { expectSamePlan, fileOf, inOne, missing, split, study } from './testing/deployed.ts';
import { hidden, life, masked } from './testing/veiled.ts';

describe.skipIf(missing.length > 0)(titled('veiled agents that are killed all the time', missing), () => {
  /** Every event of these kills their process with a probability of three in a thousand. */
  async function mortal(privacy: object, isMortal: (id: string) => boolean) {
    const parts = await split(hidden(privacy), catalog, servicesWith());
    const stream = randomStream(11);
    const words = new Map<string, string>();
    const agents = await Promise.all(
      parts.agents.map(async (agent, place) => {
        const file = fileOf(parts, [agent]);
        const lives: CastGroup[] = [];
        for (let k = 0; k < (isMortal(agent.id) ? 100 : 1); k++) lives.push(await life(file, 1000 * place + k));
        let now = lives[0]!;
        const make = (): Role => (now = lives.pop()!).roles[0]!;
        return {
          phoenix: new Phoenix(make, stream.split(agent.id), isMortal(agent.id) ? 0.003 : 0),
          results: () => now.results() as Document[],
        };
      }),
    );
    let secondWords_count = 0;
    await runInVirtualTime(
      agents.map(({ phoenix }) => phoenix),
      {
        faults: { ...noFaults, delay_min_s: 0.01, delay_mean_s: 0.1, loss_frac: 0.05 },
        stream: stream.split('network'),
        observe({ from, to, message }) {
          if (message.kind !== 'masked') return;
          const name = `${from} ${to} ${message.round} ${String(message.body['attempt'])}`;
          const word = JSON.stringify(Array.from(message.body['numbers'] as Float64Array));
          if ((words.get(name) ?? word) !== word) secondWords_count++;
          words.set(name, word);
        },
      },
    );
    return {
      secondWords_count,
      words_count: words.size,
      crashes_count: agents.reduce((sum, { phoenix }) => sum + phoenix.crashes_count, 0),
      results: agents.flatMap((each) => each.results()),
    };
  }

  it('end with the same bits, and never say two words under one mask', async () => {
    const { crashes_count, results, secondWords_count, words_count } = await mortal(masked, (id) => id !== 'store' && id !== 'wires');
    expect(crashes_count).toBeGreaterThan(30);
    expect(words_count).toBeGreaterThan(100);
    expect(secondWords_count).toBe(0);
    expectSamePlan(results, await inOne(study));
  });

  it('come to the same plan where a solver has lost its last answer, and say no second word then either', async () => {
    const { crashes_count, results, secondWords_count } = await mortal(masked, (id) => id === 'store' || id === 'wires');
    expect(crashes_count).toBeGreaterThan(5);
    expect(secondWords_count).toBe(0);
    const { plan } = await inOne(study);
    for (const { device, p_kW } of plan.schedules) {
      const own = results.find(({ agent }) => agent === device);
      p_kW.forEach((p, t) => void expect(Math.abs(own.nets[0].p_kW[t] - p)).toBeLessThan(1e-5));
    }
  });
});
