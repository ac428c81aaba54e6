import type { Wires, WiresState } from '../contract.ts';
import type { Tree } from '../tree.ts';
import { fixedInjection, type Injections, injections } from './injections.ts';

/** Flows down the tree and squared voltages at one step. @shape p_kW, q_kvar, v2_pu (nodes) */
export interface TreeFlow {
  readonly p_kW: Float64Array;
  readonly q_kvar: Float64Array;
  readonly v2_pu: Float64Array;
}

/** The feeder's side of the formulation, made once. */
export interface Feeder {
  readonly wires: Wires;
  readonly tree: Tree;
  readonly fixed: Injections;
  /** v² of the base flow minus v² of the linear model at the same injections, [t][i]; zero without a base. */
  readonly v2_correction_pu: Float64Array;
  /** Loss of the linear flows at the base injections, [t]: losses are counted from here. */
  readonly reference_kW: Float64Array;
}

export function feederOf(wires: Wires, tree: Tree): Feeder {
  const nT = wires.grid.steps_count;
  const nB = wires.network.buses.length;
  const fixed = fixedInjection(wires, tree);
  const base = wires.base ? injections(wires, tree, wires.base.p_kW, wires.base.q_kvar) : fixed;
  const none = new Float64Array(2 * wires.connected.length * nT);
  const feeder: Feeder = {
    wires,
    tree,
    fixed,
    v2_correction_pu: new Float64Array(nT * tree.size),
    reference_kW: new Float64Array(nT),
  };
  const linear = { ...feeder, fixed: base, v2_correction_pu: new Float64Array(nT * tree.size) };
  const flow = newFlow(tree);
  for (let t = 0; t < nT; t++) {
    flowInto(linear, none, t, flow);
    feeder.reference_kW[t] = lossOf(feeder, flow);
    if (!wires.base) continue;
    for (let i = 1; i < tree.size; i++) {
      feeder.v2_correction_pu[t * tree.size + i] = wires.base.v_pu[t * nB + tree.bus[i]] ** 2 - flow.v2_pu[i];
    }
  }
  return feeder;
}

export const newFlow = (tree: Tree): TreeFlow => ({
  p_kW: new Float64Array(tree.size),
  q_kvar: new Float64Array(tree.size),
  v2_pu: new Float64Array(tree.size),
});

/** Fills `flow` for step t from the port values (flat [port][t]). */
export function flowInto(feeder: Feeder, ports: Float64Array, t: number, flow: TreeFlow): void {
  const { wires, tree, fixed, v2_correction_pu } = feeder;
  const nT = wires.grid.steps_count;
  const { p_kW, q_kvar, v2_pu } = flow;
  const first = t * tree.size;
  for (let i = 0; i < tree.size; i++) {
    p_kW[i] = -fixed.p_kW[first + i];
    q_kvar[i] = -fixed.q_kvar[first + i];
  }
  for (let k = 0; k < wires.connected.length; k++) {
    const i = tree.position[wires.connected[k]];
    p_kW[i] += ports[2 * k * nT + t];
    q_kvar[i] += ports[(2 * k + 1) * nT + t];
  }
  for (let i = tree.size - 1; i > 0; i--) {
    p_kW[tree.parent[i]] += p_kW[i];
    q_kvar[tree.parent[i]] += q_kvar[i];
  }
  v2_pu[0] = wires.v_slack_pu * wires.v_slack_pu;
  for (let i = 1; i < tree.size; i++) {
    const up = tree.parent[i];
    const drop = (2 * (tree.r_pu[i] * p_kW[i] + tree.x_pu[i] * q_kvar[i])) / wires.network.s_base_kVA;
    v2_pu[i] = tree.kappa[i] * (v2_pu[up] - v2_correction_pu[first + up]) - tree.delta[i] * drop + v2_correction_pu[first + i];
  }
}

/** Loss by the linear flows, r·(P² + Q²)/S at 1 pu, in kW. */
export function lossOf({ wires, tree }: Feeder, flow: TreeFlow): number {
  let loss = 0;
  for (let i = 1; i < tree.size; i++) {
    loss += tree.r_pu[i] * tree.delta[i] * (flow.p_kW[i] * flow.p_kW[i] + flow.q_kvar[i] * flow.q_kvar[i]);
  }
  return loss / wires.network.s_base_kVA;
}

export function readState(feeder: Feeder, ports: Float64Array): WiresState {
  const { wires, tree, reference_kW } = feeder;
  const nT = wires.grid.steps_count;
  const nB = wires.network.buses.length;
  const nL = wires.network.branches.length;
  const state: WiresState = {
    v_pu: new Float64Array(nT * nB),
    p_branch_kW: new Float64Array(nT * nL),
    q_branch_kvar: new Float64Array(nT * nL),
    loss_kW: new Float64Array(nT),
  };
  const flow = newFlow(tree);
  for (let t = 0; t < nT; t++) {
    flowInto(feeder, ports, t, flow);
    for (let i = 0; i < tree.size; i++) {
      state.v_pu[t * nB + tree.bus[i]] = Math.sqrt(Math.max(flow.v2_pu[i], 0));
      if (i === 0) continue;
      state.p_branch_kW[t * nL + tree.branch[i]] = tree.downwards[i] * flow.p_kW[i];
      state.q_branch_kvar[t * nL + tree.branch[i]] = tree.downwards[i] * flow.q_kvar[i];
    }
    state.loss_kW[t] = (wires.base?.loss_kW[t] ?? reference_kW[t]) + lossOf(feeder, flow) - reference_kW[t];
  }
  return state;
}
