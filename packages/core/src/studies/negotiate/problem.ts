import type { Device } from '../../devices/contract.ts';
import type { BaseFlow, FormulatedNetwork, Wires } from '../../formulations/contract.ts';
import type { Bus, Network } from '../../network/network.ts';
import { type Block, buildBlock } from '../../problem/block.ts';
import { declaration } from '../../problem/declare.ts';
import type { Oracle } from '../../problem/oracle.ts';
import type { CoordinationProblem, Outcome, Part, TerminalLimits } from '../../schemes/contract.ts';
import type { ReadySolver } from '../../solvers/contract.ts';
import { oracleFor } from '../../solvers/reduced-oracle.ts';
import type { Prepared } from './prepare.ts';

/** The parts of the negotiation and what is needed to read its outcome. */
export interface NegotiationProblem {
  readonly coordination: CoordinationProblem;
  readonly formulated: FormulatedNetwork;
  /** Buses with a net, in the order of the wires' terminals. */
  readonly connected: readonly number[];
  /** Answers for parts without a closed form. */
  readonly solver: ReadySolver;
}

export function blockOf(device: Device, prepared: Prepared): Block {
  const { exclusive, capability } = prepared.document;
  return buildBlock(device.id, declarationOf(device, prepared), { exclusive, ...(capability === 'cone' ? { capability } : {}) });
}

export function declarationOf(device: Device, { grid }: Prepared): ReturnType<typeof declaration> {
  return declaration(grid, (m) => device.kind.declare(m, device.values));
}

export function oracleOf(device: Device, block: Block, { grid }: Prepared, solver: ReadySolver): Oracle {
  // A closed form projects on the polygon.
  if (block.program.cones) return oracleFor(block, grid.dt_h, solver);
  return device.kind.oracle?.(device.values, grid) ?? oracleFor(block, grid.dt_h, solver);
}

/** Least and largest value of each port over all steps, from the limits of the columns behind it. */
function portRanges(block: Block): { readonly low: number; readonly high: number }[] {
  const { lower, upper } = block.program;
  return block.ports.map(({ map, offset }) => {
    const low = Float64Array.from(offset);
    const high = Float64Array.from(offset);
    for (let j = 0; j < map.cols_count; j++) {
      for (let k = map.colStart[j]; k < map.colStart[j + 1]; k++) {
        const a = map.values[k] * lower[j];
        const b = map.values[k] * upper[j];
        low[map.rowIndex[k]] += Math.min(a, b);
        high[map.rowIndex[k]] += Math.max(a, b);
      }
    }
    return { low: Math.min(...low), high: Math.max(...high) };
  });
}

/** Largest |value| a port can take. */
export const portLimit_kVA = (block: Block): number =>
  portRanges(block).reduce((largest, { low, high }) => Math.max(largest, Math.abs(low), Math.abs(high)), 0);

/** What a device is enrolled with at its net: nothing where its law has no limit. */
function limitsOf(block: Block): readonly TerminalLimits[] | undefined {
  const [p, q] = portRanges(block);
  const limits = { p_min_kW: p.low, p_max_kW: p.high, q_max_kvar: Math.max(Math.abs(q.low), Math.abs(q.high)) };
  return Object.values(limits).every(Number.isFinite) ? [limits] : undefined;
}

