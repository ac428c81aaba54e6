import type { TimeGrid } from '../base/time-grid.ts';
import type { Network } from '../network/network.ts';
import type { Block } from '../problem/block.ts';

/**
 * How the wires are written down for an optimiser: Network → Block with a p and a q port at every connected bus.
 * Members: branch-flow-soc, copper-plate, dc, lindistflow. Each passes `conformance.ts`.
 *
 * A port's value is what the wires deliver to whatever is connected at that bus: + is into the net, so it is minus the
 * injection of the devices there.
 */
export interface Formulation {
  readonly name: string;
  readonly title: string;
  /** What the formulation knows about a bus: `p`, `q`, `v2`. */
  readonly offers: readonly string[];
  /** Whether `Wires.base` changes what is built: who linearises is worth asking again around a plan. */
  readonly usesBase: boolean;
  /** @throws {CombinationError} FORMULATION_CANNOT with what to choose instead */
  build(wires: Wires): FormulatedNetwork;
}

/** All arrays over time are [t][b] or [t][l], flat. */
export interface Wires {
  readonly network: Network;
  readonly grid: TimeGrid;
  /** The bus that the upstream grid holds at `v_slack_pu`. */
  readonly slack: number;
  readonly v_slack_pu: number;
  /** Buses with a port, each once. */
  readonly connected: readonly number[];
  /** Fuse of each connection: the largest power that can be exchanged there. Keeps the wires' answer to prices bounded. */
  readonly s_connected_kVA: Float64Array;
  /** Injection known to the wires' owner (loads are negative). [t][b] */
  readonly p_fixed_kW: Float64Array;
  readonly q_fixed_kvar: Float64Array;
  /** What a kWh lost in the wires costs, per step. 0 leaves losses out of the objective. */
  readonly lossPrice_cur_per_kWh: Float64Array;
  /** A base power flow to linearise around, when there is one. */
  readonly base?: BaseFlow | undefined;
}

/**
 * An AC power flow to linearise around: of the fixed injections alone, or of an earlier plan. At its injections the
 * formulation has the voltages and losses of the power flow.
 */
export interface BaseFlow {
  /** Injections that were solved, [t][b]. */
  readonly p_kW: Float64Array;
  readonly q_kvar: Float64Array;
  /** [t][b] */
  readonly v_pu: Float64Array;
  /** [t] */
  readonly loss_kW: Float64Array;
  readonly loss_kvar: Float64Array;
}

export interface FormulatedNetwork {
  /** Ports in the order p(bus 0), q(bus 0), p(bus 1), … of `connected`. */
  readonly block: Block;
  /**
   * Row of the block that balances active power at bus b and step t, flat [b][t]; −1 where there is none.
   * Its dual over dt is the price at the bus.
   */
  readonly balanceRow: Int32Array;
  /** The same port values with those of the slack replaced by what balances all others and losses. `ports` is flat [port][t]. */
  complete(ports: Float64Array): Float64Array;
  /** What the wires themselves cost at these port values, in currency over the horizon. */
  cost(ports: Float64Array): number;
  /**
   * What the port values mean for the wires; of a plan, what the optimiser thinks it means.
   * @param plan - the trajectories of the block at a solution, by name
   */
  read(ports: Float64Array, plan?: ReadonlyMap<string, Float64Array>): WiresState;
}

export interface WiresState {
  /** [t][b] */
  readonly v_pu: Float64Array;
  /** [t][l], at the from side in the direction of the branch */
  readonly p_branch_kW: Float64Array;
  readonly q_branch_kvar: Float64Array;
  /** Loss as the formulation estimates it. [t] */
  readonly loss_kW: Float64Array;
  /** Of a relaxation: largest |ℓ·v² − P² − Q²| over all branches, squares of pu, and the loss that stands for it. [t] */
  readonly coneGap_pu?: Float64Array | undefined;
  readonly inventedLoss_kW?: Float64Array | undefined;
}
