import { CombinationError } from '../../base/errors.ts';
import { partitionOfClusters } from '../../network/partition/check.ts';
import { electricalDistances, partitionDistance } from '../../network/partition/electrical-distance.ts';
import { clusterBuses, type Partition, type PartitionRules } from '../../network/partition/partition.ts';
import { samplePartitions } from '../../network/partition/sample.ts';
import { type ListedPartition, PartitionSpace } from '../../network/partition/space.ts';
import { buildTopology } from '../../network/topology.ts';
import { exactSensitivity } from '../../powerflows/exact-sensitivity.ts';
import { prepareNewton } from '../../powerflows/newton-flow.ts';
import { sensitivityMatrices } from '../../powerflows/sensitivity.ts';
import type { PartitionsResult } from '../../wire/regulate-result.ts';
import { inStudy } from './in-study.ts';
import type { Player } from './players.ts';
import type { Prepared } from './prepare.ts';

/** A partition with a name and its players. */
export interface NamedPartition {
  readonly name: string;
  readonly partition: Partition;
  readonly distance: number;
  readonly buses: readonly (readonly number[])[];
}

export interface Division {
  readonly chosen: readonly NamedPartition[];
  /** For screening: the nearest first. */
  readonly candidates: readonly ListedPartition[];
  /** All valid partitions, where they were not sampled. */
  readonly space: PartitionSpace | undefined;
  readonly result: Omit<PartitionsResult, 'chosen'>;
}

/** Partitions listed for screening and choice at most; where there are more, the nearest. */
const listed_max_count = 20_000;

/** Partitions up to λ are counted one by one, so far. */
export const counted_max_count = 1_000_000;

/** Points of the curve of counts against λ. */
const curve_count = 61;

/** The cluster division of the study: how many partitions there are, up to which distance, and which are to be run. */
export function divide(prepared: Prepared, players: readonly Player[]): Division {
  const { network, slack, document, stream } = prepared;
  const { clusters } = document;
  const resources_count = new Int32Array(network.buses.length);
  for (const { bus } of players) resources_count[bus]++;
  const rules: PartitionRules = {
    outside: outsideOf(prepared, resources_count),
    resources_count,
    resources_min_count: clusters.resources_min_count,
    distanceMax: clusters.distanceMax ?? Number.POSITIVE_INFINITY,
  };
  const inside = network.buses.map((_, b) => b).filter((b) => !rules.outside.includes(b));
  const point = { ...prepared.case.operatingPoint, slacks: [slack], generators: slackOnly(prepared) };
  const flow = prepareNewton(network, point).solve(point);
  if (flow.status !== 'converged') {
    throw new CombinationError({
      code: 'REGULATE_NO_BASE_FLOW',
      message: `The power flow of the base load does not converge, so nothing is electrically near: ${flow.diagnosis ?? 'no diagnosis'}`,
      where: 'network',
      hint: 'Look at the network with `gridflock powerflow`; generators of its file hold no voltage in a study.',
    });
  }
  const dd = electricalDistances(sensitivityMatrices(exactSensitivity(network, point, flow)), inside);
  const { candidates, space, result } = inStudy('clusters', () =>
    clusters.method === 'exact'
      ? exactly(prepared, rules, dd)
      : sampled(prepared, rules, dd, samplePartitions(network, rules, clusters.draws_count, stream.split('partitions')).partitions),
  );
  const chosen = Array.isArray(clusters.choose)
    ? clusters.choose.map(({ name, clusters: given }, k): NamedPartition => {
        const named = given.map((buses, m) => ({ name: `${name}, cluster ${m + 1}`, buses: buses.map(String) }));
        const partition = inStudy(`clusters.choose[${k}]`, () => partitionOfClusters(network, named, rules));
        return { name, partition, distance: partitionDistance(dd, partition), buses: clusterBuses(partition) };
      })
    : differentFirst(candidates, clusters.choose).map(({ partition, distance }, k) => ({
        name: `clusters ${k + 1}`,
        partition,
        distance,
        buses: clusterBuses(partition),
      }));
  return { chosen, candidates, space, result };
}

/** The slack, and what hangs on it (or on nothing) without any resource: there nobody regulates, so it is nobody's cluster. */
function outsideOf({ network, slack, case: given }: Prepared, resources_count: Int32Array): number[] {
  const { island } = buildTopology(network, [], [slack, ...given.operatingPoint.isolated]);
  const regulated = new Set(network.buses.flatMap((_, b) => (resources_count[b] > 0 ? [island[b]] : [])));
  return network.buses.flatMap((_, b) => (b === slack || !regulated.has(island[b]) ? [b] : []));
}

