// Multi-period branch flow with storage, sun and inverters as second-order cones, on 33 and 123 buses over 1, 24 and 96
// periods, against ECOS and Clarabel (native, one thread); and the convex QP of the linearised wires on 33 buses × 96
// against Clarabel and HiGHS. The programme is built once by our code and handed to the peers as the same arrays. The 123-bus
// feeder is made here from a seed. Inverters are a tenth larger than the power behind them: where both limits are one, they
// touch at a tangent, and all three solvers end at about 1e-7. Memory is the peak of a process that reads the arrays and
// solves once. The small ones are repeated a hundred times on both sides: the JIT is not done after twenty.
// PERIODS=1,24 in the environment leaves the long ones out.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { askPeer, installPeers, say } from './peers/peers.mjs';
import { readProgram, writeProgram } from './peers/program-file.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const cache = join(here, '.cache');
const dist = process.env.GRIDFLOCK_CORE_DIST ?? join(here, '../packages/core/dist');
const core = await import(pathToFileURL(join(dist, 'index.js')).href);
const { assemble, buildBlock, buildNetwork, catalog, declaration, randomStream, readNetworkDocument, readParams, timeGrid } = core;

const tolerance = 1e-8;
const interiorPoint = await catalog.solvers.find(({ name }) => name === 'interior-point').prepare();
const memberOf = (family, name) => family.find((one) => (one.name ?? one.kind) === name);

if (process.argv[2] === '--once') {
  // A process of its own for memory: before and after one solve.
  const { program } = readProgram(process.argv[3]);
  const before_mib = peak_mib();
  interiorPoint.solve(program, { tolerance_frac: tolerance });
  console.log(JSON.stringify({ before_mib, peak_mib: peak_mib() }));
  process.exit(0);
}
if (process.argv.includes('--install-peers')) installPeers();
mkdirSync(cache, { recursive: true });

/** Peak of this process itself; what getrusage says may be its parent's. */
function peak_mib() {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}

/** A radial feeder of 123 buses, 4.16 kV, 3.5 MW: a trunk with laterals, every bus below one of the eight before it. */
function feeder123() {
  const random = randomStream(123);
  const buses_count = 123;
  const branches = [];
  for (let b = 1; b < buses_count; b++) {
    const length_frac = random.between(0.3, 1);
    branches.push({
      id: `l${b}`,
      from: `${Math.max(0, b - 1 - random.index(8))}`,
      to: `${b}`,
      r_pu: 0.0012 * length_frac,
      x_pu: 0.0018 * length_frac,
    });
  }
  const network = buildNetwork({
    name: 'feeder of 123 buses',
    s_base_kVA: 1000,
    buses: Array.from({ length: buses_count }, (_, b) => ({ id: `${b}`, v_base_kV: 4.16, v_min_pu: 0.9, v_max_pu: 1.1 })),
    branches,
  });
  const p_kW = Float64Array.from(network.buses, (_, b) => (b === 0 ? 0 : -random.between(10, 47)));
  return { network, p_kW, q_kvar: p_kW.map((p) => 0.45 * p), units_count: 44 };
}

function feeder33() {
  const { network, operatingPoint } = readNetworkDocument(memberOf(catalog.networks, 'ieee33').document);
  const { p_kW, q_kvar } = operatingPoint;
  return { network, p_kW, q_kvar, units_count: 12 };
}

