import { describe, expect, it } from 'vitest';
import { checkPartition, type NamedCluster, partitionOfClusters, resourcesAtBuses } from './check.ts';
import type { PartitionRules } from './partition.ts';
import { networkOfPairs } from './testing/small-trees.ts';

// 1 – 2 – 3 – 4
//      \– 5 – 6
const network = networkOfPairs(6, [
  [0, 1],
  [1, 2],
  [2, 3],
  [1, 4],
  [4, 5],
]);
const resources = [
  { id: 'pv', bus: '3' },
  { id: 'wind', bus: '4' },
  { id: 'store', bus: '5' },
  { id: 'car', bus: '6' },
];
const rules: PartitionRules = {
  outside: [0],
  resources_count: resourcesAtBuses(network, resources),
  resources_min_count: 2,
  distanceMax: 1,
};
const divide = (clusters: Record<string, string[]>, more: Partial<PartitionRules> = {}) =>
  partitionOfClusters(
    network,
    Object.entries(clusters).map(([name, buses]): NamedCluster => ({ name, buses })),
    { ...rules, ...more },
  );

describe('a given partition', () => {
  it('is read and numbered by its lowest buses, in whatever order it is named', () => {
    const { labels, clusters_count } = divide({ south: ['6', '5'], north: ['4', '3', '2'] });
    expect(clusters_count).toBe(2);
    expect([...labels]).toEqual([-1, 0, 0, 0, 1, 1]);
  });

  it('may leave buses without resources out only where the rules say so', () => {
    const bare = { south: ['6', '5'], north: ['4', '3'] };
    expect(() => divide(bare)).toThrow(/Bus "2" is in no cluster.*PARTITION_UNASSIGNED/s);
    expect([...divide(bare, { unassigned: 'without-resources' }).labels]).toEqual([-1, -1, 0, 0, 1, 1]);
    const lost = { north: ['2', '3', '4'] };
    expect(() => divide(lost, { unassigned: 'without-resources' })).toThrow(/Bus "5".*has 1 resources.*PARTITION_UNASSIGNED/s);
  });

  it.each([
    [{ a: ['2', '3', '4', '5', '66'] }, /Cluster "a" names bus "66".*PARTITION_UNKNOWN_BUS/s],
    [{ a: ['2', '3', '4', '5', '6'], b: [] }, /Cluster "b" has no buses.*PARTITION_EMPTY/s],
    [{ a: ['2', '3', '4'], b: ['4', '5', '6'] }, /"4" is in clusters "a" and "b".*PARTITION_BUS_TWICE/s],
    [{ a: ['2', '3', '4', '5', '6', '6'] }, /"6" is named twice in cluster "a".*PARTITION_BUS_TWICE/s],
    [{ a: ['1', '2', '3', '4', '5', '6'] }, /"1" is in cluster "a".*PARTITION_OUTSIDE/s],
    [
      { a: ['2', '4', '5'], b: ['3', '6'] },
      /"a" is not connected: no way within it leads from bus "2" to bus "4".*PARTITION_DISCONNECTED/s,
    ],
    [{ a: ['2', '3', '5', '6'], b: ['4'] }, /"b" has 1 resources, but it needs 2.*PARTITION_TOO_FEW_RESOURCES/s],
  ])('%j is refused', (clusters, message) => {
    expect(() => divide(clusters as Record<string, string[]>)).toThrow(message);
  });

  it('is checked also by its labels', () => {
    const labels = Int32Array.of(-1, 0, 0, 0, 1, 1);
    checkPartition(network, { labels, clusters_count: 2 }, rules);
    expect(() => checkPartition(network, { labels, clusters_count: 3 }, rules)).toThrow(/PARTITION_EMPTY/);
    const apart = Int32Array.of(-1, 0, 1, 0, 1, 1);
    expect(() => checkPartition(network, { labels: apart, clusters_count: 2 }, rules)).toThrow(/PARTITION_DISCONNECTED/);
  });

  it('needs resources on buses that exist', () => {
    expect(() => resourcesAtBuses(network, [{ id: 'pv', bus: '33' }])).toThrow(/Resource "pv" stands on bus "33".*PARTITION_RESOURCE_BUS/s);
  });
});
