import fc from 'fast-check';
import type { Branch, Network } from '../../network.ts';
import { type DistanceReading, partitionDistance } from '../electrical-distance.ts';
import { canonicalPartition, clusterBuses, type Partition, type PartitionRules } from '../partition.ts';

const branch = (from: number, to: number): Branch => ({
  id: `${from}-${to}`,
  from,
  to,
  r_pu: 0.01,
  x_pu: 0.02,
  b_pu: 0,
  ratio: 1,
  shift_deg: 0,
  s_max_kVA: Number.POSITIVE_INFINITY,
  inService: true,
});

/** Buses "1" … "n" joined by these pairs. */
export const networkOfPairs = (n: number, pairs: readonly (readonly [number, number])[]): Network => ({
  name: 'test',
  s_base_kVA: 1000,
  buses: Array.from({ length: n }, (_, b) => ({ id: `${b + 1}`, v_base_kV: 12.66, v_min_pu: 0.9, v_max_pu: 1.1 })),
  branches: pairs.map(([from, to]) => branch(from, to)),
  shunts: [],
});

export interface SmallTree {
  readonly network: Network;
  readonly rules: PartitionRules;
  /** Any distances at all: the search must not rely on where they come from. */
  readonly dd: Float64Array;
}

/** Trees of up to 11 buses below one slack, with resources here and there. */
export const smallTree: fc.Arbitrary<SmallTree> = fc
  .integer({ min: 3, max: 11 })
  .chain((n) =>
    fc.record({
      up: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: n, maxLength: n }),
      resources: fc.array(fc.constantFrom(0, 0, 1, 1, 2), { minLength: n, maxLength: n }),
      least: fc.integer({ min: 1, max: 3 }),
      isTrimmed: fc.boolean(),
      dd: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: n * n, maxLength: n * n }),
    }),
  )
  .map(({ up, resources, least, isTrimmed, dd }) => {
    const n = up.length;
    const pairs = Array.from({ length: n - 1 }, (_, k): [number, number] => [Math.floor(up[k + 1] * (k + 1)), k + 1]);
    return {
      network: networkOfPairs(n, pairs),
      rules: {
        outside: [0],
        resources_count: Int32Array.from(resources),
        resources_min_count: least,
        distanceMax: Number.POSITIVE_INFINITY,
        unassigned: isTrimmed ? ('without-resources' as const) : undefined,
      },
      dd: Float64Array.from(dd),
    };
  });

/** Every valid partition by trying every set of cuts, without any of the ideas of the method under test. */
export function allPartitions({ network, rules }: Pick<SmallTree, 'network' | 'rules'>): Partition[] {
  const inside = network.branches.filter(({ from, to }) => !rules.outside.includes(from) && !rules.outside.includes(to));
  const found = new Map<string, Partition>();
  for (let cuts = 0; cuts < 2 ** inside.length; cuts++) {
    const kept = inside.filter((_, l) => ((cuts >> l) & 1) === 0);
    const partition = dividedBy(network, rules, kept);
    if (partition) found.set(partition.labels.join(), partition);
  }
  return [...found.values()];
}

function dividedBy(network: Network, rules: PartitionRules, kept: readonly Branch[]): Partition | undefined {
  const labels = Int32Array.from(network.buses, (_, b) => (rules.outside.includes(b) ? -1 : b));
  for (let changed = true; changed; ) {
    changed = false;
    for (const { from, to } of kept) {
      if (labels[from] === labels[to]) continue;
      labels[from] = labels[to] = Math.min(labels[from], labels[to]);
      changed = true;
    }
  }
  const mayBeEmpty = rules.unassigned === 'without-resources';
  let clusters_count = 0;
  for (const buses of clusterBuses(canonicalPartition(labels))) {
    const count = buses.reduce((sum, b) => sum + rules.resources_count[b], 0);
    if (count === 0 && mayBeEmpty) for (const b of buses) labels[b] = -1;
    else if (count < rules.resources_min_count) return undefined;
    else clusters_count++;
    // Ends without resources fall off, one after another.
    for (let end: number | undefined = 0; mayBeEmpty && end !== undefined; ) {
      end = buses.find((b) => {
        const neighbours = kept.filter(({ from, to }) => (from === b || to === b) && labels[from] >= 0 && labels[to] >= 0);
        return labels[b] >= 0 && rules.resources_count[b] === 0 && neighbours.length < 2;
      });
      if (end !== undefined) labels[end] = -1;
    }
  }
  return clusters_count === 0 ? undefined : canonicalPartition(labels);
}

export const distancesOf = (partitions: readonly Partition[], dd: Float64Array, reading: DistanceReading): number[] =>
  partitions.map((partition) => partitionDistance(dd, partition, reading));
