// Scenario batches of power-grid-model files against power-grid-model itself (asymmetric, iterative current): the same input and update file, read and solved.
// A thousand scenarios with a power of their own for every load; then the same with a line opened in every tenth.
// CPU time on one thread, reading and solving apart; wall time of two threads beside power-grid-model's two (only on a machine with nothing else to do). `-- --scenarios 200` for fewer.
// Voltages of all scenarios are compared at a tolerance of 1e-13. Peers are Python packages in bench/peers/.venv: `npm run bench -- --install-peers`.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { askPeer, bestCpu, installPeers, say } from './peers/peers.mjs';
import { seededFeeder } from './three-phase-feeders.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const cache = join(here, '.cache');
const dist = process.env.GRIDFLOCK_CORE_DIST ?? join(here, '../packages/core/dist');
const binary = join(here, '../packages/host/bin/gridflock.mjs');
mkdirSync(cache, { recursive: true });
if (process.argv.includes('--install-peers')) installPeers();
const named = process.argv.indexOf('--scenarios');
const count = named >= 0 ? Number(process.argv[named + 1]) : 1000;
const window_count = 96;
const repeats = 3;
const tolerance = 1e-8;

const { PointRun, buildConsumerPowers, catalog, randomStream } = await import(pathToFileURL(join(dist, 'index.js')).href);
const { scenarios: reader } = catalog.formats.find(({ name }) => name === 'power-grid-model');

const dataset = (type, isBatch, attributes, data) => JSON.stringify({ version: '1.0', type, is_batch: isBatch, attributes, data });

/** Every node of power-grid-model has three phases: a lateral with one carries all three, with load on its own. */
function inputOf({ buses, v_base_kV, sk_kVA, lines, loads }) {
  const matrix = (quantity, own, mutual) =>
    Object.fromEntries(['aa', 'ba', 'bb', 'ca', 'cb', 'cc'].map((name) => [`${quantity}_${name}`, name[0] === name[1] ? own : mutual]));
  return dataset(
    'input',
    false,
    {},
    {
      node: Array.from({ length: buses }, (_, id) => ({ id, u_rated: 1000 * v_base_kV })),
      asym_line: lines.map(({ from, to, r, x }, k) => ({
        ...{ id: 10_000 + k, from_node: from, to_node: to, from_status: 1, to_status: 1, i_n: 500, c0: 0, c1: 0 },
        ...matrix('r', r, 0.2 * r),
        ...matrix('x', x, 0.4 * x),
      })),
      asym_load: loads.map(({ bus }, k) => ({ id: 20_000 + k, node: bus, status: 1, type: 0 })),
      source: [{ id: 30_000, node: 0, status: 1, u_ref: 1.02, sk: 1000 * sk_kVA, rx_ratio: 0.1, z01_ratio: 1 }],
    },
  );
}

function updatesOf({ name, lines, loads }, opens) {
  const random = randomStream(4, `${name} scenarios`);
  const three = (phase, watts) => [1, 2, 3].map((each) => (each === phase ? watts : 0));
  return dataset(
    'update',
    true,
    { asym_load: ['id', 'p_specified', 'q_specified'] },
    Array.from({ length: count }, (_, s) => ({
      asym_load: loads.map(({ phase, p_kW, q_kvar }, k) => {
        const share = 1000 * random.between(0.1, 2);
        return [20_000 + k, three(phase, share * p_kW), three(phase, share * q_kvar)];
      }),
      ...(opens && s % 10 === 9 ? { asym_line: [{ id: 10_000 + random.index(lines.length), to_status: 0 }] } : {}),
    })),
  );
}