/** One net per bus where something is connected; the wires are a part with a terminal at each of them. */
export function negotiationProblem(
  prepared: Prepared,
  blocks: readonly Block[],
  base: BaseFlow | undefined,
  solver: ReadySolver,
  before?: Outcome,
): NegotiationProblem {
  const { grid, network, slack, devices, upstream, buy_cur_per_kWh, formulation } = prepared;
  const everyone = [upstream, ...devices];
  // In the order of the buses, so that the order of the devices changes no bit of the wires.
  const connected = [...new Set(everyone.map((device) => network.buses.findIndex((bus) => bus.id === device.bus)))].sort((a, b) => a - b);
  const limit = new Map(connected.map((b) => [network.buses[b].id, 0]));
  everyone.forEach((device, k) => limit.set(device.bus, limit.get(device.bus)! + portLimit_kVA(blocks[k])));
  // A device of no power still needs a step length and a fuse.
  const largest_kW = Math.max(1e-3, ...limit.values());
  const wires: Wires = {
    network: withMargin(network, prepared.document.limits.margin_pu),
    grid,
    slack,
    v_slack_pu: prepared.v_slack_pu,
    connected,
    // Fused above what is connected, so that the connection is never the limit and prices stay unique.
    s_connected_kVA: Float64Array.from(connected, (b) => 1.5 * Math.max(limit.get(network.buses[b].id)!, 0.01 * largest_kW)),
    p_fixed_kW: prepared.p_fixed_kW,
    q_fixed_kvar: prepared.q_fixed_kvar,
    lossPrice_cur_per_kWh: lossPrice(prepared, before),
    base,
  };
  const formulated = formulation.build(wires);
  const parts: Part[] = everyone.map((device, k) => ({
    id: device.id,
    block: blocks[k],
    oracle: oracleOf(device, blocks[k], prepared, solver),
    terminals: [device.bus],
    limits: limitsOf(blocks[k]),
  }));
  parts.push({
    id: 'wires',
    block: formulated.block,
    oracle: oracleFor(formulated.block, grid.dt_h, solver),
    terminals: connected.map((b) => network.buses[b].id),
  });
  const nT = grid.steps_count;
  const starts = before && balancedStarts(parts, before, 2 * nT);
  const tariffFirst = Float64Array.from({ length: 2 * nT }, (_, i) => (i < nT ? buy_cur_per_kWh[i] : 0));
  return {
    formulated,
    connected,
    solver,
    coordination: {
      parts: starts ? parts.map((part, k) => ({ ...part, start: starts[k] })) : parts,
      nets: connected.map((b) => {
        const id = network.buses[b].id;
        return { id, scale_kW: Math.max(limit.get(id)!, 0.01 * largest_kW), openingPrice: before?.prices.get(id) ?? tariffFirst };
      }),
      channels_count: 2,
      steps_count: nT,
      dt_h: grid.dt_h,
    },
  };
}

/**
 * What a kWh lost costs: the price at the slack that the last pass found, at first the tariff. At a negative price losses
 * would be worth seeking, and the programme would not be convex: they are free then.
 */
function lossPrice({ document, buy_cur_per_kWh, upstream }: Prepared, before: Outcome | undefined): Float64Array {
  const found = before?.prices.get(upstream.bus)?.subarray(0, buy_cur_per_kWh.length) ?? buy_cur_per_kWh;
  return found.map((price) => (document.losses === 'priced' ? Math.max(price, 0) : 0));
}

/** The network whose voltage limits are drawn in by a margin, as far as they leave room. */
function withMargin(network: Network, margin_pu: number): Network {
  const drawn = (bus: Bus): Bus => {
    const margin = Math.min(margin_pu, (bus.v_max_pu - bus.v_min_pu) / 2);
    return { ...bus, v_min_pu: bus.v_min_pu + margin, v_max_pu: bus.v_max_pu - margin };
  };
  return { ...network, buses: network.buses.map(drawn) };
}

/** The last plans, each less its share of what was left over at its nets: they balance exactly. */
function balancedStarts(parts: readonly Part[], before: Outcome, width: number): Float64Array[] {
  const left = new Map<string, { readonly sum: Float64Array; terminals_count: number }>();
  parts.forEach((part, k) => {
    part.terminals.forEach((net, terminal) => {
      const entry = left.get(net) ?? { sum: new Float64Array(width), terminals_count: 0 };
      for (let i = 0; i < width; i++) entry.sum[i] += before.ports[k][terminal * width + i];
      entry.terminals_count++;
      left.set(net, entry);
    });
  });
  return parts.map((part, k) => {
    const start = Float64Array.from(before.ports[k]);
    part.terminals.forEach((net, terminal) => {
      const { sum, terminals_count } = left.get(net)!;
      for (let i = 0; i < width; i++) start[terminal * width + i] -= sum[i] / terminals_count;
    });
    return start;
  });
}
