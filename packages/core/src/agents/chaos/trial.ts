import type { RandomStream } from '../../base/random.ts';
import type { FaultKind, FaultScript } from '../faults/script.ts';
import type { Violation } from '../invariant.ts';

/** One thing to try: what is run, under which faults, with which chance. Plain data: it can be written down and run again. */
export interface Attempt<Case> {
  readonly trial: string;
  /** Of the network's chance. */
  readonly seed: number;
  readonly case: Case;
  readonly faults: FaultScript['faults'];
}

/** What became of it. */
export interface Verdict {
  /** A word or two, to be counted by. */
  readonly outcome: string;
  readonly violation?: Violation | undefined;
  readonly events_count: number;
  readonly counts: ReadonlyMap<FaultKind, number>;
}

/** Something that is tried many times under random faults: roles, and what must hold of them. */
export interface Trial<Case> {
  readonly name: string;
  draw(stream: RandomStream): Pick<Attempt<Case>, 'case' | 'faults'>;
  /** The same attempt, the same verdict. */
  run(attempt: Attempt<Case>): Verdict;
  /** Cases that are a little smaller, the smallest first. */
  smaller(attempt: Attempt<Case>): readonly Attempt<Case>[];
}

/** The attempt of a seed: the same today, tomorrow, and in any thread. */
export function attemptOf<Case>(trial: Trial<Case>, seed: number, stream: RandomStream): Attempt<Case> {
  return { trial: trial.name, seed, ...trial.draw(stream.split(`${trial.name} ${seed}`)) };
}
