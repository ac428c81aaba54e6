import { analyseLu, LuFactor } from '../../linalg/lu.ts';
import type { BusIndex, Network, OperatingPoint } from '../../network/network.ts';
import { buildJacobian, fillJacobian, type Jacobian } from '../../powerflows/jacobian.ts';
import { NewtonIteration } from '../../powerflows/newton-iteration.ts';
import { Setpoints } from '../../powerflows/setpoints.ts';
import { turnsFromSlack } from '../../powerflows/turned-start.ts';
import { buildWires } from '../../powerflows/wires.ts';

/** Mismatch that the iteration aims at, and what still counts when rounding stops it. */
const AIM_PU = 1e-11;
const ENOUGH_PU = 1e-9;
const ITERATIONS_MAX_COUNT = 40;

/**
 * The state x = (θ, log v) of a feeder as a function of what is injected, S(x) = S, and gradients of functions of the state by the
 * injections at every bus, one transposed solve each:
 *
 *   ∂f/∂S = J⁻ᵀ·∂f/∂x,   J = ∂S/∂x
 *
 * @unit per unit on the base of the network
 * @shape gradients: (P at each bus, Q at each bus)
 * @cost one sparse LU per state, one solve per gradient
 */
export class FeederFlow {
  readonly v: Float64Array;
  readonly theta: Float64Array;
  /** Net injection at the slack after `solve`. */
  p_slack = 0;
  q_slack = 0;
  /** Largest mismatch of any bus that the last `solve` left. */
  mismatch = Number.POSITIVE_INFINITY;
  private readonly slack: BusIndex;
  private readonly setpoints: Setpoints;
  private readonly iteration: NewtonIteration;
  private readonly jacobian: Jacobian;
  private readonly factor: LuFactor;
  private readonly right: Float64Array;
  private readonly turn_rad: Float64Array | undefined;
  private isWarm = false;
  private hasPivots = false;

  constructor(network: Network, point: OperatingPoint) {
    const wires = buildWires(network, point.isolated);
    this.slack = point.slacks[0];
    this.setpoints = new Setpoints(wires);
    this.setpoints.read(point);
    this.iteration = new NewtonIteration(wires);
    this.iteration.adopt(this.setpoints.role);
    this.v = this.iteration.v;
    this.theta = this.iteration.theta;
    this.jacobian = buildJacobian(this.iteration.balance, this.setpoints.role);
    this.factor = new LuFactor(analyseLu(this.jacobian.pattern));
    this.right = new Float64Array(this.jacobian.size);
    this.turn_rad = turnsFromSlack(network, point);
  }

  /** False when the power flow has no solution near the last one; the state is then worth nothing. */
  solve(p_pu: Float64Array, q_pu: Float64Array): boolean {
    const { setpoints, iteration } = this;
    setpoints.p_pu.set(p_pu);
    setpoints.q_pu.set(q_pu);
    if (this.isWarm) iteration.start(setpoints, true);
    else iteration.startFlat(setpoints, this.turn_rad, [this.slack]);
    const end = iteration.run(setpoints, AIM_PU, ITERATIONS_MAX_COUNT);
    this.isWarm = end === 'converged' || iteration.norm_pu <= ENOUGH_PU;
    this.mismatch = iteration.norm_pu;
    this.p_slack = iteration.balance.p[this.slack];
    this.q_slack = iteration.balance.q[this.slack];
    return this.isWarm;
  }

  /** Must be called after `solve`, before gradients are asked for. */
  linearise(): boolean {
    const { jacobian, factor, iteration } = this;
    fillJacobian(jacobian, iteration.balance, iteration.v);
    if (this.hasPivots && factor.refactor(jacobian.values).status === 'ok') return true;
    this.hasPivots = factor.factor(jacobian.values).status === 'ok';
    return this.hasPivots;
  }

  /** Gradients of the net injection at the slack. @shape p, q: 2 × buses */
  slackGradientsInto(p: Float64Array, q: Float64Array): void {
    this.solveSlackInto(p, true);
    this.solveSlackInto(q, false);
  }

  private solveSlackInto(out: Float64Array, isActive: boolean): void {
    const { jacobian, iteration, slack, right } = this;
    const { thetaAt, vAt } = jacobian;
    const { first, second, terms, pairs_count } = iteration.balance;
    right.fill(0);
    for (let k = 0; k < pairs_count; k++) {
      if (first[k] !== slack && second[k] !== slack) continue;
      const other = first[k] === slack ? second[k] : first[k];
      const at = 4 * k + (first[k] === slack ? 0 : 2);
      if (thetaAt[other] >= 0) right[thetaAt[other]] += isActive ? terms[at + 1] : -terms[at];
      if (vAt[other] >= 0) right[vAt[other]] += isActive ? terms[at] : terms[at + 1];
    }
    this.solveTransposedInto(out);
  }

  /** Gradient of Σ byTheta·θ + byV·v over the listed buses. */
  gradientInto(buses: readonly BusIndex[], byTheta: readonly number[], byV: readonly number[], out: Float64Array): void {
    const { jacobian, right, v } = this;
    right.fill(0);
    buses.forEach((b, k) => {
      if (jacobian.thetaAt[b] >= 0) right[jacobian.thetaAt[b]] += byTheta[k];
      if (jacobian.vAt[b] >= 0) right[jacobian.vAt[b]] += byV[k] * v[b];
    });
    this.solveTransposedInto(out);
  }

  private solveTransposedInto(out: Float64Array): void {
    const { jacobian, factor, right, v } = this;
    factor.solveTransposeInto(right);
    out.fill(0);
    for (let b = 0; b < v.length; b++) {
      if (jacobian.thetaAt[b] >= 0) out[b] = right[jacobian.thetaAt[b]];
      if (jacobian.vAt[b] >= 0) out[v.length + b] = right[jacobian.vAt[b]];
    }
  }

  release(): void {
    this.factor.release();
  }
}
