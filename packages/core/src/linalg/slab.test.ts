import { describe, expect, it } from 'vitest';
import { Slab } from './slab.ts';

describe('slab', () => {
  it('gives arrays of zeros that do not overlap', () => {
    const slab = new Slab(10);
    const arrays = [slab.float64(3), slab.int32(3), slab.float64(4), slab.int32(1), slab.float64(40), slab.float64(0), slab.float64(10)];
    expect(arrays.map((array) => array.length)).toEqual([3, 3, 4, 1, 40, 0, 10]);
    for (const array of arrays) expect(array.every((value) => value === 0)).toBe(true);
    for (const [k, array] of arrays.entries()) array.fill(k + 1);
    for (const [k, array] of arrays.entries()) expect(array.every((value) => value === k + 1)).toBe(true);
  });

  it('shares buffers among arrays that fit, and gives a longer one its own', () => {
    const slab = new Slab(10);
    const first = slab.float64(4);
    expect(slab.float64(6).buffer).toBe(first.buffer);
    expect(slab.float64(1).buffer).not.toBe(first.buffer);
    expect(slab.float64(11).buffer.byteLength).toBe(88);
  });
});
