import { readFileSync } from 'node:fs';
import { BugError } from '@gridflock/core';
import { type AtomicDirectory, openAtomicDirectory } from '../files/atomic-directory.ts';
import { removeTemporaries } from '../files/temporary-paths.ts';
import { type Answer, type CommandContext, documentNames } from './command.ts';
import { failureDocument, failureOf, failureText } from './failure.ts';
import { jsonPieces } from './json-text.ts';
import { readCommandLine, type Task } from './program.ts';
import { noProgress, type ProgressLine, progressLine } from './progress.ts';
import { readSettings, type Settings } from './settings.ts';
import { orStop, watchSignals } from './stop.ts';
import { colourStyle, harmless, mayColour, plainStyle } from './text.ts';

const { env, stdout, stderr } = process;
const args = process.argv.slice(2);
const ownArgs = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;

// Standard output belongs to the answer alone: whatever a library prints goes to standard error.
console.log = console.info = console.debug = console.error;
const wantsJson = ownArgs.includes('--json') || ['1', 'true', 'yes', 'on'].includes(env['GRIDFLOCK_JSON'] ?? '');
let status = 0;
// The reader of a pipe has seen enough (`gridflock list | head -1`): end without a word.
for (const stream of [stdout, stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (stream === stdout) process.exit(status);
  });
}

const version = versionOf();
const live = stderr.isTTY === true && env['TERM'] !== 'dumb' && !env['CI'];
let progress: ProgressLine = noProgress;
const stop = watchSignals((text) => {
  progress.clear();
  if (!ownArgs.includes('--quiet')) stderr.write(`${text}\n`);
});

// A fault in a callback that nobody awaits must not end in a stack trace either.
process.on('uncaughtException', (error) => {
  fail(error);
  process.exit(status);
});

try {
  const request = readCommandLine(args, version);
  if ('task' in request) await perform(request.task);
  else if (wantsJson) await print(jsonPieces({ [request.kind]: request.text.trim() }));
  else await print([`${request.text.trimEnd()}\n`]);
} catch (error) {
  fail(error);
}
removeTemporaries();
await flushed();
process.exit(status);

async function perform(task: Task): Promise<void> {
  const settings = readSettings(task.options, env);
  if (!settings.quiet) {
    progress = progressLine({
      write: (text) => void stderr.write(text),
      live,
      width: () => stderr.columns || 80,
      clock_ms: () => performance.now(),
    });
  }
  const folder =
    settings.out === undefined ? undefined : openAtomicDirectory(settings.out, { force: settings.force, marks: documentNames });
  try {
    const answer = await orStop(task.action(contextOf(task, settings, folder), task.operands), stop);
    stop.check();
    if (folder) writeFiles(folder, answer);
    progress.clear();
    status = answer.status ?? 0;
    await print(settings.json ? jsonPieces(answer.document) : [`${answer.text.trimEnd()}\n`]);
  } finally {
    folder?.discard();
  }
}

function contextOf(task: Task, settings: Settings, out: AtomicDirectory | undefined): CommandContext {
  return {
    settings,
    options: task.options,
    env,
    style: !settings.json && mayColour(stdout.isTTY === true, env) ? colourStyle : plainStyle,
    width: Math.max(40, Math.min(stdout.columns || 100, 160)),
    version,
    progress,
    stop,
    out,
    note(text) {
      if (settings.quiet) return;
      progress.clear();
      stderr.write(`${harmless(text)}\n`);
    },
  };
}

function writeFiles(folder: AtomicDirectory, answer: Answer): void {
  for (const file of answer.files) folder.write(file.name, file.content);
  folder.commit();
}

function fail(error: unknown): void {
  const failure = failureOf(error);
  status = failure.code === 'STOPPED' ? (stop.status() ?? failure.status) : failure.status;
  progress.clear();
  if (wantsJson) stdout.write(`${JSON.stringify(failureDocument(failure))}\n`);
  else stderr.write(failureText(failure, mayColour(stderr.isTTY === true, env) ? colourStyle : plainStyle));
  if (env['GRIDFLOCK_DEBUG'] === '1' && failure.stack !== undefined) stderr.write(`${harmless(failure.stack)}\n`);
}

async function print(pieces: Iterable<string>): Promise<void> {
  let batch = '';
  for (const piece of pieces) {
    batch += piece;
    if (batch.length < 1 << 16) continue;
    if (!stdout.write(batch)) await new Promise<void>((resolve) => stdout.once('drain', resolve));
    batch = '';
  }
  stdout.write(batch);
}

/** Waits until all that was written has left this process. */
async function flushed(): Promise<void> {
  for (const stream of [stdout, stderr]) {
    await new Promise<void>((resolve) => void stream.write('', () => resolve()));
  }
}

function versionOf(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const facts: unknown = JSON.parse(text);
  if (typeof facts === 'object' && facts !== null && 'version' in facts && typeof facts.version === 'string') {
    return facts.version;
  }
  throw new BugError({ code: 'PACKAGE_UNREADABLE', message: 'package.json of the host has no version' });
}
