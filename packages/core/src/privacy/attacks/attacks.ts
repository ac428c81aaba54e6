import type { SummedWord } from '../../agents/crowd.ts';
import type { AgentId, Observation } from '../../agents/role.ts';
import { hiddenKinds } from '../veil-kinds.ts';
import { bodyOf } from '../word-numbers.ts';

/**
 * What an observer makes of what it sees, and how good that is. Vectors are profiles of one household, kW by step.
 */

/**
 * Error of a guess over that of a guess without knowledge: 0 is everything, 1 is nothing learned, more is being misled.
 *
 *   ‖guess − truth‖₂ / ‖nothing − truth‖₂
 */
export function relativeError(truth: Float64Array, guess: Float64Array, nothing: Float64Array): number {
  return distance(guess, truth) / distance(nothing, truth);
}

export function distance(a: Float64Array, b: Float64Array): number {
  return Math.hypot(...a.map((value, i) => value - b[i]));
}

/** The guess of who knows the sum and how many there are. */
export const equalShare = (sum: Float64Array, members_count: number): Float64Array => sum.map((value) => value / members_count);

/**
 * From a net's log: the last word of a member, read as power. A hidden word is read in the same way, since a net that listens can do no
 * better than that. @returns undefined where the word is not made of the numbers of a word, as an encrypted one
 */
export function powerInLog(
  log: readonly Observation[],
  member: AgentId,
  net: AgentId,
  word: SummedWord,
  field: string,
): Float64Array | undefined {
  for (let k = log.length - 1; k >= 0; k--) {
    const { from, to, message } = log[k];
    if (from !== member || to !== net) continue;
    if (message.kind === word.kind) return message.body[field] as Float64Array;
    if (!hiddenKinds.has(message.kind)) continue;
    const numbers = message.body['numbers'];
    return numbers instanceof Float64Array ? (bodyOf(numbers, word)[field] as Float64Array) : undefined;
  }
  return undefined;
}

/** From membership: the sum with a household less the sum without it. The others answer other prices a little differently. */
export const differenceOfSums = (withIt: Float64Array, without: Float64Array): Float64Array => withIt.map((value, i) => value - without[i]);

/** Which of several candidates an estimate is nearest to. */
export function nearestOf(estimate: Float64Array, candidates: readonly Float64Array[]): number {
  let best = 0;
  for (let k = 1; k < candidates.length; k++) if (distance(estimate, candidates[k]) < distance(estimate, candidates[best])) best = k;
  return best;
}

/**
 * Bits that guesses among n equally likely candidates have told, by Fano's inequality: at least
 * log₂ n − h(e) − e·log₂(n − 1) for a share e of wrong guesses, h the binary entropy.
 */
export function learnedBits(wrong_frac: number, candidates_count: number): number {
  const h = (x: number): number => (x <= 0 || x >= 1 ? 0 : -x * Math.log2(x) - (1 - x) * Math.log2(1 - x));
  return Math.max(0, Math.log2(candidates_count) - h(wrong_frac) - wrong_frac * Math.log2(Math.max(1, candidates_count - 1)));
}
