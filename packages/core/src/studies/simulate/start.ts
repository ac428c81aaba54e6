import { InputError } from '../../base/errors.ts';
import type { PlantModel } from '../../plants/contract.ts';
import { findOperatingPoint } from '../../simulation/operating-point.ts';
import { placeOf } from '../../simulation/plant.ts';
import type { Prepared } from './prepare.ts';

export interface Start {
  /** States of the plant without its agents. */
  readonly x: Float64Array;
  /** What theory says about it: states that do not balance. */
  readonly caution?: string | undefined;
}

/** States that move more than this part of their size in a second do not balance. */
const BALANCED_PER_S = 1e-3;

/**
 * Where a run begins.
 * @throws {InputError} SIMULATE_NO_REST when the plant has no point of rest and the study wants to start from one; SIMULATION_UNKNOWN_NAME
 */
export function startOf({ document }: Prepared, { plant }: PlantModel): Start {
  const x = new Float64Array(plant.states.length);
  if (document.start === 'plant') plant.startInto(x);
  else {
    const point = findOperatingPoint(plant);
    if (point.status === 'not-found') {
      throw new InputError({
        code: 'SIMULATE_NO_REST',
        message: `The plant without control comes to no rest: ${point.residual.state} still moves by ${point.residual.size.toPrecision(3)} per second`,
        where: 'start',
        hint: 'Write start: plant to begin where the plant starts by itself, or correct the gain that makes it unstable (negative damping, a droop too steep).',
      });
    }
    x.set(point.x);
  }
  const names = plant.states.map(({ name }) => name);
  for (const [name, value] of Object.entries(document.states)) x[placeOf(name, names, `state of "${plant.title}"`)] = value;
  return { x, caution: document.start === 'plant' || Object.keys(document.states).length > 0 ? imbalanceOf(plant, x) : undefined };
}

function imbalanceOf(plant: PlantModel['plant'], x: Float64Array): string | undefined {
  const u = new Float64Array(plant.inputs.length);
  const rate = new Float64Array(x.length);
  plant.inputsInto(u);
  plant.derivativeInto(x, u, rate);
  let at = -1;
  let most = BALANCED_PER_S;
  for (let i = 0; i < x.length; i++) {
    const speed = Math.abs(rate[i]) / (1 + Math.abs(x[i]));
    if (speed <= most) continue;
    most = speed;
    at = i;
  }
  if (at < 0) return undefined;
  const { name, equation } = plant.states[at];
  return `The initial states do not balance: ${name} is ${x[at].toPrecision(4)} and moves by ${rate[at].toPrecision(4)} per second at first (${equation}). What is seen first is the plant finding its balance.`;
}
