import type { StudyResult } from './result.ts';

/**
 * `run` of a study of kind simulate: a plant under control in time, and what its linearised equations say. Series have one value per entry of `time_s`; a
 * number that does not exist (it never settles, nothing moves) is null.
 */
export interface SimulateResult extends StudyResult {
  readonly plant: { readonly kind: string; readonly title: string; readonly devices: readonly string[]; readonly states_count: number };
  readonly time_s: readonly number[];
  /** What is looked at: one picture each. */
  readonly quantities: readonly QuantityResult[];
  /** Outputs that the study asked for beside them. */
  readonly outputs: readonly { readonly name: string; readonly values: readonly number[] }[];
  /** What happened, in order; planned or by itself. */
  readonly events: readonly { readonly at_s: number; readonly what: string }[];
  /** Between two events, what came of the first. */
  readonly windows: readonly WindowResult[];
  readonly groups: readonly GroupResult[];
  /** Agents that act at times of their own; empty in continuous time. */
  readonly agents: readonly SpeakingAgent[];
  readonly integration: {
    readonly method: string;
    readonly step_s: number | null;
    readonly steps_count: number;
    readonly rejected_count: number;
    /** Where it ended before its time: the state and its equation. */
    readonly diagnosis: string | null;
  };
  readonly analysis: AnalysisResult;
  /** What may mislead, and what theory says against this study. */
  readonly cautions: readonly string[];
  readonly notes: readonly string[];
}

export interface QuantityResult {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly target: { readonly value: number; readonly band: number } | null;
  readonly isShared: boolean;
  readonly lines: readonly { readonly of: string; readonly values: readonly number[] }[];
}

export interface WindowResult {
  readonly from_s: number;
  readonly to_s: number;
  readonly what: string;
  readonly measures: readonly WindowMeasure[];
}

/** One quantity in one window; devices behind an open breaker do not count. */
export interface WindowMeasure {
  readonly quantity: string;
  /** All within the band of the target, or with a spread below 1 %, for good; null: not within this window. */
  readonly settling_s: number | null;
  /** Farthest from the target; absent without one. */
  readonly extreme?: { readonly value: number; readonly of: string; readonly at_s: number } | undefined;
  /** Largest mean rate of change over the first 0.2 s, in units per second; null where records are too sparse. */
  readonly rate: number | null;
  /** (max − min)/|mean| at the end, of what should be equal. */
  readonly spread_end_frac: number | null;
  readonly meanAtEnd: number;
}

export interface GroupResult {
  readonly name: string;
  readonly kind: string;
  readonly title: string;
  readonly theorem: string;
  readonly devices: readonly string[];
  /** Values of the first agent, and of others where they differ. */
  readonly parameters: Readonly<Record<string, number | readonly number[]>>;
  readonly period_s: number;
  readonly starts_s: number;
  readonly links: readonly { readonly from: string; readonly to: string; readonly weight_frac: number }[];
  /** Real parts of the eigenvalues of the Laplacian with its pins, ascending; empty for crowds. */
  readonly spectrum: readonly number[];
  readonly measureDelay_s: number;
  readonly linkDelay_s: number;
  readonly linkDelay_random_s: number;
  readonly loss_frac: number;
}

export interface SpeakingAgent {
  readonly id: string;
  readonly group: string;
  readonly device: string;
  readonly acts_count: number;
  /** How often it spoke. */
  readonly said_count: number;
  readonly messages_count: number;
  readonly lost_count: number;
  readonly bytes_count: number;
  /** When it spoke; empty where that was at every act, as long as it had somebody to speak to. */
  readonly saidAt_s: readonly number[];
}

export interface ModeResult {
  readonly re_per_s: number;
  readonly im_rad_per_s: number;
  readonly damping_frac: number;
  /** The states that take the largest parts. */
  readonly participation: readonly { readonly state: string; readonly share_frac: number }[];
}

export interface AnalysisResult {
  /** Where everything is linearised, all groups on: at rest after what happens at 0 s, or at the start of a plant that never rests. */
  readonly point: 'found' | 'start' | 'not-found';
  readonly isStable: boolean | null;
  readonly modes: readonly ModeResult[];
  /** Delays as the study has them; null where nothing is late. */
  readonly delayed: { readonly re_per_s: number; readonly im_rad_per_s: number } | null;
  /** How late measurements, or messages alone, may be. */
  readonly margins: readonly {
    readonly place: 'measurements' | 'messages';
    readonly status: 'limited' | 'no-limit' | 'unstable-without';
    readonly margin_s: number;
    readonly im_rad_per_s: number;
  }[];
  readonly sweep: SweepResult | null;
  readonly delayMap: DelayMapResult | null;
  readonly advice: AdviceResult | null;
  /** What was left out, and why. */
  readonly left: readonly string[];
}

export interface SweepResult {
  readonly parameter: string;
  /** Where the study stands. */
  readonly here: number;
  readonly states: readonly string[];
  readonly points: readonly {
    readonly value: number;
    readonly re_per_s: readonly number[];
    readonly im_rad_per_s: readonly number[];
    /** Index into `states` of the largest part in each mode. */
    readonly leading: readonly number[];
  }[];
}

/** Speed against delay of measurements. */
export interface DelayMapResult {
  readonly parameter: string;
  readonly speed_frac: readonly number[];
  /** The largest delay that is borne at each speed; null: none, not even without delay. */
  readonly margin_s: readonly (number | null)[];
  /**
   * Rightmost roots at parts of each speed's margin, from none of it on; no columns where they were too costly.
   * @shape re_per_s [speed][share]
   */
  readonly field: {
    readonly speed_frac: readonly number[];
    readonly share_frac: readonly number[];
    readonly re_per_s: readonly (readonly number[])[];
  };
}

export interface AdviceResult {
  readonly parameter: string;
  /** Factor on all gains at once; null: no speed bears it. */
  readonly speed_frac: number | null;
  /** The gains of the first agent at that speed. */
  readonly parameters: Readonly<Record<string, number>>;
  readonly delay_s: number;
  readonly used_frac: number;
  readonly margin_s: number | null;
  /** What keeps it from being faster. */
  readonly binds: 'delay' | 'plant' | 'range';
  /** Of the slowest mode at that speed with that delay, to 1 %. */
  readonly settling_s: number | null;
  /** The same at the speed of the study. */
  readonly here: { readonly margin_s: number | null; readonly settling_s: number | null };
}
