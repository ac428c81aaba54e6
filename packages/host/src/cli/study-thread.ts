import type { StudyProgress, StudyResult } from '@gridflock/core';
import type { LiveReport } from '../transports/live.ts';
import { runOrder, type StopFlag } from './order-thread.ts';
import type { Stop } from './stop.ts';

/** What a study thread is told. */
export interface StudyOrder extends StopFlag {
  readonly document: Readonly<Record<string, unknown>>;
  readonly kind: string;
  /** Paths in the study are relative to this folder. */
  readonly folder: string;
  /** The only files that the study may read, by name, where it may not look at the disk. */
  readonly files?: Readonly<Record<string, string>>;
  readonly version: string;
  readonly seed: number | undefined;
  /** How messages travel, where it is not what the study says: see open-transport.ts. */
  readonly transport: string | undefined;
  /** The file that says who we are to brokers and to each other. */
  readonly identity: string | undefined;
}

export interface InputRecord {
  readonly path: string;
  readonly sha256: string;
}

export interface StudyOutcome {
  readonly result: StudyResult;
  /** Files that the study read, in the order of reading. */
  readonly inputs: readonly InputRecord[];
  /** What the transport of the order has carried. */
  readonly carried: LiveReport | undefined;
}

/** Runs a study in a thread of its own. */
export const runStudyThread = (
  order: Omit<StudyOrder, keyof StopFlag>,
  stop: Stop,
  onNews: (progress: StudyProgress) => void,
): Promise<StudyOutcome> =>
  runOrder<StudyOrder, StudyOutcome, StudyProgress>(
    { script: new URL('./study-worker.js', import.meta.url), name: 'The study', order, onNews },
    stop,
  );
