import type { Wires } from '../contract.ts';
import { groundOf } from '../ground.ts';
import type { Tree } from '../tree.ts';

/** Injections at tree positions, [t][i]. */
export interface Injections {
  readonly p_kW: Float64Array;
  readonly q_kvar: Float64Array;
}

/** What no device controls: loads, line charging and shunts at 1 pu; losses of the base flow are drawn at the slack. */
export function fixedInjection(wires: Wires, tree: Tree): Injections {
  return injections(wires, tree, wires.p_fixed_kW, wires.q_fixed_kvar);
}

/** The same with the bus injections of somebody's choice, [t][b]. */
export function injections(wires: Wires, tree: Tree, p_bus_kW: Float64Array, q_bus_kvar: Float64Array): Injections {
  const { network, grid } = wires;
  const nB = network.buses.length;
  const ground = groundOf(network);
  const p_kW = new Float64Array(grid.steps_count * tree.size);
  const q_kvar = new Float64Array(grid.steps_count * tree.size);
  for (let t = 0; t < grid.steps_count; t++) {
    for (let i = 0; i < tree.size; i++) {
      const b = tree.bus[i];
      p_kW[t * tree.size + i] = p_bus_kW[t * nB + b] + ground.p_kW[b];
      q_kvar[t * tree.size + i] = q_bus_kvar[t * nB + b] + ground.q_kvar[b];
    }
    p_kW[t * tree.size] -= wires.base?.loss_kW[t] ?? 0;
    q_kvar[t * tree.size] -= wires.base?.loss_kvar[t] ?? 0;
  }
  return { p_kW, q_kvar };
}
