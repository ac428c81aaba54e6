import { didYouMean, InputError } from '../../base/errors.ts';
import type { BusIndex, Network } from '../network.ts';
import { buildAdjacency } from '../topology.ts';
import { canonicalPartition, clusterBuses, type Partition, type PartitionRules } from './partition.ts';

/** A cluster as a person writes it down. */
export interface NamedCluster {
  readonly name: string;
  /** Ids of buses. */
  readonly buses: readonly string[];
}

/**
 * Number of resources at each bus, by the ids of their buses.
 * @throws {InputError} PARTITION_RESOURCE_BUS
 */
export function resourcesAtBuses(network: Network, resources: readonly { readonly id: string; readonly bus: string }[]): Int32Array {
  const indexOf = new Map(network.buses.map((bus, b) => [bus.id, b]));
  const resources_count = new Int32Array(network.buses.length);
  for (const { id, bus } of resources) {
    const b = indexOf.get(bus);
    if (b === undefined) {
      throw new InputError({
        code: 'PARTITION_RESOURCE_BUS',
        message: `Resource "${id}" stands on bus "${bus}", which "${network.name}" does not have`,
        hint: didYouMean(bus, indexOf.keys()),
      });
    }
    resources_count[b]++;
  }
  return resources_count;
}

/**
 * Clusters as named, checked against everything that a partition has to keep. Regions in no cluster are allowed only where the rules
 * leave buses without resources unassigned.
 * @throws {InputError} PARTITION_UNKNOWN_BUS, PARTITION_EMPTY, PARTITION_BUS_TWICE, and as `checkPartition`
 */
export function partitionOfClusters(network: Network, clusters: readonly NamedCluster[], rules: PartitionRules): Partition {
  const indexOf = new Map(network.buses.map((bus, b) => [bus.id, b]));
  const labels = new Int32Array(network.buses.length).fill(-1);
  clusters.forEach(({ name, buses }, m) => {
    if (buses.length === 0) wrong('PARTITION_EMPTY', `Cluster "${name}" has no buses`, 'Name its buses, or leave it out.');
    for (const id of buses) {
      const b = indexOf.get(id);
      if (b === undefined) {
        const hint = didYouMean(id, indexOf.keys()) ?? `Take the ids of "${network.name}".`;
        wrong('PARTITION_UNKNOWN_BUS', `Cluster "${name}" names bus "${id}", which "${network.name}" does not have`, hint);
      } else if (labels[b] >= 0) {
        const other = clusters[labels[b]].name;
        const twice = labels[b] === m ? `is named twice in cluster "${name}"` : `is in clusters "${other}" and "${name}"`;
        wrong('PARTITION_BUS_TWICE', `Bus "${id}" ${twice}`, 'A bus belongs to one cluster: name it once.');
      } else labels[b] = m;
    }
  });
  checkLabels(
    network,
    labels,
    clusters.map(({ name }) => name),
    rules,
  );
  return canonicalPartition(labels);
}

/**
 * @throws {InputError} PARTITION_OUTSIDE (slack in a cluster), PARTITION_UNASSIGNED, PARTITION_EMPTY, PARTITION_DISCONNECTED,
 *         PARTITION_TOO_FEW_RESOURCES
 */
export function checkPartition(network: Network, partition: Partition, rules: PartitionRules): void {
  const names = Array.from({ length: partition.clusters_count }, (_, m) => `${m + 1}`);
  checkLabels(network, partition.labels, names, rules);
}

function checkLabels(network: Network, labels: Int32Array, names: readonly string[], rules: PartitionRules): void {
  const idOf = (b: BusIndex): string => `"${network.buses[b].id}"`;
  for (const b of rules.outside) {
    if (labels[b] < 0) continue;
    const message = `Bus ${idOf(b)} is in cluster "${names[labels[b]]}", but it is outside of all clusters`;
    wrong('PARTITION_OUTSIDE', message, 'The slack is the connection to the grid above: take it out of the cluster.');
  }
  labels.forEach((label, b) => {
    if (label >= 0 || rules.outside.includes(b)) return;
    const resources_count = rules.resources_count[b];
    if (rules.unassigned === 'without-resources' && resources_count === 0) return;
    const has = resources_count > 0 ? `, although it has ${resources_count} resources` : '';
    wrong(
      'PARTITION_UNASSIGNED',
      `Bus ${idOf(b)} is in no cluster${has}`,
      'Assign it; only buses without resources may be left out, and only if the rules say so.',
    );
  });
  const adjacency = buildAdjacency(network);
  clusterBuses({ labels, clusters_count: names.length }).forEach((buses, m) => {
    if (buses.length === 0) wrong('PARTITION_EMPTY', `Cluster "${names[m]}" has no buses`, 'Name its buses, or leave it out.');
    const reached = new Set<BusIndex>([buses[0]]);
    for (const b of reached) {
      for (let k = adjacency.start[b]; k < adjacency.start[b + 1]; k++) {
        if (labels[adjacency.bus[k]] === m) reached.add(adjacency.bus[k]);
      }
    }
    const lost = buses.find((b) => !reached.has(b));
    if (lost !== undefined) {
      const message = `Cluster "${names[m]}" is not connected: no way within it leads from bus ${idOf(buses[0])} to bus ${idOf(lost)}`;
      wrong('PARTITION_DISCONNECTED', message, 'Add the buses between them, or make two clusters of it.');
    }
    const resources_count = buses.reduce((sum, b) => sum + rules.resources_count[b], 0);
    if (resources_count < rules.resources_min_count) {
      const message = `Cluster "${names[m]}" has ${resources_count} resources, but it needs ${rules.resources_min_count}`;
      wrong('PARTITION_TOO_FEW_RESOURCES', message, 'Join it with a neighbour, or ask for fewer resources in a cluster.');
    }
  });
}

function wrong(code: string, message: string, hint: string): void {
  throw new InputError({ code, message, hint });
}
