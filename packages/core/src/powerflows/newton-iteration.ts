import { analyseLu, LuFactor } from '../linalg/lu.ts';
import type { BusIndex } from '../network/network.ts';
import { Balance } from './balance.ts';
import { optimalMultiplier } from './damping.ts';
import { buildJacobian, fillJacobian, type Jacobian } from './jacobian.ts';
import { busRole, type Setpoints } from './setpoints.ts';
import type { Wires } from './wires.ts';

/** Why the iteration ended. `stalled`: no step along the Newton direction lowers the mismatch any more. */
export type NewtonEnd = 'converged' | 'iterations' | 'stalled' | 'singular';

/** One step may lower a voltage to this fraction of its value, not further. */
const V_STEP_MIN_FRAC = 0.2;
/** A step shorter than this fraction of Newton's counts as no step. */
const STEP_MIN_FRAC = 1e-4;
/**
 * The old factor is kept in a batch while one step with it shrinks the mismatch at least by this (measured on
 * case118 and case1354pegase: 1.2 to 1.9 times as fast as full Newton for loads that change by 2 to 50 %).
 */
const CHORD_CONTRACTION_FRAC = 0.1;

/**
 * Newton's iteration on f(θ, v) = S_scheduled − S(θ, v) for one set of wires; owns all memory of the loop.
 *
 * Solve J·(Δθ, Δv/v) = f, then θ ← θ + μ·Δθ, v ← v·(1 + μ·Δv/v), with μ = 1 unless the mismatch grows.
 *
 * | symbol | variable |
 * |---|---|
 * | θ, v | `theta`, `v` (buses) |
 * | f | `mismatch` (size of the Jacobian) |
 * | Δ | `step` |
 * @unit  per unit, rad
 * @cost  per iteration: one evaluation, one refactorisation, one solve; no allocation unless a bus changes role
 * @source Tinney, Hart (1967)
 */
export class NewtonIteration {
  readonly v: Float64Array;
  readonly theta: Float64Array;
  readonly balance: Balance;
  iterations_count = 0;
  /** Largest |f| after the last evaluation. */
  norm_pu = Infinity;
  private jacobian: Jacobian | undefined;
  private factor: LuFactor | undefined;
  private factored = false;
  private mismatch = new Float64Array(0);
  private before = new Float64Array(0);
  private step = new Float64Array(0);
  private readonly v_before: Float64Array;
  private readonly theta_before: Float64Array;
  private sumOfSquares = 0;

  constructor(wires: Wires) {
    const nB = wires.buses_count;
    this.balance = new Balance(wires);
    this.v = new Float64Array(nB);
    this.theta = new Float64Array(nB);
    this.v_before = new Float64Array(nB);
    this.theta_before = new Float64Array(nB);
  }

  /** Makes the Jacobian's pattern fit the roles; does nothing when they are those of the last call. */
  adopt(role: Uint8Array): void {
    const last = this.jacobian;
    if (last?.role.every((r, b) => r === role[b])) return;
    const jacobian = buildJacobian(this.balance, role);
    this.jacobian = jacobian;
    this.factor = new LuFactor(analyseLu(jacobian.pattern));
    this.factored = false;
    this.mismatch = new Float64Array(jacobian.size);
    this.before = new Float64Array(jacobian.size);
    this.step = new Float64Array(jacobian.size);
  }

  /** Voltages to start from; buses that hold one get their set point. */
  start(setpoints: Setpoints, warm: boolean): void {
    const { v, theta } = this;
    const { role, v_pu, angle_rad } = setpoints;
    for (let b = 0; b < v.length; b++) {
      const r = role[b];
      if (r === busRole.isolated) v[b] = theta[b] = 0;
      else {
        if (!warm || r !== busRole.pq || !(v[b] > 0)) v[b] = v_pu[b] > 0 ? v_pu[b] : 1;
        if (!warm || r === busRole.slack) theta[b] = angle_rad[b];
      }
    }
  }

  /** All at 1 pu and the angle of the first slack, turned by the phase shifters on the way from it. */
  startFlat(setpoints: Setpoints, turn_rad: Float64Array | undefined, slacks: readonly BusIndex[]): void {
    const { v, theta } = this;
    const { role, v_pu, angle_rad } = setpoints;
    for (let b = 0; b < v.length; b++) {
      if (role[b] === busRole.isolated) continue;
      v[b] = role[b] === busRole.pq || !(v_pu[b] > 0) ? 1 : v_pu[b];
      theta[b] = role[b] === busRole.slack ? angle_rad[b] : angle_rad[slacks[0]] + (turn_rad ? turn_rad[b] : 0);
    }
  }

  /** Lowest voltage of the buses that are solved. */
  lowest_pu(setpoints: Setpoints): number {
    const { v } = this;
    const { role } = setpoints;
    let lowest = Number.POSITIVE_INFINITY;
    for (let b = 0; b < v.length; b++) if (role[b] === busRole.pq && v[b] < lowest) lowest = v[b];
    return lowest;
  }

