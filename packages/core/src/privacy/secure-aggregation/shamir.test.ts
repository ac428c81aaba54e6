import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomStream } from '../../base/random.ts';
import { placeMax, recoverSecret, shareSecret } from './shamir.ts';

const bytes = (stream: { index(n: number): number }, count: number): Uint8Array =>
  Uint8Array.from({ length: count }, () => stream.index(256));

describe('shares of a secret', () => {
  it('give it back from any t of them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 8 }), (seed, t, more) => {
        const stream = randomStream(seed);
        const secret = bytes(stream, 32);
        const places = Array.from({ length: t + more }, (_, k) => (k === 0 ? placeMax : 1 + 37 * k));
        const shares = shareSecret(secret, t, places, bytes(stream, 32 * (t - 1)));
        const chosen = places.map((_, k) => k).sort(() => stream.uniform() - 0.5);
        const some = chosen.slice(0, t);
        const recovered = recoverSecret(
          some.map((k) => places[k]),
          some.map((k) => shares[k]),
        );
        expect(recovered).toEqual(secret);
      }),
    );
  });

  it('say nothing when they are fewer: every secret fits t − 1 shares with one choice of coefficients', () => {
    // One word, t = 2, place x: share = s + a·x. For a given share each s has exactly one a; so shares of one secret are uniform.
    const stream = randomStream(3);
    const counts = new Int32Array(256);
    const draws = 256 * 400;
    for (let k = 0; k < draws; k++) counts[shareSecret(Uint8Array.of(7, 0), 2, [5], bytes(stream, 2))[0][0]]++;
    const expected = draws / 256;
    const chi2 = counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    // 255 degrees of freedom: 99.9 % lie below 331.
    expect(chi2).toBeLessThan(331);
  });

  it('give something else when one is wrong', () => {
    const stream = randomStream(9);
    const secret = bytes(stream, 32);
    const shares = shareSecret(secret, 3, [1, 2, 3], bytes(stream, 64));
    shares[1][0] ^= 1;
    expect(recoverSecret([1, 2, 3], shares)).not.toEqual(secret);
  });
});
