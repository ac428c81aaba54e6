/**
 * Dormand–Prince 5(4): explicit, seven stages of which the last is the first of the next step, steps by the error of
 * the embedded method of order 4, and interpolation of order 4 between steps.
 *
 * Step size by the scaled root mean square of the difference, a proportional–integral rule (adaptive-stepper.ts).
 * For plants that are not stiff: where a mode is much faster than what is watched, its stability and not its error limits the step.
 * @source Hairer, Nørsett, Wanner, Solving Ordinary Differential Equations I (2nd ed., 1993), table II.5.2, and section II.6
 *   for the interpolation (Shampine)
 */
import { AdaptiveStepper, type StepControl } from './adaptive-stepper.ts';
import type { Plant } from './plant.ts';
import type { StepperOptions } from './stepper.ts';

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

const CONTROL: StepControl = { alpha: 0.7 / 5, beta: 0.4 / 5, order: 5, growth: 5, first_s: 1e-4, restart: 10 };

export class DormandPrince extends AdaptiveStepper {
  /** Stages by row, k₁ … k₇. @shape [7][n] */
  private readonly k: Float64Array[];
  private readonly error: Float64Array;

  constructor(plant: Plant, options: StepperOptions) {
    super(plant, options, CONTROL);
    const n = plant.states.length;
    this.k = Array.from({ length: 7 }, () => new Float64Array(n));
    this.error = new Float64Array(n);
  }

  protected prepare(): void {
    const { plant, start, u, k } = this;
    if (this.isFresh) plant.derivativeInto(start, u, k[0]);
    else k[0].set(k[6]);
  }

  protected attempt(h: number): Float64Array {
    const { plant, u, start, stage, error, k } = this;
    for (let s = 1; s <= 6; s++) {
      combineInto(start, h, A[s - 1], k, s, stage);
      plant.derivativeInto(stage, u, k[s]);
    }
    for (let i = 0; i < error.length; i++) {
      error[i] = h * (E[0] * k[0][i] + E[2] * k[2][i] + E[3] * k[3][i] + E[4] * k[4][i] + E[5] * k[5][i] + E[6] * k[6][i]);
    }
    return error;
  }

  protected interpolateInto(s: number, h: number, into: Float64Array): void {
    const { x, start, k } = this;
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
