import type { PowerRegion } from '../../flexibility/region.ts';
import type { BusIndex, Network } from '../../network/network.ts';

/** A feeder whose import at one bus, the point of common coupling, is to follow commands by what its resources inject. */
export interface RegulatedFeeder {
  readonly network: Network;
  /** The point of common coupling; its voltage and angle are held by the grid above. */
  readonly slack: BusIndex;
  readonly v_slack_pu: number;
  readonly resources: readonly RegulatedResource[];
  /** What a rating limits. Default apparent power; `current`: the rating taken at one per unit of voltage. */
  readonly limits?: 'apparent' | 'current' | undefined;
  /** Buses out of service. */
  readonly isolated?: readonly BusIndex[] | undefined;
}

/** Several may stand at one bus. */
export interface RegulatedResource {
  readonly id: string;
  readonly bus: BusIndex;
}

/**
 * One step: what is injected whatever is decided (loads negative), and what each resource could inject.
 * @shape p_fixed_kW, q_fixed_kvar per bus; regions per resource
 */
export interface RegulatedStep {
  readonly p_fixed_kW: Float64Array;
  readonly q_fixed_kvar: Float64Array;
  readonly regions: readonly PowerRegion[];
}

/** What the grid above asks for: import at the point of common coupling, + into the feeder. */
export interface PccPower {
  readonly p_pcc_kW: number;
  readonly q_pcc_kvar: number;
}

/** @shape per resource */
export interface Setpoints {
  readonly p_kW: Float64Array;
  readonly q_kvar: Float64Array;
}

export interface TrackingOptions {
  /** α and β of α·|p_pcc − p*| + β·|q_pcc − q*|; both above 0, default 1. */
  readonly activeWeight?: number;
  readonly reactiveWeight?: number;
  /**
   * `projection` (default): sequential projection, and an optimal power flow where the answer is decided by losses or limits that it
   * cannot settle. `opf`: only that. The answers are the same optimum.
   */
  readonly method?: 'projection' | 'opf';
  /**
   * Which of the many set-points that follow the command as well as possible: nearest to those of the step before (default; the middle of
   * the regions where there is none), or nearest to the middle of each region; distances in parts of the region's size.
   */
  readonly near?: 'previous' | 'middle';
  /** Weight of that distance beside the command, 0 < … < 1; default 1e-4. The README says what it costs. */
  readonly nearWeight_frac?: number;
  /** Default 1e-8. */
  readonly tolerance_frac?: number;
  readonly iterations_max_count?: number;
  /** For everything that one call does. */
  readonly timeLimit_s?: number;
  /** Seconds from any origin; handed in, because core has no clock. */
  readonly clock_s?: () => number;
  readonly shouldStop?: () => boolean;
}

/** A day, or any other sequence of steps of one feeder. */
export interface RegulatedDay {
  readonly steps_count: number;
  /** @shape [t][b] */
  readonly p_fixed_kW: Float64Array;
  /** @shape [t][b] */
  readonly q_fixed_kvar: Float64Array;
  /** @shape [t] */
  readonly commands: readonly PccPower[];
  /**
   * What each resource could inject on step t, given what was granted on the step before (undefined at t = 0): the place where states
   * of charge are carried on.
   */
  regionsAt(t: number, before: Setpoints | undefined): readonly PowerRegion[];
  /** Set-points in force before the first step, for `near: 'previous'`. */
  readonly start?: Setpoints | undefined;
}
