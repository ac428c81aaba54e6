import { InputError } from '../base/errors.ts';
import { type Plant, placeOf } from './plant.ts';

/** At a given time an input or a parameter takes a new value: a set-point, a gain, a load, a breaker (1 closed, 0 open). */
export interface PlannedChange {
  readonly at_s: number;
  /** An input or a parameter of the plant. */
  readonly name: string;
  readonly value: number;
}

/** A change that took place. */
export interface Happening {
  readonly at_s: number;
  readonly what: string;
}

/**
 * Applies a change to a plant between two steps.
 * @throws {InputError} SIMULATION_UNKNOWN_NAME, SIMULATION_PARAMETER
 */
export function applyChange(plant: Plant, change: Omit<PlannedChange, 'at_s'>, x: Float64Array, u: Float64Array): void {
  const input = plant.inputs.indexOf(change.name);
  if (input < 0) plant.change(change.name, change.value, x);
  else u[input] = change.value;
}

/**
 * Refuses plans with unknown names, times that are not ascending or outside of the run, and values that are no numbers.
 * @throws {InputError} SIMULATION_EVENT, SIMULATION_UNKNOWN_NAME
 */
export function checkPlan(plant: Plant, plan: readonly PlannedChange[], stop_s: number): void {
  const names = [...plant.inputs, ...plant.parameters];
  let before_s = 0;
  plan.forEach(({ at_s, name, value }, k) => {
    placeOf(name, names, `input or parameter of "${plant.title}"`);
    const fault = !(at_s >= 0 && at_s <= stop_s)
      ? `lies outside of the run from 0 to ${stop_s} s`
      : at_s < before_s
        ? `comes after one at ${before_s} s: events must be in order of time`
        : Number.isFinite(value)
          ? undefined
          : `sets "${name}" to ${value}`;
    before_s = at_s;
    if (fault === undefined) return;
    throw new InputError({
      code: 'SIMULATION_EVENT',
      message: `The event at ${at_s} s ${fault}`,
      where: `events[${k}]`,
      hint: 'Correct the time or the value, and list events from first to last.',
    });
  });
}
