import { CombinationError, InputError } from '../../base/errors.ts';
import type { BusIndex, Network } from '../network.ts';
import { buildTopology } from '../topology.ts';
import type { PartitionRules } from './partition.ts';

/**
 * What can be cut. A tree falls into connected clusters by cutting branches; a branch that leaves fewer resources than a cluster needs
 * on one of its sides can never be cut, so the buses at its ends are always together. Buses that are always together are an atom,
 * and every partition is a set of cut edges between atoms. Every edge that is left can be cut in some valid partition.
 *
 * Where buses may stay unassigned (`isTrimmed`), ends without resources are in no atom, and an edge may also be cut when nothing at all
 * lies above it.
 * @shape atomOf, per bus (−1: in no cluster); the others per atom, parents before children, roots have parent −1
 */
export interface Atoms {
  readonly atomOf: Int32Array;
  readonly parent: Int32Array;
  readonly children: readonly (readonly number[])[];
  /** Resources in an atom, and in it with everything below it. */
  readonly resources_count: Int32Array;
  readonly below_count: Int32Array;
  readonly resources_min_count: number;
  readonly isTrimmed: boolean;
  /** Branches between buses that may be in clusters: each is cut or not in a draw of the sampler. */
  readonly edges_count: number;
  readonly roots_count: number;
}

/** The spanning tree from the slack, for those buses that may be in clusters. @shape parent (−1 at tops), top, below_count, per bus */
export interface InsideTree {
  readonly order: readonly BusIndex[];
  readonly isInside: Uint8Array;
  readonly parent: Int32Array;
  /** Topmost bus of the tree that a bus is in. */
  readonly top: Int32Array;
  /** Resources at a bus and everywhere below it. */
  readonly below_count: Int32Array;
  readonly isRadial: boolean;
}

/**
 * Walks from the buses outside. In a meshed network this is one spanning tree of several.
 * @throws {InputError} PARTITION_RULES_INVALID, PARTITION_TOO_FEW_RESOURCES when a part that hangs together has too few for one cluster
 */
export function buildInsideTree(network: Network, rules: PartitionRules): InsideTree {
  checkRules(network, rules);
  const n = network.buses.length;
  const isInside = new Uint8Array(n).fill(1);
  for (const b of rules.outside) isInside[b] = 0;
  const topology = buildTopology(network, rules.outside);
  const order = Array.from(topology.order).filter((b) => isInside[b] === 1);
  const parent = topology.parent.map((up) => (up >= 0 && isInside[up] === 1 ? up : -1));
  const top = new Int32Array(n).fill(-1);
  for (const b of order) top[b] = parent[b] < 0 ? b : top[parent[b]];
  const below_count = rules.resources_count.slice();
  for (let k = order.length - 1; k >= 0; k--) if (parent[order[k]] >= 0) below_count[parent[order[k]]] += below_count[order[k]];
  // A second branch between neighbours of the tree joins nothing new.
  const closesLoop = (l: number): boolean => {
    const { from, to } = network.branches[l];
    return isInside[from] === 1 && isInside[to] === 1 && parent[from] !== to && parent[to] !== from && from !== to;
  };
  const tree = { order, isInside, parent, top, below_count, isRadial: !topology.chords.some(closesLoop) };
  checkTotals(network, rules, tree);
  return tree;
}

/** @throws {CombinationError} PARTITION_NOT_RADIAL; {InputError} as `buildInsideTree` */
export function buildAtoms(network: Network, rules: PartitionRules): Atoms {
  const tree = buildInsideTree(network, rules);
  const { order, parent, top, below_count, isRadial } = tree;
  if (!isRadial) {
    throw new CombinationError({
      code: 'PARTITION_NOT_RADIAL',
      message: `Partitions can be enumerated on radial networks, but "${network.name}" has loops among the buses to be divided`,
      hint: 'Open the ties, or sample partitions.',
    });
  }
  const isTrimmed = rules.unassigned === 'without-resources';
  const least = rules.resources_min_count;
  const atomOf = new Int32Array(network.buses.length).fill(-1);
  const parents: number[] = [];
  const children: number[][] = [];
  const resources: number[] = [];
  const below: number[] = [];
  let edges_count = 0;
  for (const b of order) {
    const isTop = parent[b] < 0;
    if (!isTop) edges_count++;
    if (isTrimmed && below_count[b] === 0) continue;
    const above_count = below_count[top[b]] - below_count[b];
    const canCut = below_count[b] >= least && (above_count >= least || (isTrimmed && above_count === 0));
    if (isTop || canCut) {
      const up = isTop ? -1 : atomOf[parent[b]];
      atomOf[b] = parents.length;
      if (up >= 0) children[up].push(parents.length);
      parents.push(up);
      children.push([]);
      resources.push(0);
      below.push(below_count[b]);
    } else atomOf[b] = atomOf[parent[b]];
    resources[atomOf[b]] += rules.resources_count[b];
  }
  return {
    atomOf,
    parent: Int32Array.from(parents),
    children,
    resources_count: Int32Array.from(resources),
    below_count: Int32Array.from(below),
    resources_min_count: least,
    isTrimmed,
    edges_count,
    roots_count: parents.filter((up) => up < 0).length,
  };
}

function checkRules(network: Network, rules: PartitionRules): void {
  const wrong = (message: string, hint: string): never => {
    throw new InputError({ code: 'PARTITION_RULES_INVALID', message, hint });
  };
  const { outside, resources_count, resources_min_count } = rules;
  if (!Number.isInteger(resources_min_count) || resources_min_count < 1) {
    wrong(`A cluster needs a whole number of resources, at least 1, got ${resources_min_count}`, 'The paper takes 2.');
  }
  if (outside.length === 0) wrong('No bus is outside the clusters, but the slack must be', 'Name at least the slack.');
  if (resources_count.length !== network.buses.length || resources_count.some((count) => count < 0)) {
    wrong(`Expected ${network.buses.length} numbers of resources, one per bus`, 'Give 0 where there are none.');
  }
}

function checkTotals(network: Network, rules: PartitionRules, tree: InsideTree): void {
  const least = rules.resources_min_count;
  const mayBeEmpty = rules.unassigned === 'without-resources';
  let total = 0;
  for (const b of tree.order) {
    if (tree.parent[b] >= 0) continue;
    const count = tree.below_count[b];
    total += count;
    if (count >= least || (mayBeEmpty && count === 0)) continue;
    throw tooFew(`The part of "${network.name}" below bus "${network.buses[b].id}" has ${count} resources, but a cluster needs ${least}`);
  }
  if (total === 0) throw tooFew(`"${network.name}" has no resources to be divided`);
}

const tooFew = (message: string): InputError =>
  new InputError({
    code: 'PARTITION_TOO_FEW_RESOURCES',
    message,
    hint: 'Add resources, ask for fewer in a cluster, put those buses outside, or leave regions without resources unassigned.',
  });
