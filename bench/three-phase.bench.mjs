// Three-phase power flow in bulk against power-grid-model (asymmetric, iterative current) and OpenDSS (yearly mode), one thread each, CPU time.
// A year in quarters of an hour, every load with a profile of its own, on two seeded feeders of the size and build of the IEEE 123-node feeder
// (laterals of one and two phases, 91 loads) and of the European low-voltage feeder (906 buses, 55 single-phase loads).
// `-- --steps 4000` for a shorter one. Peers are Python packages in bench/peers/.venv: `npm run bench -- --install-peers`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { askPeer, installPeers, say } from './peers/peers.mjs';

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

/** Series matrices of a line: self and mutual. */
const matrix = (n, self, mutual) => Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? self : mutual));

/** Seeded radial feeder: a trunk of three phases; `lateral`: share of the buses that hang on it, or on one another, by one phase; `loads`: how many, single-phase. */
function seededFeeder({ name, buses, v_base_kV, lateral, loads, load_kW, z_ohm, sk_kVA }) {
  const random = randomStream(1, name);
  const phasesOf = [[1, 2, 3]];
  const lines = [];
  for (let b = 1; b < buses; b++) {
    const isLateral = b > 4 && random.uniform() < lateral;
    let from = Math.max(0, b - 1 - random.index(isLateral ? b : 4));
    while (!isLateral && phasesOf[from].length < 3) from--;
    const has = phasesOf[from];
    const phases = isLateral && has.length === 3 ? [has[random.index(3)]] : has;
    phasesOf.push(phases);
    lines.push({ from, to: b, phases, r: z_ohm * random.between(0.5, 1.5), x: z_ohm * random.between(0.3, 0.9) });
  }
  const at = Array.from({ length: buses - 1 }, (_, k) => k + 1);
  for (let k = at.length - 1; k > 0; k--) {
    const other = random.index(k + 1);
    [at[k], at[other]] = [at[other], at[k]];
  }
  const chosen = at.slice(0, loads).map((bus) => {
    const phase = phasesOf[bus][random.index(phasesOf[bus].length)];
    const p = load_kW * random.between(0.3, 1.7);
    return { bus, phase, p_kW: p, q_kvar: p * random.between(0.2, 0.5) };
  });
  return { name, v_base_kV, sk_kVA, buses, lines, loads: chosen };
}

/** The same feeder for our own power flow. */
function ours(seeded) {
  const terminal = (bus, conductors) => ({ bus, conductors });
  const z = (seeded.v_base_kV ** 2 * 1e3) / seeded.sk_kVA;
  const x = z / Math.hypot(1, 0.1);
  const e = seeded.v_base_kV / Math.sqrt(3);
  const { feeder } = buildFeeder({
    name: seeded.name,
    frequency_Hz: 50,
    buses: Array.from({ length: seeded.buses }, (_, b) => ({ id: `b${b}`, v_base_kV: seeded.v_base_kV })),
    sources: [
      {
        id: 'source',
        terminal: terminal(0, [1, 2, 3]),
        e_kV: [e, e, e],
        angle_deg: [0, -120, 120],
        r_ohm: matrix(3, 0.1 * x, 0),
        x_ohm: matrix(3, x, 0),
        inService: true,
      },
    ],
    lines: seeded.lines.map((l, k) => ({
      id: `l${k}`,
      from: terminal(l.from, l.phases),
      to: terminal(l.to, l.phases),
      r_ohm: matrix(l.phases.length, l.r, 0.2 * l.r),
      x_ohm: matrix(l.phases.length, l.x, 0.4 * l.x),
      closedFrom: true,
      closedTo: true,
    })),
    switches: [],
    transformers: [],
    shunts: [],
    loads: seeded.loads.map((d, k) => ({
      id: `d${k}`,
      connection: 'wye',
      terminal: terminal(d.bus, [d.phase, 0]),
      v_rated_kV: e,
      p_kW: [d.p_kW],
      q_kvar: [d.q_kvar],
      pLaw: { z_frac: 0, i_frac: 0, p_frac: 1 },
      qLaw: { z_frac: 0, i_frac: 0, p_frac: 1 },
      inService: true,
    })),
    generators: [],
    inverters: [],
    regulators: [],
    capacitorControls: [],
    inverterControls: [],
    profiles: [],
  });
  return feeder;
}

