// `npm run test:chaos -- [options]`: a campaign of random fault scripts over small groups of agents; what breaks is shrunk and printed as a document.
//
//   --seeds N        how many seeds (default 10000)       --from S       the first of them (default 1)
//   --minutes M      ends after M minutes                 --threads K    default: all cores
//   --resume         goes on where the last campaign of the same kind was ended, and adds up
//   --trial NAME     negotiation (default) or another that tools/chaos/trials.mjs lists
//   --bug NAME       plants a bug, to see that it is found
//   --script FILE    runs one document again, from a campaign or by hand; with --shrink makes it smaller
//
// Exit status: 0 nothing broke, 1 an invariant broke, 2 the command is wrong, 130 ended by Ctrl-C (what was under way is finished and counted).
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { parse, stringify } from 'yaml';
import { compileTrials, loadTrials } from './chaos/trials.mjs';
import { repositoryRoot as root } from './source.mjs';

const folder = join(root, 'out/chaos');
/** Seeds that a thread tries at a time: about a second. */
const block_count = 50;
/** After this many failures there is enough to read. */
const failures_max_count = 20;

class Refusal extends Error {}

function readOptions() {
  const number = { type: 'string' };
  const { values } = parseArgs({
    options: {
      seeds: number,
      from: number,
      minutes: number,
      threads: number,
      resume: { type: 'boolean', default: false },
      trial: { type: 'string', default: 'negotiation' },
      bug: { type: 'string' },
      script: { type: 'string' },
      shrink: { type: 'boolean', default: false },
    },
  });
  const whole = (name, usual, least = 1) => {
    const value = values[name] === undefined ? usual : Number(values[name]);
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new Refusal(`--${name} needs a whole number from ${least}, got "${values[name]}"`);
  };
  const minutes = values.minutes === undefined ? Number.POSITIVE_INFINITY : Number(values.minutes);
  if (!(minutes > 0)) throw new Refusal(`--minutes needs a number above 0, got "${values.minutes}"`);
  return {
    ...values,
    minutes,
    seeds: whole('seeds', 10_000),
    from: whole('from', 1, 0),
    threads: whole('threads', availableParallelism()),
  };
}

// ------------------------------------------------------------------------------------------------------------ one document

