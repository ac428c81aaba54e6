import { Worker } from 'node:worker_threads';
import {
  BugError,
  CombinationError,
  InputError,
  NumericalError,
  StoppedError,
  type StudyProgress,
  type StudyResult,
  TransportError,
} from '@gridflock/core';
import type { LiveReport } from '../transports/live.ts';
import type { Stop } from './stop.ts';

/** What a study thread is told. */
export interface StudyOrder {
  readonly document: Readonly<Record<string, unknown>>;
  readonly kind: string;
  /** Paths in the study are relative to this folder. */
  readonly folder: string;
  readonly version: string;
  readonly seed: number | undefined;
  /** How messages travel, where it is not what the study says: see open-transport.ts. */
  readonly transport: string | undefined;
  /** The file that says who we are to brokers and to each other. */
  readonly identity: string | undefined;
  /** One number; not zero means: stop. */
  readonly stop: SharedArrayBuffer;
}

export interface InputRecord {
  readonly path: string;
  readonly sha256: string;
}

/** An error on its way between threads, where classes are lost. */
export interface CarriedError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly what?: string;
  readonly code?: string;
  readonly where?: string | undefined;
  readonly hint?: string | undefined;
}

export type StudyMessage =
  | { readonly type: 'progress'; readonly progress: StudyProgress }
  | {
      readonly type: 'done';
      readonly result: StudyResult;
      readonly inputs: readonly InputRecord[];
      readonly carried: LiveReport | undefined;
    }
  | { readonly type: 'failed'; readonly error: CarriedError };

export interface StudyOutcome {
  readonly result: StudyResult;
  /** Files that the study read, in the order of reading. */
  readonly inputs: readonly InputRecord[];
  /** What the transport of the order has carried. */
  readonly carried: LiveReport | undefined;
}

/**
 * Runs a study in a thread of its own, so that Ctrl-C and the progress line stay alive while a solver thinks.
 */
export function runStudyThread(
  order: Omit<StudyOrder, 'stop'>,
  stop: Stop,
  onProgress: (progress: StudyProgress) => void,
): Promise<StudyOutcome> {
  const flag = new SharedArrayBuffer(4);
  stop.onRequest(() => Atomics.store(new Int32Array(flag), 0, 1));
  const workerData: StudyOrder = { ...order, stop: flag };
  const worker = new Worker(new URL('./study-worker.js', import.meta.url), { workerData, stdout: true, stderr: true });
  // what a solver prints is no part of the answer
  worker.stdout.pipe(process.stderr, { end: false });
  worker.stderr.pipe(process.stderr, { end: false });
  return new Promise<StudyOutcome>((resolve, reject) => {
    worker.on('message', (message: StudyMessage) => {
      if (message.type === 'progress') onProgress(message.progress);
      else if (message.type === 'done') resolve({ result: message.result, inputs: message.inputs, carried: message.carried });
      else reject(restoredError(message.error));
    });
    worker.on('error', reject);
    worker.on('exit', (status) => {
      reject(new BugError({ code: 'STUDY_THREAD_ENDED', message: `The study ended without an answer (status ${status})` }));
    });
  }).finally(() => worker.terminate());
}

export function carriedError(error: unknown): CarriedError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), stack: undefined };
  const { name, message, stack } = error;
  if (!('what' in error && 'code' in error)) return { name, message, stack };
  const { what, code, where, hint } = error as unknown as Required<CarriedError>;
  return { name, message, stack, what, code, where, hint };
}

const kinds = { InputError, CombinationError, NumericalError, TransportError, BugError, StoppedError } as const;

export function restoredError({ name, message, stack, what, code, where, hint }: CarriedError): Error {
  const restored =
    name in kinds && code !== undefined
      ? new kinds[name as keyof typeof kinds]({ code, message: what ?? message, where, hint })
      : new Error(message);
  if (stack !== undefined) restored.stack = stack;
  return restored;
}
