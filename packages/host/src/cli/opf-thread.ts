import type { Case, Feeder, FeederOpfOptions, FeederOpfResult, OpfFormulation, OpfOptions, OpfResult } from '@gridflock/core';
import { runOrder, type StopFlag } from './order-thread.ts';
import type { Progress } from './progress.ts';
import type { Stop } from './stop.ts';

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

export type OpfWorkerData = OpfOrder & StopFlag;

/** A solver that has not heard the wish to stop by then is left behind: it may sit in a long factorisation. */
const grace_ms = 700;

/** Solves in a thread of its own. @throws {StoppedError} STOPPED, also where an answer came after the wish to stop */
export function runOpfThread(order: BalancedOpfOrder, stop: Stop, onProgress: (progress: Progress) => void): Promise<OpfOutcome<OpfResult>>;
export function runOpfThread(
  order: FeederOpfOrder,
  stop: Stop,
  onProgress: (progress: Progress) => void,
): Promise<OpfOutcome<FeederOpfResult>>;
export async function runOpfThread(order: OpfOrder, stop: Stop, onNews: (progress: Progress) => void): Promise<OpfOutcome> {
  const script = new URL('./opf-worker.js', import.meta.url);
  const outcome = await runOrder<OpfWorkerData, OpfOutcome, Progress>({ script, name: 'The solver', order, grace_ms, onNews }, stop);
  stop.check();
  return outcome;
}
