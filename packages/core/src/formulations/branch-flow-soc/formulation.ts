import type { FormulatedNetwork, Formulation, Wires } from '../contract.ts';
import { branchFlowBlock } from './block.ts';
import { feederOf, newFlow, type Rating, sweepInto } from './feeder.ts';
import { readState } from './state.ts';

export interface BranchFlowOptions {
  /** Default `power`. */
  readonly rating?: Rating;
}

/** Radial wires with currents, voltages and ratings; losses are energy that somebody supplies. Exact where its cones are tight. */
export function branchFlow(options: BranchFlowOptions = {}): Formulation {
  const name = 'branch-flow-soc';
  return {
    name,
    title: 'Branch flow on a radial network with its quadratic equation relaxed to a cone: losses, voltages, line ratings',
    offers: ['p', 'q', 'v2'],
    usesBase: false,
    build: (wires) => build(wires, name, options.rating ?? 'power'),
  };
}

export const branchFlowSoc: Formulation = branchFlow();

function build(wires: Wires, name: string, rating: Rating): FormulatedNetwork {
  const feeder = feederOf(wires, name, rating);
  const { block, balanceRow } = branchFlowBlock(feeder);
  const nT = wires.grid.steps_count;
  const slack = wires.connected.indexOf(wires.slack);
  return {
    block,
    balanceRow,
    complete(ports) {
      const all = Float64Array.from(ports);
      const flow = newFlow(feeder.tree);
      for (let t = 0; t < nT; t++) {
        const [p_kW, q_kvar] = sweepInto(feeder, ports, t, flow);
        all[2 * slack * nT + t] = -p_kW;
        all[(2 * slack + 1) * nT + t] = -q_kvar;
      }
      return all;
    },
    cost: () => 0,
    read: (ports, plan) => readState(feeder, ports, plan),
  };
}
