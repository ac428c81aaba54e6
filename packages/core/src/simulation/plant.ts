import { didYouMean, InputError } from '../base/errors.ts';

/**
 * What is simulated: states that obey ẋ = f(x, u), and outputs y = g(x, u). Nothing in it depends on the time: whatever
 * changes during a run comes in as an input, or as a changed parameter, and both only between steps.
 *
 * | symbol | array | meaning |
 * |---|---|---|
 * | x | x | states, in the order of `states` |
 * | u | u | inputs: what others command, held between events |
 * | y | y | outputs: what can be measured |
 *
 * f and g are written twice, as values and as exact directional derivatives (`tangentInto`); Jacobians, eigenvalues, stiff
 * steps and delay margins are readings of these two, and `describePlant` in conformance.ts holds them against each other.
 * Names end in their unit. A plant owns its workspace: not re-entrant.
 */
export interface Plant {
  readonly title: string;
  readonly states: readonly State[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** What may be changed while it runs: gains, loads, breakers (1 closed, 0 open). */
  readonly parameters: readonly string[];
  /** Inputs that are outputs of some time ago; absent: none. */
  readonly delays?: readonly Delay[];
  /** Where a run begins unless told otherwise. */
  startInto(x: Float64Array): void;
  /** The inputs when nobody commands. */
  inputsInto(u: Float64Array): void;
  derivativeInto(x: Float64Array, u: Float64Array, rate: Float64Array): void;
  outputsInto(x: Float64Array, u: Float64Array, y: Float64Array): void;
  /**
   * dRate = f_x·dx + f_u·du and dOutputs = g_x·dx + g_u·du, exactly. Straight-line in dx and du: a direction that is not a number
   * reaches every row that depends on it, which is how patterns are found.
   */
  tangentInto(x: Float64Array, u: Float64Array, dx: Float64Array, du: Float64Array, dRate: Float64Array, dOutputs: Float64Array): void;
  /** @throws {InputError} SIMULATION_UNKNOWN_NAME */
  readParameter(name: string): number;
  /**
   * Changes a parameter, and with it the states that a switch moves at once: an opened breaker carries no current.
   * @throws {InputError} SIMULATION_UNKNOWN_NAME, SIMULATION_PARAMETER
   */
  change(name: string, value: number, x: Float64Array): void;
}

/** A state, and the equation that it obeys in words for diagnoses. */
export interface State {
  /** Ends in its unit: `dg1.p_kW`. */
  readonly name: string;
  readonly equation: string;
}

/** Input `input` is what output `output` was `delay_s` ago; both by their places in the lists. */
export interface Delay {
  readonly output: number;
  readonly input: number;
  readonly delay_s: number;
}

const SETTLE_PASSES = 60;

/** Fills delayed inputs with what they are when nothing has moved for a long time. */
export function settleDelays(plant: Plant, x: Float64Array, u: Float64Array): void {
  const y = new Float64Array(plant.outputs.length);
  const { delays = [] } = plant;
  // once for what is measured, once more for what is said about it, and on while payloads answer to payloads
  let hasMoved = delays.length > 0;
  for (let pass = 0; hasMoved && pass < SETTLE_PASSES; pass++) {
    plant.outputsInto(x, u, y);
    hasMoved = false;
    for (const { output, input } of delays) {
      hasMoved ||= Math.abs(y[output] - u[input]) > 1e-12 * (1 + Math.abs(u[input]));
      u[input] = y[output];
    }
  }
}

/**
 * The place of a name in a list.
 * @param what - 'output of "four inverters"', for the message
 * @throws {InputError} SIMULATION_UNKNOWN_NAME
 */
export function placeOf(name: string, names: readonly string[], what: string): number {
  const at = names.indexOf(name);
  if (at >= 0) return at;
  throw new InputError({
    code: 'SIMULATION_UNKNOWN_NAME',
    message: `"${name}" is no ${what}`,
    hint: didYouMean(name, names) ?? 'Look at the lists of names that the plant gives.',
  });
}

/** Numbers that parameters may be: refuses what is not finite, and what is below a least value. */
export function checkedParameter(name: string, value: number, min: number): number {
  if (Number.isFinite(value) && value >= min) return value;
  throw new InputError({
    code: 'SIMULATION_PARAMETER',
    message: `"${name}" must be a finite number${Number.isFinite(min) ? ` of at least ${min}` : ''}, got ${value}`,
    hint: 'Correct the value.',
  });
}
