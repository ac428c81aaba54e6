import { InputError } from '../base/errors.ts';
import { type Plant, placeOf } from './plant.ts';
import { checkPlan, type PlannedChange } from './schedule.ts';
import type { Stepper } from './stepper.ts';

/** Something that happens when an output passes a level: load shedding, a trip, the end of the run. */
export interface Watch {
  readonly name: string;
  readonly output: string;
  readonly level: number;
  readonly direction: 'rising' | 'falling';
  /** Applied at the moment of the crossing, in this order. */
  readonly changes?: readonly Omit<PlannedChange, 'at_s'>[] | undefined;
  /** Ends the run there. Default false. */
  readonly stops?: boolean | undefined;
  /** Acts at the first crossing only. Default false. */
  readonly once?: boolean | undefined;
}

/** Width of the interval in which a crossing is known to lie. */
const TIME_TOLERANCE_S = 1e-10;
const BISECTIONS_MAX = 80;

/**
 * Looks for crossings inside a step, on the interpolated state, and says when the first of them was. An output that passes its level twice within
 * one step is not seen; choose the step by what must not be missed.
 */
export class Watchman {
  private readonly plant: Plant;
  private readonly watches: readonly Watch[];
  private readonly places: readonly number[];
  private readonly signs: Float64Array;
  private readonly done: Uint8Array;
  private readonly at: Float64Array;
  private readonly x: Float64Array;
  private readonly y: Float64Array;

  /** @throws {InputError} SIMULATION_UNKNOWN_NAME, SIMULATION_EVENT, SIMULATION_OPTION */
  constructor(plant: Plant, watches: readonly Watch[]) {
    this.plant = plant;
    this.watches = watches;
    this.places = watches.map(({ output }) => placeOf(output, plant.outputs, `output of "${plant.title}"`));
    for (const { changes = [], level, name } of watches) {
      checkPlan(
        plant,
        changes.map((change) => ({ ...change, at_s: 0 })),
        0,
      );
      if (!Number.isFinite(level)) {
        throw new InputError({
          code: 'SIMULATION_OPTION',
          message: `The level of watch "${name}" must be a finite number, got ${level}`,
          hint: 'Give the level at which it acts.',
        });
      }
    }
    this.signs = new Float64Array(watches.length);
    this.done = new Uint8Array(watches.length);
    this.at = new Float64Array(watches.length);
    this.x = new Float64Array(plant.states.length);
    this.y = new Float64Array(plant.outputs.length);
  }

  /** Forgets where outputs stood; call when a step begins anew. */
  reset(x: Float64Array, u: Float64Array): void {
    if (this.watches.length > 0) this.distancesInto(this.signs, x, u);
  }

  /**
   * The first crossing of the step that was just done, as a watch and a time just behind it.
   * @returns undefined when nothing was crossed
   */
  look(stepper: Stepper): { readonly watch: Watch; readonly at_s: number } | undefined {
    if (this.watches.length === 0) return undefined;
    const { signs, at, x, done } = this;
    this.distancesInto(at, stepper.x, stepper.u);
    let first: { watch: Watch; k: number; at_s: number } | undefined;
    for (let k = 0; k < this.watches.length; k++) {
      if (done[k] === 1 || !(signs[k] < 0 && at[k] >= 0)) continue;
      let low_s = stepper.before_s;
      let high_s = stepper.t_s;
      for (let i = 0; i < BISECTIONS_MAX && high_s - low_s > TIME_TOLERANCE_S; i++) {
        const middle_s = (low_s + high_s) / 2;
        stepper.stateAtInto(middle_s, x);
        this.plant.outputsInto(x, stepper.u, this.y);
        if (this.distance(k) < 0) low_s = middle_s;
        else high_s = middle_s;
      }
      if (first === undefined || high_s < first.at_s) first = { watch: this.watches[k], k, at_s: high_s };
    }
    if (first === undefined) signs.set(at);
    else if (first.watch.once === true) done[first.k] = 1;
    return first;
  }

  /** By the outputs in y: below zero before the crossing, above it afterwards. */
  private distance(k: number): number {
    const { level, direction } = this.watches[k];
    const value = this.y[this.places[k]];
    return direction === 'rising' ? value - level : level - value;
  }

  private distancesInto(into: Float64Array, x: Float64Array, u: Float64Array): void {
    this.plant.outputsInto(x, u, this.y);
    for (let k = 0; k < this.watches.length; k++) into[k] = this.distance(k);
  }
}
