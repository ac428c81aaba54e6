import { expect } from 'vitest';
import { runInLoop } from '../../../../agents/loop.ts';
import type { Role } from '../../../../agents/role.ts';
import { catalog } from '../../../../catalog.ts';
import type { CastGroup, SplitAgent, SplitStudy } from '../../../deployment.ts';
import { type Document, missingKinds, negotiate, run, servicesWith, smallStudy } from '../../../testing/studies.ts';

const store = {
  id: 'store',
  kind: 'battery',
  bus: 'farm',
  owner: 'farmer',
  p_max_kW: 20.5,
  e_max_kWh: 61.5,
  e_start_kWh: 21.25,
  e_end_min_kWh: 20,
};
const sun = { id: 'sun', kind: 'pv', bus: 'farm', owner: 'farmer', p_available_kW: { profile: 'sun', scale: 3.3 } };
const village = { id: 'village', kind: 'fixed-load', bus: 'mill', owner: 'villagers', p_load_kW: 'use' };
/** Three owners, one of them with a solver to ask, on a small feeder. */
export const study: Document = {
  ...smallStudy([store, sun, village]),
  profiles: { define: { sun: [0.1, 9.7, 5.3, 0], use: [3.1, 4.7, 12.9, 7.3] } },
};
export const missing = missingKinds(study);
export const { split, cast } = negotiate.deployment!;
const live = { run: 'r', transport: 'loop' };

/** A file as it comes back from the disk. */
export const fileOf = ({ common }: SplitStudy, agents: readonly SplitAgent[]): Document =>
  JSON.parse(JSON.stringify({ ...common, ...live, agents: agents.map(({ entry }) => entry) }));

export const groupsOf = (parts: SplitStudy): Promise<CastGroup[]> =>
  Promise.all(parts.agents.map((agent) => cast(fileOf(parts, [agent]), catalog)));

export async function deployed(document: Document, carry: (roles: readonly Role[]) => Promise<unknown> = runInLoop) {
  const groups = await groupsOf(await split(document, catalog, servicesWith()));
  await carry(groups.flatMap(({ roles }) => roles));
  return { groups, results: groups.flatMap((group) => group.results()) as Document[] };
}

/** What the study says of the same things. */
export async function inOne(document: Document) {
  const { plans, negotiation, status } = await run(document);
  const plan = plans.find(({ name }) => name === 'negotiated')!;
  return { status, negotiation, plan };
}

export function expectSamePlan(results: Document[], { plan, negotiation }: Awaited<ReturnType<typeof inOne>>): void {
  for (const device of plan.schedules) {
    const own = results.find(({ agent }) => agent === device.device);
    expect(own.nets[0].p_kW).toEqual(device.p_kW);
    expect(own.nets[0].q_kvar).toEqual(device.q_kvar);
  }
  for (const { net, price_cur_per_kWh, price_q_cur_per_kvarh } of negotiation.nets) {
    const place = results.find(({ agent }) => agent === `net ${net}`);
    expect(place.nets[0]).toMatchObject({ net, price_cur_per_kWh, price_q_cur_per_kvarh });
  }
  expect(results.find(({ as }) => as === 'convener').rounds_count).toBe(negotiation.rounds_count);
}
