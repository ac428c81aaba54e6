import type { Network, OperatingPoint } from '../network/network.ts';
import { buildFlowArrays } from './branch-results.ts';
import type { PowerFlowBatch, PowerFlowOptions, PowerFlowResult, PreparedPowerFlow } from './contract.ts';
import { type NewtonEnd, NewtonIteration } from './newton-iteration.ts';
import { defaultTolerance_pu, finish, mustAccept } from './outcome.ts';
import { ReactiveLimits } from './reactive-limits.ts';
import { Setpoints } from './setpoints.ts';
import { turnFlatStart, turnsFromSlack } from './turned-start.ts';
import { buildWires, refusalOfNetwork, type Wires } from './wires.ts';

/**
 * Newton–Raphson in polar coordinates with a sparse Jacobian: any topology, several slacks and islands, PV buses with
 * or without reactive limits, taps and phase shifters.
 *
 *   f(θ, v) = S_scheduled − S(θ, v) = 0;   J·(Δθ, Δv/v) = f;   θ += μ·Δθ, v *= 1 + μ·Δv/v
 * μ = 1 unless the mismatch would grow; then Iwamoto's optimal multiplier.
 *
 * A point is diverged, and says why, when no step lowers the mismatch any more: mostly there is no solution.
 * @unit   per unit inside; kW, kvar, A outside
 * @cost   analysed once per wires and bus roles; per iteration O(nnz(L + U))
 * @source Tinney, Hart, Power Flow Solution by Newton's Method, IEEE Trans. PAS-86 (1967) 1449–1460;
 *         Iwamoto, Tamura, IEEE Trans. PAS-100 (1981) 1736–1743
 */
export function prepareNewton(network: Network, point: OperatingPoint, options: PowerFlowOptions = {}): PreparedPowerFlow {
  return new PreparedNewton(network, point, options);
}

const reasonOf: Record<NewtonEnd, string | undefined> = {
  converged: undefined,
  iterations: 'the iteration limit was reached',
  stalled: 'no further step lowers the mismatch, so the network probably has no solution at these powers',
  singular: 'the Jacobian is singular, so the network is at or beyond its loading limit',
};

/** A solution with a voltage below this is suspected to be one on the lower branch. */
const V_SUSPICIOUS_PU = 0.5;
/** Rounds of holding generators at limits and releasing them. */
const LIMIT_ROUNDS_MAX_COUNT = 30;

class PreparedNewton implements PreparedPowerFlow {
  private readonly wires: Wires;
  private readonly point: OperatingPoint;
  private readonly setpoints: Setpoints;
  private readonly iteration: NewtonIteration;
  private readonly limits: ReactiveLimits;
  private readonly tolerance_pu: number;
  private readonly iterations_max_count: number;
  private readonly enforceReactiveLimits: boolean;
  private readonly turn_rad: Float64Array | undefined;
  private hasSolution = false;

  constructor(network: Network, point: OperatingPoint, options: PowerFlowOptions) {
    const wires = buildWires(network, point.isolated);
    mustAccept('newton', network.name, refusalOfNetwork(network, point));
    this.wires = wires;
    this.point = point;
    this.tolerance_pu = options.tolerance_pu ?? defaultTolerance_pu;
    this.iterations_max_count = options.iterations_max_count ?? 50;
    this.enforceReactiveLimits = options.enforceReactiveLimits ?? false;
    this.setpoints = new Setpoints(wires);
    this.iteration = new NewtonIteration(wires);
    this.limits = new ReactiveLimits(wires.buses_count);
    this.turn_rad = turnsFromSlack(network, point);
    this.read(point);
    this.iteration.adopt(this.setpoints.role);
  }

  solve(point: OperatingPoint, warm = false): PowerFlowResult {
    const { wires, setpoints, iteration, limits, tolerance_pu, iterations_max_count } = this;
    this.read(point);
    iteration.adopt(setpoints.role);
    iteration.start(setpoints, warm && this.hasSolution);
    limits.clear();
    let end = iteration.run(setpoints, tolerance_pu, iterations_max_count);
    let iterations_count = iteration.iterations_count;
    if (end !== 'converged' || iteration.lowest_pu(setpoints) < V_SUSPICIOUS_PU) {
      end = this.again(end, point);
      iterations_count += iteration.iterations_count;
    }
    if (this.enforceReactiveLimits) {
      for (let round = 0; round < LIMIT_ROUNDS_MAX_COUNT && end === 'converged'; round++) {
        if (!limits.update(setpoints, iteration.v, iteration.balance.q, tolerance_pu)) break;
        iteration.adopt(setpoints.role);
        iteration.start(setpoints, true);
        end = iteration.run(setpoints, tolerance_pu, iterations_max_count);
        iterations_count += iteration.iterations_count;
      }
    }
    this.hasSolution = end === 'converged';
    const out = buildFlowArrays(wires);
    out.v_pu.set(iteration.v);
    out.angle_rad.set(iteration.theta);
    return finish(wires, setpoints, out, {
      method: 'newton',
      iterations_count,
      tolerance_pu,
      atReactiveLimit: this.enforceReactiveLimits ? limits.heldGenerators(point, wires) : [],
      reason: reasonOf[end],
    });
  }

