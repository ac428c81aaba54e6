// AC optimal power flow against MATPOWER's MIPS on Octave (MATPOWER_PATH) and Ipopt with MUMPS (casadi, bench/peers/.venv), one
// thread each. Same case, same start, same limits; each solved some times, the least CPU time counts. Peers and sizes:
//   whole solve from a read case to the optimum; per iteration, with Ipopt's build of derivatives left out;
//   largest resident memory of each process, ours solving once in a process of its own.
// Larger cases than those of ../../shared/reference come from MATPOWER_PATH/data.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { askMatpowerOpf } from './peers/matpower.mjs';
import { askPeer, installPeers, say } from './peers/peers.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const cache = join(here, '.cache');
const dist = process.env.GRIDFLOCK_CORE_DIST ?? join(here, '../packages/core/dist');
const core = (path) => import(pathToFileURL(join(dist, path)).href);
const { matpowerFormat } = await core('formats/matpower/format.js');
const { buildOpfModel } = await core('opf/model.js');
const { AcProblem } = await core('opf/ac-problem.js');
const { AcSolver } = await core('opf/ac/coordinates.js');

const shared = join(here, '../../shared/reference/matpower/cases');
const folders = [shared, ...(process.env.MATPOWER_PATH ? [join(process.env.MATPOWER_PATH, 'data')] : [])];
const fileOf = (name) => folders.map((folder) => join(folder, `${name}.m`)).find((file) => existsSync(file));
const readCase = (file) => matpowerFormat.read(readFileSync(file, 'utf8'), { fileName: file });

/** From a read case to the optimum. */
function solve(value, coordinates) {
  const problem = new AcProblem(buildOpfModel(value), { objective: 'cost', limits: 'apparent' });
  const solver = new AcSolver(coordinates);
  const found = solver.solve(problem, { start: problem.start() });
  solver.release();
  return found;
}

if (process.argv[2] === '--once') {
  solve(readCase(process.argv[3]), 'polar');
  console.log(process.resourceUsage().maxRSS / 1024);
  process.exit(0);
}
if (process.argv.includes('--install-peers')) installPeers();
mkdirSync(cache, { recursive: true });

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
  return { ms: least, ...answer };
}

/** What the Python script reads: the per-unit model, so that both solve the same numbers. */
function writeForIpopt(name, value, repeats) {
  const m = buildOpfModel(value);
  if (m.generators.some(({ cost }) => cost.kind !== 'polynomial')) return undefined;
  const file = join(cache, `opf-${name}.json`);
  const problem = new AcProblem(m, { objective: 'cost', limits: 'apparent' });
  const content = {
    repeats,
    v_min: [...m.v_min_pu],
    v_max: [...m.v_max_pu],
    p: [...m.p],
    q: [...m.q],
    g: [...m.g],
    b: [...m.b],
    reference: [...m.reference],
    start: [...problem.start()],
    branches: m.branches.map((x) => ({
      from: x.from,
      to: x.to,
      ...x.port,
      s_max: x.s_max_pu,
      angle_min: x.angle_min_rad,
      angle_max: x.angle_max_rad,
    })),
    generators: m.generators.map((x) => ({
      bus: x.bus,
      coefficients: x.cost.coefficients,
      p_min: x.p_min_pu,
      p_max: x.p_max_pu,
      q_min: x.q_min_pu,
      q_max: x.q_max_pu,
    })),
  };
  writeFileSync(file, JSON.stringify(content)); // infinities become null
  return file;
}

const MB = (value) => `${Math.round(value)} MB`;
const off = (a, b) => Math.abs(a / b - 1).toExponential(0);

for (const [name, repeats] of [
  ['case118', 60],
  ['case1354pegase', 12],
  ['case2869pegase', 6],
  ['case9241pegase', 2],
]) {
  const file = fileOf(name);
  if (file === undefined) continue;
  const value = readCase(file);
  const ours = leastCpu(() => solve(value, 'polar'), repeats);
  const rectangular = leastCpu(() => solve(value, 'rectangular'), Math.ceil(repeats / 2));
  const rss_MB = Number(execFileSync(process.execPath, [fileURLToPath(import.meta.url), '--once', file], { encoding: 'utf8' }));
  if (ours.status !== 'optimal' || rectangular.status !== 'optimal') console.error(`${name}: ${ours.status}, ${rectangular.status}`);

  const mips = askMatpowerOpf(file, Math.min(3, repeats));
  const mipsNote = mips && `, theirs ${mips.iterations} and ${MB(mips.rss_MB)}; same optimum to ${off(ours.objective, mips.objective)}`;
  say(`opf whole ${name}`, ours.ms, mips?.version, mips?.runopf_ms, `${ours.iterations_count} iterations, ${MB(rss_MB)}${mipsNote ?? ''}`);

  const input = writeForIpopt(name, value, Math.min(3, repeats));
  const ipopt = input && askPeer('opf_ipopt.py', input);
  const note = ipopt
    ? `${ours.iterations_count} iterations against ${ipopt.iterations}, ${MB(rss_MB)} against ${MB(ipopt.rss_MB)}; same optimum to ${off(ours.objective, ipopt.objective)}`
    : `${ours.iterations_count} iterations`;
  say(`opf whole ${name}`, ours.ms, ipopt?.peer, ipopt?.whole_ms, note);
  say(
    `opf iteration ${name}`,
    ours.ms / ours.iterations_count,
    ipopt?.peer,
    ipopt && ipopt.whole_ms / ipopt.iterations,
    'whole over iterations',
  );
  say(
    `opf rectangular ${name}`,
    rectangular.ms,
    'ours, polar',
    ours.ms,
    `${rectangular.iterations_count} iterations against ${ours.iterations_count}`,
  );
}
