import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GridflockError } from '../../base/errors.ts';
import { randomStream } from '../../base/random.ts';
import { buildAtoms } from './atoms.ts';
import { checkPartition } from './check.ts';
import { countPartitions } from './count.ts';
import { type DistanceReading, partitionDistance } from './electrical-distance.ts';
import type { PartitionRules } from './partition.ts';
import { PartitionSpace } from './space.ts';
import { allPartitions, distancesOf, networkOfPairs, type SmallTree, smallTree } from './testing/small-trees.ts';

const readings: readonly DistanceReading[] = ['mean', 'size-weighted', 'largest'];
const rulesOf = (resources: readonly number[], more: Partial<PartitionRules> = {}): PartitionRules => ({
  outside: [0],
  resources_count: Int32Array.from(resources),
  resources_min_count: 2,
  distanceMax: Number.POSITIVE_INFINITY,
  ...more,
});
const spaceOf = ({ network, rules, dd }: SmallTree, reading: DistanceReading): PartitionSpace | undefined => {
  try {
    return new PartitionSpace(network, rules, dd, { reading });
  } catch (error) {
    if (error instanceof GridflockError && error.code === 'PARTITION_TOO_FEW_RESOURCES') return undefined;
    throw error;
  }
};

describe('exact enumeration', () => {
  it('finds what trying every set of cuts finds: numbers, partitions, distances', () => {
    fc.assert(
      fc.property(smallTree, fc.constantFrom(...readings), fc.double({ min: 0, max: 1, noNaN: true }), (tree, reading, share) => {
        const space = spaceOf(tree, reading);
        const all = allPartitions(tree);
        if (!space) {
          expect(all).toEqual([]);
          return;
        }
        const byClusters = all.reduce<number[]>((counts, { clusters_count }) => {
          while (counts.length <= clusters_count) counts.push(0);
          counts[clusters_count]++;
          return counts;
        }, []);
        expect(space.byClusters.map(Number)).toEqual(byClusters);
        const distances = distancesOf(all, tree.dd, reading).sort((a, b) => a - b);
        expect(space.least().distance).toBeCloseTo(distances[0], 12);
        const lambda = distances[Math.floor(share * (distances.length - 1))] + 1e-9;
        const { partitions, isComplete } = space.list(lambda, 5000);
        expect(isComplete).toBe(true);
        const wanted = all.filter((partition) => partitionDistance(tree.dd, partition, reading) <= lambda);
        const names = (list: readonly { readonly labels: Int32Array }[]) => list.map(({ labels }) => labels.join()).sort();
        expect(names(partitions.map(({ partition }) => partition))).toEqual(names(wanted));
        for (const { partition, distance } of partitions) {
          expect(distance).toBeCloseTo(partitionDistance(tree.dd, partition, reading), 12);
          checkPartition(tree.network, partition, tree.rules);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('hands out the nearest partitions when there are too many', () => {
    fc.assert(
      fc.property(smallTree, fc.constantFrom(...readings), fc.integer({ min: 1, max: 5 }), (tree, reading, wanted_count) => {
        const space = spaceOf(tree, reading);
        if (!space) return;
        const distances = distancesOf(allPartitions(tree), tree.dd, reading).sort((a, b) => a - b);
        const nearest = space.nearest(wanted_count);
        expect(nearest.length).toBe(Math.min(wanted_count, distances.length));
        nearest.forEach(({ distance }, k) => expect(distance).toBeCloseTo(distances[k], 12));
      }),
      { numRuns: 100 },
    );
  });

  it('draws each partition equally often', () => {
    fc.assert(
      fc.property(smallTree, fc.integer(), (tree, seed) => {
        const space = spaceOf(tree, 'mean');
        if (!space || space.valid_count < 2n) return;
        const n = 4000;
        const drawn = space.draw(n, randomStream(seed));
        const distances = space.list(Number.POSITIVE_INFINITY, 5000).partitions.map(({ distance }) => distance);
        // at every distance that occurs: the fraction of draws up to there against the fraction of partitions
        for (const lambda of distances.map((distance) => distance + 1e-9)) {
          const share = distances.filter((distance) => distance <= lambda).length / distances.length;
          const seen = drawn.filter((distance) => distance <= lambda).length / n;
          expect(Math.abs(seen - share)).toBeLessThan(5.5 * Math.sqrt((share * (1 - share)) / n) + 1e-9);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('counts a chain of four resources by hand: 1 + 1 ways, and 1 + 3 + 3 + 1 when one resource is enough', () => {
    const chain = networkOfPairs(5, [
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
    ]);
    const resources = [0, 1, 1, 1, 1];
    expect(countPartitions(buildAtoms(chain, rulesOf(resources)))).toEqual([0n, 1n, 1n]);
    expect(countPartitions(buildAtoms(chain, rulesOf(resources, { resources_min_count: 1 })))).toEqual([0n, 1n, 3n, 3n, 1n]);
  });

  it('counts beyond what a double can hold', () => {
    const n = 200;
    const chain = networkOfPairs(
      n,
      Array.from({ length: n - 1 }, (_, k) => [k, k + 1]),
    );
    const resources = Array.from({ length: n }, (_, b) => (b === 0 ? 0 : 1));
    const byClusters = countPartitions(buildAtoms(chain, rulesOf(resources, { resources_min_count: 1 })));
    expect(byClusters.reduce((sum, count) => sum + count, 0n)).toBe(2n ** 198n);
  });

  it('says what the least distance is when λ leaves none', () => {
    const chain = networkOfPairs(3, [
      [0, 1],
      [1, 2],
    ]);
    const space = new PartitionSpace(chain, rulesOf([0, 1, 1]), Float64Array.of(0, 0, 0, 0, 0, 0.5, 0, 0.75, 0));
    expect(() => space.list(0.2, 10)).toThrow(/up to 0\.2; the least is 0\.312500.*at least 0\.3125.*\[PARTITION_NONE\]/s);
    expect(space.list(0.3125, 10).partitions).toHaveLength(1);
  });

  it('refuses loops, too few resources, odd rules and more clusters than may be held', () => {
    const ring = networkOfPairs(4, [
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 1],
    ]);
    expect(() => buildAtoms(ring, rulesOf([0, 1, 1, 1]))).toThrow(/PARTITION_NOT_RADIAL/);
    const fork = networkOfPairs(3, [
      [0, 1],
      [0, 2],
    ]);
    expect(() => buildAtoms(fork, rulesOf([0, 2, 1]))).toThrow(/below bus "3" has 1 resources.*PARTITION_TOO_FEW_RESOURCES/s);
    expect(() => buildAtoms(fork, rulesOf([0, 2, 0]))).toThrow(/PARTITION_TOO_FEW_RESOURCES/);
    expect(countPartitions(buildAtoms(fork, rulesOf([0, 2, 0], { unassigned: 'without-resources' })))).toEqual([0n, 1n]);
    expect(() => buildAtoms(fork, rulesOf([0, 0, 0], { unassigned: 'without-resources' }))).toThrow(/PARTITION_TOO_FEW_RESOURCES/);
    for (const bad of [{ resources_min_count: 0 }, { resources_min_count: 1.5 }, { outside: [] }, { resources_count: Int32Array.of(1) }]) {
      expect(() => buildAtoms(fork, rulesOf([0, 2, 2], bad))).toThrow(/PARTITION_RULES_INVALID/);
    }
    expect(() => new PartitionSpace(fork, rulesOf([0, 2, 2]), new Float64Array(9), { clusters_max_count: 1 })).toThrow(
      /PARTITION_TOO_MANY/,
    );
  });

  it('takes parallel branches for one', () => {
    const double = networkOfPairs(3, [
      [0, 1],
      [1, 2],
      [2, 1],
    ]);
    expect(countPartitions(buildAtoms(double, rulesOf([0, 2, 2])))).toEqual([0n, 1n, 1n]);
  });
});
