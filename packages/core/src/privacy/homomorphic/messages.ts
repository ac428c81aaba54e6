import type { Shapes } from '../../agents/shapes.ts';
import { packAll, unpackAll } from '../packed-bytes.ts';
import { bigOfBytes, bytesOfBig } from './mod-pow.ts';

/**
 * What members, nets and the trustee say to each other. Large numbers travel as bytes, six to a double.
 *
 * | kind | from → to | fields |
 * | --- | --- | --- |
 * | key-please | member, net → trustee | nothing |
 * | key | trustee → member, net | n, and how many bits it has |
 * | encrypted | member → net | a vector, packed and encrypted |
 * | decrypt-please | net → trustee | the product of all: an encryption of their sum; how many they are |
 * | decrypted | trustee → net | the sum |
 */
export const toTrustee: Shapes = { 'key-please': {}, 'decrypt-please': { ciphertexts: 'counts', summands_count: 'count' } };
export const ofTrustee: Shapes = { key: { n: 'counts', bits_count: 'count' }, decrypted: { numbers: 'counts' } };
export const toNet: Shapes = { encrypted: { ciphertexts: 'counts' } };

/** Large numbers of at most so many bytes, one after another. */
export const packBig = (values: readonly bigint[], bytes_count: number): Float64Array =>
  packAll(values.map((value) => bytesOfBig(value, bytes_count)));

/** The inverse, for a known count of numbers; undefined where the doubles are not those. */
export const unpackBig = (numbers: Float64Array, values_count: number, bytes_count: number): bigint[] | undefined =>
  unpackAll(numbers, values_count, bytes_count)?.map(bigOfBytes);
