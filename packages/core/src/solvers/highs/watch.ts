import type { SolveOptions } from '../contract.ts';

/** The clock that HiGHS reads, where there is one: in pages, workers and Node. */
interface Clock {
  now: () => number;
}

/** Beyond every limit that HiGHS is given; in nanoseconds, as its WebAssembly counts, still a whole number of 63 bits. */
const longAfter_ms = 2e12;
/** Between two questions whether to stop that are asked at its readings of the clock. */
const every_ms = 10;

/**
 * What a caller wants to know and to decide during one run: his functions, wrapped so that an error of theirs is told from one
 * of HiGHS, and his wish to stop brought to where HiGHS looks.
 *
 * HiGHS asks whether to stop between nodes and rounds of cuts, but reads the clock everywhere, in the sub-programmes of its
 * heuristics too. So while it runs, its clock asks as well, and after a wish to stop shows a time after every limit.
 */
export class Watch {
  readonly onProgress: SolveOptions['onProgress'];
  readonly onIncumbent: SolveOptions['onIncumbent'];
  readonly shouldStop: SolveOptions['shouldStop'];
  thrown: { readonly error: unknown } | undefined;
  /** He wishes to stop, or threw. */
  isStopped = false;
  private isAsking = false;

  /** @param reports - tell him of progress and incumbents; else he is only asked whether to stop */
  constructor({ onProgress, onIncumbent, shouldStop }: SolveOptions, reports: boolean) {
    this.onProgress = onProgress && reports ? this.kept(onProgress) : undefined;
    this.onIncumbent = onIncumbent && reports ? this.kept(onIncumbent) : undefined;
    const ask = shouldStop && this.kept(() => shouldStop());
    this.shouldStop = ask && (() => (this.isStopped ||= ask(undefined)));
  }

  /** Runs `operation` under the clock that asks; the clock is as before afterwards. */
  run<T>(operation: () => T): T {
    const clock = (globalThis as { readonly performance?: Clock }).performance;
    const { shouldStop } = this;
    if (!clock || !shouldStop) return operation();
    const own = Object.getOwnPropertyDescriptor(clock, 'now');
    const read = clock.now.bind(clock);
    let asked_ms = Number.NEGATIVE_INFINITY;
    clock.now = () => {
      const time_ms = read();
      if (this.isAsking) return time_ms;
      if (!this.isStopped && time_ms >= asked_ms + every_ms) {
        asked_ms = time_ms;
        this.askQuietly(shouldStop);
      }
      return this.isStopped ? time_ms + longAfter_ms : time_ms;
    };
    try {
      return operation();
    } finally {
      if (own) Object.defineProperty(clock, 'now', own);
      else Reflect.deleteProperty(clock, 'now');
    }
  }

  /** Nothing may be thrown through a reading of the clock: the error waits in `thrown`. */
  private askQuietly(shouldStop: () => boolean): void {
    try {
      shouldStop();
    } catch {
      this.isStopped = true;
    }
  }

  /** While the caller's own function runs, the clock shows the time. */
  private kept<Input, Output>(ask: (input: Input) => Output): (input: Input) => Output {
    return (input) => {
      this.isAsking = true;
      try {
        return ask(input);
      } catch (error) {
        this.thrown ??= { error };
        throw error;
      } finally {
        this.isAsking = false;
      }
    };
  }
}
