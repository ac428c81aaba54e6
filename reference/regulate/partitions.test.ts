import { describe, expect, it } from 'vitest';
import { randomStream } from '../../packages/core/src/base/random.ts';
import { checkPartition, resourcesAtBuses } from '../../packages/core/src/network/partition/check.ts';
import {
  type DistanceReading,
  electricalDistances,
  partitionDistance,
} from '../../packages/core/src/network/partition/electrical-distance.ts';
import type { PartitionRules } from '../../packages/core/src/network/partition/partition.ts';
import { samplePartitions } from '../../packages/core/src/network/partition/sample.ts';
import { sampleTheory } from '../../packages/core/src/network/partition/sample-theory.ts';
import { PartitionSpace } from '../../packages/core/src/network/partition/space.ts';
import { ieee33 } from '../../packages/core/src/networks/ieee33/network.ts';
import { readBuiltIn } from '../../packages/core/src/networks/read-built-in.ts';
import { exactSensitivity } from '../../packages/core/src/powerflows/exact-sensitivity.ts';
import { newton } from '../../packages/core/src/powerflows/newton/newton.ts';
import { linearSensitivity, sensitivityMatrices } from '../../packages/core/src/powerflows/sensitivity.ts';
import { published, sheet } from './published.ts';

const { network, operatingPoint } = readBuiltIn(ieee33);
const outside = operatingPoint.slacks;
const inside = network.buses.map((_, b) => b).filter((b) => !outside.includes(b));
const rules: PartitionRules = {
  outside,
  resources_count: resourcesAtBuses(network, published.resources),
  resources_min_count: published.sampler.resources_min_count,
  distanceMax: Number.POSITIVE_INFINITY,
};
const exact = exactSensitivity(network, operatingPoint, newton.prepare(network, operatingPoint).solve(operatingPoint));
const ac = electricalDistances(sensitivityMatrices(exact), inside);
const linear = electricalDistances(sensitivityMatrices(linearSensitivity(network, operatingPoint)), inside);
const spaceOf = (dd: Float64Array, reading: DistanceReading = 'mean') => new PartitionSpace(network, rules, dd, { reading });

/** Number of partitions with a distance up to λ, by their number of clusters. */
function byClustersUpTo(space: PartitionSpace, lambda: number): number[] {
  const counts = [0];
  for (const { partition } of space.list(lambda, 5000).partitions) {
    while (counts.length <= partition.clusters_count) counts.push(0);
    counts[partition.clusters_count]++;
  }
  return counts;
}

/** Mean and deviation of what the sampler finds up to 0.5, 0.35 and 0.27, at the draws after which 755 are found up to 0.5. */
function expectedFound(space: PartitionSpace) {
  const theories = published.found.map(({ lambda }) =>
    sampleTheory(space.atoms, byClustersUpTo(space, lambda), published.sampler.joined_frac),
  );
  const draws_count = theories[0].drawsFor(published.found[0].count);
  return { draws_count, found: theories.map((theory) => theory.found(draws_count)) };
}

describe('partitions of IEEE 33 with the eleven resources of Jia et al. (2025)', () => {
  it('are 1188, by number of clusters 1/20/153/502/512, and 28 when a cluster needs three resources', () => {
    const space = spaceOf(ac);
    expect(space.valid_count).toBe(BigInt(sheet.valid_count));
    expect(space.byClusters.slice(1).map(Number)).toEqual(sheet.byClusters);
    const three = new PartitionSpace(network, { ...rules, resources_min_count: 3 }, ac);
    expect(three.valid_count).toBe(BigInt(sheet.validWithThree_count));
  });

  it.each([
    ['AC sensitivities', ac, sheet.exact.ac],
    ['linear sensitivities', linear, sheet.exact.linear],
  ])('up to λ = 0.5, 0.35, 0.27 with %s: counted and listed', (_, dd, counts) => {
    const space = spaceOf(dd);
    sheet.exact.lambda.forEach((lambda, k) => {
      const { partitions, isComplete } = space.list(lambda, 5000);
      expect(isComplete).toBe(true);
      expect(partitions.length).toBe(counts[k]);
      expect(space.count(lambda)).toBe(counts[k]);
      for (const { partition, distance } of partitions) {
        checkPartition(network, partition, rules);
        expect(distance).toBeCloseTo(partitionDistance(dd, partition), 12);
        expect(distance).toBeLessThanOrEqual(lambda);
      }
    });
  });

  it('are found by the sampler as often as the sheet says, which explains 755 / 342 / 48', () => {
    const space = spaceOf(ac);
    const all = sampleTheory(space.atoms, space.byClusters.map(Number), published.sampler.joined_frac);
    expect(all.valid_frac).toBeCloseTo(sheet.valid_frac, 4);
    const { draws_count, found } = expectedFound(space);
    expect(Math.abs(draws_count / sheet.draws_count - 1)).toBeLessThan(0.02);
    found.forEach(({ mean, deviation }, k) => {
      expect(Math.abs(mean - sheet.found[k].mean)).toBeLessThan(1); // the sheet simulated
      expect(Math.abs(deviation - sheet.found[k].deviation)).toBeLessThan(0.6);
      // the paper's own numbers lie within three deviations of the theory
      expect(Math.abs(published.found[k].count - mean)).toBeLessThan(3 * deviation);
    });
  });

  it('fit the published numbers less well by the two next readings', () => {
    expect(expectedFound(spaceOf(linear)).found.map(({ mean }) => Math.round(mean))).toEqual(sheet.foundLinear);
    expect(expectedFound(spaceOf(ac, 'size-weighted')).found.map(({ mean }) => Math.round(mean))).toEqual(sheet.foundSizeWeighted);
  });

  it('are drawn by the sampler itself within three deviations, and only such as were enumerated', () => {
    const space = spaceOf(ac);
    const known = new Map(
      space.list(Number.POSITIVE_INFINITY, 5000).partitions.map((each) => [each.partition.labels.join(), each.distance]),
    );
    const sample = samplePartitions(network, rules, sheet.draws_count, randomStream(33), published.sampler.joined_frac);
    const distances = sample.partitions.map(({ labels }) => known.get(labels.join()) ?? Number.NaN);
    expect(distances.some(Number.isNaN)).toBe(false);
    for (const { lambda } of published.found) {
      const { mean, deviation } = sampleTheory(space.atoms, byClustersUpTo(space, lambda)).found(sheet.draws_count);
      const found_count = distances.filter((distance) => distance <= lambda).length;
      expect(Math.abs(found_count - mean)).toBeLessThan(3 * deviation);
    }
    expect(Math.abs(sample.valid_count / sample.draws_count - sheet.valid_frac)).toBeLessThan(
      3 * Math.sqrt(sheet.valid_frac / sheet.draws_count),
    );
  });
});
