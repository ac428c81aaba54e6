import { Worker } from 'node:worker_threads';
import {
  BugError,
  type Case,
  type Feeder,
  type FeederOpfOptions,
  type FeederOpfResult,
  type OpfFormulation,
  type OpfOptions,
  type OpfResult,
} from '@gridflock/core';
import type { Progress } from './progress.ts';
import { type Stop, stopped } from './stop.ts';
import { type CarriedError, restoredError } from './study-thread.ts';

/** What the thread of an optimal power flow is told. */
export type OpfOrder = BalancedOpfOrder | FeederOpfOrder;

export interface BalancedOpfOrder {
  readonly case: Case;
  readonly options: Pick<OpfOptions, 'objective' | 'limits' | 'coordinates' | 'start' | 'dcBranches' | 'recover' | 'timeLimit_s'> & {
    readonly formulation: OpfFormulation;
  };
}

/** Phase by phase. */
export interface FeederOpfOrder {
  readonly feeder: Feeder;
  readonly options: Omit<FeederOpfOptions, 'clock_s' | 'shouldStop' | 'onProgress'>;
}

export interface OpfOutcome<Result = OpfResult | FeederOpfResult> {
  readonly result: Result;
  readonly time_ms: number;
}

/** `stop`: one number; not zero means: stop. */
export type OpfWorkerData = OpfOrder & { readonly stop: SharedArrayBuffer };

export type OpfMessage =
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'done'; readonly outcome: OpfOutcome }
  | { readonly type: 'failed'; readonly error: CarriedError };

/** A solver that has not heard the wish to stop by then is left behind: it may sit in a long factorisation. */
const grace_ms = 700;

/** Solves in a thread of its own, so that Ctrl-C and the progress line stay alive meanwhile. */
export function runOpfThread(order: BalancedOpfOrder, stop: Stop, onProgress: (progress: Progress) => void): Promise<OpfOutcome<OpfResult>>;
export function runOpfThread(
  order: FeederOpfOrder,
  stop: Stop,
  onProgress: (progress: Progress) => void,
): Promise<OpfOutcome<FeederOpfResult>>;
export function runOpfThread(order: OpfOrder, stop: Stop, onProgress: (progress: Progress) => void): Promise<OpfOutcome> {
  const flag = new SharedArrayBuffer(4);
  const workerData: OpfWorkerData = { ...order, stop: flag };
  const worker = new Worker(new URL('./opf-worker.js', import.meta.url), { workerData, stdout: true, stderr: true });
  // what a solver prints is no part of the answer
  worker.stdout.pipe(process.stderr, { end: false });
  worker.stderr.pipe(process.stderr, { end: false });
  return new Promise<OpfOutcome>((resolve, reject) => {
    stop.onRequest(() => {
      Atomics.store(new Int32Array(flag), 0, 1);
      setTimeout(() => reject(stopped()), grace_ms);
    });
    worker.on('message', (message: OpfMessage) => {
      if (message.type === 'progress') onProgress(message.progress);
      else if (message.type === 'failed') reject(restoredError(message.error));
      else if (stop.requested()) reject(stopped());
      else resolve(message.outcome);
    });
    worker.on('error', reject);
    worker.on('exit', (status) => {
      reject(new BugError({ code: 'STUDY_THREAD_ENDED', message: `The solver ended without an answer (status ${status})` }));
    });
  }).finally(() => worker.terminate());
}
