// `npm run bench -- [name …] [--record] [--json] [--install-peers] [--most N]`: runs bench/<name>.bench.mjs, each in a process of its own, one after another.
// A benchmark prints JSON lines { name, ours_ms, peer, peer_ms, ratio, note } on standard output; anything else it says
// belongs on standard error. `ratio` is ours / peer in the same run (below 1 is faster); null where the peer is not installed.
// `--most N` leaves out what is larger, in benchmarks that go by size. `--install-peers` makes bench/peers/.venv with the Python peers first. `--record` appends to bench/history/<machine>.jsonl with the machine's facts and the commit.
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { arch, availableParallelism, cpus, hostname, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { installPeers } from './peers/peers.mjs';

const folder = fileURLToPath(new URL('.', import.meta.url));
const root = join(folder, '..');
const args = process.argv.slice(2);
const mostAt = args.indexOf('--most');
const [, most] = mostAt >= 0 ? args.splice(mostAt, 2) : [];
if (mostAt >= 0 && !(Number(most) > 0)) {
  console.error('--most needs a positive number.');
  process.exit(2);
}
const flags = args.filter((arg) => arg.startsWith('--'));
const wanted = args.filter((arg) => !arg.startsWith('--'));
const known = readdirSync(folder)
  .filter((name) => name.endsWith('.bench.mjs'))
  .map((name) => name.slice(0, -'.bench.mjs'.length))
  .sort();

const unknown =
  wanted.find((name) => !known.some((each) => each.includes(name))) ??
  flags.find((flag) => !['--record', '--json', '--install-peers'].includes(flag));
if (unknown !== undefined) {
  console.error(
    `There is no benchmark "${unknown}". Known: ${known.join(', ') || 'none'}. Options: --record, --json, --install-peers, --most N.`,
  );
  process.exit(2);
}
const chosen = known.filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)));

/** Runs one benchmark; resolves to its rows and exit status. */
function runOne(name) {
  return new Promise((resolve) => {
    const rows = [];
    const child = spawn(process.execPath, ['--expose-gc', join(folder, `${name}.bench.mjs`)], {
      cwd: root,
      env: most === undefined ? process.env : { ...process.env, BENCH_MOST: most },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      if (line.trim() === '') return;
      try {
        rows.push({ bench: name, ...JSON.parse(line) });
      } catch {
        process.stderr.write(`${name}: not a JSON line: ${line}\n`);
      }
    });
    // both: the process may end before its last lines are read
    let left = 2;
    let status = 1;
    const finish = () => {
      if (--left === 0) resolve({ rows, status });
    };
    lines.on('close', finish);
    child.on('error', (error) => process.stderr.write(`${name}: ${error.message}\n`));
    child.on('close', (code) => {
      status = code ?? 1;
      finish();
    });
  });
}

const number = (value, digits = 3) => (typeof value === 'number' && Number.isFinite(value) ? value.toPrecision(digits) : '–');

function show(rows) {
  const head = ['benchmark', 'ours ms', 'peer', 'peer ms', 'ours/peer', 'note'];
  const table = rows.map((row) => [row.name, number(row.ours_ms), row.peer ?? '–', number(row.peer_ms), number(row.ratio), row.note ?? '']);
  const widths = head.map((title, k) => Math.max(title.length, ...table.map((cells) => cells[k].length)));
  const numeric = new Set([1, 3, 4]);
  for (const cells of [head, ...table]) {
    console.log(
      cells
        .map((cell, k) => (numeric.has(k) ? cell.padStart(widths[k]) : cell.padEnd(widths[k])))
        .join('  ')
        .trimEnd(),
    );
  }
}

function machine() {
  const commit = () => {
    try {
      const said = (...words) => execFileSync('git', words, { cwd: root, encoding: 'utf8' }).trim();
      return said('rev-parse', '--short=12', 'HEAD') + (said('status', '--porcelain', '--untracked-files=no') === '' ? '' : '+');
    } catch {
      return undefined;
    }
  };
  return {
    at: new Date().toISOString(),
    commit: commit(),
    node: process.version,
    system: `${platform()} ${arch()}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores_count: availableParallelism(),
    memory_GiB: Math.round(totalmem() / 2 ** 30),
  };
}

if (flags.includes('--install-peers')) installPeers();
if (chosen.length === 0) console.error('There are no benchmarks yet (bench/*.bench.mjs).');
const all = [];
let failed = 0;
for (const name of chosen) {
  process.stderr.write(`${name} …\n`);
  const { rows, status } = await runOne(name);
  all.push(...rows);
  if (status !== 0) {
    failed++;
    process.stderr.write(`${name}: ended with status ${status}\n`);
  }
}
if (flags.includes('--json')) console.log(JSON.stringify({ machine: machine(), rows: all }));
else if (all.length > 0) show(all);
if (flags.includes('--record') && all.length > 0) {
  const history = join(folder, 'history');
  if (!existsSync(history)) mkdirSync(history);
  const facts = machine();
  const file = join(history, `${hostname().replace(/[^\w-]/g, '-')}.jsonl`);
  appendFileSync(file, all.map((row) => `${JSON.stringify({ ...facts, ...row })}\n`).join(''));
  process.stderr.write(`recorded in ${file}\n`);
}
process.exitCode = failed > 0 ? 1 : 0;
