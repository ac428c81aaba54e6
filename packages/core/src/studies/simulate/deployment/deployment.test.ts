import { describe, expect, it } from 'vitest';
import { runInVirtualTime } from '../../../agents/virtual-time.ts';
import { randomStream } from '../../../base/random.ts';
import { catalog } from '../../../catalog.ts';
import type { CastGroup } from '../../deployment.ts';
import { castSimulation } from './cast.ts';
import { splitSimulation } from './split.ts';

const study = {
  study: 'simulate',
  plant: { kind: 'microgrid', scenario: 'inverter-chain', inverters_count: 4 },
  control: [
    {
      name: 'secondary',
      kind: 'leader-follower-consensus',
      parameters: { gain_w_per_s: 4, gain_p_per_s: 4, gain_v_per_s: 4, gain_q_per_s: 4 },
      each: { dg1: { pin_frac: 1 } },
      period_s: 0.01,
      communication: { graph: 'ring', linkDelay_s: 0.005 },
    },
  ],
  events: [{ at_s: 1, start: 'secondary' }],
  stop_s: 10,
};

type Json = any;

const services = { readText: async () => '', onProgress() {}, breathe: async () => {}, clock_s: () => 0, version: 'test' };

/** Every agent cast from a file of its own, all in one simulated world. */
async function play(document: object): Promise<Json[]> {
  const { common, agents } = await splitSimulation(document, catalog, services);
  const live = { run: 'test', transport: 'nats://127.0.0.1:1' };
  const groups: CastGroup[] = [];
  for (const { entry } of agents) {
    // what crosses to another machine is text
    groups.push(await castSimulation(JSON.parse(JSON.stringify({ ...common, ...live, agents: [entry] })), catalog));
  }
  const { script, seed } = groups[0]!.world!;
  await runInVirtualTime(
    groups.flatMap(({ roles }) => roles),
    { faults: script, stream: randomStream(seed) },
  );
  expect(groups.map(({ status }) => status)).toEqual(groups.map(() => 'ok'));
  return groups.flatMap((group) => group.results());
}

const frequency = (plant: Json, id = 'dg1'): number[] => plant.outputs[`${id}.w_rad_per_s`].map((w: number) => w / (2 * Math.PI));
const swing = (signal: readonly number[]): number => Math.max(...signal) - Math.min(...signal);
const edited = (control: object, rest: object = {}): object => ({ ...study, control: [{ ...study.control[0], ...control }], ...rest });

describe('a simulate study as a plant and agents', () => {
  it('gives each agent its law, its neighbours and nothing of the plant', async () => {
    const { agents } = await splitSimulation(study, catalog, services);
    expect(agents.map(({ id }) => id)).toEqual(['plant', 'dg1', 'dg2', 'dg3', 'dg4']);
    expect(agents[2]!.entry).toEqual({
      id: 'dg2',
      as: 'controller',
      plant: 'plant',
      controller: 'leader-follower-consensus',
      parameters: expect.objectContaining({ pin_frac: 0, droop_rad_per_s_per_kW: 0.094, gain_w_per_s: 4 }),
      neighbours: [
        { id: 'dg1', weight_frac: 1 },
        { id: 'dg3', weight_frac: 1 },
      ],
      period_s: 0.01,
      stale_s: 0.5,
      forgetAfter_s: 0.5,
    });
    expect(agents[2]!.peers).toEqual(['plant', 'dg1', 'dg3']);
  });

  it('waits for the start of the group, then comes to 50 Hz', async () => {
    const [plant, ...agents] = await play(study);
    const f = frequency(plant);
    expect(f[plant.time_s.findIndex((t: number) => t >= 0.99)]).toBeCloseTo(49.658, 3);
    expect(Math.abs(f.at(-1)! - 50)).toBeLessThan(1e-3);
    expect(plant).toMatchObject({ status: 'done', overruns_count: 0, fallbacks_count: 0 });
    for (const agent of agents) expect(agent).toMatchObject({ takeovers_count: 1, overruns_count: 0 });
    expect(agents[0].acts_count).toBeGreaterThan(890);
  });

  it('carries out what is planned for agents: links, isolation, gains', async () => {
    const isolated = [
      { at_s: 1, start: 'secondary' },
      { at_s: 6, isolate: 'dg4' },
      { at_s: 6, set: 'load1.scale_frac', to: 1.3 },
    ];
    const [alone] = await play({ ...study, events: isolated, stop_s: 14 });
    const shares = (plant: Json): number[] => [0.094, 0.094, 0.125, 0.125].map((m, k) => m * plant.outputs[`dg${k + 1}.p_kW`].at(-1));
    expect(Math.abs(frequency(alone).at(-1)! - 50)).toBeLessThan(2e-3);
    // who is isolated does not share: the sheet on control has 13.7 % for this
    expect(swing(shares(alone)) / shares(alone)[0]!).toBeGreaterThan(0.05);
    expect(swing(shares(alone).slice(0, 3))).toBeLessThan(0.02);
    const still = [
      { at_s: 1, start: 'secondary' },
      { at_s: 1, set: 'secondary.gain_w_per_s', to: 0 },
    ];
    const [held] = await play({ ...study, events: still, stop_s: 4 });
    // without a gain on frequency nothing brings it back
    expect(frequency(held).at(-1)).toBeLessThan(49.8);
  });

  it('counts another seed as another run, and the same as the same, bit for bit', async () => {
    const lossy = (seed: number): object =>
      edited({ communication: { graph: 'ring', linkDelay_s: 0.005, linkDelay_random_s: 0.02, loss_frac: 0.3 } }, { seed, stop_s: 3 });
    const [one, same, other] = [await play(lossy(1)), await play(lossy(1)), await play(lossy(2))];
    expect(one).toEqual(same);
    expect(one[0].outputs).not.toEqual(other[0].outputs);
  });

  it('gives agents that speak at events, and those that act seldom, the time that they need', async () => {
    const entryOf = async (document: object): Promise<Json> => (await splitSimulation(document, catalog, services)).agents[1]!.entry;
    expect(await entryOf(edited({ period_s: 2 }))).toMatchObject({ stale_s: 10, forgetAfter_s: 10 });
    expect(await entryOf(edited({}, { live: { watchdog_s: 0.2 } }))).toMatchObject({ stale_s: 0.2, forgetAfter_s: 0.2 });
    const quiet = catalog.controllers.find(({ name, build, example }) => name.includes('event') && build(example).isDue !== undefined);
    if (quiet === undefined) return;
    const entry = await entryOf(edited({ kind: quiet.name, parameters: {} }));
    expect(entry.stale_s).toBe(0.5);
    expect(entry).not.toHaveProperty('forgetAfter_s');
  });

  it('refuses groups in continuous time: DEPLOY_NO_AGENTS', async () => {
    await expect(splitSimulation(edited({ period_s: 0 }), catalog, services)).rejects.toMatchObject({
      code: 'DEPLOY_NO_AGENTS',
      where: 'control[0].period_s',
    });
  });
});
