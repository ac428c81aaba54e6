import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RandomStream, randomStream } from './random.ts';

const draw = (stream: RandomStream, n: number): number[] => Array.from({ length: n }, () => stream.uniform());

function correlation(a: readonly number[], b: readonly number[]): number {
  const n = a.length;
  const [ma, mb] = [a, b].map((x) => x.reduce((s, v) => s + v, 0) / n);
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    ab += (a[i] - ma) * (b[i] - mb);
    aa += (a[i] - ma) ** 2;
    bb += (b[i] - mb) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

describe('randomStream', () => {
  it('repeats for the same seed and name, whatever was drawn before', () => {
    fc.assert(
      fc.property(fc.integer(), fc.string(), fc.nat(20), (seed, name, before) => {
        const root = randomStream(seed);
        const fresh = draw(root.split(name), 5);
        draw(root, before);
        root.split('other').uniform();
        expect(draw(root.split(name), 5)).toEqual(fresh);
        expect(draw(randomStream(seed).split(name), 5)).toEqual(fresh);
      }),
    );
  });

  it('has pinned first numbers, so that results of studies do not drift', () => {
    expect(draw(randomStream(1), 3)).toMatchInlineSnapshot(`
      [
        0.8154328535973059,
        0.5714739586161629,
        0.39402104149408423,
      ]
    `);
    expect(draw(randomStream(1).split('loss'), 2)).toMatchInlineSnapshot(`
      [
        0.7367860327033524,
        0.34582328251485417,
      ]
    `);
  });

  it('gives streams of near names and seeds that are not correlated', () => {
    const n = 20_000;
    const root = randomStream(7);
    const streams = ['', 'a', 'b', 'agent/1', 'agent/2', 'agent/12'].map((name) => draw(root.split(name), n));
    streams.push(draw(root, n), draw(randomStream(8), n), draw(randomStream(7 + 2 ** 16), n));
    // |r| of independent streams exceeds 5/√n with probability below 1e-6
    for (let i = 0; i < streams.length; i++) {
      for (let j = 0; j < i; j++) expect(Math.abs(correlation(streams[i], streams[j]))).toBeLessThan(5 / Math.sqrt(n));
    }
  });

  it('tells nested splits apart from joined names only by the path', () => {
    const root = randomStream(3);
    expect(draw(root.split('a').split('b'), 3)).toEqual(draw(root.split('a/b'), 3));
    expect(draw(root.split('a').split('b'), 3)).not.toEqual(draw(root.split('b').split('a'), 3));
  });

  it('has the moments that it says', () => {
    const n = 100_000;
    const stream = randomStream(11);
    const mean = (sample: () => number): number => Array.from({ length: n }, sample).reduce((s, x) => s + x, 0) / n;
    expect(mean(() => stream.uniform())).toBeCloseTo(0.5, 2);
    expect(mean(() => stream.between(-3, 5))).toBeCloseTo(1, 1);
    expect(mean(() => stream.normal(2, 3))).toBeCloseTo(2, 1);
    expect(mean(() => stream.normal() ** 2)).toBeCloseTo(1, 1);
    expect(mean(() => stream.exponential(4))).toBeCloseTo(4, 0);
    const counts = [0, 0, 0];
    for (let k = 0; k < 30_000; k++) counts[stream.index(3)]++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });
});