  solveBatch(p_kW: Float64Array, q_kvar: Float64Array, steps_count: number, out: PowerFlowBatch): void {
    const { wires, setpoints, iteration, point } = this;
    const nB = wires.buses_count;
    if (this.enforceReactiveLimits) {
      this.solveOneByOne(p_kW, q_kvar, steps_count, out);
      return;
    }
    this.read(point);
    iteration.adopt(setpoints.role);
    const p_fixed_pu = setpoints.p_pu.slice();
    const q_fixed_pu = setpoints.q_pu.slice();
    const perUnit = 1 / wires.network.s_base_kVA;
    for (let b = 0; b < nB; b++) {
      p_fixed_pu[b] -= point.p_kW[b] * perUnit;
      q_fixed_pu[b] -= point.q_kvar[b] * perUnit;
    }
    let warm = this.hasSolution;
    for (let t = 0, at = 0; t < steps_count; t++, at += nB) {
      for (let b = 0; b < nB; b++) {
        setpoints.p_pu[b] = p_fixed_pu[b] + p_kW[at + b] * perUnit;
        setpoints.q_pu[b] = q_fixed_pu[b] + q_kvar[at + b] * perUnit;
      }
      iteration.start(setpoints, warm);
      let end = iteration.runWithOldFactor(setpoints, this.tolerance_pu, this.iterations_max_count);
      if (end !== 'converged' || iteration.lowest_pu(setpoints) < V_SUSPICIOUS_PU) end = this.again(end, point);
      warm = end === 'converged';
      out.converged[t] = warm ? 1 : 0;
      out.iterations_count[t] = iteration.iterations_count;
      out.mismatch_max_kVA[t] = iteration.norm_pu * wires.network.s_base_kVA;
      out.v_pu.set(iteration.v, at);
      out.angle_rad?.set(iteration.theta, at);
      out.loss_kW[t] = this.loss_kW();
    }
    this.hasSolution = warm;
  }

  /** Starts flat after a start that led nowhere or to a low-voltage solution; keeps whichever end is the better one. */
  private again(end: NewtonEnd, point: OperatingPoint): NewtonEnd {
    const { iteration, setpoints } = this;
    const v = iteration.v.slice();
    const theta = iteration.theta.slice();
    const lowest_pu = iteration.lowest_pu(setpoints);
    const norm_pu = iteration.norm_pu;
    iteration.startFlat(setpoints, this.turn_rad, point.slacks);
    const second = iteration.run(setpoints, this.tolerance_pu, this.iterations_max_count);
    if (second === 'converged' && (end !== 'converged' || iteration.lowest_pu(setpoints) >= lowest_pu)) return second;
    if (end !== 'converged' && iteration.norm_pu < norm_pu) return second;
    iteration.restore(setpoints, v, theta);
    return end;
  }

  /** Takes the point; a flat start is turned by the phase shifters. */
  private read(point: OperatingPoint): void {
    this.setpoints.read(point);
    if (this.turn_rad) turnFlatStart(this.setpoints, this.turn_rad, point.slacks);
  }

  /** Series losses: Σ injections less what the shunts take. */
  private loss_kW(): number {
    const { wires, iteration } = this;
    const { p } = iteration.balance;
    let loss_pu = 0;
    for (let b = 0; b < p.length; b++) loss_pu += p[b] - wires.shunt_g[b] * iteration.v[b] * iteration.v[b];
    return loss_pu * wires.network.s_base_kVA;
  }

  private solveOneByOne(p_kW: Float64Array, q_kvar: Float64Array, steps_count: number, out: PowerFlowBatch): void {
    const nB = this.wires.buses_count;
    for (let t = 0, at = 0; t < steps_count; t++, at += nB) {
      const point = { ...this.point, p_kW: p_kW.subarray(at, at + nB), q_kvar: q_kvar.subarray(at, at + nB) };
      const result = this.solve(point, true);
      out.converged[t] = result.status === 'converged' ? 1 : 0;
      out.iterations_count[t] = result.iterations_count;
      out.mismatch_max_kVA[t] = result.mismatch_max_kVA;
      out.v_pu.set(result.v_pu, at);
      out.angle_rad?.set(result.angle_rad, at);
      out.loss_kW[t] = result.loss_kW;
    }
  }
}
