import { describe, expect, it } from 'vitest';
import { randomStream } from '../../base/random.ts';
import { modPow as slowPow, toyCrypto } from '../testing/toy-crypto.ts';
import { bigOfBytes, bytesOfBig, inverse, modPow } from './mod-pow.ts';
import { pack, packingFor, unpack } from './packing.ts';
import { PaillierPublic, PaillierSecret } from './paillier.ts';

const crypto = toyCrypto(randomStream(21));
const secret = new PaillierSecret(512, crypto);
const { publicKey } = secret;

describe('Paillier', () => {
  it('decrypts what it encrypts, 0 and n − 1 included', () => {
    for (const m of [0n, 1n, 12345678901234567890n, publicKey.n - 1n]) expect(secret.decrypt(publicKey.encrypt(m))).toBe(m);
  });

  it('is the small example that can be computed by hand: p = 5, q = 7, m = 4, r = 8', () => {
    // Modulo n² = 1225: 8^4 = 421, 8^8 = 841, 8^16 = 456, 8^32 = 911, 8^35 = 911·512 = 932; (1 + 4·35)·932 = 337.
    const small = new PaillierPublic(35n, { ...crypto, random: () => Uint8Array.of(8 << 2) });
    expect(slowPow(8n, 35n, 1225n)).toBe(932n);
    expect(small.encrypt(4n)).toBe(337n);
  });

  it('adds: the product hides the sum', () => {
    let sum = publicKey.encrypt(0n);
    for (let k = 1n; k <= 20n; k++) sum = publicKey.add(sum, publicKey.encrypt(k * k));
    expect(secret.decrypt(sum)).toBe(2870n);
  });

  it('encrypts the same number differently each time', () => {
    expect(publicKey.encrypt(5n)).not.toBe(publicKey.encrypt(5n));
  });

  it('accepts no number that would spoil the sum of all', () => {
    for (const c of [0n, -1n, publicKey.n, publicKey.n2, 3n * publicKey.n]) expect(publicKey.accepts(c)).toBe(false);
    expect(publicKey.accepts(publicKey.encrypt(0n))).toBe(true);
  });
});

describe('packing', () => {
  it('gives the sum modulo 2^52 of positive and negative values, whatever the number of plaintexts', () => {
    const stream = randomStream(8);
    const modulus = 2 ** 52;
    for (const members_count of [1, 2, 7, 64]) {
      const packing = packingFor(23, members_count, publicKey.bits_count);
      expect(packing.slotBits_count * packing.slots_count).toBeLessThan(publicKey.bits_count);
      const vectors = Array.from({ length: members_count }, () =>
        Float64Array.from({ length: 23 }, (_, i) => (i === 0 ? modulus - 1 : (stream.index(2 ** 50) - 2 ** 49 + modulus) % modulus)),
      );
      const sums = Array.from({ length: packing.plaintexts_count }, () => publicKey.encrypt(0n));
      for (const vector of vectors) {
        pack(vector, packing).forEach((plain, k) => {
          expect(plain < publicKey.n).toBe(true);
          sums[k] = publicKey.add(sums[k], publicKey.encrypt(plain));
        });
      }
      const total = unpack(
        sums.map((c) => secret.decrypt(c)),
        packing,
        members_count,
      );
      const expected = vectors[0].map((_, i) => vectors.reduce((sum, v) => (sum + v[i]) % modulus, 0));
      expect(total).toEqual(expected);
    }
  });

  it('puts 37 values into a plaintext of 2048 bits for 8 members', () => {
    expect(packingFor(96, 8, 2048)).toMatchObject({ slotBits_count: 55, slots_count: 37, plaintexts_count: 3 });
  });

  it('lets the decrypted sum say no more than the sum: two groups of one total have one plaintext', () => {
    const packing = packingFor(1, 2, publicKey.bits_count);
    const modulus = 2 ** 52;
    const plain = (a: number, b: number): bigint =>
      pack(Float64Array.of((a + modulus) % modulus), packing)[0] + pack(Float64Array.of((b + modulus) % modulus), packing)[0];
    expect(plain(5, -3)).toBe(plain(1, 1));
    expect(plain(-7, 9)).toBe(plain(1, 1));
  });
});

describe('powers and inverses of whole numbers', () => {
  it('are those of squaring bit by bit', () => {
    const modulus = crypto.big.prime(128) * crypto.big.prime(128);
    for (const exponent of [0n, 1n, 2n, 31n, 32n, crypto.big.prime(200)]) {
      const base = crypto.big.prime(190);
      expect(modPow(base, exponent, modulus)).toBe(slowPow(base, exponent, modulus));
    }
    const p = crypto.big.prime(128);
    expect((inverse(12345n, p) * 12345n) % p).toBe(1n);
    expect(() => inverse(6n, 9n)).toThrow(RangeError);
  });

  it('go through bytes and back', () => {
    for (const value of [0n, 255n, 256n, crypto.big.prime(120)]) expect(bigOfBytes(bytesOfBig(value, 16))).toBe(value);
  });
});
