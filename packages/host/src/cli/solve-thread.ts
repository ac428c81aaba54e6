import type { Certificate, Solution } from '@gridflock/core';
import { runOrder, type StopFlag } from './order-thread.ts';
import type { Progress } from './progress.ts';
import type { Stop } from './stop.ts';

/** What a solving thread is told. */
export interface SolveOrder extends StopFlag {
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

export type SolveNews = { readonly type: 'progress'; readonly progress: SolveReport } | { readonly type: 'log'; readonly line: string };

/** A solver that has not heard the wish to stop by then is left behind: it may sit in a long factorisation. */
const grace_ms = 700;

/** Reads and solves in a thread of its own. */
export const runSolveThread = (
  order: Omit<SolveOrder, keyof StopFlag>,
  stop: Stop,
  onProgress: (progress: SolveReport) => void,
  onLog: (line: string) => void,
): Promise<SolveOutcome> =>
  runOrder<SolveOrder, SolveOutcome, SolveNews>(
    {
      script: new URL('./solve-worker.js', import.meta.url),
      name: 'The solver',
      order,
      grace_ms,
      onNews: (news) => (news.type === 'progress' ? onProgress(news.progress) : onLog(news.line)),
    },
    stop,
  );