  /** Puts earlier voltages back. */
  restore(setpoints: Setpoints, v: Float64Array, theta: Float64Array): void {
    this.v.set(v);
    this.theta.set(theta);
    this.evaluate(setpoints);
  }

  /** Runs from the present voltages until |f| ≤ tolerance. */
  run(setpoints: Setpoints, tolerance_pu: number, iterations_max_count: number): NewtonEnd {
    this.iterations_count = 0;
    this.evaluate(setpoints);
    for (;;) {
      if (this.norm_pu <= tolerance_pu) return 'converged';
      if (this.iterations_count >= iterations_max_count) return 'iterations';
      if (!this.refactor()) return 'singular';
      this.solveStep();
      this.iterations_count++;
      if (!this.takeStep(setpoints)) return 'stalled';
    }
  }

  /**
   * As `run`, but keeps the factor of an earlier operating point as long as it still contracts well.
   * Cheaper when many similar points follow each other: a step then costs one evaluation and one solve.
   */
  runWithOldFactor(setpoints: Setpoints, tolerance_pu: number, iterations_max_count: number): NewtonEnd {
    this.iterations_count = 0;
    this.evaluate(setpoints);
    let fresh = false;
    while (this.norm_pu > tolerance_pu) {
      if (this.iterations_count >= iterations_max_count) return 'iterations';
      if (!this.factored || fresh) {
        if (!this.refactor()) return 'singular';
      }
      const before_pu = this.norm_pu;
      this.solveStep();
      this.iterations_count++;
      if (!this.takeStep(setpoints)) {
        if (fresh) return 'stalled';
        fresh = true;
      } else if (this.norm_pu > CHORD_CONTRACTION_FRAC * before_pu) fresh = true;
    }
    return 'converged';
  }

  private evaluate(setpoints: Setpoints): void {
    const { balance, mismatch, v, theta } = this;
    const { thetaAt, vAt } = this.jacobian!;
    const { p_pu, q_pu } = setpoints;
    balance.evaluate(v, theta);
    const { p, q } = balance;
    let largest = 0;
    let sum = 0;
    for (let b = 0; b < v.length; b++) {
      const i = thetaAt[b];
      if (i < 0) continue;
      const dp = p_pu[b] - p[b];
      mismatch[i] = dp;
      sum += dp * dp;
      const adp = Math.abs(dp);
      if (adp > largest) largest = adp;
      const j = vAt[b];
      if (j < 0) continue;
      const dq = q_pu[b] - q[b];
      mismatch[j] = dq;
      sum += dq * dq;
      const adq = Math.abs(dq);
      if (adq > largest) largest = adq;
    }
    this.sumOfSquares = sum;
    this.norm_pu = Number.isFinite(sum) ? largest : Infinity;
  }

  private refactor(): boolean {
    const { jacobian, factor, balance, v } = this;
    fillJacobian(jacobian!, balance, v);
    if (this.factored && factor!.refactor(jacobian!.values).status === 'ok') return true;
    this.factored = factor!.factor(jacobian!.values).status === 'ok';
    return this.factored;
  }

  private solveStep(): void {
    this.step.set(this.mismatch);
    this.factor!.solveInto(this.step);
  }

  /** Moves along the step; shortens it while the mismatch grows. False when no length helps: voltages are put back. */
  private takeStep(setpoints: Setpoints): boolean {
    const { step, v, theta, v_before, theta_before, before, mismatch } = this;
    const { vAt } = this.jacobian!;
    v_before.set(v);
    theta_before.set(theta);
    before.set(mismatch);
    const sum_before = this.sumOfSquares;
    let mu = 1;
    for (let b = 0; b < vAt.length; b++) {
      if (vAt[b] >= 0 && mu * step[vAt[b]] < V_STEP_MIN_FRAC - 1) mu = (V_STEP_MIN_FRAC - 1) / step[vAt[b]];
    }
    while (mu >= STEP_MIN_FRAC) {
      this.move(mu);
      this.evaluate(setpoints);
      if (this.sumOfSquares < sum_before) return true;
      mu = Math.min(optimalMultiplier(before, mismatch, mu), mu / 2);
    }
    this.move(0);
    this.evaluate(setpoints);
    return false;
  }

  private move(mu: number): void {
    const { step, v, theta, v_before, theta_before } = this;
    const { thetaAt, vAt } = this.jacobian!;
    for (let b = 0; b < v.length; b++) {
      const i = thetaAt[b];
      if (i < 0) continue;
      theta[b] = theta_before[b] + mu * step[i];
      const j = vAt[b];
      if (j >= 0) v[b] = v_before[b] * (1 + mu * step[j]);
    }
  }
}
