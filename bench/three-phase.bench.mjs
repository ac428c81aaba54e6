// Three-phase power flow in bulk against power-grid-model (asymmetric, iterative current) and OpenDSS (yearly mode), one thread each, CPU time.
// IEEE 123 itself and the snapshot of IEEE 8500 join in where ../../shared/reference is.
// A year in quarters of an hour, every load with a profile of its own, on two seeded feeders of the size and build of the IEEE 123-node feeder
// (laterals of one and two phases, 91 loads) and of the European low-voltage feeder (906 buses, 55 single-phase loads).
// `-- --steps 4000` for a shorter one. Peers are Python packages in bench/peers/.venv: `npm run bench -- --install-peers`.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { askPeer, bestCpu, installPeers, say } from './peers/peers.mjs';
import { forPeers, onDisk, ours, seededFeeder, sharedScript } from './three-phase-feeders.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const cache = join(here, '.cache');
const dist = process.env.GRIDFLOCK_CORE_DIST ?? join(here, '../packages/core/dist');
const core = (path) => import(pathToFileURL(join(dist, path)).href);
mkdirSync(cache, { recursive: true });
if (process.argv.includes('--install-peers')) installPeers();
const named = process.argv.indexOf('--steps');
const steps = named >= 0 ? Number(process.argv[named + 1]) : 35040;
const repeats = 3;
const tolerance = 1e-8;
const chunk_count = 672;

const { randomStream } = await core('base/random.js');
const { buildFeeder } = await core('network/feeder/build.js');
const { prepareThreePhase } = await core('powerflows/three-phase/three-phase.js');
const { buildThreePhaseBatch } = await core('powerflows/three-phase/batch/batch.js');
const { solveThreePhaseSeries } = await core('powerflows/three-phase/series/series.js');
const { readFeederScript } = await core('formats/opendss/read.js');

/** A wandering profile for every load, between 0.1 and 2. @shape [t][load] */
function profiles(count) {
  const random = randomStream(2, 'profiles');
  const values = new Float64Array(steps * count);
  const level = Float64Array.from({ length: count }, () => random.between(0.3, 1.5));
  for (let t = 0; t < steps; t++) {
    for (let k = 0; k < count; k++) {
      level[k] = Math.min(2, Math.max(0.1, level[k] + random.between(-0.2, 0.2)));
      values[t * count + k] = level[k];
    }
  }
  return values;
}

const cpu = (run) => bestCpu(run, repeats);

const feeders = [
  { name: 'like IEEE 123', buses: 123, v_base_kV: 4.16, lateral: 0.5, loads: 91, load_kW: 25, z_ohm: 0.03, sk_kVA: 1e5 },
  { name: 'like European LV', buses: 906, v_base_kV: 0.416, lateral: 0, loads: 55, load_kW: 1.5, z_ohm: 0.0008, sk_kVA: 1e4 },
];
/** Runs the year in chunks; what the last step and the counts were. */
function runYear(flow, frac, nL) {
  const count = flow.places.count;
  const out = buildThreePhaseBatch(chunk_count, count);
  let iterations = 0;
  let converged = 0;
  let last = 0;
  const ms = cpu(() => {
    iterations = converged = 0;
    for (let first = 0; first < steps; first += chunk_count) {
      const size = Math.min(chunk_count, steps - first);
      const part = frac.subarray(first * nL, (first + size) * nL);
      flow.solveBatch({ steps_count: size, loadP_frac: part, loadQ_frac: part }, out);
      for (let t = 0; t < size; t++) {
        iterations += out.iterations_count[t];
        converged += out.converged[t];
      }
      last = size - 1;
    }
  });
  const v_V = Float64Array.from({ length: count }, (_, i) => Math.hypot(out.v_re_V[last * count + i], out.v_im_V[last * count + i]));
  const least = Math.min(...v_V.map((v, i) => v / flow.places.v_base_V[i]));
  const note = `${steps} steps, ${count} places, ${nL} loads, ${(iterations / steps).toFixed(1)} iterations, lowest ${least.toFixed(3)} pu at the end, ${converged} converged`;
  return { ms, v_V, note };
}

/** Largest difference of the last step over all places, per unit. */
function apart(flow, v_V, theirs) {
  let worst = 0;
  for (let i = 0; i < v_V.length; i++) {
    worst = Math.max(worst, Math.abs(v_V[i] - theirs(flow.places.bus[i], flow.places.conductor[i])) / flow.places.v_base_V[i]);
  }
  return `differs by ${worst.toExponential(1)} pu`;
}

function write(name, value) {
  const file = join(cache, name);
  writeFileSync(file, value);
  return file;
}

function sayOpenDss(name, year, flow, caseFile, theirs) {
  const dss = askPeer('three_phase_opendss.py', caseFile);
  const usual = dss && askPeer('three_phase_opendss.py', caseFile, '1e-4');
  say(name, year.ms, dss?.peer, dss?.cpu_ms, dss ? `${year.note}, ${apart(flow, year.v_V, (b, c) => theirs(dss.v_V, b, c))}` : year.note);
  if (usual) say(name, year.ms, `${usual.peer}, its own tolerance 1e-4`, usual.cpu_ms, year.note);
}

