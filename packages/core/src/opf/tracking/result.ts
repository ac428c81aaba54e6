import type { OpfStatus } from '../result.ts';
import type { PccPower, Setpoints } from './question.ts';

/** Which way found the answer. */
export type TrackingMethod = 'projection' | 'opf';

/**
 * The answer to one command. Powers and voltages are those of a power flow of the set-points, so that they are true whatever the
 * optimiser believed.
 * @shape setpoints per resource; v_pu, angle_rad per bus of the network
 */
export interface TrackingResult {
  readonly status: OpfStatus;
  readonly method: TrackingMethod;
  readonly iterations_count: number;
  readonly setpoints: Setpoints;
  readonly asked: PccPower;
  /** Import at the point of common coupling. */
  readonly granted: PccPower;
  /** α·|p_pcc − p*| + β·|q_pcc − q*|. */
  readonly error_kVA: number;
  /** The command lies beyond what can be reached, and `granted` is as near as it gets. */
  readonly isSaturated: boolean;
  /** No other set-points come nearer by more than this, as far as a local search can tell: what the choice among equals may cost. */
  readonly nearCost_max_kVA: number;
  /**
   * Change of error_kVA per unit added to the command: 0 where it could be met a little further too, ±α and ±β beyond the edge, between
   * where one is traded for the other. NaN unless solved.
   */
  readonly priceP_frac: number;
  readonly priceQ_frac: number;
  readonly loss_kW: number;
  readonly v_pu: Float64Array;
  readonly angle_rad: Float64Array;
  readonly certificate: TrackingCertificate;
  /** Not solved: the limits that conflict, in the words of the network. */
  readonly conflict: readonly string[];
  readonly notes: readonly string[];
}

/** Recomputed from the problem and from a power flow; residuals of the problem in per unit and relative, as in `OpfCertificate`. */
export interface TrackingCertificate {
  readonly primalResidual: number;
  readonly dualResidual: number;
  readonly gap: number;
  readonly acCheck: PlanCheck;
}

/** A power flow of given set-points. */
export interface PlanCheck extends PccPower {
  readonly converged: boolean;
  readonly loss_kW: number;
  readonly v_min_pu: number;
  readonly v_max_pu: number;
  /** Largest excess of a voltage over its limits; 0 when all are kept. */
  readonly v_violation_max_pu: number;
  /** Largest flow over rating − 1 of any branch; 0 when all are kept or none is rated. */
  readonly rating_violation_max_frac: number;
  /** Largest power that the equations miss at a bus, recomputed. */
  readonly mismatch_max_kVA: number;
  /** |p_pcc + j·q_pcc of the power flow − what the optimiser believed|; 0 where nothing was believed. */
  readonly pccShift_kVA: number;
}

export interface TrackedDay {
  /** The first status that is not an answer, or `optimal`. Steps after a stop are missing. */
  readonly status: OpfStatus;
  readonly steps: readonly TrackingResult[];
}

/** An extreme of the import. */
export interface BandEdge extends PccPower {
  readonly status: OpfStatus;
  readonly setpoints: Setpoints;
  readonly iterations_count: number;
  readonly conflict: readonly string[];
  readonly check: PlanCheck;
}

/** Least and largest import, each with the other power left free. */
export interface ReachableBand {
  readonly pMin: BandEdge;
  readonly pMax: BandEdge;
  readonly qMin: BandEdge;
  readonly qMax: BandEdge;
}
