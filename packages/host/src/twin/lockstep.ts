import { MessageChannel, Worker } from 'node:worker_threads';
import { type CastGroup, catalog, InputError, randomStream, runInVirtualTime, type Seal, type StepAnswer } from '@gridflock/core';
import type { ProcessEnding } from '../agents/agent-process.ts';
import { restoredError } from '../cli/carried-error.ts';
import type { PresenceChange } from '../transports/attendance.ts';
import type { Connection } from '../transports/contract.ts';
import { runLive } from '../transports/live.ts';
import { ClockRole } from './clock-role.ts';
import { answerOver, type CallLine } from './sync-call.ts';
import type { Told, WorldNews, WorldOrder } from './world-worker.ts';

export interface WorldEnding extends ProcessEnding {
  readonly results: readonly Readonly<Record<string, unknown>>[];
}

export interface WorldServices {
  readonly seal?: Seal | undefined;
  readonly breathe: () => Promise<void>;
  readonly onPresence: (change: PresenceChange) => void;
  /** Simulated time. */
  readonly onProgress: (now_s: number) => void;
}

/**
 * Runs the simulated world of a file, in which the roles of other files live by acts that are told to them over a connection. The world itself runs in a thread that waits for every
 * answer, so nothing depends on who is faster: it has the bits of all roles in one process.
 * @param document - the file of who tells the time
 * @throws {TransportError} as `runLive`; {StoppedError}
 */
export async function runWorld(document: unknown, group: CastGroup, connection: Connection, services: WorldServices): Promise<WorldEnding> {
  const { everybody, keeper } = group.world!;
  const { run, silence_s, beat_s, absence_s } = group.live;
  const elsewhere = everybody.filter((id) => !group.roles.some((role) => role.id === id));
  const { port1, port2 } = new MessageChannel();
  const line: CallLine = { port: port2, answered: new SharedArrayBuffer(4) };
  const order: WorldOrder = { document, study: studyOf(document), line };
  let worker: Worker | undefined;
  let ending: Promise<WorldEnding> | undefined;
  const clock = new ClockRole(keeper, elsewhere, () => {
    worker = new Worker(new URL('./world-worker.js', import.meta.url), { workerData: order, transferList: [order.line.port] });
    ending = endingOf(worker, services.onProgress);
    // however it ends, the others are told; what went wrong is thrown below
    ending.finally(() => clock.end()).catch(() => {});
  });
  answerOver<Told, StepAnswer>({ port: port1, answered: line.answered }, ({ agent, act }) => clock.tell(agent, act));
  try {
    const report = await runLive([clock], connection, {
      run,
      silence_s,
      beat_s,
      absence_s,
      seal: services.seal,
      onPresence: services.onPresence,
      breathe: services.breathe,
    });
    return { ...(await ending!), report };
  } finally {
    port1.close();
    await worker?.terminate();
  }
}

function endingOf(worker: Worker, onProgress: (now_s: number) => void): Promise<WorldEnding> {
  return new Promise((resolve, reject) => {
    worker.on('message', (news: WorldNews) => {
      if (news.type === 'progress') onProgress(news.now_s);
      else if (news.type === 'failed') reject(restoredError(news.error));
      else resolve({ status: news.status, reason: news.reason, results: news.results, report: undefined });
    });
    worker.on('error', reject);
  });
}

/**
 * The same world with all its roles in this process.
 * @param documents - the files of all processes
 */
export async function runWorldHere(
  documents: readonly unknown[],
  breathe: (done: CastGroup['progress']) => Promise<void>,
): Promise<WorldEnding> {
  const { deployment } = catalog.studies.find(({ kind }) => kind === studyOf(documents[0])) ?? {};
  const groups: CastGroup[] = [];
  for (const document of documents) groups.push(await deployment!.cast(document, catalog));
  const [first] = groups;
  const { everybody, script, seed } = first!.world!;
  const all = groups.flatMap(({ roles }) => roles);
  const roles = everybody.map((id) => all.find((role) => role.id === id)!);
  await runInVirtualTime(roles, { faults: script, stream: randomStream(seed), breathe: () => breathe(first!.progress) });
  const bad = groups.find(({ status }) => status !== 'ok');
  return {
    status: bad === undefined ? 'ok' : (bad.status ?? 'not-converged'),
    reason: bad?.reason,
    results: groups.flatMap((group) => group.results()),
    report: undefined,
  };
}

/** @throws {InputError} AGENTS_FILE_EXPECTED */
function studyOf(document: unknown): string {
  const study = document !== null && typeof document === 'object' && 'study' in document ? document.study : undefined;
  if (typeof study === 'string') return study;
  throw new InputError({ code: 'AGENTS_FILE_EXPECTED', message: 'A file of agents says of which kind of study it is', where: 'study' });
}
