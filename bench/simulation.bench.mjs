// Microgrids in time. The targets of the issue first, by fixed steps and without a peer: tier C 4 inverters 30 s, tier A 10 inverters 60 s, 1 000 inverters
// faster than real time. Then the same equations beside SciPy (numpy, vectorised over inverters): the quasi-static tier by the same Dormand–Prince method
// at the same tolerance, the stiff form of the averaged tier beside LSODA, whose error at 1 s is compared with the published states of GridKit. Last
// a delay margin, sweeps of a droop and of all gains, and studies as a whole (run, analysis, advice). CPU time of this process, the least of a few runs.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { askPeer, say } from './peers/peers.mjs';

const root = new URL('..', import.meta.url).pathname;
const {
  averagedMicrogrid,
  closeLoop,
  delayMargin,
  delaySystemOf,
  findOperatingPoint,
  inverterChain,
  quasiStaticMicrogrid,
  ringOf,
  simulate,
  TunedLaw,
  traceModes,
  catalog,
} = await import(pathToFileURL(`${root}packages/core/dist/index.js`).href);
const controllerOf = (name) => catalog.controllers.find((each) => each.name === name);

/** Least CPU time of a few runs, and the last answer. */
function leastCpu(run, repeats = 3) {
  let ms = Infinity;
  let answer;
  for (let k = 0; k < repeats; k++) {
    const begin = process.cpuUsage();
    answer = run();
    const { user, system } = process.cpuUsage(begin);
    ms = Math.min(ms, (user + system) / 1000);
  }
  return { ms, answer };
}

const done = ({ status, diagnosis, steps_count }) => (status === 'done' ? `${steps_count} steps` : `${status}: ${diagnosis}`);

// ------------------------------------------------------------------------------------------------ targets
for (const [name, build, count, step_s, stop_s, target] of [
  ['averaged, 4 inverters, 30 s', averagedMicrogrid, 4, 1e-4, 30, '1.5 s'],
  ['quasi-static, 10 inverters, 60 s', quasiStaticMicrogrid, 10, 1e-3, 60, '0.2 s'],
  ['quasi-static, 10 inverters, 60 s', quasiStaticMicrogrid, 10, 5e-3, 60, '0.2 s'],
  ['quasi-static, 100 inverters, 60 s', quasiStaticMicrogrid, 100, 5e-3, 60, 'none'],
  ['quasi-static, 1000 inverters, 10 s', quasiStaticMicrogrid, 1000, 5e-3, 10, 'real time, 10 s'],
]) {
  const plant = build(inverterChain(count));
  const { ms, answer } = leastCpu(() => simulate(plant, { method: 'rk4', step_s, stop_s, record_s: 0.1 }), count > 100 ? 2 : 3);
  say(`${name} by rk4 ${1000 * step_s} ms`, ms, 'none, a target', undefined, `${done(answer)}, target ${target}`);
}

// -------------------------------------------------------------------------------------------- beside SciPy
for (const count of [4, 10, 100]) {
  const plant = quasiStaticMicrogrid(inverterChain(count));
  const { ms, answer } = leastCpu(() =>
    simulate(plant, { method: 'dormand-prince', stop_s: 60, relative_frac: 1e-6, absolute: 1e-6, record: [] }),
  );
  const peer = askPeer('microgrid_scipy.py', 'a', `${count}`, '60', 'RK45', '1e-6');
  const p = answer.x.slice(count - 1, 2 * count - 1);
  const apart = peer ? Math.max(...peer.p_kW.map((theirs, k) => Math.abs(theirs / p[k] - 1))) : Number.NaN;
  const note = `${done(answer)}${peer ? `, theirs ${peer.calls} calls; powers apart by ${apart.toExponential(0)}` : ''}`;
  say(`quasi-static, ${count} inverters, 60 s by dormand-prince 1e-6`, ms, peer?.peer, peer && 1000 * peer.cpu_s, note);
}

const keys = JSON.parse(readFileSync(new URL('../reference/simulation/gridkit-keys.json', import.meta.url), 'utf8')).inverters_count;
for (const count of [4, 8, 16]) {
  const plant = averagedMicrogrid(inverterChain(count), { shunt_ohm: 1e4 });
  const at = plant.states.map(({ name }, i) => (name.endsWith('.p_kW') ? i : -1)).filter((i) => i >= 0);
  const key = at.map((i) => keys[count][i] / 1000);
  const off = (p) => Math.max(...key.map((each, k) => Math.abs(p[k] / each - 1))).toExponential(0);
  const { ms, answer } = leastCpu(() => simulate(plant, { method: 'rodas4', stop_s: 1, relative_frac: 1e-7, absolute: 1e-7, record: [] }));
  const peer = askPeer('microgrid_scipy.py', 'c', `${count}`, '1', 'LSODA', '1e-7');
  const note = `${done(answer)}, P off the published key by ${off(at.map((i) => answer.x[i]))}${peer ? `, theirs by ${off(peer.p_kW)} in ${peer.calls} calls` : ''}`;
  say(`averaged, stiff, ${count} inverters, 1 s by rodas4 1e-7`, ms, peer?.peer, peer && 1000 * peer.cpu_s, note);
}

