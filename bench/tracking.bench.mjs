// Single-point regulation over 24 hours: set-points of all resources with which the import of a feeder follows its commands, full AC.
// Peer: Ipopt with MUMPS (casadi, bench/peers/.venv), the same nonlinear problem: same regions, weights, distances and commands, warm
// started in x, derivatives built once and not counted. Ours counts everything from the document of the day to checked answers: regions
// analysed, search, and a power flow of every plan. Least CPU time of some runs, one thread each. Rows:
//   tracking      ours by projection (the default) and by optimal power flow alone, against the peer; commands inside the band
//   edge          commands beyond the band, where losses decide
//   band          the four edges of the reachable band in each of 24 hours, against ours tracking the same day
//   agents n      the same feeder and total flexibility, shared by n resources
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { askPeer, installPeers, say } from './peers/peers.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const cache = join(here, '.cache');
const dist = process.env.GRIDFLOCK_CORE_DIST ?? join(here, '../packages/core/dist');
const core = (path) => import(pathToFileURL(join(dist, path)).href);
const { readBuiltIn } = await core('networks/read-built-in.js');
const { trackDay } = await core('opf/tracking/track.js');
const { reachableBand } = await core('opf/tracking/band.js');
const { branchTwoPort } = await core('network/admittance.js');
if (process.argv.includes('--install-peers')) installPeers();
if (!existsSync(cache)) mkdirSync(cache, { recursive: true });

const hours = [...Array(24).keys()];
const box = (p_min_kW, p_max_kW, s_max_kVA) => ({ halfPlanes: [], s_max_kVA, p_min_kW, p_max_kW });

/** A built-in feeder, resources of three kinds along it that are 30 % of its load together, and a day of loads. */
async function dayOf(name, count) {
  const { [name]: member } = await core(`networks/${name}/network.js`);
  const { network, operatingPoint: point } = readBuiltIn(member);
  const [slack] = point.slacks;
  const nB = network.buses.length;
  const fixed = { p: point.p_kW.slice(), q: point.q_kvar.slice() };
  for (const unit of point.generators) {
    if (unit.bus === slack || !unit.inService) continue;
    fixed.p[unit.bus] += unit.p_kW;
    fixed.q[unit.bus] += unit.q_kvar;
  }
  const places = [...Array(nB).keys()].filter((b) => b !== slack && !point.isolated.includes(b));
  const s = (0.3 * fixed.p.reduce((sum, p) => sum - Math.min(0, p), 0)) / count;
  const regionsAt = (t) =>
    Array.from({ length: count }, (_, d) => {
      if (d % 3 === 0) return box(-0.8 * s, 0.8 * s, s);
      return d % 3 === 1 ? box(0, s * Math.max(0.05, Math.sin((Math.PI * (t - 6)) / 12)), s) : box(-0.9 * s, 0, s);
    });
  const loadAt = (t) => 0.8 + 0.2 * Math.sin((Math.PI * (t - 9)) / 12);
  const feeder = {
    network,
    slack,
    v_slack_pu: point.v_start_pu[slack],
    isolated: point.isolated,
    resources: Array.from({ length: count }, (_, d) => ({ id: `r${d}`, bus: places[(7 * d) % places.length] })),
  };
  const of = (values) => Float64Array.from(hours.flatMap((t) => [...values.map((x) => x * loadAt(t))]));
  return { feeder, nB, steps_count: 24, p_fixed_kW: of(fixed.p), q_fixed_kvar: of(fixed.q), regionsAt };
}

const stepOf = (day, t) => ({
  p_fixed_kW: day.p_fixed_kW.subarray(t * day.nB, (t + 1) * day.nB),
  q_fixed_kvar: day.q_fixed_kvar.subarray(t * day.nB, (t + 1) * day.nB),
  regions: day.regionsAt(t),
});

