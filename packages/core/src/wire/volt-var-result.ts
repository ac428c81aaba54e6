import type { ProblemSize, ScenarioFacts } from './dispatch-result.ts';
import type { AcCheck, DeviceResult, FeederDrawing, StudyResult, StudyTime } from './result.ts';

/** `run` of a study of kind volt-var. Series over time have one value per period, those of taps and banks one per hour that they stay. */
export interface VoltVarResult extends StudyResult {
  readonly time: StudyTime;
  readonly feeder: FeederDrawing;
  readonly devices: readonly (DeviceResult & { readonly p_max_kW: number; readonly s_max_kVA: number; readonly zone: string })[];
  readonly banks: readonly { readonly id: string; readonly bus: string; readonly step_kvar: number; readonly steps_count: number }[];
  readonly taps_pu: readonly number[];
  readonly periodsPerHour_count: number;
  readonly moves: { readonly tap_max_count: number; readonly bank_max_count: number };
  readonly objective: 'loss' | 'deviation' | 'front';
  readonly uncertain: readonly VoltVarQuantity[];
  readonly size: ProblemSize;
  readonly scenarios?: ScenarioFacts;
  /** Those along a front in its order; else the adopted plan, then the one for the forecast alone. */
  readonly plans: readonly VoltVarPlan[];
  /** Which of the plans is adopted: of a front, its knee. */
  readonly adopted: number;
  readonly front?: VoltVarFront;
  readonly published: readonly {
    readonly method: string;
    readonly points_count: number;
    readonly time_s: number;
    readonly source: string;
  }[];
  /** In words. */
  readonly sentences: readonly string[];
  readonly notes: readonly string[];
}

/** A factor of a zone: forecast, what a set allows, and what samples look like at 5, 25, 50, 75 and 95 %. */
export interface VoltVarQuantity {
  readonly name: string;
  readonly forecast: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly fan: readonly (readonly number[])[];
}

export interface VoltVarPlan {
  readonly name: string;
  readonly knows: string;
  readonly strategy: string;
  readonly title: string;
  readonly theorem: string;
  readonly status: string;
  /** By the linear flow, over the outcomes that it counted with; wear of moves is in it. Null without a plan. */
  readonly loss_kWh: number | null;
  readonly deviation_pu: number | null;
  /** What was minimised and what no plan is below: a sum of both costs where a front asked for one. */
  readonly cost: number | null;
  readonly bound: number | null;
  readonly gap_frac: number | null;
  readonly exact: boolean;
  readonly rounds_count: number;
  readonly time_s: number;
  /** Position of the tap changer per hour. */
  readonly taps: readonly number[];
  /** [bank][hour] */
  readonly steps: readonly (readonly number[])[];
  readonly tapMoves_count: number;
  /** By bank. */
  readonly bankMoves_count: readonly number[];
  readonly cases: readonly VoltVarCaseResult[];
  readonly replay?: VoltVarReplay;
  readonly conflict?: readonly string[];
}

export interface VoltVarCaseResult {
  readonly name: 'forecast' | 'worst';
  /** By the linear flow; a power flow's are in `ac`. */
  readonly loss_kWh: number;
  readonly deviation_pu: number;
  /** By how much rows of the linear model are missed, together. */
  readonly shortfall: number;
  readonly acLoss_kWh: number;
  readonly acDeviation_pu: number;
  /** [quantity][period] */
  readonly outcome: readonly (readonly number[])[];
  /** [device][period] */
  readonly q_kvar: readonly (readonly number[])[];
  readonly ac: AcCheck;
}

/** A plan against fresh samples, by AC power flow. */
export interface VoltVarReplay {
  readonly samples_count: number;
  readonly loss_mean_kWh: number | null;
  readonly loss_worst_kWh: number | null;
  /** At 0, 5, … 100 %. */
  readonly loss_quantiles_kWh: readonly number[];
  readonly deviation_mean_pu: number | null;
  /** Share of samples with a voltage beyond its limit. */
  readonly violating_frac: number;
  readonly beyond_max_pu: number;
  /** Share of samples in which the linear model misses a row. */
  readonly short_frac: number;
  /** Share without a reaction or a power flow. */
  readonly lost_frac: number;
  /** Lowest and highest voltage beside the slack, over samples at 0, 5, 50, 95 and 100 %. [share][period] */
  readonly lowest_pu: readonly (readonly number[])[];
  readonly highest_pu: readonly (readonly number[])[];
}

export interface VoltVarFront {
  readonly method: string;
  readonly title: string;
  readonly theorem: string;
  readonly asked_count: number;
  readonly questions_count: number;
  readonly dominated_count: number;
  readonly knee: number;
  readonly hypervolume_frac: number;
  readonly unevenness_frac: number;
  readonly time_s: number;
}
