import { CombinationError } from '../../base/errors.ts';
import type { RandomStream } from '../../base/random.ts';
import type { Network } from '../network.ts';
import { type Atoms, buildAtoms } from './atoms.ts';
import { buildClusters, type Clusters } from './clusters.ts';
import { countPartitions } from './count.ts';
import type { DistanceReading } from './electrical-distance.ts';
import { canonicalPartition, type Partition, type PartitionRules } from './partition.ts';
import { labelsOf, PartitionSearch } from './search.ts';
import { drawDistances } from './uniform-draws.ts';

export interface ListedPartition {
  readonly partition: Partition;
  readonly distance: number;
}

export interface PartitionListing {
  /** Nearest first. */
  readonly partitions: readonly ListedPartition[];
  /** False: there are more; these are the nearest. */
  readonly isComplete: boolean;
}

export interface SpaceOptions {
  /** Default `mean`, eq. 15 as it stands. */
  readonly reading?: DistanceReading | undefined;
  /** Possible clusters that may be held in memory; default 2,000,000. */
  readonly clusters_max_count?: number | undefined;
}

/**
 * All valid partitions of a radial feeder: their number, and those that are electrically near, exactly and without drawing lots.
 *
 * @example
 * const space = new PartitionSpace(network, rules, electricalDistances(sensitivityMatrices(sensitivity), inside));
 * space.valid_count;            // ieee33 with eleven resources: 1188n
 * space.list(0.35, 10_000);     // the 590 with a mean electrical distance up to 0.35
 * @throws {CombinationError} PARTITION_NOT_RADIAL, PARTITION_TOO_MANY; {InputError} as `buildInsideTree`
 * @source the problem: Jia et al., Electronics 14 (2025) 1306, §4.1, which samples; the exact method is ours
 */
export class PartitionSpace {
  readonly atoms: Atoms;
  /** Number of valid partitions at [number of clusters], and of all. */
  readonly byClusters: readonly bigint[];
  readonly valid_count: bigint;
  private readonly clusters: Clusters;
  private readonly distanceLargest: number;

  /** @param dd - electrical distances, flat over all buses (`electricalDistances`) */
  constructor(network: Network, rules: PartitionRules, dd: Float64Array, options: SpaceOptions = {}) {
    const { reading = 'mean', clusters_max_count = 2_000_000 } = options;
    this.atoms = buildAtoms(network, rules);
    this.byClusters = countPartitions(this.atoms);
    this.valid_count = this.byClusters.reduce((sum, count) => sum + count, 0n);
    const clusters = buildClusters(this.atoms, dd, reading, clusters_max_count);
    if (!clusters) {
      throw new CombinationError({
        code: 'PARTITION_TOO_MANY',
        message: `"${network.name}" has ${this.valid_count} valid partitions out of more than ${clusters_max_count} possible clusters, too many to hold`,
        hint: 'Ask for more resources in a cluster, leave regions without resources unassigned, or sample partitions.',
      });
    }
    this.clusters = clusters;
    this.distanceLargest = clusters.distance.reduce((a, b) => (b > a && b < Number.POSITIVE_INFINITY ? b : a), 0);
  }

  /** Number of clusters that occur in valid partitions. */
  get clusters_count(): number {
    return this.clusters.distance.length;
  }

  /** The partition of least distance. */
  least(): ListedPartition {
    const { clusters } = this;
    if (clusters.reading === 'largest') return this.leastLargest();
    // Σ w·(D − λ) is least at some partition; its own distance is the next λ, until λ stands still (Dinkelbach).
    let found = new PartitionSearch(clusters, this.distanceLargest).least()!;
    for (;;) {
      const next = new PartitionSearch(clusters, found.distance).least()!;
      if (!(next.distance < found.distance)) break;
      found = next;
    }
    return this.listed(found.chosen, found.chosen.length, found.distance);
  }

