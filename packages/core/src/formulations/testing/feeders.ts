import type { RandomStream } from '../../base/random.ts';
import { type TimeGrid, timeGrid } from '../../base/time-grid.ts';
import { type BranchPart, buildNetwork, type ShuntPart } from '../../network/build.ts';
import type { Network, OperatingPoint } from '../../network/network.ts';
import type { PowerFlowResult } from '../../powerflows/contract.ts';
import { newton } from '../../powerflows/newton/newton.ts';
import type { BaseFlow, Wires } from '../contract.ts';

/** What a random feeder may have. */
export interface FeederSettings {
  readonly buses_count: number;
  /** Lines written against the tree, ratios ≠ 1 at either end, charging, shunts. Default: all of it. */
  readonly plain?: boolean;
}

export const halfHours = (steps_count: number): TimeGrid => timeGrid({ start: '2025-01-15T00:00', zone: 'UTC', step_min: 30, steps_count });

/** A random tree of short medium-voltage lines, some of them transformers, written in either direction. Bus 0 is the root. */
export function randomFeeder(stream: RandomStream, { buses_count, plain = false }: FeederSettings): Network {
  const branches: BranchPart[] = [];
  const shunts: ShuntPart[] = [];
  for (let b = 1; b < buses_count; b++) {
    const up = stream.index(b);
    const reversed = !plain && stream.uniform() < 0.4;
    const kind = plain ? 1 : stream.uniform();
    branches.push({
      id: `l${b}`,
      from: `b${reversed ? b : up}`,
      to: `b${reversed ? up : b}`,
      r_pu: stream.between(0.005, 0.03),
      x_pu: stream.between(0.005, 0.03),
      ...(kind < 0.3 ? { ratio: stream.between(0.95, 1.05) } : {}),
      ...(kind < 0.1 ? { shift_deg: 30 } : {}),
      ...(kind > 0.3 && !plain ? { b_pu: stream.between(0, 0.01) } : {}),
    });
    if (!plain && stream.uniform() < 0.3) shunts.push({ bus: `b${b}`, g_pu: stream.between(0, 0.01), b_pu: stream.between(-0.02, 0.02) });
  }
  return buildNetwork({
    name: 'random feeder',
    s_base_kVA: 1000,
    buses: Array.from({ length: buses_count }, (_, b) => ({ id: `b${b}`, v_base_kV: 10, v_min_pu: 0.8, v_max_pu: 1.2 })),
    branches,
    shunts,
  });
}

/** Everything that `Wires` needs, with sensible values for what is left out. */
export function wiresOf(network: Network, grid: TimeGrid, given: Partial<Wires> = {}): Wires {
  const n = grid.steps_count * network.buses.length;
  const connected = given.connected ?? [0, network.buses.length - 1];
  return {
    network,
    grid,
    slack: 0,
    v_slack_pu: 1,
    connected,
    s_connected_kVA: new Float64Array(connected.length).fill(5000),
    p_fixed_kW: new Float64Array(n),
    q_fixed_kvar: new Float64Array(n),
    lossPrice_cur_per_kWh: new Float64Array(grid.steps_count),
    ...given,
  };
}

/** Random loads at all buses but the root, [t][b]. */
export function randomLoads(stream: RandomStream, buses_count: number, steps_count: number, largest_kW: number) {
  const p_kW = new Float64Array(buses_count * steps_count);
  const q_kvar = new Float64Array(buses_count * steps_count);
  for (let i = 0; i < p_kW.length; i++) {
    if (i % buses_count === 0) continue;
    p_kW[i] = -stream.between(0.2, 1) * largest_kW;
    q_kvar[i] = -stream.between(-0.3, 0.6) * largest_kW;
  }
  return { p_kW, q_kvar };
}

/** AC power flow of one step. */
export function acFlow(network: Network, p_kW: Float64Array, q_kvar: Float64Array, v_slack_pu: number): PowerFlowResult {
  const n = network.buses.length;
  const point: OperatingPoint = {
    p_kW,
    q_kvar,
    generators: [
      {
        id: 'grid',
        bus: 0,
        p_kW: 0,
        q_kvar: 0,
        p_min_kW: -Infinity,
        p_max_kW: Infinity,
        q_min_kvar: -Infinity,
        q_max_kvar: Infinity,
        v_set_pu: v_slack_pu,
        holdsVoltage: true,
        inService: true,
      },
    ],
    slacks: [0],
    v_start_pu: new Float64Array(n).fill(1),
    angle_start_deg: new Float64Array(n),
    isolated: [],
  };
  return newton.prepare(network, point, { tolerance_pu: 1e-13 }).solve(point);
}

/** The AC power flow of every step as a base to linearise around. */
export function baseFlow(network: Network, steps_count: number, p_kW: Float64Array, q_kvar: Float64Array, v_slack_pu: number): BaseFlow {
  const n = network.buses.length;
  const flows = Array.from({ length: steps_count }, (_, t) =>
    acFlow(network, p_kW.slice(t * n, (t + 1) * n), q_kvar.slice(t * n, (t + 1) * n), v_slack_pu),
  );
  return {
    p_kW,
    q_kvar,
    v_pu: Float64Array.from(flows.flatMap((flow) => [...flow.v_pu])),
    loss_kW: Float64Array.from(flows, (flow) => flow.loss_kW),
    loss_kvar: Float64Array.from(flows, (flow) => flow.loss_kvar),
  };
}
