import type { Shapes } from '../../agents/shapes.ts';
import { numbersFor_count } from '../packed-bytes.ts';

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
const key = { counts: numbersFor_count(32) };
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
  'mask-keys': { masking: key, sealing: key, selfDigest: key },
  'mask-shares': { sealed: 'counts', bytes_count: 'count' },
  'mask-ready': {},
  masked: { numbers: 'counts' },
  'mask-opened': { selfKey: key, silent: 'counts', shares: 'counts' },
  'mask-recovered': { left: 'counts', shares: 'counts' },
};
