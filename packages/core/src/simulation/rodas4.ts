/**
 * RODAS4: a Rosenbrock method of order 4(3), six stages, L-stable and stiffly accurate, for modes far faster than the step.
 *
 * W = I/(γ·h) − J, J = f_x exactly;   W·U_i = f(x + Σ_{j<i} a_ij·U_j) + Σ_{j<i} c_ij/h·U_j;   x⁺ = x + Σ a_5j·U_j + U₅ + U₆, error U₆
 *
 * Per step one Jacobian, one sparse factorisation and six solves; no Newton iteration, so nothing that may not converge. Interpolation
 * of order 3 between steps. On a step whose error is refused the Jacobian is kept.
 * @source Hairer, Wanner, Solving Ordinary Differential Equations II (2nd ed., 1996), section VI.4; coefficients as in their code RODAS, method 1
 */
import { analyseLu, LuFactor } from '../linalg/lu.ts';
import { AdaptiveStepper, type StepControl } from './adaptive-stepper.ts';
import { SparseJacobian } from './jacobian.ts';
import type { Plant } from './plant.ts';
import type { StepperOptions } from './stepper.ts';

const GAMMA = 0.25;
const A = [
  [],
  [1.544],
  [0.9466785280815826, 0.2557011698983284],
  [3.314825187068521, 2.896124015972201, 0.9986419139977817],
  [1.221224509226641, 6.019134481288629, 12.53708332932087, -0.687886036105895],
  [1.221224509226641, 6.019134481288629, 12.53708332932087, -0.687886036105895, 1],
].map((row) => Float64Array.from(row));
const C = [
  [],
  [-5.6688],
  [-2.430093356833875, -0.2063599157091915],
  [-0.1073529058151375, -9.594562251023355, -20.47028614809616],
  [7.496443313967647, -10.24680431464352, -33.99990352819905, 11.7089089320616],
  [8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136, -6.058818238834054],
].map((row) => Float64Array.from(row));
/** Third and fourth coefficient of the interpolation. */
const D3 = Float64Array.of(10.12623508344586, -7.487995877610167, -34.80091861555747, -7.992771707568823, 1.025137723295662);
const D4 = Float64Array.of(-0.6762803392801253, 6.087714651680015, 16.43084320892478, 24.76722511418386, -6.594389125716872);

const CONTROL: StepControl = { alpha: 1 / 4, beta: 0, order: 4, growth: 6, first_s: 1e-6, restart: 100 };

export class Rodas4 extends AdaptiveStepper {
  private readonly jacobian: SparseJacobian;
  private readonly lu: LuFactor;
  private readonly w: Float64Array;
  private hasPivots = false;
  private readonly stages: Float64Array[];

  constructor(plant: Plant, options: StepperOptions) {
    super(plant, options, CONTROL);
    this.jacobian = new SparseJacobian(plant);
    this.lu = new LuFactor(analyseLu(this.jacobian.matrix));
    this.w = new Float64Array(this.jacobian.matrix.values.length);
    this.stages = Array.from({ length: 6 }, () => new Float64Array(plant.states.length));
  }

  protected prepare(): void {
    this.jacobian.evaluate(this.start, this.u);
  }

  protected attempt(h: number): Float64Array | undefined {
    const { plant, u, start, stage, stages } = this;
    if (!this.factor(h)) return undefined;
    for (let s = 0; s < 6; s++) {
      const at = stages[s];
      stage.set(start);
      for (let j = 0; j < s; j++) addInto(A[s][j], stages[j], stage);
      plant.derivativeInto(stage, u, at);
      for (let j = 0; j < s; j++) addInto(C[s][j] / h, stages[j], at);
      this.lu.solveInto(at);
    }
    addInto(1, stages[5], stage);
    return stages[5];
  }

  /** W = I/(γ·h) − J, with the pivots of the step before while they still do. */
  private factor(h: number): boolean {
    const { w, jacobian, lu } = this;
    const { values } = jacobian.matrix;
    for (let p = 0; p < w.length; p++) w[p] = -values[p];
    for (const p of jacobian.diagonal) w[p] += 1 / (GAMMA * h);
    if (this.hasPivots && lu.refactor(w).status === 'ok') return true;
    this.hasPivots = lu.factor(w).status === 'ok';
    return this.hasPivots;
  }

  protected interpolateInto(s: number, _h: number, into: Float64Array): void {
    const { x, start, stages } = this;
    const r = 1 - s;
    for (let i = 0; i < x.length; i++) {
      let third = 0;
      let fourth = 0;
      for (let j = 0; j < 5; j++) {
        third += D3[j] * stages[j][i];
        fourth += D4[j] * stages[j][i];
      }
      into[i] = r * start[i] + s * (x[i] + r * (third + s * fourth));
    }
  }
}

/** y ← y + a·x */
function addInto(a: number, x: Float64Array, y: Float64Array): void {
  for (let i = 0; i < y.length; i++) y[i] += a * x[i];
}
