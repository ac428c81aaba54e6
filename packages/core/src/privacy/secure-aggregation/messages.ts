import type { Message } from '../../agents/role.ts';
import { numbersFor_count, packBytes, unpackBytes } from '../packed-bytes.ts';
import type { Shapes } from '../shapes.ts';

/**
 * What a net and the members of its crowd say to each other behind the masks. Bytes travel as doubles (packed-bytes.ts): a key of 32
 * bytes is six of them.
 *
 * | kind | from → to | fields |
 * | --- | --- | --- |
 * | mask-gather | net → member | its place and those of its neighbours, how many shares give a secret away, a number for this gathering |
 * | mask-keys | member → net | public keys for masks and for shares, digest of its self-mask's secret |
 * | mask-neighbours | net → member | its neighbours' public keys |
 * | mask-shares | member → net | for each neighbour a sealed pair of shares |
 * | mask-sealed | net → member | what its neighbours have sealed for it |
 * | mask-ready | member → net | nothing |
 * | masked | member → net | a vector under masks |
 * | mask-open | net → member | which of its neighbours did not speak; how many did, of all |
 * | mask-opened | member → net | key of its own self-mask of this round; shares for those neighbours |
 * | mask-left | net → member | which of its neighbours spoke and then left |
 * | mask-recovered | member → net | shares for those |
 */
export const key_count = numbersFor_count(32);
/** Longest seal that is read. */
export const sealed_max_count = 256;

export const toMember: Shapes = {
  'mask-gather': { gathering: 'count', place: 'count', neighbours: 'counts', threshold_count: 'count', numbers_count: 'count' },
  'mask-neighbours': { masking: 'counts', sealing: 'counts' },
  'mask-sealed': { sealed: 'counts', bytes_count: 'count' },
  'mask-open': { silent: 'counts', spoke_count: 'count' },
  'mask-left': { left: 'counts' },
};

export const toNet: Shapes = {
  'mask-keys': { masking: key_count, sealing: key_count, selfDigest: key_count },
  'mask-shares': { sealed: 'counts', bytes_count: 'count' },
  'mask-ready': {},
  masked: { numbers: 'counts' },
  'mask-opened': { selfKey: key_count, silent: 'counts', shares: 'counts' },
  'mask-recovered': { left: 'counts', shares: 'counts' },
};

export const say = (kind: string, round: number, body: Message['body']): Message => ({ kind, round, body });

/** Byte strings of one length, one after another. */
export function packAll(all: readonly Uint8Array[]): Float64Array {
  const each = all.length > 0 ? numbersFor_count(all[0].length) : 0;
  const numbers = new Float64Array(all.length * each);
  all.forEach((bytes, k) => packBytes(bytes, numbers, k * each));
  return numbers;
}

/** The inverse, for a known number of strings; undefined where the numbers are not those. */
export function unpackAll(numbers: Float64Array, strings_count: number, bytes_count: number): Uint8Array[] | undefined {
  const each = numbersFor_count(bytes_count);
  if (numbers.length !== strings_count * each) return undefined;
  const all: Uint8Array[] = [];
  for (let k = 0; k < strings_count; k++) {
    const bytes = unpackBytes(numbers, bytes_count, k * each);
    if (!bytes) return undefined;
    all.push(bytes);
  }
  return all;
}
