// Decisions under uncertainty: the adopted plan of each preset of the study `dispatch`, from the study file to the proven plan with its power flow, against the
// time that was asked for (microgrid 3 s, an hour of storage 2 s, a day of price levels on 33 buses 60 s). No open peer does the same on a network; published
// times are of other machines and other data and stand in the note with the sizes. CPU time of this process, best of three.
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parse } from 'yaml';

const here = fileURLToPath(new URL('.', import.meta.url));
const dist = process.env.GRIDFLOCK_CORE_DIST ?? join(here, '../packages/core/dist');
const { catalog } = await import(pathToFileURL(join(dist, 'catalog.js')).href);
const dispatch = catalog.studies.find(({ kind }) => kind === 'dispatch');

const asked = [
  { preset: 'robust-microgrid', asked_s: 3, published: 'published 4209.320' },
  { preset: 'storage-hour', asked_s: 2, published: 'published 7 to 61 s for one of six sets' },
  { preset: 'price-levels', asked_s: 60, published: 'no published time' },
];

const services = {
  readText: () => Promise.reject(new Error('no files')),
  onProgress() {},
  breathe: () => Promise.resolve(),
  clock_s: () => performance.now() / 1000,
  version: 'bench',
};

for (const { preset, asked_s, published } of asked) {
  const document = parse(catalog.presets.find(({ name }) => name === preset).document);
  const study = { ...document, plans: [document.plans[0]], budgetPrices: false, replay: { samples_count: 1 } };
  const runs_count = asked_s > 10 ? 1 : 3;
  let best_ms = Number.POSITIVE_INFINITY;
  let result;
  for (let k = 0; k < runs_count; k++) {
    const before = process.cpuUsage();
    result = await dispatch.run(study, catalog, services);
    const { user, system } = process.cpuUsage(before);
    best_ms = Math.min(best_ms, (user + system) / 1000);
  }
  const { size, plans } = result;
  const [plan] = plans;
  console.log(
    JSON.stringify({
      name: preset,
      ours_ms: best_ms,
      peer: `${asked_s} s asked for`,
      peer_ms: 1000 * asked_s,
      ratio: best_ms / (1000 * asked_s),
      note: `${plan.status}, cost ${plan.cost_cur.toFixed(3)}, bound ${plan.bound_cur.toFixed(3)}, ${plan.rounds.length} rounds; ${size.decisions_count} decisions (${size.whole_count} whole), ${size.reactions_count} reactions, ${size.rows_count} rows, ${size.symbols_count} symbols; ${published}`,
    }),
  );
}
