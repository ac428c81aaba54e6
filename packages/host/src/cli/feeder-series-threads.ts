import { Worker } from 'node:worker_threads';
import { BugError, type ThreePhaseChunk } from '@gridflock/core';
import { type ChunkAnswer, ChunkSolver, type SeriesOrder } from './feeder-series.ts';
import { breather, type Stop, stopped } from './stop.ts';
import { type CarriedError, restoredError } from './study-thread.ts';

export type SeriesMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'done'; readonly answer: ChunkAnswer }
  | { readonly type: 'failed'; readonly error: CarriedError };

/**
 * Solves all chunks of a run and hands over the answers in the order of time, whatever the number of threads: the same numbers, the same files. Only steps
 * that do not depend on each other are shared among threads. What is not handed over yet is at most four answers per thread.
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
  if (wanted > 1) await solveTogether(order, solver, new Hand(firsts, chunksAhead_count * wanted, take), wanted - 1, stop);
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

const chunksAhead_count = 4;

/** Deals out the chunks of a run and puts the answers in order. Nobody runs far ahead of the file, so memory is bounded by the threads. */
class Hand {
  private readonly firsts: readonly number[];
  private readonly ahead_max_count: number;
  private readonly take: (answer: ChunkAnswer) => void;
  private readonly early = new Map<number, ChunkAnswer>();
  private given = 0;
  private taken = 0;
  private wake: (() => void) | undefined;

  constructor(firsts: readonly number[], ahead_max_count: number, take: (answer: ChunkAnswer) => void) {
    this.firsts = firsts;
    this.ahead_max_count = ahead_max_count;
    this.take = take;
  }

  get isDealt(): boolean {
    return this.given === this.firsts.length;
  }

  get isDone(): boolean {
    return this.taken === this.firsts.length;
  }

  /** The next chunk to solve; undefined when none is left or the answers before it have to come first. */
  next(): number | undefined {
    if (this.isDealt || this.given >= this.taken + this.ahead_max_count) return undefined;
    return this.firsts[this.given++];
  }

  arrived(answer: ChunkAnswer): void {
    this.early.set(answer.first, answer);
    for (let due = this.due(); due !== undefined; due = this.due()) {
      this.early.delete(due.first);
      this.take(due);
      this.taken++;
    }
    this.stir();
  }

  /** Until the next answer has come, or `stir`. */
  change(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  stir(): void {
    this.wake?.();
  }

  private due(): ChunkAnswer | undefined {
    return this.early.get(this.firsts[this.taken] ?? -1);
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** This thread and some more: it solves too, from the first moment, while the others are still starting. */
async function solveTogether(order: SeriesOrder, solver: ChunkSolver, hand: Hand, workers_count: number, stop: Stop): Promise<void> {
  const workers = Array.from({ length: workers_count }, () => startWorker(order));
  try {
    let fault: unknown;
    const others = solveElsewhere(workers, hand, stop).catch((error: unknown) => {
      fault = error;
      hand.stir();
    });
    while (fault === undefined && !hand.isDealt) {
      const first = hand.next();
      if (first === undefined) await hand.change();
      else {
        hand.arrived(solver.solve(first));
        await turn();
      }
      stop.check();
    }
    if (!hand.isDone) await others;
    if (fault !== undefined) throw fault;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** Gives each worker a chunk when it is ready and whenever it has answered; done when the last answer has come. */
function solveElsewhere(workers: readonly Worker[], hand: Hand, stop: Stop): Promise<void> {
  return new Promise((resolve, reject) => {
    stop.onRequest(() => reject(stopped()));
    const idle = new Set<Worker>();
    const next = (worker: Worker): void => {
      const first = hand.next();
      if (first === undefined) idle.add(worker);
      else {
        idle.delete(worker);
        worker.postMessage(first);
      }
    };
    for (const worker of workers) {
      worker.on('message', (message: SeriesMessage) => {
        if (message.type === 'failed') return reject(restoredError(message.error));
        try {
          if (message.type === 'done') hand.arrived(message.answer);
          // one more than it can do, so that it never waits for this thread
          else next(worker);
          for (const each of [worker, ...idle]) next(each);
        } catch (error) {
          reject(error);
        }
        if (hand.isDone) resolve();
      });
      worker.on('error', reject);
      worker.on('exit', (status) => {
        reject(
          new BugError({ code: 'STUDY_THREAD_ENDED', message: `A thread of the power flow ended without an answer (status ${status})` }),
        );
      });
    }
  });
}

function startWorker(order: SeriesOrder): Worker {
  const worker = new Worker(new URL('./feeder-series-worker.js', import.meta.url), { workerData: order, stdout: true, stderr: true });
  // what a solver prints is no part of the answer
  worker.stdout.pipe(process.stderr, { end: false });
  worker.stderr.pipe(process.stderr, { end: false });
  return worker;
}
