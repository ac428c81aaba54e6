import type { BusIndex } from '../bus-index.ts';

/**
 * The buses of a network divided into clusters. Every cluster is connected; the slack belongs to none (label −1), and so may others
 * where regions without resources are left unassigned.
 *
 * Canonical: clusters are numbered in the order in which the lowest bus of each appears, so that equal partitions have equal labels.
 * @shape labels, per bus
 */
export interface Partition {
  readonly labels: Int32Array;
  readonly clusters_count: number;
}

/** What a cluster has to keep. */
export interface PartitionRules {
  /** Buses that are in no cluster: at least the slack. */
  readonly outside: readonly BusIndex[];
  /** Number of adjustable resources at each bus. */
  readonly resources_count: Int32Array;
  /** Smallest number of resources in a cluster; Jia et al. (2025) §4.1: 2. */
  readonly resources_min_count: number;
  /** Largest mean electrical distance, eq. 17; Infinity: no screening. */
  readonly distanceMax: number;
  /**
   * `none` (default): every bus that is not outside is in a cluster, as §4.1 says. `without-resources`: a cluster holds only its
   * resources' buses and those between them, the rest is in none, as Fig. 4 draws it; partitions that differ in nothing else are one.
   */
  readonly unassigned?: 'none' | 'without-resources' | undefined;
}

/** Renumbers any labels (one per bus, −1 for none) canonically. */
export function canonicalPartition(labels: ArrayLike<number>): Partition {
  const canonical = new Int32Array(labels.length).fill(-1);
  const numberOf = new Map<number, number>();
  for (let b = 0; b < labels.length; b++) {
    if (labels[b] < 0) continue;
    let number = numberOf.get(labels[b]);
    if (number === undefined) numberOf.set(labels[b], (number = numberOf.size));
    canonical[b] = number;
  }
  return { labels: canonical, clusters_count: numberOf.size };
}

/** Buses of each cluster, ascending. */
export function clusterBuses({ labels, clusters_count }: Partition): readonly BusIndex[][] {
  const clusters: BusIndex[][] = Array.from({ length: clusters_count }, () => []);
  labels.forEach((label, b) => {
    if (label >= 0) clusters[label].push(b);
  });
  return clusters;
}
