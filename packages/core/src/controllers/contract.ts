import type { ParamTable, ValuesOf } from '../devices/contract.ts';

/**
 * A kind of controller: measurement to command, a pure step. Members: one folder each; every law passes `conformance.ts`.
 * The same law is simulated in continuous time, analysed, sampled over a network that delays and loses, and run live as a role.
 */
export interface Controller<T extends ParamTable = ParamTable> {
  readonly name: string;
  readonly title: string;
  /** What it promises, with the assumptions. */
  readonly theorem: string;
  /** Of one agent; what it keeps to itself (its droop) and what all share (gains) alike. */
  readonly params: T;
  readonly example: ValuesOf<T>;
  /**
   * Parameters that follow one factor of speed, with the power in which they do: a gain 1, a time constant −1. Absent: no single speed.
   * Studies vary it, and advise the fastest that bears a delay.
   */
  readonly speed?: Readonly<Partial<Record<keyof T & string, number>>> | undefined;
  /** The parameter that is above 0 for agents that know the reference; absent: the law needs no leader. */
  readonly leaders?: (keyof T & string) | undefined;
  /** What no single parameter shows to be wrong; one sentence per fault. */
  check?(values: ValuesOf<T>): readonly string[];
  /** The law of one agent. */
  build(values: ValuesOf<T>): Law;
}

/** Declares a kind with the types of its table. */
export const defineController = <const T extends ParamTable>(kind: Controller<T>): Controller<T> => Object.freeze(kind);

/**
 * The law of one agent, without clock and without neighbours' names:  ẋ = r(x, y, h),  u = c(x, y),  s = σ(x, y, h).
 *
 * | symbol | meaning |
 * |---|---|
 * | x | own states |
 * | y | what it measures at its own device |
 * | h | what it has heard: one payload per neighbour, with the weight of that edge |
 * | u | commands to its own device |
 * | s | its own payload, said to all neighbours |
 *
 * A command may depend on h only through x. A payload may depend on h at once (`sayInto` reads it): where links take no time, words then answer to words
 * until they settle. Names end in their unit and are those of the device's inputs and outputs without its id.
 */
export interface Law {
  readonly states: readonly string[];
  readonly measures: readonly string[];
  readonly commands: readonly string[];
  readonly says: readonly string[];
  /** The states at which taking over moves nothing: commands as they stand. */
  startInto(commands: Float64Array, x: Float64Array): void;
  rateInto(x: Float64Array, y: Float64Array, heard: Heard, rate: Float64Array): void;
  commandInto(x: Float64Array, y: Float64Array, commands: Float64Array): void;
  sayInto(x: Float64Array, y: Float64Array, said: Float64Array, heard: Heard): void;
  /**
   * Whether there is something to say at this moment: present in laws that speak at events only, which then act on `heard.own` as their
   * neighbours do. Asked at every act; the first time an agent always speaks. In a step, ages are those at its end.
   */
  isDue?(x: Float64Array, y: Float64Array, heard: Heard): boolean;
  /** True: `heard.own` is what came back over the network, as late as others hear it. Otherwise an agent knows at once what it said. */
  readonly hearsItself?: boolean;
  /** All three, exactly, along a direction; straight-line in the direction, as `Plant.tangentInto`. */
  tangentInto(point: LawPoint, direction: LawPoint, out: LawTangent): void;
  /**
   * x after `dt_s` with y and h held, where Euler's step x + dt·r is not good enough; it tends to r for short steps.
   * Absent: Euler's step.
   */
  stepInto?(x: Float64Array, y: Float64Array, heard: Heard, dt_s: number, next: Float64Array): void;
}

/**
 * What an agent has heard. A neighbour that was never heard, or has been cut off, has weight 0.
 * @shape weights (neighbours), values [neighbour][payload], own (payload), ages_s (neighbours + 1)
 */
export interface Heard {
  readonly weights: Float64Array;
  readonly values: Float64Array;
  /** What the agent itself said last: more its neighbours do not know of it. In continuous time what it says, as late as links are where it hears itself. */
  readonly own: Float64Array;
  /** How old each of these is; the agent's own stands last. In continuous time the delay of links, of the own 0 where it does not hear itself. */
  readonly ages_s: Float64Array;
}

export interface LawPoint {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly heard: Heard;
}

export interface LawTangent {
  readonly rate: Float64Array;
  readonly commands: Float64Array;
  readonly said: Float64Array;
}

/** Σ_j a_ij·(h_j − own) over the neighbours, for entry `at` of payloads of `width` numbers: what pulls an agent towards its neighbours. */
export function pull({ weights, values }: Heard, width: number, at: number, own: number): number {
  let sum = 0;
  for (let j = 0; j < weights.length; j++) sum += weights[j] * (values[j * width + at] - own);
  return sum;
}

/** Memory for what `neighbours_count` neighbours say. */
export const buildHeard = (neighbours_count: number, width: number): Heard => ({
  weights: new Float64Array(neighbours_count),
  values: new Float64Array(neighbours_count * width),
  own: new Float64Array(width),
  ages_s: new Float64Array(neighbours_count + 1),
});

/** What was said just now, by others alone. */
export const heardOf = (weights: Float64Array, values: Float64Array): Heard => ({
  ...buildHeard(weights.length, weights.length > 0 ? values.length / weights.length : 0),
  weights,
  values,
});

/** next ← the law's own step, or Euler's. */
export function stepLaw(law: Law, x: Float64Array, y: Float64Array, heard: Heard, dt_s: number, next: Float64Array): void {
  if (law.stepInto !== undefined) {
    law.stepInto(x, y, heard, dt_s, next);
    return;
  }
  law.rateInto(x, y, heard, next);
  for (let i = 0; i < next.length; i++) next[i] = x[i] + dt_s * next[i];
}
