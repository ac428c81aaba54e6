// The main job of `npm start`: what the negotiation takes after set-up, and what the same problem takes as one programme in
// one place, by our interior point and by Clarabel, OSQP and HiGHS (native, one thread). The programme is the one that the
// scheme `central` assembles; the peers read it from bench/.cache. With 15-minute steps as well, which is four times the size
// (there without the peers that need minutes).
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { askPeer, best, installPeers, say } from './peers/peers.mjs';
import { writeQuadraticProgram } from './peers/program-file.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const cache = join(here, '.cache');
const dist = process.env.GRIDFLOCK_CORE_DIST ?? join(here, '../packages/core/dist');
const { catalog } = await import(pathToFileURL(join(dist, 'index.js')).href);
mkdirSync(cache, { recursive: true });
if (process.argv.includes('--install-peers')) installPeers();

const repeats = 5;
const tolerance = 1e-9;
const study = catalog.studies.find(({ kind }) => kind === 'negotiate');

/** Runs the study with watched schemes: times of each, and the programme that `central` hands to its solver. */
async function watched(document) {
  const seen = { negotiation_ms: 0, passes: 0, rounds: 0 };
  const schemes = catalog.schemes.map((scheme) => ({
    ...scheme,
    async run(problem, options, services) {
      const begin = performance.now();
      if (scheme.name !== 'central') {
        const outcome = await scheme.run(problem, options, services);
        seen.negotiation_ms += performance.now() - begin;
        seen.passes += 1;
        seen.rounds += outcome.rounds_count;
        return outcome;
      }
      const solver = {
        ...services.solver,
        solve(program, settings) {
          seen.program = program;
          return services.solver.solve(program, settings);
        },
      };
      return scheme.run(problem, options, { ...services, solver });
    },
  }));
  const services = {
    readText: () => Promise.reject(new Error('the first walk reads no file')),
    onProgress() {},
    breathe: () => new Promise((next) => setImmediate(next)),
    clock_s: () => performance.now() / 1000,
    version: 'bench',
  };
  const begin = performance.now();
  const result = await study.run(document, { ...catalog, schemes }, services);
  return { ...seen, result, study_ms: performance.now() - begin };
}

const writeProgram = (name, program, peers) => writeQuadraticProgram(join(cache, `${name}.json`), program, { repeats, tolerance, peers });

const interiorPoint = await catalog.solvers.find(({ name }) => name === 'interior-point').prepare();
const document = parse(study.template);
for (const [name, time] of [
  ['first-walk', document.time],
  ['first-walk 15 min', { ...document.time, step_min: 15 }],
]) {
  const asked = name === 'first-walk' ? document : quarterHours(document, time);
  const first = await watched(asked);
  let least = first;
  for (let k = 0; asked === document && k < 2; k++) {
    const again = await watched(asked);
    if (again.negotiation_ms < least.negotiation_ms) least = again;
  }
  const { program, result } = first;
  const { messages_count } = result.negotiation;
  const counts = `${first.rounds} rounds in ${first.passes} passes${messages_count ? `, ${messages_count} messages` : ''}, ${result.status}`;
  say(`${name}: whole study, cold`, first.study_ms, 'none', undefined, counts);

  let solution;
  const central_ms = best(() => {
    solution = interiorPoint.solve(program, { tolerance_frac: tolerance });
  }, repeats);
  say(`${name}: negotiation`, least.negotiation_ms, 'central programme, interior point', central_ms, counts);

  const size = `${program.cost.length} columns, ${program.rowLower.length} rows, ${program.rows.values.length} entries`;
  const found =
    askPeer('qp.py', writeProgram(name.replaceAll(' ', '-'), program, asked === document ? ['clarabel', 'osqp', 'highs'] : ['clarabel'])) ??
    [];
  if (found.length === 0) say(`${name}: central programme`, central_ms, undefined, undefined, size);
  for (const { peer, ms, objective, violation, status, iterations } of found) {
    const off = (Math.abs(objective - solution.objective) / Math.abs(solution.objective)).toExponential(0);
    const note = `${size}; ours ${solution.iterations_count} iterations to ${tolerance}; peer ${iterations}, ${status}, objective off by ${off}, rows missed by ${violation.toExponential(0)}`;
    // a peer that stopped on its limit gave no answer that a ratio could be made of
    const solved = /^(solved|optimal)$/i.test(status);
    say(
      `${name}: central programme`,
      central_ms,
      peer,
      solved ? ms : undefined,
      solved ? note : `no ratio after ${ms.toFixed(0)} ms: ${note}`,
    );
  }
}

/** The same day in quarter-hours: listed prices are repeated, shapes are drawn again. */
function quarterHours(hourly, time) {
  const define = Object.fromEntries(
    Object.entries(hourly.profiles.define).map(([key, value]) => [key, Array.isArray(value) ? value.flatMap((v) => [v, v, v, v]) : value]),
  );
  return { ...hourly, time, profiles: { ...hourly.profiles, define } };
}