  /** Number of partitions up to λ; counting stops at `max_count`. */
  count(lambda: number, max_count = Number.POSITIVE_INFINITY): number {
    let found = 0;
    this.search(lambda).visit(() => ++found < max_count);
    return found;
  }

  /** Distances of all partitions up to λ, ascending: the curve of counts against λ; nothing where there are more than `max_count`. */
  distances(lambda: number, max_count: number): Float64Array | undefined {
    const found: number[] = [];
    const isComplete = this.search(lambda).visit((_, __, distance) => found.push(distance) <= max_count);
    return isComplete ? Float64Array.from(found).sort() : undefined;
  }

  /**
   * All partitions up to λ, or the `max_count` nearest of them when there are more.
   * @throws {CombinationError} PARTITION_NONE when there is none, with the least distance that exists
   */
  list(lambda: number, max_count: number): PartitionListing {
    const all = this.upTo(lambda, max_count);
    if (all === undefined) return { partitions: this.nearest(max_count), isComplete: false };
    if (all.length > 0) return { partitions: all, isComplete: true };
    const least = this.least().distance;
    throw new CombinationError({
      code: 'PARTITION_NONE',
      message: `None of the ${this.valid_count} valid partitions has an electrical distance up to ${lambda}; the least is ${least.toPrecision(6)}`,
      hint: `Take a larger limit of the distance, at least ${(Math.ceil(least * 1e4) / 1e4).toFixed(4)}.`,
    });
  }

  /** The nearest partitions: by halving, a λ is found that holds enough of them and not many more. */
  nearest(wanted_count: number): readonly ListedPartition[] {
    const enough_count = 4 * wanted_count;
    let low = this.least().distance;
    let high = this.distanceLargest;
    let atHigh_count = this.count(high, enough_count);
    for (let halvings = 0; atHigh_count >= enough_count && halvings < 60 && high - low > 1e-12 * high; halvings++) {
      const middle = (low + high) / 2;
      const count = this.count(middle, enough_count);
      if (count < wanted_count) low = middle;
      else {
        high = middle;
        atHigh_count = count;
      }
    }
    const found = this.upTo(high, Number.POSITIVE_INFINITY)!;
    return found.slice(0, wanted_count);
  }

  /**
   * Distances of partitions drawn with equal probability among all valid ones: how many lie up to each λ where there are too many to
   * count.
   */
  draw(draws_count: number, stream: RandomStream): Float64Array {
    return drawDistances(this.clusters, draws_count, stream);
  }

  private search(lambda: number): PartitionSearch {
    return new PartitionSearch(this.clusters, Math.min(lambda, 2 * this.distanceLargest + 1));
  }

  /** Nothing when there are more than `max_count`. */
  private upTo(lambda: number, max_count: number): readonly ListedPartition[] | undefined {
    const found: { readonly chosen: Int32Array; readonly distance: number }[] = [];
    const isComplete = this.search(lambda).visit((chosen, count, distance) => {
      if (found.length >= max_count) return false;
      found.push({ chosen: chosen.slice(0, count), distance });
      return true;
    });
    if (!isComplete) return undefined;
    found.sort((a, b) => a.distance - b.distance);
    return found.map(({ chosen, distance }) => this.listed(chosen, chosen.length, distance));
  }

  private listed(chosen: ArrayLike<number>, count: number, distance: number): ListedPartition {
    return { partition: canonicalPartition(labelsOf(this.clusters, chosen, count)), distance };
  }

  private leastLargest(): ListedPartition {
    const candidates = Float64Array.from(new Set(this.clusters.distance)).sort();
    let low = 0;
    let high = candidates.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (new PartitionSearch(this.clusters, candidates[middle]).least()) high = middle;
      else low = middle + 1;
    }
    const { chosen, distance } = new PartitionSearch(this.clusters, candidates[low]).least()!;
    return this.listed(chosen, chosen.length, distance);
  }
}
