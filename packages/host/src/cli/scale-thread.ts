import { Worker } from 'node:worker_threads';
import { BugError, type CohortProgress, type CohortStatus } from '@gridflock/core';
import type { CohortInstance } from '../cohorts/instance.ts';
import type { Stop } from './stop.ts';
import { type CarriedError, restoredError } from './study-thread.ts';

/** What the negotiating thread is told. */
export interface ScaleOrder {
  /** Absent: that of the checkpoint. */
  readonly instance: CohortInstance | undefined;
  readonly threads_count: number;
  readonly tolerance_frac: number;
  readonly iterations_max_count: number;
  readonly memory_count: number | undefined;
  readonly checkpoint: string | undefined;
  readonly every_s: number;
  readonly resume: string | undefined;
  /** One number; not zero means: stop. */
  readonly stop: SharedArrayBuffer;
}

/** Prices of all nets on a step. */
export interface PriceRange {
  readonly least_cur_per_kWh: number;
  readonly mean_cur_per_kWh: number;
  readonly most_cur_per_kWh: number;
}

/** What a negotiation came to, without its arrays, which may be gigabytes. */
export interface ScaleOutcome {
  readonly instance: CohortInstance;
  readonly status: CohortStatus;
  readonly size: { readonly nets: number; readonly devices: number; readonly terminals: number; readonly values: number };
  readonly iterations_count: number;
  readonly resumedFrom_count: number | undefined;
  readonly last: CohortProgress;
  readonly cost_cur: number;
  readonly bound_cur: number;
  readonly imbalance_cur: number;
  readonly relaxed_kWh: number;
  readonly balanced: { readonly cost_cur: number; readonly gap_frac: number; readonly imbalance_max_kW: number } | undefined;
  readonly prices: readonly PriceRange[];
  readonly build_ms: number;
  readonly negotiate_ms: number;
  readonly certify_ms: number;
  readonly resident_MiB: number;
}

export type ScaleMessage =
  | { readonly type: 'built'; readonly size: ScaleOutcome['size'] }
  | { readonly type: 'progress'; readonly progress: CohortProgress }
  | { readonly type: 'saved'; readonly iterations_count: number }
  | { readonly type: 'done'; readonly outcome: ScaleOutcome }
  | { readonly type: 'failed'; readonly error: CarriedError };

/** Negotiates in a thread of its own, which takes others to help, so that Ctrl-C and the progress line stay alive. */
export function runScaleThread(
  order: Omit<ScaleOrder, 'stop'>,
  stop: Stop,
  onMessage: (message: ScaleMessage) => void,
): Promise<ScaleOutcome> {
  const flag = new SharedArrayBuffer(4);
  stop.onRequest(() => Atomics.store(new Int32Array(flag), 0, 1));
  // the end of the cycle is waited for, and the checkpoint written
  if (order.checkpoint !== undefined) stop.hold();
  const workerData: ScaleOrder = { ...order, stop: flag };
  const worker = new Worker(new URL('./scale-worker.js', import.meta.url), { workerData, stdout: true, stderr: true });
  worker.stdout.pipe(process.stderr, { end: false });
  worker.stderr.pipe(process.stderr, { end: false });
  return new Promise<ScaleOutcome>((resolve, reject) => {
    worker.on('message', (message: ScaleMessage) => {
      if (message.type === 'done') resolve(message.outcome);
      else if (message.type === 'failed') reject(restoredError(message.error));
      else onMessage(message);
    });
    worker.on('error', reject);
    worker.on('exit', (status) => {
      reject(new BugError({ code: 'STUDY_THREAD_ENDED', message: `The negotiation ended without an answer (status ${status})` }));
    });
  }).finally(() => worker.terminate());
}
