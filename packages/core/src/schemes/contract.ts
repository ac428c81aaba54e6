import type { z } from 'zod';
import type { Crowd } from '../agents/crowd.ts';
import type { AgentId, Role, Snapshot } from '../agents/role.ts';
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
  /** Where its agents can run on their own. */
  readonly casting?: Casting<Options> | undefined;
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
  /** Plans near the ports that balance exactly: where a later negotiation of the same parts may start. */
  readonly balanced?: readonly Float64Array[] | undefined;
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

/**
 * How a scheme is dealt out to agents that run on their own. Terms are plain data: they may be written down and read back without
 * losing a bit.
 */
export interface Casting<Options> {
  /**
   * What everybody is told, and what each agent is told besides. Parts keep their blocks and oracles.
   * @param hasCrowds - whether each net's terminals are one crowd to it, as in `SchemeServices`
   */
  deal(problem: CoordinationProblem, options: Options, hasCrowds?: boolean): Deal;
  /** As whom a net knows its crowd, and the word that is summed; left out by a scheme without crowds. */
  crowdAt?(common: Terms, net: AgentId): Omit<Crowd, 'members'>;
  /** Of the common terms, and of the terms of an agent by what it plays. */
  readonly commonSchema: z.ZodType<Terms>;
  readonly termsSchemas: Readonly<Record<string, z.ZodType<Terms>>>;
  /** Whom an agent talks with. */
  peersOf(own: AgentTerms): readonly AgentId[];
  /**
   * Makes an agent of its terms.
   * @param oracle - of the part that it speaks for, where it does
   * @param before - what it carried out of an earlier negotiation of the same agents, to go on from there
   */
  cast(common: Terms, own: AgentTerms, oracle?: Oracle, before?: Snapshot): CastAgent;
}

export type Terms = Readonly<Record<string, unknown>>;

export interface Deal {
  readonly common: Terms;
  readonly agents: readonly (AgentTerms & {
    /** The part that it speaks for; its owner plays it. */
    readonly part?: string | undefined;
  })[];
}

export interface AgentTerms {
  readonly id: AgentId;
  /** What it plays, such as `participant`. */
  readonly as: string;
  readonly terms: Terms;
}

/** An agent, and what it knows when it is done. */
export interface CastAgent {
  readonly role: Role;
  /** How the negotiation ended, as soon as it has been told. */
  readonly verdict: Outcome['status'] | undefined;
  /** Ports of the part that it speaks for, [terminal][channel][step]. */
  readonly ports?: Float64Array | undefined;
  /** By net of the problem, [channel][step], currency per kWh (kvarh): those that it knows. */
  readonly prices: ReadonlyMap<string, Float64Array>;
  /** What is left over at its net, mean over terminals, [channel][step]. */
  readonly imbalance_kW?: Float64Array | undefined;
  readonly history?: readonly RoundRecord[] | undefined;
  /** Rounds of the negotiations before. */
  readonly roundsBefore_count?: number | undefined;
  readonly tolerance?: Outcome['tolerance'] | undefined;
  /** Agents without a plan of their own. */
  readonly refusing?: readonly AgentId[] | undefined;
  /** What it heard and would not use, by reason. */
  readonly dropped: ReadonlyMap<string, number>;
  /** What a later negotiation of the same agents begins with. */
  carry(): Snapshot;
}
