import type { OpfStatus } from '../result.ts';
import type { FeederOpfFormulation } from './settings.ts';

/** A dispatch of a feeder, phase by phase. */
export interface FeederOpfResult {
  readonly status: OpfStatus;
  readonly formulation: FeederOpfFormulation;
  readonly objective: 'cost' | 'loss';
  /** What source and units are paid at this point, whatever the objective was. */
  readonly objective_cur_per_h: number;
  /** Given and served to no load: lines, switches, transformers, shunts. */
  readonly loss_kW: number;
  /** Of the solver, over all refinements. */
  readonly iterations_count: number;
  readonly refinements_count: number;
  readonly certificate: FeederOpfCertificate;
  /** Phase conductors that the source supplies, by bus and conductor. */
  readonly places: readonly FeederOpfPlace[];
  readonly source: { readonly id: string; readonly powers: readonly PhasePower[] };
  readonly units: readonly FeederOpfUnit[];
  /** Relaxation that is not exact: the point of the refined linear model next to it. */
  readonly recovered?: FeederOpfResult;
  /** Not solved: what conflicts, in the words of the feeder, as far as it is known. */
  readonly conflict: readonly string[];
  readonly notes: readonly string[];
}

/** @unit prices: cost of one more kWh or kvarh taken there; with the objective `loss` kW and kvar more to be given per kW and kvar */
export interface FeederOpfPlace {
  readonly bus: number;
  readonly conductor: number;
  /** To earth. */
  readonly v_pu: number;
  readonly angle_rad: number;
  /** NaN where there is no optimum. */
  readonly price_cur_per_kWh: number;
  readonly price_cur_per_kvarh: number;
  /** They add up to price_cur_per_kWh; NaN where there is no split. */
  readonly energy_cur_per_kWh: number;
  readonly loss_cur_per_kWh: number;
  readonly congestion_cur_per_kWh: number;
  readonly voltage_cur_per_kWh: number;
}

/** Into the network. */
export interface PhasePower {
  readonly conductor: number;
  readonly p_kW: number;
  readonly q_kvar: number;
}

export interface FeederOpfUnit {
  readonly id: string;
  readonly kind: 'generator' | 'inverter';
  readonly bus: number;
  readonly p_kW: number;
  readonly q_kvar: number;
  readonly cost_cur_per_h: number;
  /** Of each phase conductor: what flows from the unit into it. */
  readonly powers: readonly PhasePower[];
}

/** Residuals are recomputed from the problem; primal in per unit, the others relative. */
export interface FeederOpfCertificate {
  readonly primalResidual: number;
  readonly dualResidual: number;
  readonly gap: number;
  readonly relaxation?: FeederRelaxation;
  readonly acCheck?: FeederAcCheck;
}

/** How far a relaxed point is from a power flow. */
export interface FeederRelaxation {
  readonly isExact: boolean;
  /** No power flow within the limits has a lower objective (cur/h, or kW for losses); NaN where some load's law had to be straightened. */
  readonly bound: number;
  /** Largest ratio of the second to the first eigenvalue of a bus's products of voltages; 0 where all are products of voltages. */
  readonly rankGap_max_frac: number;
  /** Losses by squared currents that are squares of no current. */
  readonly inventedLoss_kW: number;
  /** (objective of the recovered point − bound)/|objective|, when one was found: no power flow is better by more than this. */
  readonly gap_frac?: number;
}

/** A three-phase power flow of the feeder as it is, at the dispatch. */
export interface FeederAcCheck {
  readonly converged: boolean;
  readonly mismatch_max_kVA: number;
  /** Beyond limits of phase-to-neutral voltages. */
  readonly v_violation_max_pu: number;
  /** Largest distance of a phase-to-earth voltage from what the formulation says. */
  readonly v_difference_max_pu: number;
  /** Largest |v₂|/|v₁| of a bus with three phases. */
  readonly unbalance_max_frac: number;
  /** |active power of the source in the power flow − what the dispatch says|, all phases together. */
  readonly sourceShift_kW: number;
  /** Largest part of a rating that a line or switch carries; 0 without ratings. */
  readonly loading_max_frac: number;
}
