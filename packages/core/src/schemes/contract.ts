import type { Crowd } from '../agents/crowd.ts';
import type { Role } from '../agents/role.ts';
import type { Block } from '../problem/block.ts';
import type { Oracle } from '../problem/oracle.ts';
import type { ReadySolver } from '../solvers/contract.ts';

/**
 * How a problem is split among agents and brought together again. Members: central, proximal-message-passing.
 * Each passes `conformance.ts`. A scheme knows parts and nets; it does not know what they mean.
 */
export interface Scheme<Options> {
  readonly name: string;
  readonly title: string;
  /** The theorem that the stop rule rests on, with its assumptions. */
  readonly theorem: string;
  readonly defaults: Options;
  /** Who speaks to each net, and the word of which it needs only the sum; left out by a scheme in which nobody says anything. */
  readonly crowds?: ((problem: CoordinationProblem) => readonly Crowd[]) | undefined;
  run(problem: CoordinationProblem, options: Options, services: SchemeServices): Promise<Outcome>;
}

/** min Σ f_k(x_k) subject to: at every net, channel and step the terminals' values sum to zero. */
export interface CoordinationProblem {
  readonly parts: readonly Part[];
  readonly nets: readonly CoordinationNet[];
  /** Values per terminal and step: 2, active and reactive power. */
  readonly channels_count: number;
  readonly steps_count: number;
  readonly dt_h: number;
}

/** Somebody's part: the block stays with its owner; a distributed scheme only ever asks the oracle. */
export interface Part {
  readonly id: string;
  readonly block: Block;
  readonly oracle: Oracle;
  /** Net of each terminal. Oracle and block hold `channels_count` ports per terminal, in this order. */
  readonly terminals: readonly string[];
  /** What each terminal is enrolled with: whatever it says is held to these. Nothing is held when left out. */
  readonly limits?: readonly TerminalLimits[] | undefined;
  /** Where to start: a plan that balances together with the others', [terminal][channel][step]. Zero when left out. */
  readonly start?: Float64Array | undefined;
}

/** Limits that hold at every step, + into the net; |q| for every further channel. */
export interface TerminalLimits {
  readonly p_min_kW: number;
  readonly p_max_kW: number;
  readonly q_max_kvar: number;
}

export interface CoordinationNet {
  readonly id: string;
  /** Typical power at this net; the step length goes with the root of its inverse. */
  readonly scale_kW: number;
  /** Price that the negotiation opens with, [channel][step], currency per kWh. */
  readonly openingPrice: Float64Array;
}

export interface SchemeServices {
  /** For schemes that solve the whole at once. */
  readonly solver?: ReadySolver | undefined;
  /**
   * Support function of a block's ports, for a proof of infeasibility: max dᵀx, Infinity, or undefined when empty. In the
   * field every agent computes its own number.
   */
  readonly support?: ((block: Block, direction: Float64Array) => number | undefined) | undefined;
  /** Runs the roles of a distributed scheme; in a loop, in virtual time, or on a broker. */
  readonly carry: (roles: readonly Role[]) => Promise<void>;
  /** To each net its terminals are one crowd, as `crowds` tells; whoever carries the roles sums their words. */
  readonly hasCrowds?: boolean | undefined;
  readonly onRound?: ((round: RoundRecord) => void) | undefined;
}

export interface RoundRecord {
  readonly round: number;
  /** Root mean square over terminals, channels and steps. */
  readonly primalResidual_kW: number;
  readonly dualResidual_cur_per_kWh: number;
  readonly rho: number;
}

export interface Outcome {
  readonly status: 'agreed' | 'infeasible' | 'stalled' | 'round-limit';
  /** Port values per part, [terminal][channel][step]. */
  readonly ports: readonly Float64Array[];
  /** Own cost of each part. Known to the experiment, never sent. */
  readonly cost_cur: readonly number[];
  readonly schedules: readonly ReadonlyMap<string, Float64Array>[];
  /** Relaxed intentions that overlap, in words. */
  readonly relaxations: readonly string[];
  /** Per net [channel][step], currency per kWh (kvarh). */
  readonly prices: ReadonlyMap<string, Float64Array>;
  readonly rounds_count: number;
  readonly history: readonly RoundRecord[];
  readonly tolerance: { readonly primal_kW: number; readonly dual_cur_per_kWh: number };
  /** Lower bound on the optimal cost from the final prices. */
  readonly bound_cur: number;
  readonly certificate: Readonly<Record<string, number | string>>;
  readonly conflict: readonly Conflict[];
}

/** A net and step at which the terminals could not be brought together, worst first. */
export interface Conflict {
  readonly net: string;
  readonly step: number;
  readonly imbalance_kW: number;
  readonly agents: readonly string[];
}
