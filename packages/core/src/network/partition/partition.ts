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
}
