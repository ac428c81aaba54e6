import type { BusIndex, Network, OperatingPoint } from '../network/network.ts';
import { buildTopology } from '../network/topology.ts';
import { busRole, type Setpoints } from './setpoints.ts';

/**
 * The angle by which the phase shifters between a bus and its slack turn its voltage, along the shortest way.
 *
 * A Yd transformer turns by 30°. Newton started at angle zero behind it would have to swing through that angle first and
 * may land on a low-voltage solution instead of the operating one.
 * @returns undefined when no branch shifts
 * @cost O(buses + branches)
 */
export function turnsFromSlack(network: Network, point: OperatingPoint): Float64Array | undefined {
  if (!network.branches.some((x) => x.inService && x.shift_deg !== 0)) return undefined;
  const { order, parent, parentBranch } = buildTopology(network, point.slacks, point.isolated);
  const turn_rad = new Float64Array(network.buses.length);
  for (const b of order) {
    if (parent[b] < 0) continue;
    const branch = network.branches[parentBranch[b]];
    const shift_rad = (branch.shift_deg * Math.PI) / 180;
    turn_rad[b] = turn_rad[parent[b]] + (branch.to === b ? -shift_rad : shift_rad);
  }
  return turn_rad;
}

/** Turns the starting angles when they say nothing, that is, when all buses but the slacks start at the same angle. */
export function turnFlatStart(setpoints: Setpoints, turn_rad: Float64Array, slacks: readonly BusIndex[]): void {
  const { role, angle_rad } = setpoints;
  let flat = Number.NaN;
  for (let b = 0; b < role.length; b++) {
    if (role[b] === busRole.slack || role[b] === busRole.isolated) continue;
    if (Number.isNaN(flat)) flat = angle_rad[b];
    else if (angle_rad[b] !== flat) return;
  }
  const start_rad = angle_rad[slacks[0]];
  for (let b = 0; b < role.length; b++) {
    if (role[b] === busRole.pq || role[b] === busRole.pv) angle_rad[b] = start_rad + turn_rad[b];
  }
}
