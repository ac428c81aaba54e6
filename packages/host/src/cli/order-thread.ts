import { Worker } from 'node:worker_threads';
import { BugError } from '@gridflock/core';
import { type CarriedError, restoredError } from './carried-error.ts';
import { type Stop, stopped } from './stop.ts';

/** What the thread of an order sends: what it answers in the end, or what went wrong; news before. */
export type OrderMessage<Outcome, News> =
  | { readonly type: 'news'; readonly news: News }
  | { readonly type: 'done'; readonly outcome: Outcome }
  | { readonly type: 'failed'; readonly error: CarriedError };

/** Where an order can hear that the user wants to stop: one number; not zero means: stop. */
export interface StopFlag {
  readonly stop: SharedArrayBuffer;
}

/** Work that a thread does as a whole. */
export interface OrderWork<Order extends StopFlag, News> {
  /** Calls `serveOrder`. */
  readonly script: URL;
  /** Who works, at the beginning of a sentence. */
  readonly name: string;
  /** Plain data. */
  readonly order: Omit<Order, keyof StopFlag>;
  /** A thread that has not heard the wish to stop by then is left behind; it is waited for where left out. */
  readonly grace_ms?: number;
  /** Heap of the thread; beyond it the thread alone ends. Default: as much as Node may use. */
  readonly memory_MiB?: number;
  onNews(news: News): void;
}

/**
 * Has an order carried out in a thread of its own, so that Ctrl-C and the progress line stay alive meanwhile.
 * @throws what the thread threw; {StoppedError} STOPPED after the grace; {BugError} STUDY_THREAD_ENDED
 */
export function runOrder<Order extends StopFlag, Outcome, News>(
  { script, name, order, grace_ms, memory_MiB, onNews }: OrderWork<Order, News>,
  stop: Stop,
): Promise<Outcome> {
  const flag: StopFlag = { stop: new SharedArrayBuffer(4) };
  const worker = startThread(script, { ...order, ...flag }, memory_MiB);
  return new Promise<Outcome>((resolve, reject) => {
    stop.onRequest(() => {
      Atomics.store(new Int32Array(flag.stop), 0, 1);
      if (grace_ms !== undefined) setTimeout(() => reject(stopped()), grace_ms);
    });
    worker.on('message', (message: OrderMessage<Outcome, News>) => {
      if (message.type === 'news') onNews(message.news);
      else if (message.type === 'done') resolve(message.outcome);
      else reject(restoredError(message.error));
    });
    worker.on('error', reject);
    worker.on('exit', (status) => {
      reject(new BugError({ code: 'STUDY_THREAD_ENDED', message: `${name} ended without an answer (status ${status})` }));
    });
  }).finally(() => worker.terminate());
}

/** What a thread prints is no part of the answer. */
export function startThread(script: URL, workerData: unknown, memory_MiB?: number): Worker {
  const resourceLimits = memory_MiB === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: memory_MiB } };
  const worker = new Worker(script, { workerData, stdout: true, stderr: true, ...resourceLimits });
  worker.stdout.pipe(process.stderr, { end: false });
  worker.stderr.pipe(process.stderr, { end: false });
  return worker;
}
