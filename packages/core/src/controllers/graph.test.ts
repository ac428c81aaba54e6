import { describe, expect, it } from 'vitest';
import { bothWays, buildGraph, consensusFault, laplacianSpectrum, ringOf } from './graph.ts';

const names = (n: number): string[] => Array.from({ length: n }, (_, k) => `a${k + 1}`);
const pinned = (n: number, ...at: number[]): number[] => Array.from({ length: n }, (_, k) => (at.includes(k) ? 1 : 0));

describe('communication graph', () => {
  it('a ring of four has the spectrum 0, 2, 2, 4', () => {
    const spectrum = laplacianSpectrum(ringOf(names(4)));
    [0, 2, 2, 4].forEach((value, k) => expect(spectrum[k]).toBeCloseTo(value, 12));
  });

  it('rings with pins have the spectra of the sheet on control, section 3', () => {
    const four = laplacianSpectrum(ringOf(names(4)), pinned(4, 0));
    [0.18639, 2, 2.47068, 4.34292].forEach((value, k) => expect(four[k]).toBeCloseTo(value, 5));
    const five = laplacianSpectrum(ringOf(names(5)), pinned(5, 0));
    expect([five[0], five[4]]).toEqual([expect.closeTo(0.13919, 5), expect.closeTo(4.11491, 5)]);
    const ten = laplacianSpectrum(ringOf(names(10)), pinned(10, 0));
    expect([ten[0], ten[9]]).toEqual([expect.closeTo(0.05219, 5), expect.closeTo(4.24295, 5)]);
    const two = laplacianSpectrum(ringOf(names(10)), pinned(10, 0, 5));
    expect([two[0], two[9]]).toEqual([expect.closeTo(0.13919, 5), expect.closeTo(4.30278, 5)]);
  });

  it('says which agents hear no leader', () => {
    const graph = buildGraph(names(4), [...bothWays('a1', 'a2'), { from: 'a3', to: 'a2' }, ...bothWays('a3', 'a4')]);
    expect(consensusFault(graph, pinned(4, 0))).toBe('no leader is heard by "a3", "a4", not even over others');
    expect(consensusFault(graph, pinned(4, 3))).toBeUndefined();
    expect(consensusFault(graph)).toBeUndefined();
    expect(consensusFault(buildGraph(names(4), [...bothWays('a1', 'a2'), ...bothWays('a3', 'a4')]))).toMatch(
      /not connected.*"a1" says reaches "a3"/,
    );
  });

  it('refuses links that are none', () => {
    expect(() => buildGraph(names(2), [{ from: 'a1', to: 'a9' }])).toThrow(/"a9", which does not exist/);
    expect(() => buildGraph(names(2), [{ from: 'a1', to: 'a1' }])).toThrow(/to itself/);
    expect(() => buildGraph(names(2), [{ from: 'a1', to: 'a2', weight_frac: -1 }])).toThrow(/weight -1/);
    expect(() => buildGraph(['a', 'a'], [])).toThrow(/twice/);
  });
});
