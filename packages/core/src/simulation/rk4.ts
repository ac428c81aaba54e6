/**
 * The classical Runge–Kutta method with a fixed step, and cubic Hermite interpolation between steps.
 *
 * k₁ = f(x), k₂ = f(x + h/2·k₁), k₃ = f(x + h/2·k₂), k₄ = f(x + h·k₃);  x⁺ = x + h/6·(k₁ + 2k₂ + 2k₃ + k₄)
 *
 * Order 4, interpolation of order 3. Between two events all steps are equal and at most `step_s`. Stable only while
 * |1 + z + z²/2 + z³/6 + z⁴/24| ≤ 1 for z = h·λ of every mode: on the real axis −2.785 ≤ z; fastest-mode.ts says it before a run.
 *
 * Delayed inputs are read from the past at every stage (delay-line.ts), so steps are at most the shortest delay.
 * @source Hairer, Nørsett, Wanner, Solving Ordinary Differential Equations I (2nd ed., 1993), table II.1.2
 */
import { DelayLine } from './delay-line.ts';
import { type Plant, settleDelays } from './plant.ts';
import type { Stepper, StepperOptions, StepStatus } from './stepper.ts';

export class Rk4 implements Stepper {
  t_s = 0;
  before_s = 0;
  readonly x: Float64Array;
  readonly u: Float64Array;
  steps_count = 0;
  readonly rejected_count = 0;
  private readonly plant: Plant;
  private readonly longest_s: number;
  private readonly start: Float64Array;
  private k1: Float64Array;
  private k5: Float64Array;
  private readonly k: Float64Array;
  private readonly sum: Float64Array;
  private readonly stage: Float64Array;
  /** k1 is f(x) at t_s. */
  private ready = false;
  private readonly past: DelayLine | undefined;

  constructor(plant: Plant, { step_s }: StepperOptions) {
    this.plant = plant;
    this.past = plant.delays?.length ? new DelayLine(plant, plant.delays) : undefined;
    this.longest_s = Math.min(step_s, this.past?.shortest_s ?? step_s);
    const n = plant.states.length;
    this.x = new Float64Array(n);
    this.u = new Float64Array(plant.inputs.length);
    this.start = new Float64Array(n);
    this.k1 = new Float64Array(n);
    this.k5 = new Float64Array(n);
    this.k = new Float64Array(n);
    this.sum = new Float64Array(n);
    this.stage = new Float64Array(n);
  }

  restart(t_s: number): void {
    this.t_s = t_s;
    this.before_s = t_s;
    this.start.set(this.x);
    this.ready = false;
    const { past, x, u } = this;
    if (past === undefined) return;
    if (past.isEmpty) settleDelays(this.plant, x, u);
    else {
      past.fill(t_s, u, 'behind');
      past.jump(t_s);
    }
    past.cut();
    past.keep(t_s, x, u);
  }

  step(limit_s: number): StepStatus {
    const { plant, x, u, start, k, sum, stage, past, t_s } = this;
    const n = x.length;
    const jump_s = past?.nextJump_s(t_s) ?? Infinity;
    const end_s = Math.min(limit_s, jump_s);
    const left_s = end_s - t_s;
    const steps = Math.max(1, Math.ceil(left_s / this.longest_s - 1e-6));
    const h = left_s / steps;
    const half = h / 2;
    if (!this.ready) plant.derivativeInto(x, u, this.k5);
    const k1 = this.k5;
    this.k5 = this.k1;
    this.k1 = k1;
    for (let i = 0; i < n; i++) {
      start[i] = x[i];
      stage[i] = x[i] + half * k1[i];
    }
    past?.fill(t_s + half, u);
    plant.derivativeInto(stage, u, k);
    for (let i = 0; i < n; i++) {
      sum[i] = k1[i] + 2 * k[i];
      stage[i] = start[i] + half * k[i];
    }
    plant.derivativeInto(stage, u, k);
    for (let i = 0; i < n; i++) {
      sum[i] += 2 * k[i];
      stage[i] = start[i] + h * k[i];
    }
    past?.fill(t_s + h, u);
    plant.derivativeInto(stage, u, k);
    const sixth = h / 6;
    let finite = 0;
    for (let i = 0; i < n; i++) {
      x[i] = start[i] + sixth * (sum[i] + k[i]);
      finite += x[i] - x[i];
    }
    this.before_s = t_s;
    this.t_s = steps === 1 ? end_s : t_s + h;
    this.steps_count++;
    past?.keep(this.t_s, x, u);
    plant.derivativeInto(x, u, this.k5);
    this.ready = this.t_s !== jump_s;
    if (past !== undefined && !this.ready) {
      past.fill(jump_s, u, 'behind');
      past.cut();
      past.keep(jump_s, x, u);
    }
    return finite === 0 ? 'ok' : 'not-finite';
  }

  /** Cubic Hermite: exact at both ends, with their rates. */
  stateAtInto(t_s: number, into: Float64Array): void {
    const { x, start, k1, k5, before_s } = this;
    const h = this.t_s - before_s;
    if (!(h > 0) || t_s === this.t_s) {
      into.set(x);
      return;
    }
    const s = (t_s - before_s) / h;
    const bend = s * (s - 1);
    for (let i = 0; i < x.length; i++) {
      const rise = x[i] - start[i];
      into[i] = start[i] + s * rise + bend * ((1 - 2 * s) * rise + (s - 1) * h * k1[i] + s * h * k5[i]);
    }
  }
}
