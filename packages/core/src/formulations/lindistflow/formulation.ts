import type { FormulatedNetwork, Formulation, Wires } from '../contract.ts';
import { treeOf } from '../tree.ts';
import { lindistflowBlock } from './block.ts';
import { feederOf, flowInto, lossOf, newFlow, readState } from './state.ts';

/** Radial wires with voltages, ratings and priced losses, all linear or convex quadratic. */
export const lindistflow: Formulation = {
  name: 'lindistflow',
  title: 'Linearised branch flow on a radial network: voltages, line ratings, priced losses',
  offers: ['p', 'q', 'v2'],
  usesBase: true,
  build,
};

function build(wires: Wires): FormulatedNetwork {
  const tree = treeOf(wires, lindistflow.name);
  const feeder = feederOf(wires, tree);
  const { fixed, reference_kW } = feeder;
  const { block, balanceRow } = lindistflowBlock(feeder);
  const nT = wires.grid.steps_count;
  const slack = wires.connected.indexOf(wires.slack);

  const complete = (ports: Float64Array): Float64Array => {
    const all = Float64Array.from(ports);
    for (let t = 0; t < nT; t++) {
      let p_kW = 0;
      let q_kvar = 0;
      for (let i = 0; i < tree.size; i++) {
        p_kW += fixed.p_kW[t * tree.size + i];
        q_kvar += fixed.q_kvar[t * tree.size + i];
      }
      for (let k = 0; k < wires.connected.length; k++) {
        if (k === slack) continue;
        p_kW -= ports[2 * k * nT + t];
        q_kvar -= ports[(2 * k + 1) * nT + t];
      }
      all[2 * slack * nT + t] = p_kW;
      all[(2 * slack + 1) * nT + t] = q_kvar;
    }
    return all;
  };
  const cost = (ports: Float64Array): number => {
    const flow = newFlow(tree);
    let total = 0;
    for (let t = 0; t < nT; t++) {
      flowInto(feeder, ports, t, flow);
      total += wires.lossPrice_cur_per_kWh[t] * wires.grid.dt_h * (lossOf(feeder, flow) - reference_kW[t]);
    }
    return total;
  };
  return { block, balanceRow, complete, cost, read: (ports) => readState(feeder, ports) };
}
