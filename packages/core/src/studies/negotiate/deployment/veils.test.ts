import { describe, expect, it } from 'vitest';
import { runInLoop } from '../../../agents/loop.ts';
import type { Observation } from '../../../agents/role.ts';
import { catalog } from '../../../catalog.ts';
import type { SplitAgent } from '../../deployment.ts';
import { type Document, servicesWith, titled } from '../../testing/studies.ts';
import { cast, expectSamePlan, fileOf, inOne, missing, split, study } from './testing/deployed.ts';
import { hidden, life, masked } from './testing/veiled.ts';

const shown = (document: unknown): string => JSON.stringify(document);

describe.skipIf(missing.length > 0)(titled('a negotiation behind veils, split into agents', missing), () => {
  it('tells an owner how many stand at his net and not who, and the net who they are', async () => {
    const { common, agents } = await split(hidden(masked), catalog, servicesWith());
    expect(common).toMatchObject({ protection: { ...masked, security_bits: 40, giveUp_count: 0 }, helpers: [] });
    const entryOf = (id: string): Document => agents.find((agent) => agent.id === id)!.entry as Document;
    expect(entryOf('store')).toMatchObject({
      crowds: [{ net: 'net farm', members_count: 3, households_count: 2 }],
      household: true,
    });
    expect(shown(entryOf('store'))).not.toContain('sun');
    expect(entryOf('net farm')['crowds'][0].members).toEqual(['store', 'sun', 'wires']);
    expect(entryOf('wires')['household']).toBe(false);
    const peersOf = (id: string): readonly string[] => agents.find((agent) => agent.id === id)!.peers;
    expect([...peersOf('net farm')].sort()).toEqual(['convener', 'store', 'sun', 'wires']);
    expect(peersOf('store')).toEqual(['net farm']);
  });

  it('gives the plan of the open study, bit for bit', async () => {
    const parts = await split({ ...hidden(masked), refinements_count: 0 }, catalog, servicesWith());
    const groups = await Promise.all(parts.agents.map((agent, k) => life(fileOf(parts, [agent]), k)));
    const seen: Observation[] = [];
    await runInLoop(
      groups.flatMap(({ roles }) => roles),
      { observe: (o) => void seen.push(o) },
    );
    expect(groups.map(({ status }) => status)).toEqual(groups.map(() => 'ok'));
    expectSamePlan(groups.flatMap((group) => group.results()) as Document[], await inOne({ ...study, refinements_count: 0 }));
    expect(seen.filter(({ message }) => 'power_kW' in message.body)).toEqual([]);
    expect(seen.filter(({ message }) => message.kind === 'masked').length).toBeGreaterThan(50);
  });

  it('is refused without keys, where the file does not say which veils, and where crowds are too small', async () => {
    const parts = await split(hidden(masked), catalog, servicesWith());
    const file = fileOf(parts, parts.agents);
    await expect(cast(file, catalog)).rejects.toMatchObject({ code: 'PRIVACY_NEEDS_CRYPTO' });
    const { protection: _, ...without } = file;
    await expect(life(without, 1)).rejects.toMatchObject({ code: 'STUDY_MISSING_KEY' });
    const strange: SplitAgent['entry'] = { ...parts.agents[0]!.entry, id: 'x', as: 'helper', terms: {}, device: undefined };
    await expect(life(JSON.parse(shown({ ...file, agents: [strange] })), 1)).rejects.toMatchObject({ code: 'DEPLOY_HELPER_UNKNOWN' });
    const few = split(hidden({ ...masked, crowd_min_count: 2 }), catalog, servicesWith());
    await expect(few).rejects.toMatchObject({ code: 'PRIVACY_CROWD_SMALL' });
  });
});
