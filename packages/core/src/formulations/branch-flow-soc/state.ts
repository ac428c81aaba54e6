import type { WiresState } from '../contract.ts';
import { type BranchFlow, type Feeder, newFlow, sweepInto, upperVoltage } from './feeder.ts';

/** Names of the trajectories of a branch and of a bus in the block. */
export const trajectoryNames = {
  p: (branch: string): string => `flow of branch ${branch}, kW`,
  q: (branch: string): string => `flow of branch ${branch}, kvar`,
  l: (branch: string): string => `square of the current in branch ${branch}, kVA`,
  v2: (bus: string): string => `square of the voltage at bus ${bus}, kVA`,
};

/** The power flow at the port values; of a plan, what the optimiser chose, which fulfils cones only where they are tight. */
export function readState(feeder: Feeder, ports: Float64Array, plan?: ReadonlyMap<string, Float64Array>): WiresState {
  const { wires, tree } = feeder;
  const { network } = wires;
  const nT = wires.grid.steps_count;
  const nB = network.buses.length;
  const nL = network.branches.length;
  const S = network.s_base_kVA;
  const state = {
    v_pu: new Float64Array(nT * nB),
    p_branch_kW: new Float64Array(nT * nL),
    q_branch_kvar: new Float64Array(nT * nL),
    loss_kW: new Float64Array(nT),
    coneGap_pu: new Float64Array(nT),
    inventedLoss_kW: new Float64Array(nT),
  };
  const flow = newFlow(tree);
  for (let t = 0; t < nT; t++) {
    if (plan) planInto(feeder, plan, t, flow);
    else sweepInto(feeder, ports, t, flow);
    const { p_pu, q_pu, l_pu, v2_pu } = flow;
    for (let i = 0; i < tree.size; i++) {
      state.v_pu[t * nB + tree.bus[i]] = Math.sqrt(Math.max(v2_pu[i], 0));
      if (i === 0) continue;
      const u = upperVoltage(tree, flow, i);
      const half = tree.b_pu[i] / 2;
      // The from side is the upper end of a branch that points down, else the lower one, where power leaves it.
      const down = tree.downwards[i] > 0;
      const p = down ? p_pu[i] : -(p_pu[i] - tree.r_pu[i] * l_pu[i]);
      const q = down ? q_pu[i] - half * u : -(q_pu[i] - tree.x_pu[i] * l_pu[i] + (half * v2_pu[i]) / tree.delta[i]);
      state.p_branch_kW[t * nL + tree.branch[i]] = S * p;
      state.q_branch_kvar[t * nL + tree.branch[i]] = S * q;
      state.loss_kW[t] += S * tree.r_pu[i] * l_pu[i];
      const gap = l_pu[i] * u - p_pu[i] ** 2 - q_pu[i] ** 2;
      state.coneGap_pu[t] = Math.max(state.coneGap_pu[t], Math.abs(gap));
      state.inventedLoss_kW[t] += (S * tree.r_pu[i] * gap) / Math.max(u, Number.MIN_VALUE);
    }
  }
  return state;
}

/** From the block's units to per unit on the network's base. */
function planInto({ wires, tree, base_kVA }: Feeder, plan: ReadonlyMap<string, Float64Array>, t: number, flow: BranchFlow): void {
  const { network } = wires;
  const S = network.s_base_kVA;
  for (let i = 0; i < tree.size; i++) {
    flow.v2_pu[i] = plan.get(trajectoryNames.v2(network.buses[tree.bus[i]].id))![t] / base_kVA;
    if (i === 0) continue;
    const { id } = network.branches[tree.branch[i]];
    flow.p_pu[i] = plan.get(trajectoryNames.p(id))![t] / S;
    flow.q_pu[i] = plan.get(trajectoryNames.q(id))![t] / S;
    flow.l_pu[i] = (plan.get(trajectoryNames.l(id))![t] * base_kVA) / S ** 2;
  }
}