for (const wanted of feeders) {
  const seeded = seededFeeder(randomStream, wanted);
  const flow = prepareThreePhase(ours(buildFeeder, seeded));
  const nL = seeded.loads.length;
  const frac = profiles(nL);
  const year = runYear(flow, frac, nL);
  const file = write(`three-phase-${seeded.buses}.bin`, Buffer.from(frac.buffer));
  const caseFile = write(
    `three-phase-${seeded.buses}.json`,
    JSON.stringify(forPeers(seeded, { steps, repeats, tolerance, profiles: file })),
  );
  const base_V = (seeded.v_base_kV * 1000) / Math.sqrt(3);
  const pgm = askPeer('three_phase_pgm.py', caseFile);
  const note = pgm ? `${year.note}, ${apart(flow, year.v_V, (b, c) => pgm.v_pu[3 * b + c - 1] * base_V)}` : year.note;
  say(`three-phase year, ${seeded.name}`, year.ms, pgm?.peer, pgm?.cpu_ms, note);
  sayOpenDss(`three-phase year, ${seeded.name}`, year, flow, caseFile, (v, b, c) => v[`b${b}.${c}`]);
}

const read = (script) => readFeederScript(readFileSync(script, 'latin1'), { fileName: script, files: onDisk }).feeder;

const ieee123 = sharedScript('123Bus/IEEE123Master.dss');
if (ieee123) {
  const feeder = read(ieee123);
  const flow = prepareThreePhase(feeder);
  const { taps } = flow.solve();
  const nL = feeder.loads.length;
  const frac = profiles(nL);
  const year = runYear(flow, frac, nL);
  const caseFile = write(
    'three-phase-ieee123.json',
    JSON.stringify({
      steps,
      tolerance,
      profiles: write('three-phase-ieee123.bin', Buffer.from(frac.buffer)),
      script: ieee123,
      loads: feeder.loads.map(({ id }) => id),
      taps: Object.fromEntries(taps.filter(({ winding }) => winding === 1).map(({ transformer, tap_pu }) => [transformer, tap_pu])),
    }),
  );
  sayOpenDss('three-phase year, IEEE 123 itself', year, flow, caseFile, (v, b, c) => v[`${feeder.buses[b].id.toLowerCase()}.${c}`]);
}

if (ieee123) {
  // Regulators act: a daily shape that all follow, each with a tenth of its own.
  const plain = read(ieee123);
  const random = randomStream(3, 'days');
  const nL = plain.loads.length;
  const frac = new Float64Array(steps * nL);
  for (let t = 0; t < steps; t++) {
    const common = 0.55 + 0.35 * Math.sin(2 * Math.PI * (t / 96 - 0.3)) + 0.05 * Math.sin(t / 7);
    for (let k = 0; k < nL; k++) frac[t * nL + k] = common * random.between(0.9, 1.1);
  }
  const shape = (k) => Array.from({ length: steps }, (_, t) => frac[t * nL + k]);
  const feeder = {
    ...plain,
    profiles: plain.loads.map((_, k) => ({ id: `s${k}`, step_s: 900, p: shape(k), actual: false })),
    loads: plain.loads.map((one, k) => ({ ...one, profile: { yearly: `s${k}` } })),
  };
  let moves = 0;
  let summary;
  let v_V;
  const ms = cpu(() => {
    moves = 0;
    const series = { mode: 'yearly', step_s: 900, steps_count: steps, chunk_count };
    summary = solveThreePhaseSeries(feeder, series, {}, ({ actions, steps_count, v_re_V, v_im_V, places }) => {
      moves += actions.length;
      const last = (steps_count - 1) * places.count;
      v_V = Float64Array.from({ length: places.count }, (_, i) => Math.hypot(v_re_V[last + i], v_im_V[last + i]));
    });
  });
  const note = `${steps} steps, ${moves} moves of taps, ${summary.diverged_count} diverged, ${summary.hunting_count} hunting`;
  const caseFile = write(
    'three-phase-ieee123-days.json',
    JSON.stringify({
      steps,
      tolerance,
      profiles: write('three-phase-ieee123-days.bin', Buffer.from(frac.buffer)),
      script: ieee123,
      loads: plain.loads.map(({ id }) => id),
      taps: {},
      control_mode: 'static',
    }),
  );
  const theirs = (v, b, c) => v[`${plain.buses[b].id.toLowerCase()}.${c}`];
  sayOpenDss('three-phase year with regulators, IEEE 123', { ms, v_V, note }, prepareThreePhase(feeder), caseFile, theirs);
}

const ieee8500 = sharedScript('8500-Node/Master.dss');
if (ieee8500) {
  let result;
  const read_ms = cpu(() => read(ieee8500));
  const feeder = read(ieee8500);
  const solve_ms = cpu(() => {
    result = prepareThreePhase(feeder).solve();
  });
  const dss = askPeer('three_phase_opendss.py', '--snapshot', ieee8500);
  const note = `reading ${read_ms.toFixed(0)} ms, preparing and solving ${solve_ms.toFixed(0)} ms; ${result.controlRounds_count} rounds of controls, ${result.status}`;
  say('IEEE 8500 nodes, from the files to the solution', read_ms + solve_ms, dss?.peer, dss?.cpu_ms, note);
}
