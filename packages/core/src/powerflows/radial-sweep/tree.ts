import type { Network, OperatingPoint } from '../../network/network.ts';
import { buildTopology } from '../../network/topology.ts';
import { firstHeldBus } from '../setpoints.ts';
import { refusalOfIslands, type Wires } from '../wires.ts';

/**
 * A radial network as a rooted tree in breadth-first order, with every transformer and phase shifter scaled away.
 *
 * With V′_b = k_b·V_b, k = 1 at a root, k_c = t·k_p across a transformer met from its from side and k_c = k_p/t from its
 * to side, all branches become plain lines: z′ = z·|k_l|², y′ = y/|k|² (k_l on the line's side of the transformer).
 * Powers do not change. Charging jb/2 stands at both ends and is added to the bus shunts.
 *
 * | symbol | variable |
 * |---|---|
 * | position in the order | k; roots first, parents before children |
 * | parent's position | `parent[k]` (−1 at a root) |
 * | z′ of the branch to the parent | `r[k] + j x[k]` |
 * | y′ to ground | `g[k] + j b[k]` |
 * | k_b | `scale[k]∠turn_rad[k]` |
 * @shape all arrays: count (buses that are not isolated)
 * @source Shirmohammadi, Hong, Semlyen, Luo, A Compensation-Based Power Flow Method for Weakly Meshed Distribution and
 *         Transmission Networks, IEEE Trans. Power Systems 3 (1988) 753–762 (branch numbering in layers)
 */
export interface Tree {
  readonly count: number;
  readonly roots_count: number;
  readonly bus: Int32Array;
  readonly parent: Int32Array;
  readonly r: Float64Array;
  readonly x: Float64Array;
  readonly g: Float64Array;
  readonly b: Float64Array;
  readonly scale: Float64Array;
  readonly turn_rad: Float64Array;
}

/** Why the sweep cannot take this network at this point, or undefined. */
export function refusalOfTree(network: Network, point: OperatingPoint): string | undefined {
  const held = firstHeldBus(point);
  if (held !== undefined) {
    return `a generator holds the voltage of bus "${network.buses[held].id}", which the sweep cannot; use method "newton"`;
  }
  const topology = buildTopology(network, point.slacks, point.isolated);
  const lost = refusalOfIslands(network, topology);
  if (lost !== undefined) return lost;
  if (topology.isRadial) return undefined;
  if (topology.chords.length > 0) {
    const { id } = network.branches[topology.chords[0]];
    return `branch "${id}" closes a loop, and the sweep needs a radial network; use method "newton"`;
  }
  const second = point.slacks.find((b) => topology.parent[b] >= 0)!;
  return `slack "${network.buses[second].id}" stands in the same island as another slack, which closes a loop through them; use method "newton"`;
}

/** Orders the buses; the network must be radial (`refusalOfTree`). @cost O(buses + branches), allocates */
export function buildTree(wires: Wires, point: OperatingPoint): Tree {
  const { network, from } = wires;
  const topology = buildTopology(network, point.slacks, point.isolated);
  const roots = topology.order.filter((b) => topology.parent[b] < 0);
  const roots_count = roots.length;
  const bus = [...roots, ...topology.order.filter((b) => topology.parent[b] >= 0)];
  const positionOf = new Int32Array(wires.buses_count).fill(-1);
  for (let k = 0; k < bus.length; k++) positionOf[bus[k]] = k;
  const count = bus.length;
  const zeros = () => new Float64Array(count);
  const tree: Tree = {
    count,
    roots_count,
    bus: Int32Array.from(bus),
    parent: Int32Array.from(bus, (b) => (topology.parent[b] < 0 ? -1 : positionOf[topology.parent[b]])),
    r: zeros(),
    x: zeros(),
    g: zeros(),
    b: zeros(),
    scale: zeros().fill(1),
    turn_rad: zeros(),
  };
  for (let k = roots_count; k < count; k++) {
    const l = topology.parentBranch[bus[k]];
    const p = tree.parent[k];
    const { r_pu, x_pu, b_pu, ratio, shift_deg } = network.branches[l];
    const shift = (shift_deg * Math.PI) / 180;
    const downward = from[l] === bus[p];
    tree.scale[k] = downward ? tree.scale[p] * ratio : tree.scale[p] / ratio;
    tree.turn_rad[k] = downward ? tree.turn_rad[p] + shift : tree.turn_rad[p] - shift;
    const line = downward ? tree.scale[k] : tree.scale[p];
    tree.r[k] = r_pu * line * line;
    tree.x[k] = x_pu * line * line;
    const charging = b_pu / 2 / (line * line);
    tree.b[k] += charging;
    tree.b[p] += charging;
  }
  for (let k = 0; k < count; k++) {
    const square = tree.scale[k] * tree.scale[k];
    tree.g[k] += wires.shunt_g[bus[k]] / square;
    tree.b[k] += wires.shunt_b[bus[k]] / square;
  }
  return tree;
}
