import { Worker } from 'node:worker_threads';
import { BugError, type Certificate, type Solution } from '@gridflock/core';
import type { Progress } from './progress.ts';
import { type Stop, stopped } from './stop.ts';
import { type CarriedError, restoredError } from './study-thread.ts';

/** What a solving thread is told. */
export interface SolveOrder {
  readonly text: string;
  readonly fileName: string;
  readonly format: string | undefined;
  /** Name of a solver, or `auto`. */
  readonly solver: string;
  readonly timeLimit_s: number | undefined;
  /** Whether every iteration is told. */
  readonly log: boolean;
  /** Relative gap at which a programme with whole variables counts as solved. */
  readonly gap_frac: number | undefined;
  /** One number; not zero means: stop. */
  readonly stop: SharedArrayBuffer;
}

export type SolveReport = Progress;

/** A solution in the sense and the words of the file. */
export interface SolveOutcome {
  readonly name: string;
  readonly sense: 'minimise' | 'maximise';
  readonly status: Solution['status'];
  readonly solver: string;
  /** Null where no feasible point is known. */
  readonly objective: number | null;
  readonly bound: number | null;
  readonly iterations_count: number;
  readonly read_ms: number;
  readonly time_ms: number;
  readonly certificate: Certificate;
  readonly conflict: readonly { readonly name: string; readonly where: string }[];
  readonly warnings: readonly string[];
  readonly rows: readonly {
    readonly name: string;
    readonly activity: number;
    readonly lower: number;
    readonly upper: number;
    readonly dual: number;
  }[];
  readonly columns: readonly { readonly name: string; readonly value: number; readonly reducedCost: number }[];
  readonly size: {
    readonly rows: number;
    readonly columns: number;
    readonly coefficients: number;
    readonly integers: number;
    readonly quadratic: number;
    readonly cones: number;
  };
}

export type SolveMessage =
  | { readonly type: 'progress'; readonly progress: SolveReport }
  | { readonly type: 'log'; readonly line: string }
  | { readonly type: 'done'; readonly outcome: SolveOutcome }
  | { readonly type: 'failed'; readonly error: CarriedError };

/** A solver that has not heard the wish to stop by then is left behind: it may sit in a long factorisation. */
const grace_ms = 700;

/** Reads and solves in a thread of its own, so that Ctrl-C and the progress line stay alive while a solver thinks. */
export function runSolveThread(
  order: Omit<SolveOrder, 'stop'>,
  stop: Stop,
  onProgress: (progress: SolveReport) => void,
  onLog: (line: string) => void,
): Promise<SolveOutcome> {
  const flag = new SharedArrayBuffer(4);
  const workerData: SolveOrder = { ...order, stop: flag };
  const worker = new Worker(new URL('./solve-worker.js', import.meta.url), { workerData, stdout: true, stderr: true });
  // what a solver prints is no part of the answer
  worker.stdout.pipe(process.stderr, { end: false });
  worker.stderr.pipe(process.stderr, { end: false });
  return new Promise<SolveOutcome>((resolve, reject) => {
    stop.onRequest(() => {
      Atomics.store(new Int32Array(flag), 0, 1);
      setTimeout(() => reject(stopped()), grace_ms);
    });
    worker.on('message', (message: SolveMessage) => {
      if (message.type === 'progress') onProgress(message.progress);
      else if (message.type === 'log') onLog(message.line);
      else if (message.type === 'done') resolve(message.outcome);
      else reject(restoredError(message.error));
    });
    worker.on('error', reject);
    worker.on('exit', (status) => {
      reject(new BugError({ code: 'STUDY_THREAD_ENDED', message: `The solver ended without an answer (status ${status})` }));
    });
  }).finally(() => worker.terminate());
}
