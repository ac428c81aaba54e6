import type { Network, OperatingPoint } from '../network/network.ts';

/**
 * A power-flow method: analyse the wires once, solve for many operating points.
 * Members: newton, radial-sweep. Each passes `conformance.ts`.
 */
export interface PowerFlowMethod {
  readonly name: string;
  /** Why this method cannot take this network, or undefined when it can. Checked before `prepare`. */
  refuses(network: Network, point: OperatingPoint): string | undefined;
  prepare(network: Network, point: OperatingPoint, options?: PowerFlowOptions): PreparedPowerFlow;
}

export interface PowerFlowOptions {
  /**
   * Largest mismatch of any bus that counts as converged. Default 1e-8 pu; the sweep, whose error falls only linearly,
   * then takes at most 1e-8 of the largest bus power, so that a small feeder on a large base is solved as well.
   */
  readonly tolerance_pu?: number;
  /** Default 50; the sweep, whose iterations are short, 500. */
  readonly iterations_max_count?: number;
  /** Turn a generator's bus into PQ at its reactive limit when it is reached (slacks have no limit). Default false. */
  readonly enforceReactiveLimits?: boolean;
}

/** Owns its workspace; not re-entrant. */
export interface PreparedPowerFlow {
  /** Solves for new injections on the same wires. Starts from the last solution when `warm` is true. */
  solve(point: OperatingPoint, warm?: boolean): PowerFlowResult;
  /**
   * Solves many scenarios or time steps in one go, fast and without allocation: p_kW and q_kvar replace those of the
   * operating point given to `prepare`; generators, slacks and wires stay.
   * @shape p_kW, q_kvar [t][b]
   */
  solveBatch(p_kW: Float64Array, q_kvar: Float64Array, steps_count: number, out: PowerFlowBatch): void;
}

/**
 * What a batch returns. Optional arrays are filled when present.
 * @shape v_pu, angle_rad [t][b]; the others [t]
 */
export interface PowerFlowBatch {
  readonly v_pu: Float64Array;
  readonly angle_rad?: Float64Array;
  readonly loss_kW: Float64Array;
  /** 1 where converged. */
  readonly converged: Uint8Array;
  readonly iterations_count: Int32Array;
  /** Recomputed after the last iteration. */
  readonly mismatch_max_kVA: Float64Array;
}

/** Memory for a batch. */
export function buildPowerFlowBatch(steps_count: number, buses_count: number, withAngles = false): PowerFlowBatch {
  return {
    v_pu: new Float64Array(steps_count * buses_count),
    ...(withAngles ? { angle_rad: new Float64Array(steps_count * buses_count) } : {}),
    loss_kW: new Float64Array(steps_count),
    converged: new Uint8Array(steps_count),
    iterations_count: new Int32Array(steps_count),
    mismatch_max_kVA: new Float64Array(steps_count),
  };
}

/** `diverged` is a result, not an error. Arrays are per bus or per branch in network order. */
export interface PowerFlowResult {
  readonly status: 'converged' | 'diverged';
  readonly method: string;
  readonly iterations_count: number;
  /** Recomputed from the admittances after the last iteration. */
  readonly mismatch_max_kVA: number;
  readonly v_pu: Float64Array;
  readonly angle_rad: Float64Array;
  /** Net injection at each bus, + into the network, after solving (slack and PV buses included). */
  readonly p_kW: Float64Array;
  readonly q_kvar: Float64Array;
  readonly p_from_kW: Float64Array;
  readonly q_from_kvar: Float64Array;
  readonly p_to_kW: Float64Array;
  readonly q_to_kvar: Float64Array;
  readonly i_from_A: Float64Array;
  readonly i_to_A: Float64Array;
  /** Largest end apparent power over the rating; NaN where the branch has none. */
  readonly loading_frac: Float64Array;
  /** Σ over branches of series losses, in kW; for kvar the charging is not counted as negative loss. */
  readonly loss_kW: number;
  readonly loss_kvar: number;
  /** Generators that were held at a reactive limit, by id. */
  readonly atReactiveLimit: readonly string[];
  /** When diverged: what looks wrong, in the user's words. */
  readonly diagnosis?: string;
}
