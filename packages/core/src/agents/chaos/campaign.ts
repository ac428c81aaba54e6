import { randomStream } from '../../base/random.ts';
import type { FaultKind } from '../faults/script.ts';
import type { Violation } from '../invariant.ts';
import { shrink } from './shrink.ts';
import { type Attempt, attemptOf, type Trial } from './trial.ts';

/** A seed under which an invariant broke. */
export interface Failure<Case = unknown> {
  readonly attempt: Attempt<Case>;
  /** The smallest attempt found at which the same invariant breaks, and how. */
  readonly shrunk: Attempt<Case>;
  readonly violation: Violation;
}

/** What a campaign has seen. Tallies of any seeds add up. */
export interface Tally {
  readonly seeds_count: number;
  readonly events_count: number;
  readonly outcomes: ReadonlyMap<string, number>;
  /** How often each fault acted. */
  readonly faults: ReadonlyMap<FaultKind, number>;
  readonly failures: readonly Failure[];
}

export const emptyTally: Tally = { seeds_count: 0, events_count: 0, outcomes: new Map(), faults: new Map(), failures: [] };

export function addTallies(one: Tally, other: Tally): Tally {
  return {
    seeds_count: one.seeds_count + other.seeds_count,
    events_count: one.events_count + other.events_count,
    outcomes: added(one.outcomes, other.outcomes),
    faults: added(one.faults, other.faults),
    failures: [...one.failures, ...other.failures],
  };
}

/** Tries seeds from … from + count − 1; what breaks is shrunk. The same seeds, the same tally, in any pieces. */
export function trySeeds<Case>(trial: Trial<Case>, from: number, count: number, shrinkTries_count = 600): Tally {
  let tally = emptyTally;
  for (let seed = from; seed < from + count; seed++) {
    const attempt = attemptOf(trial, seed, randomStream(1));
    const { outcome, violation, events_count, counts } = trial.run(attempt);
    const failures = violation === undefined ? [] : [shrunkFailure(trial, attempt, violation, shrinkTries_count)];
    tally = addTallies(tally, { seeds_count: 1, events_count, outcomes: new Map([[outcome, 1]]), faults: counts, failures });
  }
  return tally;
}

/** Shrinks an attempt as long as it is the same invariant that breaks. */
export function shrunkFailure<Case>(trial: Trial<Case>, attempt: Attempt<Case>, broken: Violation, tries_max_count: number): Failure<Case> {
  const fails = (candidate: Attempt<Case>): boolean => trial.run(candidate).violation?.invariant === broken.invariant;
  const shrunk = shrink(attempt, (from) => trial.smaller(from), fails, { tries_max_count });
  return { attempt, shrunk, violation: trial.run(shrunk).violation ?? broken };
}

function added<K>(one: ReadonlyMap<K, number>, other: ReadonlyMap<K, number>): ReadonlyMap<K, number> {
  const sum = new Map(one);
  for (const [key, count] of other) sum.set(key, (sum.get(key) ?? 0) + count);
  return sum;
}
