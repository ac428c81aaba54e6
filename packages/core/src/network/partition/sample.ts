import type { RandomStream } from '../../base/random.ts';
import type { BusIndex, Network } from '../network.ts';
import { buildInsideTree, type InsideTree } from './atoms.ts';
import { canonicalPartition, type Partition, type PartitionRules } from './partition.ts';

export interface PartitionSample {
  /** Different valid partitions, in the order in which they were found. */
  readonly partitions: readonly Partition[];
  /** How often each was drawn. */
  readonly drawn_count: readonly number[];
  readonly draws_count: number;
  /** Draws that kept the rules. */
  readonly valid_count: number;
}

/**
 * The paper's sampler: bus after bus from the slack on takes the cluster of its upstream neighbour with probability 0.8, else
 * another one; a draw counts when every cluster has enough resources. "Another one" is always a new one here: an old one would
 * be connected only by chance of numbering. So a draw cuts each branch of the tree on its own with probability 0.2, and partitions
 * are compared by their cuts, whatever the numbers of their clusters.
 *
 * In a meshed network the tree is one spanning tree from the slack: clusters are connected, but partitions whose
 * clusters hang together only over branches outside of the tree are never drawn.
 * @param joined_frac - probability of the upstream neighbour's cluster
 * @throws {InputError} as `buildInsideTree`
 * @cost  O(buses) per draw
 * @source Jia et al., Electronics 14 (2025) 1306, §4.1 and Fig. 5
 */
export function samplePartitions(
  network: Network,
  rules: PartitionRules,
  draws_count: number,
  stream: RandomStream,
  joined_frac = 0.8,
): PartitionSample {
  const tree = buildInsideTree(network, rules);
  const { order, parent } = tree;
  const n = network.buses.length;
  const labels = new Int32Array(n).fill(-1);
  const held_count = new Int32Array(order.length);
  const placeOf = new Map<string, number>();
  const partitions: Partition[] = [];
  const drawn_count: number[] = [];
  let valid_count = 0;
  for (let draw = 0; draw < draws_count; draw++) {
    let clusters_count = 0;
    for (const b of order) {
      if (parent[b] >= 0 && stream.uniform() < joined_frac) labels[b] = labels[parent[b]];
      else {
        labels[b] = clusters_count;
        held_count[clusters_count++] = 0;
      }
      held_count[labels[b]] += rules.resources_count[b];
    }
    if (!keepsRules(held_count, clusters_count, rules)) continue;
    valid_count++;
    const partition = canonicalPartition(rules.unassigned === 'without-resources' ? trimmed(tree, labels, rules) : labels);
    const key = String.fromCharCode(...partition.labels.map((label) => label + 1));
    const place = placeOf.get(key);
    if (place !== undefined) drawn_count[place]++;
    else {
      placeOf.set(key, partitions.length);
      partitions.push(partition);
      drawn_count.push(1);
    }
  }
  return { partitions, drawn_count, draws_count, valid_count };
}

function keepsRules(held_count: Int32Array, clusters_count: number, rules: PartitionRules): boolean {
  const mayBeEmpty = rules.unassigned === 'without-resources';
  for (let m = 0; m < clusters_count; m++) {
    if (held_count[m] < rules.resources_min_count && !(mayBeEmpty && held_count[m] === 0)) return false;
  }
  return true;
}

/** Takes away from each cluster what is not a resource's bus or between two of them, along the tree. */
function trimmed({ order, parent, below_count }: InsideTree, labels: Int32Array, { resources_count }: PartitionRules): Int32Array {
  const left = labels.slice();
  const isTop = (b: BusIndex): boolean => parent[b] < 0 || labels[parent[b]] !== labels[b];
  /** Resources of a bus's own cluster at it and below it, and neighbours below that still belong to the cluster. */
  const own_count = resources_count.slice();
  const kept_count = new Int32Array(labels.length);
  for (let k = order.length - 1; k >= 0; k--) {
    const b = order[k];
    if (own_count[b] === 0 || below_count[b] === 0) left[b] = -1;
    else if (!isTop(b)) {
      own_count[parent[b]] += own_count[b];
      kept_count[parent[b]]++;
    }
  }
  // From the top down to the first bus that has a resource or parts the way.
  for (const b of order) {
    const isFirst = parent[b] < 0 || left[parent[b]] < 0 || labels[parent[b]] !== labels[b];
    if (left[b] >= 0 && isFirst && resources_count[b] === 0 && kept_count[b] < 2) left[b] = -1;
  }
  return left;
}
