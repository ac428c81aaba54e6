import { StoppedError } from '@gridflock/core';

/** The user's wish to stop. The first Ctrl-C asks, the second one does not. */
export interface Stop {
  /** The exit status of the signal that came, if one did. */
  readonly status: () => number | undefined;
  /** For work that can stop in between. */
  readonly requested: () => boolean;
  onRequest(listener: () => void): void;
  /** For work that puts something away when it is asked to stop: it is waited for, however long. A second Ctrl-C ends it all the same. */
  hold(): void;
  readonly isHeld: () => boolean;
  /** @throws {StoppedError} STOPPED */
  check(): void;
}

const statusOf = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Watches the signals of this process. What is left behind is tidied by its `exit` listeners. */
export function watchSignals(say: (text: string) => void): Stop {
  let status: number | undefined;
  let isHeld = false;
  const listeners: (() => void)[] = [];
  for (const [signal, itsStatus] of Object.entries(statusOf)) {
    process.on(signal, () => {
      if (status !== undefined) process.exit(itsStatus);
      status = itsStatus;
      say('stopping …');
      for (const listener of listeners) listener();
    });
  }
  return {
    status: () => status,
    requested: () => status !== undefined,
    onRequest: (listener) => void listeners.push(listener),
    hold() {
      isHeld = true;
    },
    isHeld: () => isHeld,
    check() {
      if (status !== undefined) throw stopped();
    },
  };
}

export const stopped = (): StoppedError =>
  new StoppedError({ code: 'STOPPED', message: 'Stopped by the user', hint: 'Nothing half-written was left.' });

const grace_ms = 2_000;

/** Gives work that was asked to stop a moment to end by itself; then it is left behind. */
export function orStop<T>(work: Promise<T>, stop: Stop): Promise<T> {
  return new Promise((resolve, reject) => {
    work.then(resolve, reject);
    stop.onRequest(() => {
      if (!stop.isHeld()) setTimeout(() => reject(stopped()), grace_ms);
    });
  });
}

/** Lets signals and progress through in a long loop on the main thread, now and then. */
export function breather(stop: Stop, every_ms = 40): () => Promise<void> | undefined {
  let last_ms = performance.now();
  return () => {
    if (performance.now() - last_ms < every_ms) return undefined;
    return new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      last_ms = performance.now();
      stop.check();
    });
  };
}
