import type { Atoms } from './atoms.ts';

/**
 * What the sampler finds, in closed form. A partition into M clusters of a forest with R trees and E edges cuts M − R of the edges,
 * so every draw gives it with probability
 *
 *   π_M = (1 − s)^(M − R)·s^(E − M + R),   s the probability of the upstream neighbour's cluster
 *
 * and among N_M partitions with M clusters the number D found at least once in n draws has
 *
 *   E[D] = Σ N_M·(1 − (1 − π_M)^n)
 *   Var[D] = Σ_M Σ_L N_M·(N_L − [M = L])·((1 − π_M − π_L)^n − (1 − π_M)^n·(1 − π_L)^n) + Σ N_M·(1 − π_M)^n·(1 − (1 − π_M)^n)
 *
 * because draws are independent and each gives one partition or none. Holds for any part of the partitions, such as those up to λ.
 */
export interface SampleTheory {
  /** Probability that a draw keeps the rules, when `byClusters` counts all valid partitions. */
  readonly valid_frac: number;
  found(draws_count: number): { readonly mean: number; readonly deviation: number };
  /** Number of draws after which so many different partitions are found on average; Infinity when there are not so many. */
  drawsFor(found_count: number): number;
}

/** @param byClusters - number of partitions at [number of clusters] that count as found */
export function sampleTheory(
  { edges_count, roots_count }: Pick<Atoms, 'edges_count' | 'roots_count'>,
  byClusters: readonly number[],
  joined_frac = 0.8,
): SampleTheory {
  const classes = byClusters.flatMap((count, clusters_count) => {
    if (count === 0) return [];
    const cuts_count = clusters_count - roots_count;
    return [{ count, chance: (1 - joined_frac) ** cuts_count * joined_frac ** (edges_count - cuts_count) }];
  });
  const missed = (chance: number, draws_count: number): number => Math.exp(draws_count * Math.log1p(-Math.min(1, chance)));
  const mean = (draws_count: number): number => classes.reduce((sum, c) => sum + c.count * (1 - missed(c.chance, draws_count)), 0);
  const all_count = classes.reduce((sum, c) => sum + c.count, 0);
  return {
    valid_frac: classes.reduce((sum, c) => sum + c.count * c.chance, 0),
    found(draws_count) {
      let variance = 0;
      for (const a of classes) {
        const missedA = missed(a.chance, draws_count);
        variance += a.count * missedA * (1 - missedA);
        for (const b of classes) {
          const both = missed(a.chance + b.chance, draws_count) - missedA * missed(b.chance, draws_count);
          variance += a.count * (b.count - (a === b ? 1 : 0)) * both;
        }
      }
      return { mean: mean(draws_count), deviation: Math.sqrt(Math.max(0, variance)) };
    },
    drawsFor(found_count) {
      if (found_count >= all_count) return Number.POSITIVE_INFINITY;
      const isEnough = (draws_count: number): boolean => mean(draws_count) >= found_count * (1 - 1e-12);
      let low = 0;
      let high = 1;
      while (!isEnough(high)) high *= 2;
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2);
        if (isEnough(middle)) high = middle;
        else low = middle;
      }
      return high;
    },
  };
}
