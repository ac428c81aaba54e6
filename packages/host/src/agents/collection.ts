import type { CollectorFile } from '@gridflock/core';
import type { Mailbox } from '../transports/contract.ts';
import { placeOf } from '../transports/subject.ts';
import type { LetterFolder } from './letter-folder.ts';
import { type LetterSeal, readResult } from './result-letters.ts';

export interface CollectionOptions {
  readonly timeLimit_s: number;
  /** Where there are keys: letters that are not signed by their agents are not believed. */
  readonly seal?: LetterSeal | undefined;
  /** Told after every letter that counts. */
  readonly onLetter: (missing_count: number) => void;
  /** Asked now and then; throws to give up. What has been taken stays in the folder. */
  readonly check: () => void;
}

const look_ms = 50;

/**
 * Takes the letters of a run into a folder until all have come or time is up. A letter is in the folder before the broker is told
 * that it has been taken, so that whoever dies here loses none.
 * @returns letters that were not believed, by reason
 */
export async function collectLetters(
  mailbox: Mailbox,
  { run, collector, agents }: Pick<CollectorFile, 'run' | 'collector' | 'agents'>,
  folder: LetterFolder,
  { timeLimit_s, seal, onLetter, check }: CollectionOptions,
): Promise<ReadonlyMap<string, number>> {
  const dropped = new Map<string, number>();
  const expected = new Set(agents);
  const missing_count = (): number => expected.size - folder.letters.size;
  let fault: unknown;
  const stop = await mailbox.collect(placeOf(run, collector), (letter, subject) => {
    const read = readResult(letter, subject, { run, collector, agents: expected, seal });
    if (typeof read === 'string') {
      dropped.set(read, (dropped.get(read) ?? 0) + 1);
      return;
    }
    try {
      folder.keep(read);
    } catch (error) {
      // the disk is full, say: the letter stays where it is, and whoever looks after us hears why
      fault ??= error;
      throw error;
    }
    onLetter(missing_count());
  });
  try {
    const end_ms = performance.now() + timeLimit_s * 1000;
    while (missing_count() > 0 && performance.now() < end_ms) {
      check();
      if (fault !== undefined) throw fault;
      await new Promise((resolve) => setTimeout(resolve, look_ms));
    }
  } finally {
    await stop();
  }
  return dropped;
}
