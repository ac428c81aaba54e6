import { branchTwoPort } from '../network/admittance.ts';
import type { BusIndex, Network, OperatingPoint } from '../network/network.ts';
import { buildTopology, type Topology } from '../network/topology.ts';

/**
 * The branches and bus shunts of a network as flat per-unit arrays, ready for the kernels.
 *
 * The branch model is that of `branchTwoPort`. A branch counts as live when it is in service and neither end is isolated.
 * @shape per branch l: live, from, to, y_ff_re … y_tt_im; per bus b: shunt_g, shunt_b, v_base_kV
 * @unit  per unit on network.s_base_kVA
 * @source Zimmerman, Murillo-Sánchez, MATPOWER User's Manual, section 3.2 (branch model)
 */
export interface Wires {
  readonly network: Network;
  readonly buses_count: number;
  readonly branches_count: number;
  readonly isolated: Uint8Array;
  readonly live: Uint8Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly y_ff_re: Float64Array;
  readonly y_ff_im: Float64Array;
  readonly y_ft_re: Float64Array;
  readonly y_ft_im: Float64Array;
  readonly y_tf_re: Float64Array;
  readonly y_tf_im: Float64Array;
  readonly y_tt_re: Float64Array;
  readonly y_tt_im: Float64Array;
  readonly shunt_g: Float64Array;
  readonly shunt_b: Float64Array;
}

/** @cost O(branches + buses), allocates once */
export function buildWires(network: Network, isolatedBuses: readonly BusIndex[]): Wires {
  const nB = network.buses.length;
  const nL = network.branches.length;
  const isolated = new Uint8Array(nB);
  for (const b of isolatedBuses) isolated[b] = 1;
  const perBranch = () => new Float64Array(nL);
  const wires: Wires = {
    network,
    buses_count: nB,
    branches_count: nL,
    isolated,
    live: new Uint8Array(nL),
    from: new Int32Array(nL),
    to: new Int32Array(nL),
    y_ff_re: perBranch(),
    y_ff_im: perBranch(),
    y_ft_re: perBranch(),
    y_ft_im: perBranch(),
    y_tf_re: perBranch(),
    y_tf_im: perBranch(),
    y_tt_re: perBranch(),
    y_tt_im: perBranch(),
    shunt_g: new Float64Array(nB),
    shunt_b: new Float64Array(nB),
  };
  for (let l = 0; l < nL; l++) {
    const branch = network.branches[l];
    wires.from[l] = branch.from;
    wires.to[l] = branch.to;
    if (!branch.inService || isolated[branch.from] || isolated[branch.to]) continue;
    wires.live[l] = 1;
    const y = branchTwoPort(branch);
    wires.y_ff_re[l] = y.g_ff;
    wires.y_ff_im[l] = y.b_ff;
    wires.y_ft_re[l] = y.g_ft;
    wires.y_ft_im[l] = y.b_ft;
    wires.y_tf_re[l] = y.g_tf;
    wires.y_tf_im[l] = y.b_tf;
    wires.y_tt_re[l] = y.g_tt;
    wires.y_tt_im[l] = y.b_tt;
  }
  for (const shunt of network.shunts) {
    wires.shunt_g[shunt.bus] += shunt.g_pu;
    wires.shunt_b[shunt.bus] += shunt.b_pu;
  }
  return wires;
}

/** Why no method can solve this network from these slacks, or undefined. */
export function refusalOfIslands(network: Network, topology: Topology): string | undefined {
  const { island, unsuppliedIslands } = topology;
  if (unsuppliedIslands.length === 0) return undefined;
  const lost = unsuppliedIslands[0];
  const b = island.indexOf(lost);
  const others_count = island.reduce((n, i) => (i === lost ? n + 1 : n), 0) - 1;
  const company = others_count === 0 ? '' : ` (and ${others_count} more with it)`;
  return `bus "${network.buses[b].id}"${company} is connected to no slack; close a branch to it, add a slack, or list it as isolated`;
}

/** As `refusalOfIslands`, walking the network first. */
export const refusalOfNetwork = (network: Network, point: OperatingPoint): string | undefined =>
  refusalOfIslands(network, buildTopology(network, point.slacks, point.isolated));
