import type { AcCheck, DeviceResult, FeederDrawing, StudyResult, StudyTime } from './result.ts';

/** `run` of a study of kind dispatch. All series over time have one value per step; powers are kW, + into the network. */
export interface DispatchResult extends StudyResult {
  readonly time: StudyTime;
  readonly currency: string;
  readonly feeder: FeederDrawing;
  readonly devices: readonly (DeviceResult & { readonly decided: string })[];
  readonly uncertain: readonly UncertainResult[];
  readonly size: ProblemSize;
  /** How scenarios were made; absent where no plan knows any. */
  readonly scenarios?: ScenarioFacts;
  /** The adopted plan first. */
  readonly plans: readonly DecidedPlan[];
  /** Every plan against the same samples, one entry per factor on the errors. */
  readonly replays: readonly ReplayGroup[];
  readonly explanation: Explanation;
  readonly notes: readonly string[];
}

export interface ProblemSize {
  readonly decisions_count: number;
  readonly whole_count: number;
  readonly reactions_count: number;
  readonly rows_count: number;
  readonly symbols_count: number;
}

/** An uncertain quantity: its forecast, what plans guard against, and what samples look like. */
export interface UncertainResult {
  readonly name: string;
  readonly parameter: string;
  readonly devices: readonly string[];
  readonly forecast: readonly number[];
  /** Limits of the set of the study, before plans widen it. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** Of the samples of the first replay, at 5, 25, 50, 75 and 95 %. */
  readonly fan: readonly (readonly number[])[];
  readonly deviations_max_count?: number;
}

export interface ScenarioFacts {
  readonly drawn_count: number;
  readonly kept_count: number;
  readonly method: string;
  readonly reduction: string;
  /** Kantorovich distance lost, relative to keeping a single one. */
  readonly distance_frac: number;
  readonly meanError_frac: number;
  readonly deviationError_frac: number;
  /** How far the kept scenarios' mean is from the forecast. */
  readonly meanFromForecast_frac: number;
  readonly probabilities: readonly number[];
}

export interface DecidedPlan {
  readonly name: string;
  readonly strategy: string;
  readonly title: string;
  readonly theorem: string;
  readonly knows: string;
  /** Factor on the deviations of the set, by quantity. */
  readonly widened: Readonly<Record<string, number>>;
  readonly status: string;
  /** What the plan promises: at the forecast, on average, or in the worst case of its set; null without a plan. */
  readonly cost_cur: number | null;
  readonly bound_cur: number | null;
  readonly gap_frac: number | null;
  /** Whether the worst case is proven to be the worst. */
  readonly exact: boolean;
  readonly rounds: readonly { readonly bound_cur: number | null; readonly cost_cur: number | null }[];
  readonly outcomes_count: number;
  readonly time_s: number;
  /** What is decided before anything is known. */
  readonly ahead: readonly { readonly device: string; readonly name: string; readonly values: readonly number[] }[];
  /** How the plan plays out at the forecast and at the outcome it fears most. */
  readonly cases: readonly PlanCase[];
  readonly conflict?: readonly string[];
}

export interface PlanCase {
  readonly name: 'forecast' | 'worst';
  readonly cost_cur: number;
  /** kWh that could not be balanced, either way. */
  readonly shortfall_kWh: number;
  /** Value of every quantity. [quantity][step] */
  readonly outcome: readonly (readonly number[])[];
  readonly schedules: readonly {
    readonly device: string;
    readonly p_kW: readonly number[];
    readonly states: Readonly<Record<string, readonly number[]>>;
  }[];
  readonly ac: AcCheck;
}

export interface ReplayGroup {
  readonly errors_frac: number;
  readonly samples_count: number;
  readonly plans: readonly ReplayedPlan[];
}

export interface ReplayedPlan {
  readonly plan: string;
  /** Mean over all samples with a reaction, what is short paid for. */
  readonly mean_cur: number;
  /** Mean over samples where nothing is short: flatters a plan that is often short; null when none is good. */
  readonly meanOfGood_cur: number | null;
  readonly worst_cur: number;
  readonly deviation_cur: number;
  readonly short_frac: number;
  readonly infeasible_frac: number;
  /** Share of samples in which it is cheaper than the adopted plan. */
  readonly win_frac: number;
  /** Costs at 0, 5, … 100 %. */
  readonly quantiles_cur: readonly number[];
  /** The first of these samples carried through step by step; absent where none is. */
  readonly rolled?: RolledPlan;
}

/** A plan carried through the horizon: what reacts is decided anew on every step, for what is known by then. Costs of samples with a reaction on every step; null where none has. */
export interface RolledPlan {
  readonly samples_count: number;
  readonly infeasible_frac: number;
  readonly mean_cur: number | null;
  readonly worst_cur: number | null;
  /** Mean of the same samples if what reacts knew all from the start. */
  readonly hindsight_cur: number | null;
  readonly short_frac: number;
}

export interface Explanation {
  /** In words. */
  readonly sentences: readonly string[];
  /** What hurts in the worst case of the adopted plan, worst first. */
  readonly worst: readonly {
    readonly quantity: string;
    readonly step: number;
    readonly expected: number;
    readonly value: number;
    /** Change of the cost per unit, at the worst case, and for the whole deviation. */
    readonly slope_cur: number;
    readonly harm_cur: number;
  }[];
  /** What one more kWh of a store would save, in the worst case. */
  readonly stores: readonly { readonly device: string; readonly state: string; readonly saved_cur: number }[];
  /** What the adopted plan would cost with one more full deviation of a quantity. */
  readonly budgets: readonly { readonly quantity: string; readonly from_count: number; readonly added_cur: number }[];
}
