import type { Message } from '../../agents/role.ts';
import type { Crypto } from '../crypto.ts';
import { unpackBig } from './messages.ts';
import { PaillierPublic } from './paillier.ts';

/** Shortest key that is used, in bits; a test may go below. */
export const key_min_bits = 2048;

/** The trustee's key as it was said; undefined where it is none, or shorter than asked for. */
export function publicKeyOf(body: Message['body'], crypto: Crypto, least_bits: number): PaillierPublic | undefined {
  const bits_count = body['bits_count'] as number;
  if (bits_count < least_bits || bits_count > 16_384) return undefined;
  const n = unpackBig(body['n'] as Float64Array, 1, Math.ceil(bits_count / 8))?.[0];
  if (n === undefined || n % 2n === 0n || n.toString(2).length !== bits_count) return undefined;
  return new PaillierPublic(n, crypto);
}