/** The programme that the scheme `central` would assemble: grid above, half sun and half storage, wires. */
function programOf({ network, p_kW, q_kvar, units_count }, steps_count, formulation, capability) {
  const nB = network.buses.length;
  const grid = timeGrid({ start: '2025-06-21T00:00', zone: 'UTC', step_min: steps_count === 96 ? 15 : 60, steps_count });
  const hour = Array.from({ length: steps_count }, (_, t) => (steps_count === 1 ? 12 : (24 * t) / steps_count));
  const load = hour.map((h) => 0.65 + 0.25 * Math.sin(((h - 9) * Math.PI) / 12) + 0.1 * Math.sin(((h - 4) * Math.PI) / 6));
  const sun = Float64Array.from(hour, (h) => Math.max(0, Math.sin(((h - 6) * Math.PI) / 12)) ** 1.3);
  const price = Float64Array.from(hour, (h) => 0.25 + 0.1 * Math.sin(((h - 12) * Math.PI) / 12) + 0.05 * Math.sin((h * Math.PI) / 3));
  const unit_kW = 40 + 2000 / units_count / 2;
  const blockOf = (kind, id, values) => {
    const device = memberOf(catalog.devices, kind);
    const read = readParams(device, values, { grid, profiles: new Map(), where: id });
    return buildBlock(
      id,
      declaration(grid, (m) => device.declare(m, read)),
      capability ? { capability } : {},
    );
  };
  const places = Array.from({ length: units_count }, (_, k) => 1 + Math.floor(((k + 0.5) * (nB - 1)) / units_count));
  const devices = places.map((_, k) =>
    k % 2 === 0
      ? blockOf('pv', `pv ${k}`, { p_available_kW: sun.map((s) => s * unit_kW), s_max_kVA: 1.1 * unit_kW })
      : blockOf('battery', `store ${k}`, {
          p_max_kW: unit_kW / 2,
          e_max_kWh: 2 * unit_kW,
          e_start_kWh: unit_kW,
          e_end_min_kWh: unit_kW,
          wear_cur_per_kWh: 0.01,
          s_max_kVA: 0.55 * unit_kW,
        }),
  );
  const grid0 = blockOf('grid-connection', 'grid', {
    buy_cur_per_kWh: price,
    sell_cur_per_kWh: price.map((value) => 0.8 * value),
    p_import_max_kW: 6000,
    p_export_max_kW: 3000,
    q_max_kvar: 4000,
  });
  const connected = [0, ...places];
  const scaled = (values) => Float64Array.from({ length: steps_count * nB }, (_, i) => values[i % nB] * load[Math.floor(i / nB)]);
  const { block } = memberOf(catalog.formulations, formulation).build({
    network,
    grid,
    slack: 0,
    v_slack_pu: 1.02,
    connected,
    s_connected_kVA: Float64Array.from(connected, (_, k) => (k === 0 ? 9000 : 2 * unit_kW)),
    p_fixed_kW: scaled(p_kW),
    q_fixed_kvar: scaled(q_kvar),
    lossPrice_cur_per_kWh: price,
  });
  const blocks = [grid0, ...devices, block];
  const nets = connected.flatMap((bus, k) =>
    [0, 1].map((channel) => ({
      name: `bus ${bus}`,
      ports: [
        { block: k, port: channel },
        { block: blocks.length - 1, port: 2 * k + channel },
      ],
    })),
  );
  return assemble(blocks, nets, steps_count).program;
}

/** Least wall and CPU milliseconds; the CPU of all threads, so of the compiler and collector too. */
function least(run, repeats) {
  let [ms, cpu_ms] = [Infinity, Infinity];
  for (let k = 0; k < repeats; k++) {
    const used = process.cpuUsage();
    const begin = performance.now();
    run();
    ms = Math.min(ms, performance.now() - begin);
    const { user, system } = process.cpuUsage(used);
    cpu_ms = Math.min(cpu_ms, (user + system) / 1e3);
  }
  return { ms, cpu_ms };
}

function compare(title, program, peers, repeats) {
  let solution;
  const begin = performance.now();
  interiorPoint.solve(program, { tolerance_frac: tolerance });
  const first_ms = performance.now() - begin;
  const ours = least(() => {
    solution = interiorPoint.solve(program, { tolerance_frac: tolerance });
  }, repeats);
  const file = writeProgram(join(cache, title.replace(/\W+/g, '-')), program, { repeats, tolerance });
  const memory = JSON.parse(execFileSync(process.execPath, [fileURLToPath(import.meta.url), '--once', file], { encoding: 'utf8' }));
  const cones = program.cones ? `, ${program.cones.length} cones` : '';
  const size = `${program.cost.length} columns, ${program.rowLower.length} rows, ${program.rows.values.length} entries${cones}`;
  const mine = `ours ${solution.status} in ${solution.iterations_count} iterations, first ${first_ms.toFixed(0)} ms, CPU ${ours.cpu_ms.toFixed(0)} ms, peak ${memory.peak_mib.toFixed(0)} MiB (${memory.before_mib.toFixed(0)} before)`;
  let answered = false;
  for (const name of peers) {
    const found = askPeer('conic.py', file, name);
    if (!found) continue;
    answered = true;
    const off =
      found.objective === null ? 'none' : (Math.abs(found.objective - solution.objective) / Math.abs(solution.objective)).toExponential(0);
    const missed = found.violation === null ? '' : `, rows missed by ${found.violation.toExponential(0)}`;
    const theirs = `peer ${found.status} in ${found.iterations}, CPU ${found.cpu_ms.toFixed(0)} ms, objective off by ${off}${missed}, peak ${found.peak_mib.toFixed(0)} MiB (${found.before_mib.toFixed(0)} before)`;
    const solved = /^(almost)?solved$|optimal/.test(found.status);
    say(
      title,
      ours.ms,
      found.peer,
      solved ? found.ms : undefined,
      `${size}; ${mine}; ${solved ? '' : `no ratio after ${found.ms.toFixed(0)} ms: `}${theirs}`,
    );
  }
  if (!answered) say(title, ours.ms, undefined, undefined, `${size}; ${mine}`);
}

for (const [name, feeder] of [
  ['33', feeder33()],
  ['123', feeder123()],
]) {
  for (const periods of (process.env.PERIODS ?? '1,24,96').split(',').map(Number)) {
    const program = programOf(feeder, periods, 'branch-flow-soc', 'cone');
    compare(`branch flow ${name} × ${periods}`, program, ['ecos', 'clarabel'], periods === 1 ? 100 : 3);
  }
}
compare('convex QP 33 × 96', programOf(feeder33(), 96, 'lindistflow'), ['clarabel', 'highs'], 3);
