import type { TwoStage } from '../problem/two-stage.ts';
import type { ReadySolver } from '../solvers/contract.ts';
import type { UncertaintySet } from '../uncertainty/uncertainty-set.ts';

/**
 * How a decision is made before what matters is known. Members: affine-rules, column-and-constraint, extensive, l-shaped,
 * progressive-hedging. Each passes `conformance.ts`.
 *
 *   min_{x ∈ X} cᵀx + Σ_e probability_e · max_{u ∈ support_e} min_y qᵀy
 *
 * One event with a set is robust optimisation, many events with one outcome each are a stochastic programme over scenarios, several sets
 * are robust within each event and expected over them (probability-weighted robust).
 */
export interface Strategy<Options> {
  readonly name: string;
  readonly title: string;
  /** What the bounds rest on. */
  readonly theorem: string;
  readonly defaults: Options;
  /**
   * @throws {CombinationError} STRATEGY_CANNOT for a support that it does not take
   * @throws {InputError} EVENTS_INVALID
   */
  decide(problem: TwoStage, events: readonly UncertainEvent[], options: Options, services: StrategyServices): Decision;
}

/** Something that may come: how likely it is, and what the symbols may then be. */
export interface UncertainEvent {
  readonly name?: string | undefined;
  readonly probability: number;
  /** One outcome u, or a set of them. */
  readonly support: Float64Array | UncertaintySet;
  /** An outcome of a set to begin with; the nearest to the forecast when left out. */
  readonly opening?: Float64Array | undefined;
}

export interface StrategyServices {
  /** Takes linear programmes, with whole variables where the first stage has them or a worst case is searched. */
  readonly solver: ReadySolver;
  /** Takes convex quadratic costs, too, beside whole variables where the first stage has them; for strategies that need one. */
  readonly quadratic?: ReadySolver | undefined;
  readonly onRound?: ((round: DecisionRound) => void) | undefined;
  /** Polled between rounds; true ends with the best decision so far and its gap. */
  readonly shouldStop?: (() => boolean) | undefined;
}

export interface DecisionRound {
  readonly round: number;
  /** No decision costs less; never falls. */
  readonly bound: number;
  /** Of the best decision so far; never rises. */
  readonly cost: number;
}

export interface Decision {
  /**
   * `method-limit`: the strategy has done what it can and its gap stays open, as rules may cost more than best reactions and whole variables
   * may leave a duality gap. The cost is Infinity where it found no decision, which does not say that there is none.
   */
  readonly status: 'optimal' | 'infeasible' | 'unbounded' | 'method-limit' | 'round-limit' | 'stopped' | 'failed';
  readonly x: Float64Array;
  readonly cost: number;
  readonly bound: number;
  readonly history: readonly DecisionRound[];
  /** The worst outcome of each event under x, and what is done about it. */
  readonly outcomes: readonly Outcome[];
  /** Whether the cost is proven for the worst of every set: false where a search had to assume how large multipliers can be. */
  readonly exact: boolean;
  /** Names of rows and columns that conflict, when infeasible and known. */
  readonly conflict?: readonly string[] | undefined;
  /** Where reactions are ruled ahead, the rule of each event: then the cost is the worst under rules, and best reactions may cost less. */
  readonly rules?: readonly ReactionRule[] | undefined;
}

/** y = constant + Σ_k v_k·slopes_k at coordinates v of the event's set; an event of one outcome has no coordinates. */
export interface ReactionRule {
  readonly constant: Float64Array;
  /** @shape one array of the length of y per coordinate */
  readonly slopes: readonly Float64Array[];
}

export interface Outcome {
  readonly probability: number;
  readonly u: Float64Array;
  readonly y: Float64Array;
  readonly cost: number;
  /** By how much priced rows are missed, together. */
  readonly shortfall: number;
}
