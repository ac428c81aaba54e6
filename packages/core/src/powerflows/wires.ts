import { iBase_A } from '../base/per-unit.ts';
import { branchTwoPort } from '../network/admittance.ts';
import { type BusIndex, baseAt, type Network, type OperatingPoint } from '../network/network.ts';
import { buildTopology, type Topology } from '../network/topology.ts';

/**
 * The branches and bus shunts of a network as flat per-unit arrays, ready for the kernels.
 *
 * The branch model is that of `branchTwoPort`. A branch counts as live when it is in service and neither end is isolated.
 * @shape per branch l: live, from, to, y_ff_re … y_tt_im; per bus b: shunt_g, shunt_b, i_base_A
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
  /** Series admittance y = g + jb, and 1/t of the transformer. */
  readonly g_series: Float64Array;
  readonly b_series: Float64Array;
  readonly t_inv_re: Float64Array;
  readonly t_inv_im: Float64Array;
  /** One over the rating; NaN where there is none. */
  readonly perRating_kVA: Float64Array;
  readonly shunt_g: Float64Array;
  readonly shunt_b: Float64Array;
  /** Base current of each bus. */
  readonly i_base_A: Float64Array;
  /** Workspace, per bus (no meaning on return). */
  readonly work_re: Float64Array;
  readonly work_im: Float64Array;
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
    g_series: perBranch(),
    b_series: perBranch(),
    t_inv_re: perBranch(),
    t_inv_im: perBranch(),
    perRating_kVA: perBranch(),
    shunt_g: new Float64Array(nB),
    shunt_b: new Float64Array(nB),
    i_base_A: Float64Array.from(network.buses, (_, b) => iBase_A(baseAt(network, b))),
    work_re: new Float64Array(nB),
    work_im: new Float64Array(nB),
  };
  for (let l = 0; l < nL; l++) {
    const branch = network.branches[l];
    wires.from[l] = branch.from;
    wires.to[l] = branch.to;
    wires.perRating_kVA[l] = Number.isFinite(branch.s_max_kVA) ? 1 / branch.s_max_kVA : Number.NaN;
    if (!branch.inService || isolated[branch.from] || isolated[branch.to]) continue;
    wires.live[l] = 1;
    const y = branchTwoPort(branch);
    const shift_rad = (branch.shift_deg * Math.PI) / 180;
    wires.g_series[l] = y.g_tt;
    wires.b_series[l] = y.b_tt - branch.b_pu / 2;
    wires.t_inv_re[l] = Math.cos(shift_rad) / branch.ratio;
    wires.t_inv_im[l] = -Math.sin(shift_rad) / branch.ratio;
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
