import type { Worker } from 'node:worker_threads';
import { BugError } from '@gridflock/core';
import { type CarriedError, restoredError } from './carried-error.ts';
import { startThread } from './order-thread.ts';
import { breather, type Stop, stopped } from './stop.ts';

/** What a thread of `serveChunks` is sent, and what it sends. */
export interface ChunkTask<Task> {
  readonly k: number;
  readonly task: Task;
}

export type ChunkMessage<Answer> =
  | { readonly type: 'ready' }
  | { readonly type: 'done'; readonly k: number; readonly answer: Answer }
  | { readonly type: 'failed'; readonly error: CarriedError };

/** A long work in chunks that do not depend on each other. */
export interface ChunkWork<Task, Answer> {
  readonly chunks_count: number;
  /** Chunk k, made when its turn comes, in rising order; plain data. */
  task(k: number): Task;
  /** On this thread. */
  solve(task: Task): Answer;
  /** Answers in the order of the chunks, whoever solved them. */
  take(answer: Answer, k: number): void;
  /** The script of a further thread, and what it is told before its first chunk. */
  readonly script: URL;
  readonly order: unknown;
}

/**
 * Solves all chunks and hands over the answers in their order, whatever the number of threads. What is neither solved nor handed over yet is at most
 * a few chunks per thread, however many there are.
 *
 * @throws {StoppedError} STOPPED when the user asked for it
 */
export async function solveChunks<Task, Answer>(work: ChunkWork<Task, Answer>, threads_count: number, stop: Stop): Promise<void> {
  const hand = new Hand(work, chunksAhead_count * threads_count);
  await solveHere(work, hand, threads_count > 1, stop);
  if (!hand.isDealt) await solveTogether(work, hand, Math.min(threads_count, work.chunks_count) - 1, stop);
}

/** With less than this left to do, what starting a thread costs is not won back: about a second of the processors, for code read and compiled again. */
const worthThreads_ms = 1500;

/** Chunks after which their cost is known. */
const known_count = 3;

/** One after the other on this thread, with room for signals in between; where others may help, only until it shows that they are worth their start. */
async function solveHere<Task, Answer>(
  work: ChunkWork<Task, Answer>,
  hand: Hand<Task, Answer>,
  mayShare: boolean,
  stop: Stop,
): Promise<void> {
  const breathe = breather(stop);
  for (let next = hand.next(); next !== undefined; next = hand.next()) {
    const began_ms = performance.now();
    hand.arrived(next.k, work.solve(next.task));
    // By the last chunk: the first ones are slow, because nothing is compiled yet.
    const left_ms = (performance.now() - began_ms) * (work.chunks_count - next.k - 1);
    await breathe();
    if (mayShare && next.k + 1 >= known_count && left_ms > worthThreads_ms) return;
  }
}

const chunksAhead_count = 4;

/** Deals out the chunks and puts the answers in order. Nobody runs far ahead of what was handed over, so memory is bounded by the threads. */
class Hand<Task, Answer> {
  private readonly work: ChunkWork<Task, Answer>;
  private readonly ahead_max_count: number;
  private readonly early = new Map<number, Answer>();
  private given = 0;
  private taken = 0;
  private wake: (() => void) | undefined;

  constructor(work: ChunkWork<Task, Answer>, ahead_max_count: number) {
    this.work = work;
    this.ahead_max_count = ahead_max_count;
  }

  get isDealt(): boolean {
    return this.given === this.work.chunks_count;
  }

  get isDone(): boolean {
    return this.taken === this.work.chunks_count;
  }

  /** The next chunk to solve; undefined when none is left or the answers before it have to come first. */
  next(): ChunkTask<Task> | undefined {
    if (this.isDealt || this.given >= this.taken + this.ahead_max_count) return undefined;
    const k = this.given++;
    return { k, task: this.work.task(k) };
  }

  arrived(k: number, answer: Answer): void {
    this.early.set(k, answer);
    for (let due = this.early.get(this.taken); due !== undefined; due = this.early.get(this.taken)) {
      this.early.delete(this.taken);
      this.work.take(due, this.taken++);
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
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** This thread and some more: it solves too, from the first moment, while the others are still starting. */
async function solveTogether<Task, Answer>(
  work: ChunkWork<Task, Answer>,
  hand: Hand<Task, Answer>,
  workers_count: number,
  stop: Stop,
): Promise<void> {
  const workers = Array.from({ length: workers_count }, () => startThread(work.script, work.order));
  try {
    let fault: unknown;
    const others = solveElsewhere(workers, hand, stop).catch((error: unknown) => {
      fault = error;
      hand.stir();
    });
    while (fault === undefined && !hand.isDealt) {
      const next = hand.next();
      if (next === undefined) await hand.change();
      else {
        hand.arrived(next.k, work.solve(next.task));
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
function solveElsewhere<Task, Answer>(workers: readonly Worker[], hand: Hand<Task, Answer>, stop: Stop): Promise<void> {
  return new Promise((resolve, reject) => {
    stop.onRequest(() => reject(stopped()));
    const idle = new Set<Worker>();
    const next = (worker: Worker): void => {
      const chunk = hand.next();
      if (chunk === undefined) idle.add(worker);
      else {
        idle.delete(worker);
        worker.postMessage(chunk);
      }
    };
    for (const worker of workers) {
      worker.on('message', (message: ChunkMessage<Answer>) => {
        if (message.type === 'failed') return reject(restoredError(message.error));
        try {
          if (message.type === 'done') hand.arrived(message.k, message.answer);
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
