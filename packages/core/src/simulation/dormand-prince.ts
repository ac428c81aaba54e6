/**
 * Dormand–Prince 5(4): explicit, seven stages of which the last is the first of the next step, steps by the error of
 * the embedded method of order 4, and interpolation of order 4 between steps.
 *
 * Step size by h⁺ = h·min(5, max(0.2, 0.9·err^(−0.7/5)·err₋^(0.4/5))), err the scaled root mean square of the difference (a proportional–integral rule).
 * For plants that are not stiff: where a mode is much faster than what is watched, its stability and not its error limits the step.
 * @source Hairer, Nørsett, Wanner, Solving Ordinary Differential Equations I (2nd ed., 1993), table II.5.2, and section II.6
 *   for the interpolation (Shampine); step control: section IV.2 of volume II (Gustafsson)
 */
import type { Plant } from './plant.ts';
import { type Stepper, type StepperOptions, type StepStatus, scaledError, stepTowards, type Tolerances, tooSmall } from './stepper.ts';

const A = [
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
].map((row) => Float64Array.from(row));

/** b − b̂ */
const E = Float64Array.of(71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40);

/** Fifth coefficient of the interpolation. */
const D = Float64Array.of(
  -12715105075 / 11282082432,
  0,
  87487479700 / 32700410799,
  -10690763975 / 1880347072,
  701980252875 / 199316789632,
  -1453857185 / 822651844,
  69997945 / 29380423,
);

const SAFETY = 0.9;
const GROW_MAX = 5;
const SHRINK_MIN = 0.2;

export class DormandPrince implements Stepper {
  t_s = 0;
  before_s = 0;
  readonly x: Float64Array;
  readonly u: Float64Array;
  steps_count = 0;
  rejected_count = 0;
  private readonly plant: Plant;
  private readonly tolerances: Tolerances;
  private readonly first_s: number;
  private readonly longest_s: number;
  private next_s = 0;
  private errorBefore = 1e-4;
  private ready = false;
  /** Stages by row, k₁ … k₇. @shape [7][n] */
  private readonly k: Float64Array[];
  private readonly start: Float64Array;
  private readonly stage: Float64Array;
  private readonly error: Float64Array;

  constructor(plant: Plant, { step_s, tolerances }: StepperOptions) {
    this.plant = plant;
    this.tolerances = tolerances;
    this.longest_s = step_s;
    this.first_s = Math.min(step_s, 1e-4);
    const n = plant.states.length;
    this.x = new Float64Array(n);
    this.u = new Float64Array(plant.inputs.length);
    this.k = Array.from({ length: 7 }, () => new Float64Array(n));
    this.start = new Float64Array(n);
    this.stage = new Float64Array(n);
    this.error = new Float64Array(n);
  }

  restart(t_s: number): void {
    this.t_s = t_s;
    this.before_s = t_s;
    this.start.set(this.x);
    this.next_s = this.next_s > 0 ? Math.min(this.next_s, 10 * this.first_s) : this.first_s;
    this.errorBefore = 1e-4;
    this.ready = false;
  }

  step(limit_s: number): StepStatus {
    const { plant, x, u, start, stage, error, tolerances, k } = this;
    const n = x.length;
    if (this.ready) k[0].set(k[6]);
    else plant.derivativeInto(x, u, k[0]);
    start.set(x);
    for (;;) {
      const left_s = limit_s - this.t_s;
      const h = stepTowards(left_s, Math.min(this.next_s, this.longest_s));
      if (tooSmall(this.t_s, h) && h < left_s) return 'too-small';
      for (let s = 1; s <= 6; s++) {
        combineInto(start, h, A[s - 1], k, s, stage);
        plant.derivativeInto(stage, u, k[s]);
      }
      for (let i = 0; i < n; i++) {
        error[i] = h * (E[0] * k[0][i] + E[2] * k[2][i] + E[3] * k[3][i] + E[4] * k[4][i] + E[5] * k[5][i] + E[6] * k[6][i]);
      }
      const err = scaledError(error, start, stage, tolerances);
      if (err <= 1) {
        x.set(stage);
        this.before_s = this.t_s;
        this.t_s = h === left_s ? limit_s : this.t_s + h;
        const factor = SAFETY * Math.max(err, 1e-10) ** (-0.7 / 5) * this.errorBefore ** (0.4 / 5);
        this.next_s = h * Math.min(GROW_MAX, Math.max(SHRINK_MIN, factor));
        this.errorBefore = Math.max(err, 1e-4);
        this.ready = true;
        this.steps_count++;
        return 'ok';
      }
      this.rejected_count++;
      // an error that is no number: the stage left the domain, try a much shorter step
      this.next_s = h * (err > 1 ? Math.max(SHRINK_MIN, SAFETY * err ** (-1 / 5)) : 0.1);
      if (tooSmall(this.t_s, this.next_s)) return err > 1 ? 'too-small' : 'not-finite';
    }
  }

  stateAtInto(t_s: number, into: Float64Array): void {
    const { x, start, k, before_s } = this;
    const h = this.t_s - before_s;
    if (!(h > 0) || t_s === this.t_s) {
      into.set(x);
      return;
    }
    const s = (t_s - before_s) / h;
    const r = 1 - s;
    for (let i = 0; i < x.length; i++) {
      const rise = x[i] - start[i];
      const bend = h * k[0][i] - rise;
      const fourth = rise - h * k[6][i] - bend;
      const fifth = h * (D[0] * k[0][i] + D[2] * k[2][i] + D[3] * k[3][i] + D[4] * k[4][i] + D[5] * k[5][i] + D[6] * k[6][i]);
      into[i] = start[i] + s * (rise + r * (bend + s * (fourth + r * fifth)));
    }
  }
}

/** into ← x + h·Σ_j a_j·k_j */
function combineInto(x: Float64Array, h: number, a: Float64Array, k: readonly Float64Array[], stages: number, into: Float64Array): void {
  into.set(x);
  for (let j = 0; j < stages; j++) {
    const weight = h * a[j];
    if (weight === 0) continue;
    const kj = k[j];
    for (let i = 0; i < into.length; i++) into[i] += weight * kj[i];
  }
}
