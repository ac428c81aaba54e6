import { hkdfSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { nodeCrypto } from './node-crypto.ts';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

describe('keys by Node', () => {
  it('agree as in RFC 7748 §6.1', () => {
    const alice = nodeCrypto.keyPair(hex('77076d0a7318a57d3c16c17251b26645df0cbd26c1ee5d10e9d2c1bd2f2a2e6a'));
    const bob = nodeCrypto.keyPair(hex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb'));
    expect(Buffer.from(bob.publicKey).toString('hex')).toBe('de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f');
    expect(alice.agree(bob.publicKey)).toEqual(bob.agree(alice.publicKey));
  });

  it('refuse a public key of small order', () => {
    const pair = nodeCrypto.keyPair(nodeCrypto.random(32));
    expect(pair.agree(new Uint8Array(32))).toBeUndefined();
    expect(pair.agree(Uint8Array.from({ length: 32 }, (_, k) => (k === 0 ? 1 : 0)))).toBeUndefined();
    expect(pair.agree(new Uint8Array(7))).toBeUndefined();
  });

  it('are derived by HKDF with SHA-256, as OpenSSL does it', () => {
    const secret = nodeCrypto.random(32);
    expect(nodeCrypto.derive(secret, 'a purpose')).toEqual(new Uint8Array(hkdfSync('sha256', secret, '', 'a purpose', 32)));
  });

  it('seal a text so that it opens with the same key and context only', () => {
    const key = nodeCrypto.random(32);
    const plain = nodeCrypto.random(64);
    const sealed = nodeCrypto.seal(key, plain, 'here');
    expect(nodeCrypto.open(key, sealed, 'here')).toEqual(plain);
    expect(nodeCrypto.open(key, sealed, 'there')).toBeUndefined();
    expect(nodeCrypto.open(nodeCrypto.random(32), sealed, 'here')).toBeUndefined();
    expect(nodeCrypto.open(key, sealed.subarray(1), 'here')).toBeUndefined();
    expect(nodeCrypto.open(key, sealed.subarray(0, 8), 'here')).toBeUndefined();
  });
});

describe('whole numbers of many bits by Node', () => {
  it('are raised to a power', () => {
    const modulus = nodeCrypto.big.prime(512) * nodeCrypto.big.prime(512);
    const exponent = nodeCrypto.big.prime(300);
    const base = nodeCrypto.big.prime(900);
    let expected = 1n;
    for (let rest = exponent, square = base % modulus; rest > 0n; rest >>= 1n, square = (square * square) % modulus) {
      if (rest & 1n) expected = (expected * square) % modulus;
    }
    expect(nodeCrypto.big.power(exponent, modulus)(base)).toBe(expected);
  });

  it('are primes of the length that was asked for', () => {
    const p = nodeCrypto.big.prime(256);
    expect(p >> 254n).toBe(3n);
    expect(nodeCrypto.big.power(p - 1n, p)(2n)).toBe(1n);
  });
});
