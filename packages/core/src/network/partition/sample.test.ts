import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomStream } from '../../base/random.ts';
import { buildAtoms } from './atoms.ts';
import { checkPartition } from './check.ts';
import { countPartitions } from './count.ts';
import type { PartitionRules } from './partition.ts';
import { samplePartitions } from './sample.ts';
import { sampleTheory } from './sample-theory.ts';
import { allPartitions, networkOfPairs, smallTree } from './testing/small-trees.ts';

const rulesOf = (resources: readonly number[]): PartitionRules => ({
  outside: [0],
  resources_count: Int32Array.from(resources),
  resources_min_count: 1,
  distanceMax: 1,
});
const chain = networkOfPairs(4, [
  [0, 1],
  [1, 2],
  [2, 3],
]);

describe('the sampler', () => {
  it('draws each partition as often as theory says', () => {
    const rules = rulesOf([0, 1, 1, 1]);
    const n = 20_000;
    const { partitions, drawn_count, valid_count } = samplePartitions(chain, rules, n, randomStream(1));
    expect(valid_count).toBe(n);
    expect(partitions).toHaveLength(4);
    partitions.forEach(({ clusters_count }, k) => {
      const chance = 0.2 ** (clusters_count - 1) * 0.8 ** (3 - clusters_count);
      expect(Math.abs(drawn_count[k] - n * chance)).toBeLessThan(4 * Math.sqrt(n * chance * (1 - chance)));
    });
  });

  it('is repeatable, finds valid partitions only, and with patience all of them', () => {
    fc.assert(
      fc.property(smallTree, fc.integer(), (tree, seed) => {
        const all = allPartitions(tree);
        if (all.length === 0) return;
        const draw = () => samplePartitions(tree.network, tree.rules, 3000, randomStream(seed), 0.5);
        const { partitions } = draw();
        expect(draw().partitions).toEqual(partitions);
        for (const partition of partitions) checkPartition(tree.network, partition, tree.rules);
        const known = new Set(all.map(({ labels }) => labels.join()));
        expect(partitions.every(({ labels }) => known.has(labels.join()))).toBe(true);
        // each of at most 2^9 sets of cuts has a chance of at least 2^-9 per draw
        expect(partitions.length).toBeGreaterThanOrEqual(Math.floor(0.95 * all.length));
      }),
      { numRuns: 25 },
    );
  });

  it('works on meshed networks', () => {
    const ring = networkOfPairs(5, [
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
      [4, 1],
    ]);
    const rules = { ...rulesOf([0, 1, 1, 1, 1]), resources_min_count: 2 };
    const { partitions } = samplePartitions(ring, rules, 2000, randomStream(3));
    expect(partitions.length).toBeGreaterThan(1);
    for (const partition of partitions) checkPartition(ring, partition, rules);
  });
});

describe('the theory of the sampler', () => {
  it('equals the law of few draws, counted out by hand', () => {
    // Two partitions of a chain of two buses: cut with probability 0.2, or not. After two draws both were seen with
    // probability 2·0.2·0.8 = 0.32, else one: mean 1.32, variance 0.32·0.68.
    const theory = sampleTheory({ edges_count: 1, roots_count: 1 }, [0, 1, 1]);
    expect(theory.valid_frac).toBeCloseTo(1, 12);
    const { mean, deviation } = theory.found(2);
    expect(mean).toBeCloseTo(1.32, 12);
    expect(deviation).toBeCloseTo(Math.sqrt(0.32 * 0.68), 12);
    expect(theory.drawsFor(1.32)).toBe(2);
    expect(theory.drawsFor(2)).toBe(Number.POSITIVE_INFINITY);
  });

  it('is what many runs of the sampler find', () => {
    const comb = networkOfPairs(7, [
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
      [2, 5],
      [3, 6],
    ]);
    const rules = rulesOf([0, 1, 1, 1, 1, 1, 1]);
    const atoms = buildAtoms(comb, rules);
    const theory = sampleTheory(atoms, countPartitions(atoms).map(Number));
    const runs_count = 400;
    const found = Array.from({ length: runs_count }, (_, k) => samplePartitions(comb, rules, 40, randomStream(k)).partitions.length);
    const mean = found.reduce((sum, count) => sum + count, 0) / runs_count;
    const variance = found.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (runs_count - 1);
    const expected = theory.found(40);
    expect(Math.abs(mean - expected.mean)).toBeLessThan((4 * expected.deviation) / Math.sqrt(runs_count));
    expect(Math.sqrt(variance) / expected.deviation).toBeGreaterThan(0.85);
    expect(Math.sqrt(variance) / expected.deviation).toBeLessThan(1.15);
  });
});