/** All scenarios, window by window as the command does; `take` sees the voltages of one, per unit. */
function solveAll(batch, input, tolerance_frac, take) {
  const powers = buildConsumerPowers(window_count, batch.consumers_count);
  batch.read(0, powers, 0);
  const networks = reader.networks(input, powers, 'bench');
  const ready = new Map();
  const run = new PointRun(networks.network('', 'bench').feeder, { tolerance_frac });
  for (let first = 0; first < count; first += window_count) {
    const groups = new Map();
    for (let row = 0; row < Math.min(window_count, count - first); row++) {
      const wires = batch.read(first + row, powers, row);
      groups.set(wires, [...(groups.get(wires) ?? []), row]);
    }
    for (const [wires, rows] of groups) {
      if (!ready.has(wires)) ready.set(wires, networks.network(wires, 'bench'));
      const network = ready.get(wires);
      if (!run.take(network.feeder)) throw new Error(`these wires take a run of their own: ${wires}`);
      const found = run.solve({ steps_count: rows.length, ...network.powersOf(powers, rows) });
      rows.forEach((row, t) => take?.(first + row, found, t, run.places));
    }
  }
}

const cpu = (run) => bestCpu(run, repeats);

/** Largest difference over all scenarios and places, per unit. */
function apart(batch, input, theirs) {
  let worst = 0;
  let converged = 0;
  solveAll(batch, input, 1e-13, (s, found, t, places) => {
    converged += found.converged[t];
    for (let i = 0; i < places.count; i++) {
      const v = Math.hypot(found.v_re_V[t * places.count + i], found.v_im_V[t * places.count + i]) / places.v_base_V[i];
      worst = Math.max(worst, Math.abs(v - theirs[s * places.count + i]));
    }
  });
  return `${converged} converged, differs by ${worst.toExponential(1)} pu`;
}

/** Wall time of the whole command, start and all answers included. */
function command_ms(files, threads) {
  let least = Infinity;
  for (let k = 0; k < repeats; k++) {
    const begin = performance.now();
    execFileSync(process.execPath, [binary, 'powerflow', files[0], '--updates', files[1], '--threads', String(threads), '--quiet'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    least = Math.min(least, performance.now() - begin);
  }
  return least;
}

const feeders = [
  { name: 'like IEEE 123', buses: 123, v_base_kV: 4.16, lateral: 0.5, loads: 91, load_kW: 20, z_ohm: 0.03, sk_kVA: 1e5 },
  { name: 'like European LV', buses: 906, v_base_kV: 0.416, lateral: 0, loads: 55, load_kW: 1.5, z_ohm: 0.0008, sk_kVA: 1e4 },
];

for (const wanted of feeders) {
  const seeded = seededFeeder(randomStream, wanted);
  for (const opens of [false, true]) {
    const name = `${count} scenarios, ${wanted.name}${opens ? ', a line open in every tenth' : ''}`;
    const [input, updates] = [inputOf(seeded), updatesOf(seeded, opens)];
    const files = ['input', 'updates'].map((each) => join(cache, `scenarios-${wanted.buses}-${opens ? 'open' : 'all'}-${each}.json`));
    writeFileSync(files[0], input);
    writeFileSync(files[1], updates);
    let batch;
    const read_ms = cpu(() => {
      batch = reader.batch(input, updates);
    });
    const solve_ms = cpu(() => solveAll(batch, input, tolerance));
    const voltages = join(cache, 'scenarios-pgm.bin');
    const pgm = askPeer('scenarios_pgm.py', files[0], files[1], String(tolerance), String(repeats), voltages);
    const theirs = pgm && new Float64Array(readFileSync(voltages).buffer.slice(0));
    say(
      `${name}: reading`,
      read_ms,
      pgm?.peer,
      pgm?.read_ms,
      `${(updates.length / 1e6).toFixed(1)} MB; powers are put in place while solving`,
    );
    say(`${name}: solving`, solve_ms, pgm?.peer, pgm?.cpu_ms, theirs ? apart(batch, input, theirs) : '');
    const [one, two] = [command_ms(files, 1), command_ms(files, 2)];
    say(
      `${name}: whole command, two threads : one`,
      two,
      'itself on one thread',
      one,
      'wall time; extremes, loadings and the document included',
    );
    say(
      `${name}: whole command, two threads`,
      two,
      pgm && `${pgm.peer}, two threads`,
      pgm?.two_ms,
      'wall time; theirs is reading and solving alone',
    );
  }
}
