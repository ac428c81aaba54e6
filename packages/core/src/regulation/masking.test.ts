import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, decoded, encoded, largest_kW, modulus, rounded, subtract } from '../base/fixed-point.ts';
import { randomStream } from '../base/random.ts';
import { drawMask, neighboursOf } from './masking.ts';

const kW = fc.double({ min: -1e4, max: 1e4, noNaN: true });

describe('masked sums', () => {
  it('hold values to half a quantum, and sums of rounded values exactly, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(kW, { minLength: 1, maxLength: 40 }), (values) => {
        const up = new Float64Array(1);
        const down = new Float64Array(1);
        for (const value of values) add(up, encoded(Float64Array.of(value)));
        for (const value of [...values].reverse()) add(down, encoded(Float64Array.of(value)));
        expect(down).toEqual(up);
        let open = 0;
        for (const value of values) open += rounded(value);
        expect(decoded(up)[0]).toBe(open);
        for (const value of values) expect(Math.abs(rounded(value) - value)).toBeLessThanOrEqual(2 ** -31);
      }),
    );
  });

  it('take off exactly what was added', () => {
    const stream = randomStream(4);
    for (let k = 0; k < 1000; k++) {
      const value = Float64Array.of(Math.floor(stream.uniform() * modulus));
      const masked = value.slice();
      const mask = drawMask(stream, 1);
      add(masked, mask);
      subtract(masked, mask);
      expect(masked).toEqual(value);
    }
  });

  it('reach as far as they say for every number of members', () => {
    for (const n of [1, 3, 1000]) {
      const value = largest_kW(n) * (1 - 1e-12);
      const total = new Float64Array(2);
      for (let k = 0; k < n; k++) add(total, encoded(Float64Array.of(value, -value)));
      expect(decoded(total)[0]).toBeGreaterThan(0.999 * n * value);
      expect(decoded(total)[1]).toBeLessThan(-0.999 * n * value);
    }
  });

  it('are exchanged on a connected graph on which everyone has the same number of neighbours, mutually', () => {
    for (const n of [1, 2, 3, 4, 5, 6, 7, 50]) {
      const seen = new Set([0]);
      for (const k of seen) for (const j of neighboursOf(k, n)) seen.add(j);
      expect(seen.size).toBe(n);
      for (let k = 0; k < n; k++) {
        expect(neighboursOf(k, n)).toHaveLength(Math.min(4, n - 1));
        for (const j of neighboursOf(k, n)) expect(neighboursOf(j, n)).toContain(k);
      }
    }
  });

  it('show the total and nothing else: by going through every mask there is, modulo 5', () => {
    // Three members, three edges, 125 equally likely triples of masks. What the collector sees, counted.
    const seenOf = (values: readonly number[]): Map<string, number> => {
      const counts = new Map<string, number>();
      for (let code = 0; code < 125; code++) {
        const r = [code % 5, Math.floor(code / 5) % 5, Math.floor(code / 25)];
        const y = values.map((value) => Float64Array.of(value));
        const edges = [
          [0, 1],
          [1, 2],
          [0, 2],
        ];
        edges.forEach(([i, j], e) => {
          add(y[i], Float64Array.of(r[e]), 5);
          subtract(y[j], Float64Array.of(r[e]), 5);
        });
        const key = y.map(([value]) => value).join(' ');
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      return new Map([...counts].sort());
    };
    const one = seenOf([0, 1, 2]);
    expect(seenOf([4, 4, 0])).toEqual(one);
    expect(seenOf([3, 0, 0])).toEqual(one);
    expect([...one.values()].every((count) => count === 5)).toBe(true);
    expect(seenOf([0, 1, 3])).not.toEqual(one);
  });
});
