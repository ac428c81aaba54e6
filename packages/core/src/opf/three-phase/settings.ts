import type { Feeder } from '../../network/feeder/feeder.ts';
import type { GeneratorCost } from '../../network/network.ts';
import type { PreparedThreePhase } from '../../powerflows/three-phase/contract.ts';
import type { Solver } from '../../solvers/contract.ts';
import type { OpfOptions } from '../settings.ts';

/** `three-phase-linear`: linear branch flow, linearised again around the answer; `three-phase-sdp`: a semidefinite relaxation. */
export type FeederOpfFormulation = 'three-phase-linear' | 'three-phase-sdp';

/** Members that the caller chooses. */
export interface FeederOpfServices {
  /** Takes second-order cones; for `three-phase-sdp` also semidefinite ones. */
  readonly solver: Solver;
  /** Settles the controls and checks the dispatch on the feeder as it is, neutrals included: `prepareThreePhase`. Neither without one. */
  readonly powerFlow?: ((feeder: Feeder) => PreparedThreePhase) | undefined;
}

export interface FeederOpfOptions
  extends Pick<
    OpfOptions,
    'objective' | 'recover' | 'tolerance_frac' | 'iterations_max_count' | 'timeLimit_s' | 'clock_s' | 'shouldStop' | 'onProgress'
  > {
  /** Default `three-phase-linear`. */
  readonly formulation?: FeederOpfFormulation;
  /** What a kWh from the source costs, and what one given back earns; default 1. */
  readonly sourcePrice_cur_per_kWh?: number;
  /** Between which the source gives active power, all phases together; 0 as the least forbids to feed back. No limits when absent. */
  readonly sourceP_min_kW?: number;
  readonly sourceP_max_kW?: number;
  /** By the ids of generators and inverters: what differs from the feeder. */
  readonly units?: Readonly<Record<string, UnitLimits>>;
  /** Whether ratings of lines and switches are limits; default true. */
  readonly hasRatings?: boolean;
  /** Largest negative-sequence voltage of a bus with three phases, as a part of its positive-sequence voltage; no limit when absent. */
  readonly unbalance_max_frac?: number;
  /** `three-phase-linear`: how often the feeder is linearised again around the answer; default 8, fewer when it stands still before. */
  readonly refinements_max_count?: number;
  /** How long storage has to keep the power of this moment up; default 1. */
  readonly storageStep_h?: number;
}

/** Of a whole generator or inverter. */
export interface UnitLimits {
  /** 0 when absent. */
  readonly price_cur_per_kWh?: number;
  /** Instead of a price: convex, of degree 2 at most or piecewise linear. */
  readonly cost?: GeneratorCost;
  readonly p_min_kW?: number;
  readonly p_max_kW?: number;
  readonly q_min_kvar?: number;
  readonly q_max_kvar?: number;
}

/** What both formulations are asked, defaults filled in. */
export interface FeederQuestion {
  readonly formulation: FeederOpfFormulation;
  readonly objective: 'cost' | 'loss';
  readonly sourcePrice_cur_per_kWh: number;
  readonly sourceP_min_kW: number;
  readonly sourceP_max_kW: number;
  readonly unbalance_max_frac: number | undefined;
}

export const questionOf = ({
  formulation = 'three-phase-linear',
  objective = 'cost',
  sourcePrice_cur_per_kWh = 1,
  sourceP_min_kW = Number.NEGATIVE_INFINITY,
  sourceP_max_kW = Number.POSITIVE_INFINITY,
  unbalance_max_frac,
}: FeederOpfOptions): FeederQuestion => ({
  formulation,
  objective,
  sourcePrice_cur_per_kWh,
  sourceP_min_kW,
  sourceP_max_kW,
  unbalance_max_frac,
});