/** For the peers: three phases everywhere (power-grid-model) and the own conductors (OpenDSS). */
function forPeers(seeded, profiles) {
  const onPhase = (d, value) => [1, 2, 3].map((c) => (c === d.phase ? value : 0));
  return {
    buses_count: seeded.buses,
    v_base_kV: seeded.v_base_kV,
    sk_kVA: seeded.sk_kVA,
    rx_ratio: 0.1,
    steps,
    repeats,
    tolerance,
    profiles,
    lines: seeded.lines.map((l) => ({
      from: l.from,
      to: l.to,
      conductors: l.phases,
      r: matrix(3, l.r, l.phases.length === 3 ? 0.2 * l.r : 0),
      x: matrix(3, l.x, l.phases.length === 3 ? 0.4 * l.x : 0),
      r_own: matrix(l.phases.length, l.r, 0.2 * l.r),
      x_own: matrix(l.phases.length, l.x, 0.4 * l.x),
    })),
    loads: seeded.loads.map((d) => ({ bus: d.bus, p_kW: onPhase(d, d.p_kW), q_kvar: onPhase(d, d.q_kvar) })),
  };
}

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

const cpu = (run) => {
  let least = Infinity;
  for (let k = 0; k < repeats; k++) {
    const begin = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(begin);
    least = Math.min(least, (user + system) / 1e3);
  }
  return least;
};

const feeders = [
  { name: 'like IEEE 123', buses: 123, v_base_kV: 4.16, lateral: 0.5, loads: 91, load_kW: 25, z_ohm: 0.03, sk_kVA: 1e5 },
  { name: 'like European LV', buses: 906, v_base_kV: 0.416, lateral: 0, loads: 55, load_kW: 1.5, z_ohm: 0.0008, sk_kVA: 1e4 },
];
for (const wanted of feeders) {
  const seeded = seededFeeder(wanted);
  const flow = prepareThreePhase(ours(seeded));
  const nL = seeded.loads.length;
  const frac = profiles(nL);
  const out = buildThreePhaseBatch(chunk_count, flow.places.count);
  let iterations = 0;
  let converged = 0;
  let last = 0;
  const run = () => {
    iterations = converged = 0;
    for (let first = 0; first < steps; first += chunk_count) {
      const count = Math.min(chunk_count, steps - first);
      const part = frac.subarray(first * nL, (first + count) * nL);
      flow.solveBatch({ steps_count: count, loadP_frac: part, loadQ_frac: part }, out);
      for (let t = 0; t < count; t++) {
        iterations += out.iterations_count[t];
        converged += out.converged[t];
      }
      last = count - 1;
    }
  };
  const ours_ms = cpu(run);
  const count = flow.places.count;
  const v_V = Float64Array.from({ length: count }, (_, i) => Math.hypot(out.v_re_V[last * count + i], out.v_im_V[last * count + i]));
  const least = Math.min(...v_V.map((v, i) => v / flow.places.v_base_V[i]));
  const note = `${steps} steps, ${count} places, ${nL} loads, ${(iterations / steps).toFixed(1)} iterations, lowest ${least.toFixed(3)} pu at the end, ${converged} converged`;

  const file = join(cache, `three-phase-${seeded.buses}.bin`);
  writeFileSync(file, Buffer.from(frac.buffer));
  const caseFile = join(cache, `three-phase-${seeded.buses}.json`);
  writeFileSync(caseFile, JSON.stringify(forPeers(seeded, file)));
  const pgm = askPeer('three_phase_pgm.py', caseFile);
  const dss = askPeer('three_phase_opendss.py', caseFile);
  const usual = dss && askPeer('three_phase_opendss.py', caseFile, '1e-4');
  /** Largest difference of the last step over the places that both have. */
  const apart = (theirs) => {
    let worst = 0;
    for (let i = 0; i < count; i++)
      worst = Math.max(worst, Math.abs(v_V[i] - theirs(flow.places.bus[i], flow.places.conductor[i])) / flow.places.v_base_V[i]);
    return worst.toExponential(1);
  };
  const base_V = (seeded.v_base_kV * 1000) / Math.sqrt(3);
  say(
    `three-phase year, ${seeded.name}`,
    ours_ms,
    pgm?.peer,
    pgm?.cpu_ms,
    `${note}${pgm ? `, differs by ${apart((b, c) => pgm.v_pu[3 * b + c - 1] * base_V)} pu` : ''}`,
  );
  if (usual) say(`three-phase year, ${seeded.name}`, ours_ms, `${usual.peer}, its own tolerance 1e-4`, usual.cpu_ms, note);
  say(
    `three-phase year, ${seeded.name}`,
    ours_ms,
    dss?.peer,
    dss?.cpu_ms,
    `${note}${dss ? `, differs by ${apart((b, c) => dss.v_V[`b${b}.${c}`])} pu` : ''}`,
  );
}
