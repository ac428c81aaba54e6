import type { TrafficRow } from '../agents/wiretap.ts';
import type { FeederDrawing, KeptAtHome, StudyResult, StudyTime } from './result.ts';

/**
 * `run` of a study of kind regulate: how well clusters of resources follow the commands of the grid above, with and without a market.
 * All series over time have one value per step; powers of resources and clusters are + into the network, those of the point of
 * common coupling (pcc) + into the feeder (import).
 */
export interface RegulateResult extends StudyResult {
  readonly time: StudyTime;
  readonly currency: string;
  readonly feeder: FeederDrawing;
  readonly resources: readonly RegulatedResource[];
  /** Fixed withdrawal of the feeder's other customers, as injection (negative). */
  readonly load_kW: readonly number[];
  readonly load_kvar: readonly number[];
  readonly market: MarketResult;
  readonly commands: { readonly p_pcc_kW: readonly number[]; readonly q_pcc_kvar: readonly number[]; readonly made: string };
  readonly partitions: PartitionsResult;
  /** Single point first, then one per partition in `partitions.chosen`; each without and with the market. */
  readonly runs: readonly RegulationRun[];
  /** Errors of many partitions under many random commands: a distribution instead of three samples. */
  readonly screening?: ScreeningResult | undefined;
  /** Ways to describe what a cluster can do, compared on the same steps. */
  readonly characteristics: readonly CharacteristicComparison[];
  /** The same over the whole horizon, where energy and ramps couple the steps; absent where the study does not ask. */
  readonly overTime?: readonly HorizonCharacteristic[] | undefined;
  /** A published number, ours beside it, and why they differ. */
  readonly published: readonly PublishedComparison[];
  /** Safe sets of aggregate commands, where the study asks for them. */
  readonly constraintSet?: ConstraintSetResult | undefined;
  /** Who said what to whom, per kind of message; proof that no private limit crossed. */
  readonly traffic: readonly TrafficRow[];
  readonly keptAtHome: readonly KeptAtHome[];
  /** Statements about data: what is published, what is a stand-in. */
  readonly notes: readonly string[];
}

export interface RegulatedResource {
  readonly id: string;
  readonly kind: string;
  readonly bus: string;
  readonly owner: string;
  /** Portfolio that it trades in; absent when it does not. */
  readonly portfolio?: string | undefined;
  /** Money over the day under the market's sell price; positive is received. */
  readonly revenue_without_cur: number;
  readonly revenue_with_cur: number;
}

/** The market and what the portfolios planned under it. */
export interface MarketResult {
  readonly structure: string;
  readonly buy_cur_per_kWh: readonly number[];
  readonly sell_cur_per_kWh: readonly number[];
  readonly portfolios: readonly PortfolioPlan[];
}

export interface PortfolioPlan {
  readonly id: string;
  readonly members: readonly string[];
  readonly storage: string;
  /** What its sources could give before trading, and what is left to the grid after it. */
  readonly p_available_kW: readonly number[];
  readonly p_offered_kW: readonly number[];
  readonly p_charge_kW: readonly number[];
  readonly p_discharge_kW: readonly number[];
  /** At the end of each step. */
  readonly e_kWh: readonly number[];
  readonly revenue_without_cur: number;
  readonly revenue_with_cur: number;
  /** Proven bound on the best revenue. */
  readonly bound_cur: number;
}

export interface PartitionsResult {
  readonly method: 'exact' | 'sampled';
  readonly distanceMax: number;
  readonly resources_min_count: number;
  /** Partitions that keep the rules, before screening by distance. */
  readonly valid_count: number;
  readonly screened_count: number;
  readonly draws_count?: number | undefined;
  /** Number of valid partitions with a mean electrical distance up to each λ. */
  readonly curve: readonly { readonly lambda: number; readonly count: number; readonly published?: number | undefined }[];
  readonly byClusters: readonly { readonly clusters_count: number; readonly count: number }[];
  readonly chosen: readonly ChosenPartition[];
}

export interface ChosenPartition {
  readonly name: string;
  readonly distance: number;
  /** Per cluster: buses and resources, by id. */
  readonly clusters: readonly { readonly buses: readonly string[]; readonly resources: readonly string[] }[];
}

export interface RegulationRun {
  readonly name: string;
  readonly kind: 'single-point' | 'clusters';
  /** Name of the partition; absent for single point. */
  readonly partition?: string | undefined;
  readonly withMarket: boolean;
  /** What the feeder could reach at the pcc, and what it did, by AC power flow. */
  readonly p_low_kW: readonly number[];
  readonly p_high_kW: readonly number[];
  readonly q_low_kvar: readonly number[];
  readonly q_high_kvar: readonly number[];
  readonly p_pcc_kW: readonly number[];
  readonly q_pcc_kvar: readonly number[];
  readonly p_error_frac: number;
  readonly q_error_frac: number;
  /** Steps on which the command lay beyond the band and was held at its edge. */
  readonly saturated: readonly number[];
  readonly resources: readonly { readonly id: string; readonly p_kW: readonly number[]; readonly q_kvar: readonly number[] }[];
  readonly states: readonly { readonly id: string; readonly name: string; readonly values: readonly number[] }[];
  readonly v_min_pu: readonly number[];
  readonly v_max_pu: readonly number[];
  readonly loss_kW: readonly number[];
  readonly ac_mismatch_max_kVA: number;
  readonly v_violation_max_pu: number;
}

/** @shape errors, per partition and command, flat [partition][command] */
export interface ScreeningResult {
  readonly commands_count: number;
  readonly partitions_count: number;
  readonly error_max_frac: number;
  readonly kept_count: number;
  /** Mean active and reactive error of each partition, and whether it was kept. */
  readonly partitions: readonly {
    readonly distance: number;
    readonly clusters_count: number;
    readonly p_error_frac: number;
    readonly q_error_frac: number;
    readonly kept: boolean;
  }[];
  readonly single: { readonly p_error_frac: number; readonly q_error_frac: number };
}

export interface CharacteristicComparison {
  readonly name: string;
  readonly about: string;
  /** Mean over clusters and steps of its area over that of the exact set; absent where it has no area in one step. */
  readonly area_frac?: number | undefined;
  /** True: every point can be delivered. */
  readonly guaranteed: boolean;
  readonly numbers_per_cluster_count: number;
  readonly p_error_frac?: number | undefined;
  readonly q_error_frac?: number | undefined;
}

/** A way to say what all resources can do together over the horizon, active power only. */
export interface HorizonCharacteristic {
  readonly name: string;
  readonly about: string;
  /** True: every point can be delivered. */
  readonly guaranteed: boolean;
  readonly numbers_per_cluster_count: number;
  /** Mean width over that of the exact set in random directions: above 1 it promises too much, below it gives something away. */
  readonly width_frac: number;
  /** Share of random commands taken from it that nobody could deliver, and the energy missing on average. */
  readonly failed_frac: number;
  readonly shortfall_kWh: number;
}

export interface PublishedComparison {
  readonly what: string;
  readonly source: string;
  readonly published: number;
  readonly ours: number;
  readonly unit: string;
  readonly explanation: string;
}

export interface ConstraintSetResult {
  readonly confidence_frac: number;
  readonly violation_max_frac: number;
  readonly samples_count: number;
  /** The published set per step: what aggregate change of power is safe. */
  readonly low_kW: readonly number[];
  readonly high_kW: readonly number[];
  /** Root mean square of what is asked less what is delivered, for the three ways to act. */
  readonly tracking: readonly { readonly name: string; readonly rmse_kW: number; readonly violation_frac: number }[];
}
