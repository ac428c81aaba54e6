import type { QuantityName } from '../base/units.ts';
import type { SharedKernels } from '../linalg/shared-kernels.ts';
import type { Expression } from '../problem/affine.ts';
import type { Model } from '../problem/model.ts';

export interface Horizon {
  readonly steps_count: number;
  readonly dt_h: number;
}

/** A number of each device (`device`), or one for each of its steps (`step`, laid out [device][step]). */
export interface FormParameter {
  readonly name: QuantityName;
  readonly per: 'device' | 'step';
  /** Values below are refused. Default −Infinity. */
  readonly least?: number;
}

/** Arrays in the order of `Form.parameters`. */
export type FormValues = readonly Float64Array[];

/**
 * A closed convex cost f over the power p of a device's terminals, whose proximal operator has an exact, finite algorithm.
 *
 * Values at terminals are kW, + into the net, laid out [device][terminal][step]. A device is addressed by its number i in its cohort.
 * The readings belong to one law; `declare` states it as rows and costs, and tests hold the others to it.
 */
export interface Form {
  readonly name: string;
  readonly terminals_count: 1 | 2;
  readonly parameters: readonly FormParameter[];
  /** Numbers of scratch space that `prox` needs. */
  workspace_count(steps_count: number): number;
  /** Why device i has no feasible plan; undefined when it has one. */
  fault(values: FormValues, i: number, horizon: Horizon): string | undefined;
  /**
   * In place, devices first … last − 1: x holds v on entry and argmin f(p) + ½·ρ·‖p − v‖² on return. Allocates nothing.
   * @param rho - currency per kW²
   * @param at - place of the first value of device `first` in x
   */
  prox(
    values: FormValues,
    first: number,
    last: number,
    horizon: Horizon,
    rho: number,
    x: Float64Array,
    at: number,
    work: Float64Array,
  ): void;
  /** `prox` by a kernel, all arrays in its memory; equal bits. Forms have one where it was measured to pay. */
  proxBy?(
    kernels: SharedKernels,
    values: FormValues,
    first: number,
    last: number,
    horizon: Horizon,
    rho: number,
    x: Float64Array,
    at: number,
    work: Float64Array,
  ): void;
  /** f of device i at the plan that begins at x[at], in currency over the horizon; its limits are not looked at. */
  cost(values: FormValues, i: number, horizon: Horizon, x: Float64Array, at: number): number;
  /** Of forms that relax their law: the kWh by which the plan at x[at] departs from it; 0 where the device can follow the plan exactly. */
  relaxed?(values: FormValues, i: number, horizon: Horizon, x: Float64Array, at: number): number;
  /** No plan of device i costs more. */
  costMost(values: FormValues, i: number, horizon: Horizon): number;
  /** Of lines, with the power p at the first terminal: the price at the second over that at the first, where no other fits an optimum; 0 where others do. */
  joins?(values: FormValues, i: number, p_kW: number): number;
  /**
   * Range within which the power at the terminal may move on step t while the device's other steps stay as they are and its limits are kept, from a plan
   * at x[at] that keeps them: room[0] … room[1] in kW. Of a line: at either terminal, the other one following by `across`. Absent: nowhere.
   */
  room?(values: FormValues, i: number, horizon: Horizon, x: Float64Array, at: number, t: number, room: Float64Array): void;
  /** Of lines with `room`: power at one terminal, whichever, with p_kW at the other and nothing thrown away. Falls as p_kW rises; its own inverse. */
  across?(values: FormValues, i: number, p_kW: number): number;
  /**
   * With `room`, of forms with one terminal: the power within room[0] … room[1] at which f on step t less price·p·dt is least. Does not fall as
   * the price rises, ±∞ included.
   */
  offer?(values: FormValues, i: number, horizon: Horizon, t: number, price_cur_per_kWh: number, room: Float64Array): number;
  /** No terminal of device i ever carries more than this, in kW. */
  reach(values: FormValues, i: number, horizon: Horizon): number;
  /** The law in words of the model, names beginning with `name`: an expression in kW for each terminal and step. */
  declare(model: Model, name: string, values: FormValues, i: number, horizon: Horizon): readonly (readonly Expression[])[];
}

/** x within [low, high]. */
export const within = (x: number, low: number, high: number): number => (x < low ? low : x > high ? high : x);
