// `node tools/solve-collection.mjs FOLDER [options]`: runs `gridflock solve` on every programme of a folder, one after another, each in a
// process of its own, and prints a table of what came back with a summary; solved means status `optimal` and, where an optimum is
// published, one that agrees with it.
//
//   --limit 60            seconds for each (`--time-limit`); a process that overruns by half a minute is ended
//   --published FILE      published optima: { "source": …, "optima": { "NAME": number } }, as in reference/programs
//   --solver NAME         default interior-point
//   --only TEXT[,TEXT]    files whose name holds one of these
//   --json FILE           keeps the rows as JSON lines
//   --rest                prints only what was not solved
import { spawn } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isMain } from './source.mjs';

const gridflock = fileURLToPath(new URL('../packages/host/bin/gridflock.mjs', import.meta.url));
const programme = /\.(mps|qps|cbf|lp)$/i;
const overrun_s = 30;
/** Relative to max(1, |published|): published optima have about this many digits. */
const agreement = 1e-5;

/** What one process said; `status` is its own word, or why it has none. */
export function solveOne(path, { solver, limit_s }) {
  return new Promise((resolve) => {
    const args = [gridflock, 'solve', path, '--json', '--quiet', '--solver', solver, '--time-limit', String(limit_s)];
    const started_ms = performance.now();
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      err += text;
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), 1000 * (limit_s + overrun_s));
    child.on('close', (_, signal) => {
      clearTimeout(timer);
      resolve({ ...answerOf(out, err, signal), wall_s: (performance.now() - started_ms) / 1000 });
    });
  });
}

function answerOf(out, err, signal) {
  if (signal !== null) return { status: `ended by ${signal}` };
  try {
    const document = JSON.parse(out);
    if (document.status) return document;
    return { status: document.error?.code ?? document.code ?? 'error' };
  } catch {
    return { status: /[A-Z]+(_[A-Z]+)+/.exec(err)?.[0] ?? 'no answer' };
  }
}

/** |ours − published| relative to max(1, |published|); undefined where one is missing. */
export function differenceOf(objective, published) {
  if (typeof objective !== 'number' || published === undefined) return undefined;
  return Math.abs(objective - published) / Math.max(1, Math.abs(published));
}

export const isSolved = ({ status, difference }) => status === 'optimal' && !(difference > agreement);

const shown = (value, digits) => (typeof value === 'number' ? Number(value.toPrecision(digits)).toString() : '–');
const titles = [
  'name',
  'rows',
  'columns',
  'coefficients',
  'status',
  'objective',
  'published',
  'difference',
  'iterations',
  'time s',
  'primal',
  'dual',
  'gap',
];

function cellsOf({
  name,
  rows,
  columns,
  coefficients,
  status,
  objective,
  published,
  difference,
  iterations,
  time_ms,
  wall_s,
  certificate,
}) {
  const time_s = time_ms === undefined ? wall_s : time_ms / 1000;
  const { primal_residual, dual_residual, gap } = certificate ?? {};
  return [
    name,
    shown(rows, 9),
    shown(columns, 9),
    shown(coefficients, 9),
    status,
    shown(objective, 9),
    shown(published, 9),
    shown(difference, 1),
    shown(iterations, 9),
    shown(time_s, 3),
    shown(primal_residual, 1),
    shown(dual_residual, 1),
    shown(gap, 1),
  ];
}

async function main() {
  const { values: options, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      limit: { type: 'string', default: '60' },
      published: { type: 'string' },
      solver: { type: 'string', default: 'interior-point' },
      only: { type: 'string', default: '' },
      json: { type: 'string' },
      rest: { type: 'boolean', default: false },
    },
  });
  const [folder] = positionals;
  if (folder === undefined) throw new Error('Say in which folder the programmes are: node tools/solve-collection.mjs FOLDER');
  const optima = options.published === undefined ? {} : JSON.parse(readFileSync(options.published, 'utf8')).optima;
  const parts = options.only.split(',');
  const files = readdirSync(folder)
    .filter((name) => programme.test(name) && parts.some((part) => name.includes(part)))
    .sort();
  if (options.json) writeFileSync(options.json, '');
  console.log(`| ${titles.join(' | ')} |\n|${titles.map(() => '---|').join('')}`);
  const found = [];
  for (const file of files) {
    const name = basename(file, extname(file));
    const answer = await solveOne(join(folder, file), { solver: options.solver, limit_s: Number(options.limit) });
    const published = optima[name];
    const row = { name, ...answer, published, difference: differenceOf(answer.objective, published) };
    found.push(row);
    if (options.json) appendFileSync(options.json, `${JSON.stringify(row)}\n`);
    if (!options.rest || !isSolved(row)) console.log(`| ${cellsOf(row).join(' | ')} |`);
  }
  const solved = found.filter(isSolved);
  const counts = new Map();
  for (const row of found) {
    const kind = row.status === 'optimal' && !isSolved(row) ? 'optimal, another optimum than published' : row.status;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  console.log(
    `\n${solved.length} of ${found.length} solved (${((100 * solved.length) / found.length).toFixed(1)} %), ${options.limit} s each.`,
  );
  for (const [kind, count] of [...counts].sort((a, b) => b[1] - a[1])) console.log(`- ${count} ${kind}`);
}

if (isMain(import.meta.url)) await main();
