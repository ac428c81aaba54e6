import type { Wires } from '../contract.ts';
import { type Ground, groundOf } from '../ground.ts';
import { sizesOf } from '../sizes.ts';
import { portsAt, type Tree, treeOf } from '../tree.ts';

/**
 * What a rating limits.
 *
 * - `power`: apparent power at both ends of the branch, charging included, as the AC power flow counts loading.
 * - `current`: the current in the series impedance, to that of the rating at 1 pu.
 */
export type Rating = 'power' | 'current';

/** The feeder's side of the formulation, made once. */
export interface Feeder {
  readonly wires: Wires;
  readonly tree: Tree;
  readonly rating: Rating;
  /** Size of the powers at or below each position. */
  readonly size_kVA: Float64Array;
  /** That of the whole feeder: the base of the block's variables. */
  readonly base_kVA: number;
  /** Charging and shunts per v²: exact, since the voltage is a variable here. */
  readonly ground: Ground;
  /** Position among the connected buses of each tree position; −1 where nothing is connected. */
  readonly portAt: Int32Array;
}

/** @throws {CombinationError} FORMULATION_CANNOT when the network is meshed or a bus has no supply */
export function feederOf(wires: Wires, formulation: string, rating: Rating): Feeder {
  const tree = treeOf(wires, formulation);
  const size_kVA = sizesOf(wires, tree);
  return { wires, tree, rating, size_kVA, base_kVA: size_kVA[0], ground: groundOf(wires.network), portAt: portsAt(wires, tree) };
}

/** Branch flow at one step. @shape p_pu, q_pu, l_pu, v2_pu (nodes); at the root p, q and ℓ are 0 */
export interface BranchFlow {
  readonly p_pu: Float64Array;
  readonly q_pu: Float64Array;
  /** Squared current in the series impedance. */
  readonly l_pu: Float64Array;
  readonly v2_pu: Float64Array;
}

export const newFlow = ({ size }: Tree): BranchFlow => ({
  p_pu: new Float64Array(size),
  q_pu: new Float64Array(size),
  l_pu: new Float64Array(size),
  v2_pu: new Float64Array(size).fill(1),
});

/** v² where the series impedance of the branch above position i begins. */
export const upperVoltage = ({ kappa, delta, parent }: Tree, { v2_pu }: BranchFlow, i: number): number =>
  (kappa[i] / delta[i]) * v2_pu[parent[i]];

/** A voltage below this in a sweep means that there is no power flow; it is held there, so that numbers stay numbers. */
const v2_floor_pu = 1e-3;
const sweeps_max_count = 200;

/**
 * The power flow of step t at these port values: the equations of the formulation with equality in every cone, by
 * backward–forward sweeps from the far ends. Port values of the slack play no part.
 * @returns what the slack has to inject, kW and kvar; the last sweep where there is no power flow
 */
export function sweepInto(feeder: Feeder, ports: Float64Array, t: number, flow: BranchFlow): readonly [p_kW: number, q_kvar: number] {
  const { wires, tree, ground, portAt } = feeder;
  const { r_pu, x_pu, delta, parent, bus, size } = tree;
  const { p_pu, q_pu, l_pu, v2_pu } = flow;
  const nT = wires.grid.steps_count;
  const nB = wires.network.buses.length;
  const S = wires.network.s_base_kVA;
  // Drawn below each position, at the lower end of the branch above it.
  const drawn = new Float64Array(2 * size);
  v2_pu.fill(wires.v_slack_pu ** 2);
  for (let sweep = 0; sweep < sweeps_max_count; sweep++) {
    for (let i = 0; i < size; i++) {
      const b = bus[i];
      const k = i === 0 ? -1 : portAt[i];
      drawn[2 * i] = -(wires.p_fixed_kW[t * nB + b] + ground.p_kW[b] * v2_pu[i]) / S;
      drawn[2 * i + 1] = -(wires.q_fixed_kvar[t * nB + b] + ground.q_kvar[b] * v2_pu[i]) / S;
      if (k < 0) continue;
      drawn[2 * i] += ports[2 * k * nT + t] / S;
      drawn[2 * i + 1] += ports[(2 * k + 1) * nT + t] / S;
    }
    for (let i = size - 1; i > 0; i--) {
      l_pu[i] = (drawn[2 * i] ** 2 + drawn[2 * i + 1] ** 2) / (v2_pu[i] / delta[i]);
      p_pu[i] = drawn[2 * i] + r_pu[i] * l_pu[i];
      q_pu[i] = drawn[2 * i + 1] + x_pu[i] * l_pu[i];
      drawn[2 * parent[i]] += p_pu[i];
      drawn[2 * parent[i] + 1] += q_pu[i];
    }
    let moved = 0;
    for (let i = 1; i < size; i++) {
      const square = r_pu[i] ** 2 + x_pu[i] ** 2;
      const end = upperVoltage(tree, flow, i) - 2 * (r_pu[i] * p_pu[i] + x_pu[i] * q_pu[i]) + square * l_pu[i];
      const v2 = Math.max(delta[i] * end, v2_floor_pu);
      moved = Math.max(moved, Math.abs(v2 - v2_pu[i]));
      v2_pu[i] = v2;
    }
    if (moved < 1e-14) break;
  }
  return [S * drawn[0], S * drawn[1]];
}
