// Power flow against power-grid-model (radial batches) and lightsim2grid (Newton with KLU), one thread each.
// Cases: MATPOWER files from ../../shared/reference when present, and a seeded random feeder that is always there.
// Peers are Python packages in bench/peers/.venv: `npm run bench -- --install-peers`. MATPOWER on Octave joins in when
// MATPOWER_PATH names a copy of it.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { askMatpower } from './peers/matpower.mjs';
import { askPeer, best, installPeers, say } from './peers/peers.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const cache = join(here, '.cache');
const dist = process.env.GRIDFLOCK_CORE_DIST ?? join(here, '../packages/core/dist');
const core = (path) => import(pathToFileURL(join(dist, path)).href);
mkdirSync(cache, { recursive: true });
if (process.argv.includes('--install-peers')) installPeers();

const { newton } = await core('powerflows/newton/newton.js');
const { radialSweep } = await core('powerflows/radial-sweep/radial-sweep.js');
const { buildPowerFlowBatch } = await core('powerflows/contract.js');
const { randomStream } = await core('base/random.js');

const folder = join(here, '../../shared/reference/matpower/cases');
async function readCase(name) {
  const file = join(folder, `${name}.m`);
  if (!existsSync(file)) return undefined;
  const { matpowerFormat } = await core('formats/matpower/format.js');
  return matpowerFormat.read(readFileSync(file, 'utf8'), { fileName: `${name}.m` });
}

/** A feeder of n buses: each bus hangs on one of the last few, loads shrink with n so that the voltage stays near 0.95. */
function randomFeeder(n) {
  const random = randomStream(1, `feeder-${n}`);
  const buses = Array.from({ length: n }, (_, b) => ({ id: `${b + 1}`, v_base_kV: 12.66, v_min_pu: 0.9, v_max_pu: 1.1 }));
  const branches = Array.from({ length: n - 1 }, (_, l) => ({
    id: `${l + 1}`,
    from: Math.max(0, l - random.index(8)),
    to: l + 1,
    r_pu: random.between(0.5, 2) / n,
    x_pu: random.between(0.4, 1.5) / n,
    b_pu: 0,
    ratio: 1,
    shift_deg: 0,
    s_max_kVA: Infinity,
    inService: true,
  }));
  const p_kW = Float64Array.from({ length: n }, (_, b) => (b === 0 ? 0 : -random.between(0.2, 2) * (1500 / n)));
  return {
    network: { name: `feeder-${n}`, s_base_kVA: 10000, buses, branches, shunts: [] },
    operatingPoint: {
      p_kW,
      q_kvar: p_kW.map((p) => 0.5 * p),
      generators: [],
      slacks: [0],
      isolated: [],
      v_start_pu: new Float64Array(n).fill(1),
      angle_start_deg: new Float64Array(n),
    },
  };
}

/** Independent load factors in [1 − spread, 1 + spread) for every bus and step. */
function scenarios(point, steps, spread) {
  const random = randomStream(1, 'scenarios');
  const nB = point.p_kW.length;
  const p_kW = new Float64Array(steps * nB);
  const q_kvar = new Float64Array(steps * nB);
  for (let t = 0; t < steps; t++) {
    for (let b = 0; b < nB; b++) {
      const factor = random.between(1 - spread, 1 + spread);
      p_kW[t * nB + b] = point.p_kW[b] * factor;
      q_kvar[t * nB + b] = point.q_kvar[b] * factor;
    }
  }
  return { p_kW, q_kvar };
}

// For the peers: power-grid-model stops when no voltage changes by more, lightsim2grid when no bus misses more power.
// Ours stop at their defaults: 1e-8 pu of mismatch, the sweep at 1e-8 of the largest bus power.
const tolerance = 1e-8;
const repeats = 5;

/** Writes what the Python scripts read. */
function writeForPeers({ network, operatingPoint: point }, steps, { p_kW, q_kvar }) {
  const { name } = network;
  const generated = network.buses.map(() => ({ p: 0, q: 0, v: 0 }));
  for (const x of point.generators) {
    if (!x.inService) continue;
    generated[x.bus].p += x.p_kW;
    if (x.holdsVoltage) generated[x.bus].v = x.v_set_pu;
    else generated[x.bus].q += x.q_kvar;
  }
  const buses = network.buses.map((_, b) => ({
    type: point.slacks.includes(b) ? 'slack' : generated[b].v > 0 ? 'pv' : 'pq',
    v_pu: generated[b].v || point.v_start_pu[b] || 1,
    angle_rad: (point.angle_start_deg[b] * Math.PI) / 180,
    p_kW: point.p_kW[b] + generated[b].p,
    q_kvar: point.q_kvar[b] + generated[b].q,
    p_fixed_kW: generated[b].p,
    q_fixed_kvar: generated[b].q,
    g_pu: 0,
    b_pu: 0,
  }));
  for (const s of network.shunts) {
    buses[s.bus].g_pu += s.g_pu;
    buses[s.bus].b_pu += s.b_pu;
  }
  const branches = network.branches
    .filter((x) => x.inService)
    .map((x) => ({ from: x.from, to: x.to, r: x.r_pu, x: x.x_pu, b: x.b_pu, ratio: x.ratio, shift_rad: (x.shift_deg * Math.PI) / 180 }));
  const raw = join(cache, `powerflow-${name}.f64`);
  const json = join(cache, `powerflow-${name}.json`);
  writeFileSync(raw, Buffer.concat([Buffer.from(p_kW.buffer), Buffer.from(q_kvar.buffer)]));
  writeFileSync(json, JSON.stringify({ name, s_base_kVA: network.s_base_kVA, buses, branches, steps, scenarios: raw, tolerance, repeats }));
  return json;
}