function asDocument({ trial, seed, case: which, faults }, comment) {
  const document = stringify({ trial, seed, case: JSON.parse(JSON.stringify(which)), faults: JSON.parse(JSON.stringify(faults)) });
  return `${comment
    .split('\n')
    .map((line) => `# ${line}`)
    .join('\n')}\n${document}`;
}

const said = ({ invariant, says, agent, at_s, event }) =>
  `${invariant}: ${says}\nat ${Number(at_s.toPrecision(6))} s of virtual time, event ${event}, agent "${agent}"`;

function runScript({ script, shrink, bug }, { trials, readFaultScript, shrunkFailure }) {
  if (!existsSync(script)) throw new Refusal(`there is no file "${script}"`);
  const document = parse(readFileSync(script, 'utf8'));
  const make = trials[document?.trial];
  if (make === undefined) throw new Refusal(`"${script}" names the trial "${document?.trial}"; known: ${Object.keys(trials).join(', ')}`);
  const trial = make(bug);
  const attempt = {
    trial: document.trial,
    seed: document.seed ?? 1,
    case: bug === undefined ? document.case : { ...document.case, bug },
    faults: readFaultScript(document, script).faults,
  };
  const verdict = trial.run(attempt);
  console.log(`${verdict.outcome} after ${verdict.events_count} events`);
  for (const [kind, count] of [...verdict.counts].sort()) console.log(`  ${kind.padEnd(12)} ${count}`);
  if (verdict.violation === undefined) return 0;
  console.log(said(verdict.violation));
  if (shrink) {
    const { shrunk, violation } = shrunkFailure(trial, attempt, verdict.violation, 5000);
    console.log(`\n${asDocument(shrunk, said(violation))}`);
  }
  return 1;
}

// -------------------------------------------------------------------------------------------------------------- campaign

const plain = (tally) => ({ ...tally, outcomes: [...tally.outcomes], faults: [...tally.faults] });
const revived = (stored) => ({ ...stored, outcomes: new Map(stored.outcomes), faults: new Map(stored.faults) });

function store(name, state) {
  const draft = join(folder, `${name}.${process.pid}`);
  writeFileSync(draft, JSON.stringify(state));
  renameSync(draft, join(folder, name));
}

function show(tally, seconds) {
  const rate = seconds > 0 ? `, ${Math.round(tally.seeds_count / seconds)} seeds/s` : '';
  console.log(`\n${tally.seeds_count} seeds, ${tally.events_count} events in ${seconds.toFixed(1)} s${rate}`);
  for (const [title, counts] of [
    ['outcomes', tally.outcomes],
    ['faults that acted', tally.faults],
  ]) {
    console.log(title);
    for (const [key, count] of [...counts].sort(([, a], [, b]) => b - a)) console.log(`  ${String(count).padStart(10)}  ${key}`);
  }
}

async function campaign(options, { addTallies, emptyTally, trials, bugs }) {
  const { trial, bug, seeds, threads, minutes, resume } = options;
  if (!(trial in trials)) throw new Refusal(`there is no trial "${trial}"; known: ${Object.keys(trials).join(', ')}`);
  if (bug !== undefined && !(bug in bugs)) throw new Refusal(`there is no bug "${bug}"; known: ${Object.keys(bugs).join(', ')}`);
  const name = `campaign-${trial}${bug === undefined ? '' : `-${bug}`}.json`;
  const stored = resume && existsSync(join(folder, name)) ? JSON.parse(readFileSync(join(folder, name), 'utf8')) : undefined;
  let tally = stored ? revived(stored.tally) : emptyTally;
  const from = stored?.next ?? options.from;
  const end = from + seeds;
  let next = from;
  let isStopped = false;
  const begin = performance.now();
  const isOver = () =>
    isStopped || next >= end || performance.now() - begin > 60_000 * minutes || tally.failures.length >= failures_max_count;
  process.on('SIGINT', () => {
    if (isStopped) process.exit(130);
    isStopped = true;
    console.error('\nending: what is under way is finished; once more Ctrl-C leaves it');
  });
  console.log(`${trial}${bug === undefined ? '' : ` with the bug "${bug}"`}: seeds ${from} to ${end - 1} in ${threads} threads`);

  const report = (part) => {
    tally = addTallies(tally, part);
    for (const { attempt, shrunk, violation } of part.failures) {
      const file = join(folder, `${trial}-${attempt.seed}.yaml`);
      const text = asDocument(
        shrunk,
        `seed ${attempt.seed}, ${attempt.faults.length} faults shrunk to ${shrunk.faults.length}\n${said(violation)}`,
      );
      writeFileSync(file, text);
      console.log(`\n${text}# again: npm run test:chaos -- --script ${file}`);
    }
    if (process.stderr.isTTY) process.stderr.write(`\r${next - from} of ${seeds} seeds, ${tally.failures.length} broken `);
  };
  await Promise.all(
    Array.from({ length: threads }, async () => {
      const worker = new Worker(new URL('./chaos/worker.mjs', import.meta.url));
      const answer = async () => (await once(worker, 'message'))[0];
      await answer();
      while (!isOver()) {
        const count = Math.min(block_count, end - next);
        const block = { trial, bug, from: next, count };
        next += count;
        worker.postMessage(block);
        report(await answer());
      }
      await worker.terminate();
    }),
  );
  tally = { ...tally, failures: tally.failures.toSorted((a, b) => a.attempt.seed - b.attempt.seed) };
  store(name, { next, tally: plain(tally) });
  show(tally, (performance.now() - begin) / 1000);
  if (tally.failures.length > 0) console.log(`\nbroken: seeds ${tally.failures.map(({ attempt }) => attempt.seed).join(', ')}`);
  else console.log('\nno invariant broke');
  if (next < end) console.log(`ended before seed ${next}; go on with --resume, or --from ${next}`);
  return isStopped ? 130 : tally.failures.length > 0 ? 1 : 0;
}

try {
  const options = readOptions();
  mkdirSync(folder, { recursive: true });
  compileTrials();
  const loaded = await loadTrials();
  process.exitCode = options.script === undefined ? await campaign(options, loaded) : runScript(options, loaded);
} catch (error) {
  const isOurs = error instanceof Refusal || error.code?.startsWith('ERR_PARSE_ARGS') || error.code?.startsWith('FAULTS_');
  console.error(isOurs ? `test:chaos: ${error.message}` : error.stack);
  process.exitCode = isOurs ? 2 : 70;
}
