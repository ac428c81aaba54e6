import { Worker } from 'node:worker_threads';
import { BugError, type ThreePhaseChunk } from '@gridflock/core';
import { type ChunkAnswer, ChunkSolver, type SeriesOrder } from './feeder-series.ts';
import { breather, type Stop, stopped } from './stop.ts';
import { type CarriedError, restoredError } from './study-thread.ts';

export type SeriesMessage =
  | { readonly type: 'done'; readonly answer: ChunkAnswer }
  | { readonly type: 'failed'; readonly error: CarriedError };

/**
 * Solves all chunks of a run and hands over the answers in the order of time, whatever the number of threads: the same numbers, the same files. Only steps
 * that do not depend on each other are shared among threads. What is not handed over yet is at most two answers per thread.
 *
 * @param look - sees whole results; the run then stays on this thread
 * @throws {StoppedError} STOPPED when the user asked for it
 */
export async function solveSeries(
  order: SeriesOrder,
  threads_count: number,
  stop: Stop,
  take: (answer: ChunkAnswer) => void,
  look?: (chunk: ThreePhaseChunk) => void,
): Promise<void> {
  const firsts = chunkStarts(order);
  const solver = new ChunkSolver(order);
  const wanted = solver.isFree && look === undefined ? Math.min(threads_count, firsts.length) : 1;
  if (wanted > 1) await solveInThreads(order, firsts, wanted, stop, take);
  else await solveHere(solver, firsts, stop, take, look);
}

function chunkStarts({ series: { steps_count, chunk_count = 1 } }: SeriesOrder): number[] {
  const firsts: number[] = [];
  for (let first = 0; first < steps_count; first += chunk_count) firsts.push(first);
  return firsts;
}

/** One after the other on this thread, with room for signals in between. */
async function solveHere(
  solver: ChunkSolver,
  firsts: readonly number[],
  stop: Stop,
  take: (answer: ChunkAnswer) => void,
  look?: (chunk: ThreePhaseChunk) => void,
): Promise<void> {
  const breathe = breather(stop);
  for (const first of firsts) {
    take(solver.solve(first, look));
    await breathe();
  }
}

async function solveInThreads(
  order: SeriesOrder,
  firsts: readonly number[],
  threads_count: number,
  stop: Stop,
  take: (answer: ChunkAnswer) => void,
): Promise<void> {
  const workers = Array.from({ length: threads_count }, () => startWorker(order));
  try {
    await new Promise<void>((resolve, reject) => {
      stop.onRequest(() => reject(stopped()));
      deal(workers, firsts, take, resolve, reject);
    });
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** Gives each worker its next chunk when it has answered; nobody runs far ahead of the file, so that memory is bounded by the threads. */
function deal(
  workers: readonly Worker[],
  firsts: readonly number[],
  take: (answer: ChunkAnswer) => void,
  resolve: () => void,
  reject: (error: unknown) => void,
): void {
  const early = new Map<number, ChunkAnswer>();
  const idle: Worker[] = [];
  let given = 0;
  let taken = 0;
  const next = (worker: Worker): void => {
    if (given < firsts.length && given < taken + 2 * workers.length) worker.postMessage(firsts[given++]);
    else idle.push(worker);
  };
  const arrived = (answer: ChunkAnswer): void => {
    early.set(answer.first, answer);
    for (let due = early.get(firsts[taken] ?? -1); due !== undefined; due = early.get(firsts[taken] ?? -1)) {
      early.delete(due.first);
      take(due);
      taken++;
    }
    if (taken === firsts.length) resolve();
  };
  for (const worker of workers) {
    worker.on('message', (message: SeriesMessage) => {
      if (message.type === 'failed') return reject(restoredError(message.error));
      try {
        arrived(message.answer);
        for (const each of [worker, ...idle.splice(0)]) next(each);
      } catch (error) {
        reject(error);
      }
    });
    worker.on('error', reject);
    worker.on('exit', (status) => {
      reject(
        new BugError({ code: 'STUDY_THREAD_ENDED', message: `A thread of the power flow ended without an answer (status ${status})` }),
      );
    });
    next(worker);
  }
}

function startWorker(order: SeriesOrder): Worker {
  const worker = new Worker(new URL('./feeder-series-worker.js', import.meta.url), { workerData: order, stdout: true, stderr: true });
  // what a solver prints is no part of the answer
  worker.stdout.pipe(process.stderr, { end: false });
  worker.stderr.pipe(process.stderr, { end: false });
  return worker;
}
