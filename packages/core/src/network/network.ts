import type { PerUnitBase } from '../base/per-unit.ts';
import type { BusIndex } from './bus-index.ts';
import type { Feeder } from './feeder/feeder.ts';

export type { BusIndex };

/**
 * The wires, and nothing else: no devices, no time. Balanced three-phase, per unit on `s_base_kVA` and each bus's `v_base_kV`.
 * Build it with `buildNetwork`, which checks it; it is frozen.
 */
export interface Network {
  readonly name: string;
  readonly s_base_kVA: number;
  readonly buses: readonly Bus[];
  readonly branches: readonly Branch[];
  readonly shunts: readonly Shunt[];
  /** Where the numbers come from: paper, standard, file. */
  readonly source?: string | undefined;
}

export interface Bus {
  /** The file's own id. */
  readonly id: string;
  readonly v_base_kV: number;
  readonly v_min_pu: number;
  readonly v_max_pu: number;
  /** Drawing position where the source gives one; any planar unit. */
  readonly x?: number | undefined;
  readonly y?: number | undefined;
}

/**
 * Series impedance with half of the charging at each end, and an ideal transformer `ratio∠shift` at the from side
 * (ratio = 1, shift = 0 for a line). Same convention as MATPOWER's branch model.
 */
export interface Branch {
  readonly id: string;
  readonly from: BusIndex;
  readonly to: BusIndex;
  readonly r_pu: number;
  readonly x_pu: number;
  /** Total line charging susceptance. */
  readonly b_pu: number;
  readonly ratio: number;
  readonly shift_deg: number;
  /** Long-term rating; Infinity when the source gives none. */
  readonly s_max_kVA: number;
  /** Limits of the angle at the from bus minus the angle at the to bus, as optimal power flow keeps them; none when absent. */
  readonly angle_min_deg?: number | undefined;
  readonly angle_max_deg?: number | undefined;
  readonly inService: boolean;
}

/** A constant admittance to ground at a bus: consumes g·v² and injects b·v² (b > 0 is a capacitor). */
export interface Shunt {
  readonly bus: BusIndex;
  readonly g_pu: number;
  readonly b_pu: number;
}

/** What is connected at one moment, as far as a power flow needs to know it. Powers in kW and kvar, + into the network. */
export interface OperatingPoint {
  /** Per bus: injection of loads (negative) and of everything else that is not in `generators`. Length: buses. */
  readonly p_kW: Float64Array;
  readonly q_kvar: Float64Array;
  readonly generators: readonly Generator[];
  /** Buses held at the slack: at least one per island that is to be solved. */
  readonly slacks: readonly BusIndex[];
  /** Starting point, per bus; 1∠0 where not known. */
  readonly v_start_pu: Float64Array;
  readonly angle_start_deg: Float64Array;
  /** Buses out of service (MATPOWER type 4): not solved, reported at zero voltage. */
  readonly isolated: readonly BusIndex[];
}

/** A machine that may hold voltage. Several may stand at one bus. */
export interface Generator {
  readonly id: string;
  readonly bus: BusIndex;
  readonly p_kW: number;
  readonly q_kvar: number;
  readonly p_min_kW: number;
  readonly p_max_kW: number;
  readonly q_min_kvar: number;
  readonly q_max_kvar: number;
  readonly v_set_pu: number;
  /** False: a fixed p and q injection (its bus is PQ). True: holds v_set_pu within its reactive limits. */
  readonly holdsVoltage: boolean;
  readonly inService: boolean;
  /** Piecewise-linear or polynomial cost, as in the source; absent when it gives none. */
  readonly cost?: GeneratorCost | undefined;
}

export type GeneratorCost =
  | { readonly kind: 'polynomial' /** Highest power first; currency per hour with p in kW. */; readonly coefficients: readonly number[] }
  | { readonly kind: 'piecewise-linear'; readonly p_kW: readonly number[]; readonly cost_cur_per_h: readonly number[] };

/** What a reader of network files returns. */
export interface Case {
  readonly network: Network;
  readonly operatingPoint: OperatingPoint;
  /** What stands in the file conductor by conductor, when the format knows phases; `network` is then its balanced equivalent. */
  readonly feeder?: Feeder | undefined;
  /** Every element that the reader did not carry over. */
  readonly dropped: readonly Dropped[];
  /** Things that were read but look odd. */
  readonly warnings: readonly string[];
}

export interface Dropped {
  readonly element: string;
  /** file:line */
  readonly where: string;
  readonly reason: string;
}

/** Base of the quantities at a bus. */
export const baseAt = (network: Network, bus: BusIndex): PerUnitBase => ({
  s_base_kVA: network.s_base_kVA,
  v_base_kV: network.buses[bus].v_base_kV,
});
