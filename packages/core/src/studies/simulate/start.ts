import { InputError } from '../../base/errors.ts';
import type { PlantModel } from '../../plants/contract.ts';
import { findOperatingPoint } from '../../simulation/operating-point.ts';
import { type Plant, placeOf } from '../../simulation/plant.ts';
import { simulate } from '../../simulation/simulate.ts';
import type { Prepared } from './prepare.ts';

export interface Start {
  /** States of the plant without its agents. */
  readonly x: Float64Array;
  /** What theory says about it: states that do not balance. */
  readonly caution?: string | undefined;
}

/** Long enough for what settles at all. */
const SETTLE_S = 20;
/** States that move more than this part of their size in a second do not balance. */
const BALANCED_PER_S = 1e-3;

/**
 * Where a run begins.
 * @throws {InputError} SIMULATE_NO_REST when the plant has no point of rest and the study wants to start from one; SIMULATION_UNKNOWN_NAME
 */
export function startOf({ document }: Prepared, { plant }: PlantModel): Start {
  const x = new Float64Array(plant.states.length);
  if (document.start === 'plant') plant.startInto(x);
  else x.set(restOf(plant));
  const names = plant.states.map(({ name }) => name);
  for (const [name, value] of Object.entries(document.states)) x[placeOf(name, names, `state of "${plant.title}"`)] = value;
  return { x, caution: document.start === 'plant' || Object.keys(document.states).length > 0 ? imbalanceOf(plant, x) : undefined };
}

/** Newton's matrix is dense: beyond so many states the plant is left to settle by itself. */
const STATES_FOR_NEWTON = 400;

/** @throws {InputError} SIMULATE_NO_REST */
function restOf(plant: Plant): Float64Array {
  if (plant.states.length <= STATES_FOR_NEWTON) {
    const point = findOperatingPoint(plant);
    if (point.status === 'not-found') throw noRest(plant);
    return point.x;
  }
  const run = simulate(plant, { stop_s: SETTLE_S, method: 'rodas4', relative_frac: 1e-5, absolute: 1e-5, record: [] });
  if (run.status !== 'done' || fastestOf(plant, run.x, BALANCED_PER_S) !== undefined) throw noRest(plant);
  return run.x;
}

/** Lets it run from its own start, and names what then still moves most. */
function noRest(plant: Plant): InputError {
  const run = simulate(plant, { stop_s: SETTLE_S, method: 'rodas4', relative_frac: 1e-4, absolute: 1e-4, record: [] });
  const mover = fastestOf(plant, run.x, 0);
  const what =
    run.diagnosis ??
    (mover === undefined
      ? 'it oscillates'
      : `after ${SETTLE_S} s ${mover.name} still moves by ${mover.rate.toPrecision(3)} per second (${mover.equation})`);
  return new InputError({
    code: 'SIMULATE_NO_REST',
    message: `The plant without control comes to no rest: ${what}`,
    where: 'start',
    hint: 'Write start: plant to begin where the plant starts by itself, or correct what makes it drift or grow: parts that are not connected, a droop too steep.',
  });
}

/** The state that moves fastest relative to its size, if any moves faster than `least_per_s`. */
function fastestOf(
  plant: Plant,
  x: Float64Array,
  least_per_s: number,
): { name: string; equation: string; value: number; rate: number } | undefined {
  const u = new Float64Array(plant.inputs.length);
  const rate = new Float64Array(x.length);
  plant.inputsInto(u);
  plant.derivativeInto(x, u, rate);
  let at = -1;
  let most = least_per_s;
  for (let i = 0; i < x.length; i++) {
    const speed = Math.abs(rate[i]) / (1 + Math.abs(x[i]));
    if (speed <= most) continue;
    most = speed;
    at = i;
  }
  return at < 0 ? undefined : { ...plant.states[at], value: x[at], rate: rate[at] };
}

function imbalanceOf(plant: Plant, x: Float64Array): string | undefined {
  const mover = fastestOf(plant, x, BALANCED_PER_S);
  if (mover === undefined) return undefined;
  const { name, equation, value, rate } = mover;
  return `The initial states do not balance: ${name} is ${value.toPrecision(4)} and moves by ${rate.toPrecision(4)} per second at first (${equation}). What is seen first is the plant finding its balance.`;
}
