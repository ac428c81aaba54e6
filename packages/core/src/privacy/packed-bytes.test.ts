import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numbersFor_count, packBytes, unpackBytes } from './packed-bytes.ts';

describe('bytes in doubles', () => {
  it('come back, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const numbers = packBytes(bytes);
        expect(numbers).toHaveLength(numbersFor_count(bytes.length));
        expect(unpackBytes(numbers, bytes.length)).toEqual(bytes);
      }),
    );
  });

  it('refuses numbers that are no bytes', () => {
    for (const wrong of [-1, 0.5, 2 ** 48, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(unpackBytes(Float64Array.of(wrong), 6)).toBeUndefined();
    }
    expect(unpackBytes(Float64Array.of(65536), 2)).toBeUndefined();
    expect(unpackBytes(new Float64Array(0), 2)).toBeUndefined();
  });
});
