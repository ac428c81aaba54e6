import { InputError } from '../../base/errors.ts';
import type { BusIndex } from '../bus-index.ts';
import { clusterBuses, type Partition } from './partition.ts';

/** ∂v_i/∂p_j and ∂v_i/∂q_j, as a power flow or a linear model gives them. @shape flat [i][j] over all buses */
export interface Coupling {
  readonly buses_count: number;
  readonly active_pu_per_kW: Float64Array;
  readonly reactive_pu_per_kvar: Float64Array;
}

/**
 * How the distance of a partition is read from those of its clusters. `mean`: the mean over clusters, eq. 15 as it stands (default);
 * `size-weighted`: by the number of buses; `largest`: the cluster that is widest.
 */
export type DistanceReading = 'mean' | 'size-weighted' | 'largest';

/**
 * The electrical distance of bus j, where power changes, from bus i, where voltage is looked at:
 *
 *   dd_ij = lg|S^VQ_jj/S^VQ_ij| + lg|S^VP_jj/S^VP_ij|
 *
 * Zero on the diagonal, infinite where i feels nothing of j, undefined (an error) at a bus whose voltage does not move at all.
 * @param buses - those that may be in clusters; rows and columns of others are NaN
 * @param by - both couplings (default), or one alone
 * @returns dd, flat [i][j] over all buses
 * @throws {InputError} PARTITION_DISTANCE_UNDEFINED
 * @source Jia et al., Electronics 14 (2025) 1306, eq. 16
 */
export function electricalDistances(
  coupling: Coupling,
  buses: readonly BusIndex[],
  by: 'both' | 'active' | 'reactive' = 'both',
): Float64Array {
  const n = coupling.buses_count;
  const dd = new Float64Array(n * n).fill(Number.NaN);
  const chosen = [...(by === 'reactive' ? [] : [coupling.active_pu_per_kW]), ...(by === 'active' ? [] : [coupling.reactive_pu_per_kvar])];
  for (const j of buses) {
    for (const i of buses) dd[i * n + j] = 0;
    for (const s of chosen) {
      const own = Math.abs(s[j * n + j]);
      if (!(own > 0)) {
        throw new InputError({
          code: 'PARTITION_DISTANCE_UNDEFINED',
          message: `The voltage of bus number ${j} does not answer to power at that bus, so nothing can be said to be near it`,
          hint: 'A slack or a generator holds its voltage: put the bus outside the clusters.',
        });
      }
      for (const i of buses) dd[i * n + j] += Math.log10(own / Math.abs(s[i * n + j]));
    }
  }
  return dd;
}

/** Mean of dd over all ordered pairs of a cluster's buses, each bus with itself included. */
export function clusterDistance(dd: Float64Array, buses_count: number, buses: readonly BusIndex[]): number {
  let sum = 0;
  for (const i of buses) for (const j of buses) sum += dd[i * buses_count + j];
  return sum / (buses.length * buses.length);
}

/** The distance of a partition, eq. 15. */
export function partitionDistance(dd: Float64Array, partition: Partition, reading: DistanceReading = 'mean'): number {
  const n = partition.labels.length;
  const clusters = clusterBuses(partition);
  const distances = clusters.map((buses) => clusterDistance(dd, n, buses));
  if (reading === 'largest') return Math.max(...distances);
  const weights = clusters.map((buses) => (reading === 'mean' ? 1 : buses.length));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return distances.reduce((sum, distance, m) => sum + weights[m] * distance, 0) / total;
}
