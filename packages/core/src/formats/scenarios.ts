import type { Feeder } from '../network/feeder/feeder.ts';

/**
 * How a format reads many scenarios of one network from a second file: powers apart from wires, so that what is prepared for some wires serves
 * all scenarios that have them.
 */
export interface ScenarioReader {
  /** The scenarios of `update` against their input, ready to be read one by one. @throws {InputError} the codes of the format */
  batch(input: string, update: string, files?: ScenarioFiles): ScenarioBatch;
  /**
   * The feeders of such scenarios.
   * @param usual - one row of powers that the feeders stand with; what is prepared with them serves other powers, too
   * @throws {InputError} the codes of the format
   */
  networks(input: string, usual: ConsumerPowers, name: string, files?: ScenarioFiles): ScenarioNetworks;
}

/** Names of the two files, for errors. */
export interface ScenarioFiles {
  readonly inputName?: string | undefined;
  readonly updateName?: string | undefined;
}

/** For each scenario the powers of all loads and generators, and what else it changes as a text, `wires`, that is equal where that is. */
export interface ScenarioBatch {
  readonly scenarios_count: number;
  readonly consumers_count: number;
  /** What the scenarios read so far wanted to change and cannot, a sentence each. */
  readonly passedOver: readonly string[];
  /**
   * @param row - row of `powers` that receives the powers of scenario s
   * @returns its `wires`: empty where only powers change
   * @throws {InputError} the codes of the format
   */
  read(s: number, powers: ConsumerPowers, row: number): string;
}

/** Makes the feeders of scenarios out of the input and what an update changes in the wires. */
export interface ScenarioNetworks {
  /**
   * Elements that do not change are the same objects in all feeders, where the wires allow it.
   * @param wires - as `ScenarioBatch.read` gives them; @param where - the scenario, for messages
   * @throws {InputError} the codes of the format and of `buildFeeder`
   */
  network(wires: string, where: string): ScenarioNetwork;
}

/** The feeder of some scenarios, and where each of its elements finds its power among the consumers of the dataset. */
export interface ScenarioNetwork {
  readonly feeder: Feeder;
  /** @param rows - of `powers`, one for each scenario that is wanted */
  powersOf(powers: ConsumerPowers, rows: readonly number[]): ElementPowers;
}

/** Rated powers of the single-phase elements of a feeder, as its power flow takes them. @shape [scenario][element] */
export interface ElementPowers {
  readonly loadP_kW: Float64Array;
  readonly loadQ_kvar: Float64Array;
  readonly generatorP_kW: Float64Array;
  readonly generatorQ_kvar: Float64Array;
}

/** Every consumer has a power on each phase, symmetric or not. */
export const phases_count = 3;

/** Powers of all loads and generators as the dataset has them: taken by loads, given by generators; 0 for what is switched off. @shape [consumer · phase] */
export interface ConsumerPowers {
  readonly p_kW: Float64Array;
  readonly q_kvar: Float64Array;
}

/** Rows of powers for so many scenarios. */
export const buildConsumerPowers = (scenarios_count: number, consumers_count: number): ConsumerPowers => ({
  p_kW: new Float64Array(scenarios_count * phases_count * consumers_count),
  q_kvar: new Float64Array(scenarios_count * phases_count * consumers_count),
});
