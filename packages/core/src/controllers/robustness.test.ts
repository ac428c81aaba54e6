import { describe, expect, it } from 'vitest';
import { bothWays, buildGraph, ringOf } from './graph.ts';
import { robustnessOf } from './robustness.ts';

const named = (n: number): string[] => Array.from({ length: n }, (_, k) => `a${k}`);
const complete = (n: number) => {
  const agents = named(n);
  return buildGraph(
    agents,
    agents.flatMap((a, i) => agents.slice(i + 1).flatMap((b) => bothWays(a, b))),
  );
};

describe('how robust a graph is', () => {
  // LeBlanc et al. (2013): complete graphs are ⌈n/2⌉-robust, and no graph is more so
  it.each([
    [2, 1],
    [3, 2],
    [4, 2],
    [5, 3],
    [7, 4],
  ])('complete with %d agents: %d', (n, r) => {
    expect(robustnessOf(complete(n))).toBe(r);
  });

  it('a ring is 1-robust, two parts are not at all', () => {
    expect(robustnessOf(ringOf(named(6)))).toBe(1);
    expect(robustnessOf(buildGraph(named(4), [...bothWays('a0', 'a1'), ...bothWays('a2', 'a3')]))).toBe(0);
  });

  it('growing by agents that hear r old ones keeps r', () => {
    const agents = named(8);
    const links = [...agents.slice(0, 5).flatMap((a, i) => agents.slice(i + 1, 5).flatMap((b) => bothWays(a, b)))];
    for (let k = 5; k < 8; k++) for (const old of [0, k - 2, k - 1]) links.push(...bothWays(agents[k], agents[old]));
    expect(robustnessOf(buildGraph(agents, links))).toBe(3);
  });

  it('leaves large graphs alone', () => {
    expect(robustnessOf(ringOf(named(14)))).toBeUndefined();
  });
});
