import type { Message } from '../../agents/role.ts';
import { numbersFor_count, packBytes, unpackBytes } from '../packed-bytes.ts';
import type { Shapes } from '../shapes.ts';
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

export const say = (kind: string, round: number, body: Message['body']): Message => ({ kind, round, body });

/** Large numbers of at most so many bytes, one after another. */
export function packBig(values: readonly bigint[], bytes_count: number): Float64Array {
  const each = numbersFor_count(bytes_count);
  const numbers = new Float64Array(values.length * each);
  values.forEach((value, k) => packBytes(bytesOfBig(value, bytes_count), numbers, k * each));
  return numbers;
}

/** The inverse, for a known count of numbers; undefined where the doubles are not those. */
export function unpackBig(numbers: Float64Array, values_count: number, bytes_count: number): bigint[] | undefined {
  const each = numbersFor_count(bytes_count);
  if (numbers.length !== values_count * each) return undefined;
  const values: bigint[] = [];
  for (let k = 0; k < values_count; k++) {
    const bytes = unpackBytes(numbers, bytes_count, k * each);
    if (!bytes) return undefined;
    values.push(bigOfBytes(bytes));
  }
  return values;
}
