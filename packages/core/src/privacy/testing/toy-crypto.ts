import type { RandomStream } from '../../base/random.ts';
import { fillKeystream, keyOf, keyWords } from '../chacha20.ts';
import type { Crypto } from '../crypto.ts';

/** 2^255 − 19: keys of tests are powers of 2 modulo this. */
const prime = (1n << 255n) - 19n;

export function modPow(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

const bigOf = (bytes: Uint8Array): bigint => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
const bytesOf = (value: bigint): Uint8Array => Uint8Array.from({ length: 32 }, (_, k) => Number((value >> BigInt(8 * k)) & 255n));

/** A digest of texts and bytes that a test can live with. */
function digest(secret: Uint8Array, text: string): Uint8Array {
  let state = keyOf(keyWords(secret), secret.length, 0, 0);
  for (let i = 0; i < text.length; i++) state = keyOf(keyWords(state), text.charCodeAt(i), i, 1);
  return state;
}

function sealed(key: Uint8Array, plain: Uint8Array, context: string): Uint8Array {
  const words = new Uint32Array(16 * Math.ceil(plain.length / 64));
  fillKeystream(keyWords(key), 7, 0, 0, words);
  const closed = plain.map((byte, k) => byte ^ (words[k >> 2] >>> (8 * (k & 3))));
  let tag = digest(key, context);
  for (const byte of closed) tag = keyOf(keyWords(tag), byte, 3, 0);
  return Uint8Array.from([...closed, ...tag]);
}

/** The same kinds of keys as the host's, small and from a seed: the same test draws the same. Hides nothing from anybody. */
export function toyCrypto(stream: RandomStream): Crypto {
  return {
    random: (count) => Uint8Array.from({ length: count }, () => stream.index(256)),
    keyPair(secret) {
      const s = bigOf(secret);
      return {
        publicKey: bytesOf(modPow(2n, s, prime)),
        agree: (theirs) => (bigOf(theirs) < 2n ? undefined : bytesOf(modPow(bigOf(theirs), s, prime))),
      };
    },
    derive: digest,
    seal: sealed,
    open(key, bytes, context) {
      const plain = sealed(key, bytes.subarray(0, -32), context).subarray(0, -32);
      const again = sealed(key, plain, context);
      return again.every((byte, k) => byte === bytes[k]) ? plain : undefined;
    },
    big: {
      prime(bits_count) {
        for (;;) {
          let candidate = (3n << BigInt(bits_count - 2)) | 1n;
          for (let k = 1; k < bits_count - 2; k++) if (stream.index(2) === 1) candidate |= 1n << BigInt(k);
          const passes = [2n, 3n, 5n, 7n, 11n, 13n].every((base) => modPow(base, candidate - 1n, candidate) === 1n);
          if (passes) return candidate;
        }
      },
      power: (exponent, modulus) => (base) => modPow(base, exponent, modulus),
    },
  };
}
