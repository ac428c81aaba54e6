import { type CastGroup, catalog, type Notary, type Observation, runInLoop, type StudyServices } from '@gridflock/core';
import { nodeCrypto } from '../node-crypto.ts';

const negotiate = catalog.studies.find(({ kind }) => kind === 'negotiate')!;
export const { split, cast } = negotiate.deployment!;
export const hasBattery = catalog.devices.some(({ kind }) => kind === 'battery');

export const services: StudyServices = {
  readText: () => Promise.reject(new Error('no files')),
  onProgress() {},
  breathe: async () => {},
  clock_s: () => 0,
  version: 'test',
  crypto: nodeCrypto,
};

const store = (id: string, owner: string) => ({
  ...{ id, owner, bus: 'farm', kind: 'battery', p_max_kW: 5, e_max_kWh: 12, e_start_kWh: 6, e_end_min_kWh: 6 },
  ...{ wear_cur_per_kWh: 0.02, s_max_kVA: 5 },
});
const tariff = { buy_cur_per_kWh: [0.2, 0.4, 0.3], sell_cur_per_kWh: 0.1 };
export const study = (privacy?: object, refinements_count = 1) => ({
  study: 'negotiate',
  network: 'four-bus',
  time: { start: '2025-01-15T00:00', step_min: 60, steps_count: 3 },
  tariff,
  upstream: { ...tariff, p_import_max_kW: 200, p_export_max_kW: 100, q_max_kvar: 100 },
  refinements_count,
  scheme: { tolerance_frac: 1e-3 },
  devices: [store('a', 'x'), store('b', 'y'), store('c', 'z')],
  ...(privacy ? { privacy } : {}),
});

type Json = any;

/** Each agent from a file of its own, all in one loop. */
export async function deployed(document: object, notaryOf?: (id: string) => Notary) {
  const { common, agents } = await split(document, catalog, services);
  const groups: CastGroup[] = await Promise.all(
    agents.map(({ id, entry }) => {
      const file = JSON.parse(JSON.stringify({ ...common, run: 'r', transport: 'loop', agents: [entry] }));
      return cast(file, catalog, { crypto: nodeCrypto, notary: notaryOf?.(id) });
    }),
  );
  const seen: Observation[] = [];
  await runInLoop(
    groups.flatMap(({ roles }) => roles),
    { observe: (o) => void seen.push(o) },
  );
  const results = groups.flatMap((group) => group.results()) as Json[];
  return {
    status: groups.map((group) => group.status),
    ids: agents.map(({ id }) => id),
    p_kW: Object.fromEntries(results.flatMap(({ agent, kind, nets }) => (kind === undefined ? [] : [[agent, nets[0].p_kW]]))),
    dropped: results.map(({ dropped }) => dropped),
    openWords_count: seen.filter(({ message }) => 'power_kW' in message.body).length,
    kinds: new Set(seen.map(({ message }) => message.kind)),
  };
}