/** Least CPU milliseconds of `count` runs, and the last answer. */
function leastCpu(run, count) {
  let least = Infinity;
  let answer;
  for (let k = 0; k < count; k++) {
    const before = process.cpuUsage();
    answer = run();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return { ms: least, answer };
}

/** What the peer reads, in per unit of the network; distances are those to the middle of each region. */
function writeForIpopt(name, day, commands, repeats) {
  const { feeder, nB } = day;
  const { network, slack, v_slack_pu, resources } = feeder;
  const base = network.s_base_kVA;
  const g = new Array(nB).fill(0);
  const b = new Array(nB).fill(0);
  for (const shunt of network.shunts) {
    g[shunt.bus] += shunt.g_pu;
    b[shunt.bus] += shunt.b_pu;
  }
  const limit = (key) => network.buses.map((bus, k) => (k === slack ? v_slack_pu : bus[key]));
  const steps = hours.map((t) => {
    const { p_fixed_kW, q_fixed_kvar, regions } = stepOf(day, t);
    const per = (values) => Array.from(values, (x) => x / base);
    const reach = ({ p_min_kW: a, p_max_kW: c, s_max_kVA: s }) => Math.sqrt(s * s - (a <= 0 && c >= 0 ? 0 : Math.min(a * a, c * c)));
    return {
      fixed_p: per(p_fixed_kW),
      fixed_q: per(q_fixed_kvar),
      command: [commands[t].p_pcc_kW / base, commands[t].q_pcc_kvar / base],
      p_min: per(regions.map((r) => r.p_min_kW)),
      p_max: per(regions.map((r) => r.p_max_kW)),
      s_max: per(regions.map((r) => r.s_max_kVA)),
      near: [...per(regions.map((r) => 0.5 * (r.p_min_kW + r.p_max_kW))), ...regions.map(() => 0)],
      weight: regions.map((r) => (1e-4 * base) / Math.hypot(r.p_max_kW - r.p_min_kW, 2 * reach(r))),
    };
  });
  const file = join(cache, `tracking-${name}.json`);
  const content = {
    repeats,
    buses: nB,
    slack,
    bus_of: resources.map(({ bus }) => bus),
    v_min: limit('v_min_pu'),
    v_max: limit('v_max_pu'),
    g,
    b,
    branches: network.branches.filter((x) => x.inService).map((x) => ({ from: x.from, to: x.to, ...branchTwoPort(x) })),
    steps,
  };
  writeFileSync(file, JSON.stringify(content));
  return file;
}

const sumOf = (steps, value) => steps.reduce((sum, step) => sum + value(step), 0);
const commandsOf = (bands, share) =>
  bands.map(({ pMin, pMax, qMin, qMax }, t) => ({
    p_pcc_kW: pMin.p_pcc_kW + (share + (share < 1 ? 0.2 * Math.sin(t) : 0)) * (pMax.p_pcc_kW - pMin.p_pcc_kW),
    q_pcc_kvar: 0.5 * (qMin.q_pcc_kvar + qMax.q_pcc_kvar),
  }));

let bands;
for (const [name, count, repeats, withPeer] of [
  ['ieee33', 11, 20, true],
  ['ieee33', 100, 10, true],
  ['ieee33', 1000, 4, true],
  ['ieee33', 10000, 2, false],
  ['ieee69', 11, 15, true],
  ['ieee123', 20, 10, true],
  ['ieee118', 100, 5, true],
]) {
  const label = `${name}, ${count} agents`;
  const day = await dayOf(name, count);
  const base_kVA = day.feeder.network.s_base_kVA;
  // The same flexibility in smaller parts has nearly the same band.
  const isLarge = count > 1000;
  if (!isLarge) bands = leastCpu(() => hours.map((t) => reachableBand(day.feeder, stepOf(day, t))), 2);
  for (const [kind, share] of isLarge
    ? [['tracking', 0.5]]
    : [
        ['tracking', 0.5],
        ['edge', 1.2],
      ]) {
    const commands = commandsOf(bands.answer, share);
    const asked = { ...day, commands };
    const runs = ['projection', 'opf'].map((method) => leastCpu(() => trackDay(day.feeder, asked, { near: 'middle', method }), repeats));
    const peer = withPeer
      ? askPeer('tracking_ipopt.py', writeForIpopt(`${name}-${count}-${kind}`, day, commands, Math.min(3, repeats)))
      : undefined;
    runs.forEach(({ ms, answer: { status, steps } }, k) => {
      const error_kVA = sumOf(steps, (x) => x.error_kVA);
      const shift = Math.max(...steps.map((x) => x.certificate.acCheck.pccShift_kVA)) / base_kVA;
      const byOpf = steps.filter((x) => x.method === 'opf').length;
      const theirs = peer ? `, theirs ${(peer.missed * base_kVA).toPrecision(6)} kVA in ${peer.iterations} iterations` : '';
      const note = `${status}, missed ${error_kVA.toPrecision(6)} kVA in ${sumOf(steps, (x) => x.iterations_count)} iterations, ${byOpf} of 24 by opf, re-check ${shift.toExponential(0)} pu${theirs}`;
      say(`${kind}${k === 0 ? '' : ' by opf'} ${label}`, ms, peer?.peer, peer?.whole_ms, note);
    });
    if (kind === 'tracking' && !isLarge)
      say(`band ${label}`, bands.ms, 'ours, tracking the day', runs[0].ms, 'four optimal power flows an hour');
  }
}