// ------------------------------------------------------------------------------------------------ analysis
const chain = inverterChain(4);
const graph = ringOf(chain.inverters.map(({ id }) => id));
const lawsOf = (name, gains) =>
  chain.inverters.map(({ id, droop_rad_per_s_per_kW, droop_V_per_kvar }, k) => {
    const controller = controllerOf(name);
    return {
      device: id,
      law: controller.build({ ...controller.example, ...gains, droop_rad_per_s_per_kW, droop_V_per_kvar, pin_frac: k === 0 ? 1 : 0 }),
    };
  });
{
  const laws = lawsOf('leader-follower-consensus', {});
  const { ms, answer } = leastCpu(() => {
    const { x } = findOperatingPoint(closeLoop(quasiStaticMicrogrid(chain), laws, graph));
    const late = closeLoop(quasiStaticMicrogrid(chain), laws, graph, { measureDelay_s: 0.05 });
    return delayMargin(delaySystemOf(late, x));
  }, 2);
  say('delay margin, 19 states', ms, 'none, a target', undefined, `${(1000 * answer.margin_s).toFixed(2)} ms, target 5 s`);
}
{
  const values = Array.from({ length: 200 }, (_, k) => 0.02 + 0.005 * k);
  const plant = closeLoop(quasiStaticMicrogrid(chain), lawsOf('secondary-consensus', {}), graph);
  const { ms, answer } = leastCpu(() => traceModes(plant, 'dg1.droop_rad_per_s_per_kW', values), 2);
  const found = answer.filter(({ status }) => status === 'found').length;
  say('200 operating points and spectra over a droop, 23 states', ms, 'none, a target', undefined, `${found} found, target 10 s`);
}
{
  const laws = chain.inverters.map(({ id, droop_rad_per_s_per_kW, droop_V_per_kvar }, k) => {
    const controller = controllerOf('secondary-consensus');
    const own = { droop_rad_per_s_per_kW, droop_V_per_kvar, pin_frac: k === 0 ? 1 : 0 };
    const tuning = new TunedLaw(controller, { ...controller.example, ...own });
    return { device: id, law: tuning.build(), tuning };
  });
  const plant = closeLoop(quasiStaticMicrogrid(chain), laws, graph, { name: 'secondary' });
  const values = Array.from({ length: 200 }, (_, k) => 0.125 * 64 ** (k / 199));
  const { ms, answer } = leastCpu(() => traceModes(plant, 'secondary.speed_frac', values), 2);
  const found = answer.filter(({ status }) => status === 'found').length;
  say('200 operating points and spectra over all gains, 23 states', ms, 'none, a target', undefined, `${found} found, target 10 s`);
}

// ------------------------------------------------------------------------------------------- whole studies
const study = catalog.studies.find(({ kind }) => kind === 'simulate');
const services = { readText: async () => '', onProgress() {}, breathe: async () => {}, clock_s: () => 0, version: 'bench' };
const withoutDelays = { analysis: { delays: false } };
for (const [name, title, changes, target] of [
  ['storage-frequency', 'two areas with ten storages, 60 s, run twice', withoutDelays, '0.3 s for one run of the areas alone'],
  ['three-areas', 'three areas, 120 s, run twice', withoutDelays, 'none'],
  ['secondary-control', 'four inverters, 18 s, sampled every 10 ms, run twice', withoutDelays, 'none'],
  ['secondary-control', 'the same with delay margins, map and advice', {}, 'none'],
]) {
  const preset = catalog.presets.find((each) => each.name === name);
  if (preset === undefined) continue;
  const document = { ...parse(preset.document), ...changes };
  const begin = process.cpuUsage();
  const { status, integration } = await study.run(document, catalog, services);
  const { user, system } = process.cpuUsage(begin);
  say(
    `study: ${title}`,
    (user + system) / 1000,
    'none, a target',
    undefined,
    `${status}, ${integration.steps_count} steps, target ${target}`,
  );
}

// the target of the sheet on control is for two areas alone, by a fixed step of 1 ms
const areas = catalog.plants.find(({ name }) => name === 'areas');
if (areas !== undefined) {
  const { plant } = areas.build(areas.schema.parse(areas.example), { stream: undefined });
  const { ms, answer } = leastCpu(() => simulate(plant, { method: 'rk4', step_s: 1e-3, stop_s: 60, record_s: 0.1 }));
  say(
    `areas of the example (${plant.states.length} states), 60 s by rk4 1 ms`,
    ms,
    'none, a target',
    undefined,
    `${done(answer)}, target 0.3 s`,
  );
}