/** The slack alone holds voltage; other generators of the file give what they are set to. */
function slackOnly({ slack, v_slack_pu, case: given }: Prepared) {
  const free = { p_min_kW: -Infinity, p_max_kW: Infinity, q_min_kvar: -Infinity, q_max_kvar: Infinity };
  const grid = { id: 'grid', bus: slack, p_kW: 0, q_kvar: 0, ...free, v_set_pu: v_slack_pu, holdsVoltage: true, inService: true };
  const others = given.operatingPoint.generators.filter(({ bus }) => bus !== slack);
  return [grid, ...others.map((generator) => ({ ...generator, holdsVoltage: false }))];
}

function exactly({ network }: Prepared, rules: PartitionRules, dd: Float64Array): Pick<Division, 'candidates' | 'space' | 'result'> {
  const space = new PartitionSpace(network, rules, dd);
  const { partitions, isComplete } = space.list(rules.distanceMax, listed_max_count);
  const distances = space.distances(Number.POSITIVE_INFINITY, 200_000);
  return {
    candidates: partitions,
    space,
    result: {
      method: 'exact',
      distanceMax: rules.distanceMax,
      resources_min_count: rules.resources_min_count,
      valid_count: Number(space.valid_count),
      screened_count: isComplete ? partitions.length : nearCount(space, rules.distanceMax),
      curve: distances ? curveOf(distances) : [],
      byClusters: space.byClusters.flatMap((count, clusters_count) => (count > 0n ? [{ clusters_count, count: Number(count) }] : [])),
    },
  };
}

/** Partitions up to λ, counted up to a million; all of them where nothing is asked of the distance. */
const nearCount = (space: PartitionSpace, distanceMax: number): number =>
  distanceMax < Number.POSITIVE_INFINITY ? space.count(distanceMax, counted_max_count) : Number(space.valid_count);

function sampled(
  { document }: Prepared,
  rules: PartitionRules,
  dd: Float64Array,
  found: readonly Partition[],
): Pick<Division, 'candidates' | 'space' | 'result'> {
  const all = found
    .map((partition): ListedPartition => ({ partition, distance: partitionDistance(dd, partition) }))
    .sort((a, b) => a.distance - b.distance);
  const near = all.filter(({ distance }) => distance <= rules.distanceMax);
  if (near.length === 0) {
    throw new CombinationError({
      code: 'PARTITION_NONE',
      message:
        all.length === 0
          ? `${document.clusters.draws_count} draws found no partition with ${rules.resources_min_count} resources in every cluster`
          : `None of ${all.length} partitions that were drawn has a mean electrical distance up to ${rules.distanceMax}; the least is ${all[0].distance.toPrecision(4)}`,
      where: 'clusters',
      hint: 'Raise distanceMax or draws_count, or ask for fewer resources in a cluster.',
    });
  }
  const byClusters = new Map<number, number>();
  for (const { partition } of all) byClusters.set(partition.clusters_count, (byClusters.get(partition.clusters_count) ?? 0) + 1);
  return {
    candidates: near,
    space: undefined,
    result: {
      method: 'sampled',
      distanceMax: rules.distanceMax,
      resources_min_count: rules.resources_min_count,
      valid_count: all.length,
      screened_count: near.length,
      draws_count: document.clusters.draws_count,
      curve: curveOf(Float64Array.from(all, ({ distance }) => distance)),
      byClusters: [...byClusters].sort(([a], [b]) => a - b).map(([clusters_count, count]) => ({ clusters_count, count })),
    },
  };
}

/** @param distances - ascending */
function curveOf(distances: Float64Array): PartitionsResult['curve'] {
  if (distances.length === 0) return [];
  const low = Math.floor(distances[0] * 100) / 100;
  const high = Math.ceil(distances[distances.length - 1] * 100) / 100;
  return Array.from({ length: curve_count }, (_, k) => {
    const lambda = low + ((high - low) * k) / (curve_count - 1);
    return { lambda, count: distances.filter((distance) => distance <= lambda).length };
  });
}

/** The nearest partition of each number of clusters (two or more where there are such), then the next ones. */
function differentFirst(candidates: readonly ListedPartition[], wanted_count: number): readonly ListedPartition[] {
  const divided = candidates.filter(({ partition }) => partition.clusters_count > 1);
  const pool = divided.length > 0 ? divided : candidates;
  const seen = new Set<number>();
  const first = pool.filter(({ partition }) => !seen.has(partition.clusters_count) && seen.add(partition.clusters_count));
  return [...first, ...pool.filter((each) => !first.includes(each))].slice(0, wanted_count);
}