const difference = (ours, theirs) => theirs.reduce((worst, v, b) => Math.max(worst, Math.abs(v - ours[b])), 0);

async function batches(kase, steps, method, script, timesOf, spread = 0.5) {
  if (!kase) return;
  const { network, operatingPoint } = kase;
  const nB = network.buses.length;
  const load = scenarios(operatingPoint, steps, spread);
  const prepared = method.prepare(network, operatingPoint);
  prepared.solve(operatingPoint);
  const out = buildPowerFlowBatch(steps, nB, true);
  const ours_ms = best(() => prepared.solveBatch(load.p_kW, load.q_kvar, steps, out), repeats);
  if (!out.converged.every((x) => x === 1)) console.error(`${network.name}: not every step converged`);
  const iterations = out.iterations_count.reduce((a, b) => a + b, 0) / steps;
  const reply = askPeer(script, writeForPeers(kase, steps, load));
  const dv = reply ? `, same voltages to ${difference(out.v_pu.subarray((steps - 1) * nB), reply.v_pu).toExponential(0)} pu` : '';
  const note = `${((ours_ms / steps) * 1e3).toPrecision(3)} us per solution, ${iterations.toFixed(1)} iterations${dv}`;
  const times = reply ? timesOf(reply) : [[undefined, undefined]];
  for (const [peer, peer_ms] of times) say(`${method.name} batch ${network.name} x${steps}`, ours_ms, peer, peer_ms, note);
  return reply;
}

const pgm = (r) => Object.entries(r.ms).map(([method, ms]) => [`${r.peer} ${method}`, ms]);
for (const [name, steps] of [
  ['case33bw', 10000],
  ['case141', 5000],
  ['case533mt_hi', 1000],
]) {
  await batches(await readCase(name), steps, radialSweep, 'powerflow_pgm.py', pgm);
}
await batches(randomFeeder(1000), 1000, radialSweep, 'powerflow_pgm.py', pgm);

const klu = (r) => [[`${r.peer} NR_KLU`, r.batch_ms]];
// The large systems stand closer to their limits: with ±50 % some steps have no solution, for the peer neither.
for (const [name, steps, spread] of [
  ['case118', 1000, 0.5],
  ['case1354pegase', 100, 0.5],
  ['case_ACTIVSg2000', 100, 0.1],
  ['case13659pegase', 5, 0.05],
]) {
  const kase = await readCase(name);
  if (!kase) continue;
  const reply = await batches(kase, steps, newton, 'powerflow_lightsim2grid.py', klu, spread);
  const prepared = newton.prepare(kase.network, kase.operatingPoint);
  let iterations = 0;
  const ours_ms = best(() => (iterations = prepared.solve(kase.operatingPoint).iterations_count), 100);
  const note = `${iterations} iterations against ${reply?.single_iterations ?? '?'}; ours includes flows, losses and the recomputed mismatch`;
  say(`newton single ${name}`, ours_ms, reply && `${reply.peer} NR_KLU`, reply?.single_ms, note);
}
await batches(randomFeeder(1000), 100, newton, 'powerflow_lightsim2grid.py', klu);

// MATPOWER itself: `runpf` from a loaded case to all flows, ours from a read case to all flows, both from the case's own
// starting point. The inner loop is compared as well: `newtonpf` or the power summation alone against a prepared solve.
const peers = askMatpower(folder, ['case118', 'case1354pegase', 'case33bw', 'case141', 'case533mt_hi']) ?? [];
for (const { name, radial, version, algorithm, iterations, runpf_ms, inner_ms, v_pu } of peers) {
  const kase = await readCase(name);
  const method = radial ? radialSweep : newton;
  let found;
  const whole_ms = best(() => {
    found = method.prepare(kase.network, kase.operatingPoint).solve(kase.operatingPoint);
  }, 50);
  const prepared = method.prepare(kase.network, kase.operatingPoint);
  const solve_ms = best(() => prepared.solve(kase.operatingPoint), 100);
  const note = `${found.iterations_count} iterations against ${iterations}, same voltages to ${difference(found.v_pu, v_pu).toExponential(0)} pu`;
  say(`${method.name} whole ${name}`, whole_ms, `${version} runpf ${algorithm}`, runpf_ms, note);
  if (inner_ms) say(`${method.name} solve ${name}`, solve_ms, `${version} newtonpf`, inner_ms, note);
}
