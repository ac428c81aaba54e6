import type { CohortWork, PhaseHand, PhaseTask } from '@gridflock/core';

/** What all threads of one negotiation see: arrays are shared, not copied, and `control` says what to do. */
export interface SharedWork {
  readonly work: CohortWork;
  readonly control: Int32Array;
}

/** Words of `control`. */
export const words = {
  /** Counts phases; a change starts everyone. */
  generation: 0,
  /** The phase, or `endTask`. */
  task: 1,
  /** First piece that nobody has taken. */
  next: 2,
  /** Threads, other than the first, that are done with the phase. */
  done: 3,
  /** 1 when one of them failed. */
  failed: 4,
  count: 5,
} as const;

export const endTask = -1;

/** Pieces are taken a few at a time; who takes which changes no bit, as each writes to places of its own. */
const piecesAtOnce_count = 8;

/** Takes pieces of the phase that runs until there are none. */
export function helpWith(control: Int32Array, hand: PhaseHand): void {
  const task = Atomics.load(control, words.task) as PhaseTask;
  const count = hand.pieces_count(task);
  for (;;) {
    const from = Atomics.add(control, words.next, piecesAtOnce_count);
    if (from >= count) return;
    hand.do(task, from, Math.min(count, from + piecesAtOnce_count));
  }
}
