import { CombinationError } from '../base/errors.ts';
import { buildTopology, type Topology } from '../network/topology.ts';
import type { Wires } from './contract.ts';

/**
 * The feeder as a tree below its slack, in breadth-first order. Position 0 is the slack; position i > 0 hangs below
 * position `parent[i]` by branch `branch[i]`.
 *
 * Voltage along a branch, losses left out: v²(child) = κ·v²(parent) − δ·2·(r·P + x·Q)/S, with P, Q flowing down.
 * For a line κ = δ = 1; for a transformer with the ratio a at the upper end κ = 1/a², δ = 1; at the lower end κ = δ = a².
 * Between the transformer and the series impedance v² is κ/δ times that of the parent at the upper end, and 1/δ times that
 * of the child at the lower end.
 * @shape bus, parent, branch, r_pu, x_pu, b_pu, kappa, delta, s_max_kVA, downwards (nodes); branch[0] = −1
 */
export interface Tree {
  readonly size: number;
  readonly bus: Int32Array;
  readonly position: Int32Array;
  readonly parent: Int32Array;
  /** Positions that hang below each position. */
  readonly children: readonly (readonly number[])[];
  readonly branch: Int32Array;
  readonly r_pu: Float64Array;
  readonly x_pu: Float64Array;
  /** Total line charging; half of it at each end of the series impedance. */
  readonly b_pu: Float64Array;
  readonly kappa: Float64Array;
  readonly delta: Float64Array;
  readonly s_max_kVA: Float64Array;
  /** +1 where the branch's own direction points down the tree, else −1. */
  readonly downwards: Int8Array;
}

/** @throws {CombinationError} FORMULATION_CANNOT when a bus has no supply */
export function suppliedTopology({ network, slack }: Pick<Wires, 'network' | 'slack'>): Topology {
  const topology = buildTopology(network, [slack]);
  if (topology.unsuppliedIslands.length === 0) return topology;
  const island = topology.unsuppliedIslands[0];
  const bus = topology.order.find((b) => topology.island[b] === island)!;
  throw new CombinationError({
    code: 'FORMULATION_CANNOT',
    message: `Bus "${network.buses[bus].id}" has no connection to the slack bus "${network.buses[slack].id}"`,
    hint: 'Close a branch, or take the island out of the network.',
  });
}

/** @throws {CombinationError} FORMULATION_CANNOT when the network is meshed or a bus has no supply */
export function treeOf(wires: Pick<Wires, 'network' | 'slack'>, formulation: string): Tree {
  const { network } = wires;
  const topology = suppliedTopology(wires);
  if (!topology.isRadial) {
    const chord = network.branches[topology.chords[0]];
    throw new CombinationError({
      code: 'FORMULATION_CANNOT',
      message: `${formulation} needs a radial network, but "${network.name}" has ${topology.chords.length} loops, one through branch "${chord?.id}"`,
      hint: 'Open the ties, or choose the formulation dc or copper-plate.',
    });
  }
  const size = topology.order.length;
  const children: number[][] = Array.from({ length: size }, () => []);
  const tree: Tree = {
    size,
    bus: topology.order,
    position: new Int32Array(network.buses.length).fill(-1),
    parent: new Int32Array(size).fill(-1),
    children,
    branch: new Int32Array(size).fill(-1),
    r_pu: new Float64Array(size),
    x_pu: new Float64Array(size),
    b_pu: new Float64Array(size),
    kappa: new Float64Array(size).fill(1),
    delta: new Float64Array(size).fill(1),
    s_max_kVA: new Float64Array(size).fill(Number.POSITIVE_INFINITY),
    downwards: new Int8Array(size),
  };
  for (let i = 0; i < size; i++) tree.position[tree.bus[i]] = i;
  for (let i = 1; i < size; i++) {
    const branch = network.branches[topology.parentBranch[tree.bus[i]]];
    const down = branch.to === tree.bus[i];
    const a2 = branch.ratio * branch.ratio;
    tree.parent[i] = tree.position[topology.parent[tree.bus[i]]];
    children[tree.parent[i]].push(i);
    tree.branch[i] = topology.parentBranch[tree.bus[i]];
    tree.r_pu[i] = branch.r_pu;
    tree.x_pu[i] = branch.x_pu;
    tree.b_pu[i] = branch.b_pu;
    tree.kappa[i] = down ? 1 / a2 : a2;
    tree.delta[i] = down ? 1 : a2;
    tree.s_max_kVA[i] = branch.s_max_kVA;
    tree.downwards[i] = down ? 1 : -1;
  }
  return tree;
}

/** Position among the connected buses of each tree position; −1 where nothing is connected. */
export function portsAt({ connected }: Wires, tree: Tree): Int32Array {
  const at = new Int32Array(tree.size).fill(-1);
  connected.forEach((bus, k) => {
    at[tree.position[bus]] = k;
  });
  return at;
}
