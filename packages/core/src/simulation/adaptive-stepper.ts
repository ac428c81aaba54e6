import type { Plant } from './plant.ts';
import { type Stepper, type StepperOptions, type StepStatus, scaledError, stepTowards, type Tolerances, tooSmall } from './stepper.ts';

/**
 * How a method chooses its steps:  h⁺ = h·min(growth, max(0.2, 0.9·err^(−α)·err₋^β)) after a step that was accepted,
 * h·max(0.2, 0.9·err^(−1/order)) after one that was not. err₋ is the error of the step before; β = 0 leaves it out.
 */
export interface StepControl {
  readonly alpha: number;
  readonly beta: number;
  /** Of the error: the lower of the two orders, plus one. */
  readonly order: number;
  /** A step is at most so many times the one before. */
  readonly growth: number;
  /** The first step of a run. */
  readonly first_s: number;
  /** After a restart a step is at most so many times the first one. */
  readonly restart: number;
}

const SAFETY = 0.9;
const SHRINK_MIN = 0.2;
/** After a step without a finite error: the stage left the domain of the plant. */
const SHRINK_BLIND = 0.1;
/** Smaller errors than these count as these. */
const ERROR_LEAST = 1e-10;
const ERROR_BEFORE_LEAST = 1e-4;

/**
 * What methods have in common that choose their steps by an embedded error: time, counts, and the loop that tries shorter steps until one is good enough.
 * A method says how a step is tried and what is between its ends.
 * @source Hairer, Wanner, Solving Ordinary Differential Equations II (2nd ed., 1996), section IV.2 (Gustafsson)
 */
export abstract class AdaptiveStepper implements Stepper {
  t_s = 0;
  before_s = 0;
  readonly x: Float64Array;
  readonly u: Float64Array;
  steps_count = 0;
  rejected_count = 0;
  protected readonly plant: Plant;
  /** State at the beginning of the step. */
  protected readonly start: Float64Array;
  /** State that is tried. */
  protected readonly stage: Float64Array;
  /** Nothing was accepted since the last restart. */
  protected isFresh = true;
  private readonly control: StepControl;
  private readonly tolerances: Tolerances;
  private readonly longest_s: number;
  private readonly first_s: number;
  private next_s = 0;
  private errorBefore = ERROR_BEFORE_LEAST;

  constructor(plant: Plant, { step_s, tolerances }: StepperOptions, control: StepControl) {
    this.plant = plant;
    this.control = control;
    this.tolerances = tolerances;
    this.longest_s = step_s;
    this.first_s = Math.min(step_s, control.first_s);
    const n = plant.states.length;
    this.x = new Float64Array(n);
    this.u = new Float64Array(plant.inputs.length);
    this.start = new Float64Array(n);
    this.stage = new Float64Array(n);
  }

  /** What is the same for every length of the step from `start`. */
  protected abstract prepare(): void;

  /**
   * Tries a step of length h from `start` into `stage`.
   * @returns its error by state; undefined when the equations of the step have no solution
   */
  protected abstract attempt(h: number): Float64Array | undefined;

  /** The state at `start` + s·h in the last step, 0 ≤ s < 1. */
  protected abstract interpolateInto(s: number, h: number, into: Float64Array): void;

  restart(t_s: number): void {
    const { first_s, control } = this;
    this.t_s = t_s;
    this.before_s = t_s;
    this.start.set(this.x);
    this.next_s = this.next_s > 0 ? Math.min(this.next_s, control.restart * first_s) : first_s;
    this.errorBefore = ERROR_BEFORE_LEAST;
    this.isFresh = true;
  }

  step(limit_s: number): StepStatus {
    const { x, start, stage, tolerances } = this;
    start.set(x);
    this.prepare();
    for (;;) {
      const left_s = limit_s - this.t_s;
      const h = stepTowards(left_s, Math.min(this.next_s, this.longest_s));
      if (tooSmall(this.t_s, h) && h < left_s) return 'too-small';
      const error = this.attempt(h);
      if (error === undefined) return 'singular';
      const err = scaledError(error, start, stage, tolerances);
      if (err <= 1) {
        x.set(stage);
        this.before_s = this.t_s;
        this.t_s = h === left_s ? limit_s : this.t_s + h;
        this.next_s = h * this.growth(err);
        this.errorBefore = Math.max(err, ERROR_BEFORE_LEAST);
        this.isFresh = false;
        this.steps_count++;
        return 'ok';
      }
      this.rejected_count++;
      this.next_s = h * (err > 1 ? Math.max(SHRINK_MIN, SAFETY * err ** (-1 / this.control.order)) : SHRINK_BLIND);
      if (tooSmall(this.t_s, this.next_s)) return err > 1 ? 'too-small' : 'not-finite';
    }
  }

  private growth(err: number): number {
    const { alpha, beta, growth } = this.control;
    const factor = SAFETY * Math.max(err, ERROR_LEAST) ** -alpha * this.errorBefore ** beta;
    return Math.min(growth, Math.max(SHRINK_MIN, factor));
  }

  stateAtInto(t_s: number, into: Float64Array): void {
    const { before_s } = this;
    const h = this.t_s - before_s;
    if (h > 0 && t_s !== this.t_s) this.interpolateInto((t_s - before_s) / h, h, into);
    else into.set(this.x);
  }
}
