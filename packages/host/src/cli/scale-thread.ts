import type { CohortProgress, CohortStatus } from '@gridflock/core';
import type { CohortInstance } from '../cohorts/instance.ts';
import { runOrder, type StopFlag } from './order-thread.ts';
import type { Stop } from './stop.ts';

/** What the negotiating thread is told. */
export interface ScaleOrder extends StopFlag {
  /** Absent: that of the checkpoint. */
  readonly instance: CohortInstance | undefined;
  readonly threads_count: number;
  readonly tolerance_frac: number;
  readonly iterations_max_count: number;
  readonly memory_count: number | undefined;
  readonly checkpoint: string | undefined;
  readonly every_s: number;
  readonly resume: string | undefined;
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

export type ScaleNews =
  | { readonly type: 'built'; readonly size: ScaleOutcome['size'] }
  | { readonly type: 'progress'; readonly progress: CohortProgress }
  | { readonly type: 'saved'; readonly iterations_count: number };

/** Negotiates in a thread of its own, which takes others to help. */
export function runScaleThread(
  order: Omit<ScaleOrder, keyof StopFlag>,
  stop: Stop,
  onNews: (news: ScaleNews) => void,
): Promise<ScaleOutcome> {
  // the end of the cycle is waited for, and the checkpoint written
  if (order.checkpoint !== undefined) stop.hold();
  const script = new URL('./scale-worker.js', import.meta.url);
  return runOrder<ScaleOrder, ScaleOutcome, ScaleNews>({ script, name: 'The negotiation', order, onNews }, stop);
}
