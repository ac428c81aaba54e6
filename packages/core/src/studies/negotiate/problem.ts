import type { TimeGrid } from '../../base/time-grid.ts';
import type { Device } from '../../devices/contract.ts';
import type { BaseFlow, FormulatedNetwork } from '../../formulations/contract.ts';
import { type Block, buildBlock } from '../../problem/block.ts';
import { declaration } from '../../problem/declare.ts';
import type { Oracle } from '../../problem/oracle.ts';
import type { CoordinationProblem, Outcome, Part } from '../../schemes/contract.ts';
import type { ReadySolver } from '../../solvers/contract.ts';
import { oracleFor } from '../../solvers/reduced-oracle.ts';
import { connectionsOf, limitsOf } from './connections.ts';
import type { NegotiateDocument } from './document.ts';
import type { Prepared } from './prepare.ts';
import { lossPrice, wiresOf } from './wires.ts';

/** The parts of the negotiation and what is needed to read its outcome. */
export interface NegotiationProblem {
  readonly coordination: CoordinationProblem;
  readonly formulated: FormulatedNetwork;
  /** Buses with a net, in the order of the wires' terminals. */
  readonly connected: readonly number[];
  /** Answers for parts without a closed form. */
  readonly solver: ReadySolver;
}

/** What it takes to write a device down. */
export interface DeviceSurroundings {
  readonly grid: TimeGrid;
  readonly document: Pick<NegotiateDocument, 'exclusive' | 'capability'>;
}

export function blockOf(device: Device, prepared: DeviceSurroundings): Block {
  const { exclusive, capability } = prepared.document;
  return buildBlock(device.id, declarationOf(device, prepared), { exclusive, ...(capability === 'cone' ? { capability } : {}) });
}

export function declarationOf(device: Device, { grid }: Pick<DeviceSurroundings, 'grid'>): ReturnType<typeof declaration> {
  return declaration(grid, (m) => device.kind.declare(m, device.values));
}

export function oracleOf(device: Device, block: Block, { grid }: Pick<DeviceSurroundings, 'grid'>, solver: ReadySolver): Oracle {
  // A closed form projects on the polygon.
  if (block.program.cones) return oracleFor(block, grid.dt_h, solver);
  return device.kind.oracle?.(device.values, grid) ?? oracleFor(block, grid.dt_h, solver);
}

/** One net per bus where something is connected; the wires are a part with a terminal at each of them. */
export function negotiationProblem(
  prepared: Prepared,
  blocks: readonly Block[],
  base: BaseFlow | undefined,
  solver: ReadySolver,
  before?: Outcome,
): NegotiationProblem {
  const { grid, network, devices, upstream, buy_cur_per_kWh, formulation } = prepared;
  const everyone = [upstream, ...devices];
  const { connected, s_connected_kVA, scale_kW } = connectionsOf(prepared, blocks);
  const formulated = formulation.build(
    wiresOf(prepared, {
      connected,
      s_connected_kVA,
      lossPrice_cur_per_kWh: lossPrice(prepared, before?.prices.get(upstream.bus)),
      base,
    }),
  );
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
  const tariffFirst = Float64Array.from({ length: 2 * nT }, (_, i) => (i < nT ? buy_cur_per_kWh[i] : 0));
  return {
    formulated,
    connected,
    solver,
    coordination: {
      parts: parts.map((part, k) => ({ ...part, start: before?.balanced?.[k] })),
      nets: connected.map((b, k) => {
        const id = network.buses[b].id;
        return { id, scale_kW: scale_kW[k], openingPrice: before?.prices.get(id) ?? tariffFirst };
      }),
      channels_count: 2,
      steps_count: nT,
      dt_h: grid.dt_h,
    },
  };
}
