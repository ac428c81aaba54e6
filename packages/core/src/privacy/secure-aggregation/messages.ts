import type { Shapes } from '../../agents/shapes.ts';
import { signature_count } from '../crypto.ts';
import { numbersFor_count } from '../packed-bytes.ts';

/**
 * What a net and the members of its crowd say to each other behind the masks. Bytes travel as doubles (packed-bytes.ts): a key of 32
 * bytes is six of them.
 *
 * | kind | from → to | fields |
 * | --- | --- | --- |
 * | mask-gather | net → member | a number for this gathering; its place and those of its neighbours, how many shares give a secret away |
 * | mask-keys | member → net | public key, digest of its self-mask's secret, its signature where it has one to give |
 * | mask-neighbours | net → member | its neighbours' names, public keys and signatures |
 * | mask-shares | member → net | for each neighbour a sealed share |
 * | mask-sealed | net → member | what its neighbours have sealed for it |
 * | mask-ready | member → net | nothing |
 * | masked | member → net | a vector under masks |
 * | mask-again | net → member | which of its neighbours have gone: the vector anew, without them |
 * | mask-count | net → member | which of its neighbours did not speak |
 * | mask-counted | member → net | tags by which it counts in the others |
 * | mask-open | net → member | tags by which it is counted in; how many spoke, of all |
 * | mask-opened | member → net | key of its own self-mask; keys of its masks with those who did not speak |
 * | mask-left | net → member | which of its neighbours spoke and then left |
 * | mask-recovered | member → net | shares for those |
 */
const key = { counts: numbersFor_count(32) };
const signature = { counts: numbersFor_count(signature_count) };
/** Longest seal that is read. */
export const sealed_max_count = 256;

export const toMember: Shapes = {
  'mask-gather': { gathering: 'count', place: 'count', neighbours: 'counts', threshold_count: 'count', numbers_count: 'count' },
  'mask-neighbours': { gathering: 'count', names: 'text', agreeing: 'counts', signatures: 'counts' },
  'mask-sealed': { gathering: 'count', sealed: 'counts', bytes_count: 'count' },
  'mask-again': { attempt: 'count', gone: 'counts' },
  'mask-count': { attempt: 'count', silent: 'counts' },
  'mask-open': { attempt: 'count', tags: 'counts', spoke_count: 'count' },
  'mask-left': { attempt: 'count', left: 'counts' },
};

export const toNet: Shapes = {
  'mask-keys': { gathering: 'count', agreeing: key, selfDigest: key, signature },
  'mask-shares': { gathering: 'count', sealed: 'counts', bytes_count: 'count' },
  'mask-ready': { gathering: 'count' },
  masked: { attempt: 'count', numbers: 'counts' },
  'mask-counted': { attempt: 'count', tags: 'counts' },
  'mask-opened': { attempt: 'count', selfKey: key, silent: 'counts', keys: 'counts' },
  'mask-recovered': { attempt: 'count', left: 'counts', shares: 'counts' },
};

/** Names as one text, and back; undefined where the text is none of that many names. */
export const textOfNames = (names: readonly string[]): string => JSON.stringify(names);

export function namesOfText(text: string, count: number): string[] | undefined {
  let names: unknown;
  try {
    names = JSON.parse(text);
  } catch {
    return undefined;
  }
  const isNames = Array.isArray(names) && names.length === count && names.every((name) => typeof name === 'string');
  return isNames ? (names as string[]) : undefined;
}

/** What a member signs of its public key: whose it is, where and for which gathering. */
export function keyStatement(net: string, gathering: number, name: string, place: number, agreeing: Float64Array): string {
  return `gridflock mask key 1\n${JSON.stringify([net, gathering, name, place, [...agreeing]])}`;
}
