import type { Network, OperatingPoint } from '../../network/network.ts';
import { buildFlowArrays } from '../branch-results.ts';
import type { PowerFlowBatch, PowerFlowMethod, PowerFlowOptions, PowerFlowResult, PreparedPowerFlow } from '../contract.ts';
import { defaultTolerance_pu, finish, mustAccept } from '../outcome.ts';
import { Setpoints } from '../setpoints.ts';
import { buildWires, type Wires } from '../wires.ts';
import { lanes_count, SweepLanes } from './lanes.ts';
import { Sweep } from './sweep.ts';
import { buildTree, refusalOfTree, type Tree } from './tree.ts';

/**
 * Backward/forward sweep for radial networks: several feeders, each with its own slack, lines with charging, shunts,
 * transformers with taps and shifts. No matrix; the fastest method for distribution feeders that are not near collapse.
 *
 * Refuses loops and buses that hold a voltage. Near the loading limit it converges slowly and then reports diverged,
 * although Newton may still find the solution; method "auto" tries both.
 * @unit   per unit inside; kW, kvar, A outside
 * @cost   O(buses) per iteration, 4–10 iterations at ordinary load
 * @source Shirmohammadi, Hong, Semlyen, Luo, IEEE Trans. Power Systems 3 (1988) 753–762
 */
export const radialSweep: PowerFlowMethod = Object.freeze({
  name: 'radial-sweep',
  refuses: refusalOfTree,
  prepare: (network: Network, point: OperatingPoint, options: PowerFlowOptions = {}) => new PreparedSweep(network, point, options),
});

/** Largest bus power in per unit, kept between 1e-4 and 1. */
function largestPower(point: OperatingPoint, s_base_kVA: number): number {
  let largest_kVA = 0;
  for (let b = 0; b < point.p_kW.length; b++) {
    largest_kVA = Math.max(largest_kVA, Math.abs(point.p_kW[b]), Math.abs(point.q_kvar[b]));
  }
  return Math.min(1, Math.max(1e-4, largest_kVA / s_base_kVA));
}

class PreparedSweep implements PreparedPowerFlow {
  private readonly wires: Wires;
  private readonly point: OperatingPoint;
  private readonly setpoints: Setpoints;
  private readonly tree: Tree;
  private readonly sweep: Sweep;
  private readonly tolerance_pu: number;
  private readonly iterations_max_count: number;
  private lanes: SweepLanes | undefined;
  private hasSolution = false;

  constructor(network: Network, point: OperatingPoint, options: PowerFlowOptions) {
    const wires = buildWires(network, point.isolated);
    mustAccept('radial-sweep', network.name, refusalOfTree(network, point));
    this.wires = wires;
    this.point = point;
    this.tolerance_pu = options.tolerance_pu ?? defaultTolerance_pu * largestPower(point, network.s_base_kVA);
    this.iterations_max_count = options.iterations_max_count ?? 500;
    this.setpoints = new Setpoints(wires);
    this.tree = buildTree(wires, point);
    this.sweep = new Sweep(this.tree);
  }

  solve(point: OperatingPoint, warm = false): PowerFlowResult {
    const { wires, setpoints, tree, sweep } = this;
    setpoints.read(point);
    this.placeRoots();
    for (let k = tree.roots_count; k < tree.count; k++) {
      sweep.p[k] = -setpoints.p_pu[tree.bus[k]];
      sweep.q[k] = -setpoints.q_pu[tree.bus[k]];
    }
    if (!warm || !this.hasSolution) sweep.startFlat();
    const converged = sweep.run(this.tolerance_pu, this.iterations_max_count);
    this.hasSolution = converged;
    if (!sweep.isFinite()) sweep.startFlat();
    const out = buildFlowArrays(wires);
    this.voltagesInto(out.v_pu, out.angle_rad, 0);
    return finish(wires, setpoints, out, {
      method: 'radial-sweep',
      iterations_count: sweep.iterations_count,
      tolerance_pu: this.tolerance_pu,
      atReactiveLimit: [],
      reason: converged ? undefined : 'the sweep runs away from the solution, or there is none',
    });
  }

  /** Eight steps at a time; a group that does not converge as one is solved step by step. */
  solveBatch(p_kW: Float64Array, q_kvar: Float64Array, steps_count: number, out: PowerFlowBatch): void {
    const { wires, setpoints, tree, sweep, point } = this;
    const lanes = (this.lanes ??= new SweepLanes(tree));
    const { count, roots_count, bus, scale, turn_rad } = tree;
    const { v_pu, angle_rad } = out;
    const nB = wires.buses_count;
    const base = wires.network.s_base_kVA;
    const perUnit = 1 / base;
    setpoints.read(point);
    this.placeRoots();
    if (!this.hasSolution) sweep.startFlat();
    lanes.startFrom(sweep.v_re, sweep.v_im);
    for (let first = 0; first < steps_count; first += lanes_count) {
      const used = Math.min(lanes_count, steps_count - first);
      for (let k = roots_count; k < count; k++) {
        const b = bus[k];
        const p_fixed = setpoints.p_pu[b] - point.p_kW[b] * perUnit;
        const q_fixed = setpoints.q_pu[b] - point.q_kvar[b] * perUnit;
        for (let w = 0, at = first * nB + b; w < lanes_count; w++) {
          lanes.p[k * lanes_count + w] = -(p_fixed + p_kW[at] * perUnit);
          lanes.q[k * lanes_count + w] = -(q_fixed + q_kvar[at] * perUnit);
          if (w + 1 < used) at += nB; // idle lanes repeat the last step
        }
      }
      if (!lanes.run(this.tolerance_pu)) {
        for (let w = 0; w < used; w++) this.solveLane(lanes, w, first + w, out);
        lanes.startFrom(sweep.v_re, sweep.v_im);
        continue;
      }
      for (let k = 0; k < count; k++) {
        const inverse = 1 / scale[k];
        const turn = turn_rad[k];
        for (let w = 0, from = k * lanes_count, at = first * nB + bus[k]; w < used; w++, from++, at += nB) {
          const vr = lanes.v_re[from];
          const vi = lanes.v_im[from];
          v_pu[at] = Math.sqrt(vr * vr + vi * vi) * inverse;
          if (angle_rad) angle_rad[at] = Math.atan2(vi, vr) - turn;
        }
      }
      for (let w = 0; w < used; w++) {
        out.converged[first + w] = 1;
        out.iterations_count[first + w] = lanes.iterations_count;
        out.mismatch_max_kVA[first + w] = lanes.mismatch_pu[w] * base;
        out.loss_kW[first + w] = lanes.loss_pu[w] * base;
      }
    }
    this.hasSolution = false;
  }

  /** Solves the scenario of one lane by itself, from a flat start; leaves the sweep flat. */
  private solveLane(lanes: SweepLanes, w: number, t: number, out: PowerFlowBatch): void {
    const { tree, sweep, wires } = this;
    const base = wires.network.s_base_kVA;
    for (let k = tree.roots_count; k < tree.count; k++) {
      sweep.p[k] = lanes.p[k * lanes_count + w];
      sweep.q[k] = lanes.q[k * lanes_count + w];
    }
    sweep.startFlat();
    const converged = sweep.run(this.tolerance_pu, this.iterations_max_count);
    if (!sweep.isFinite()) sweep.startFlat();
    out.converged[t] = converged ? 1 : 0;
    out.iterations_count[t] = sweep.iterations_count;
    out.mismatch_max_kVA[t] = sweep.mismatch_pu * base;
    out.loss_kW[t] = sweep.loss_pu() * base;
    this.voltagesInto(out.v_pu, out.angle_rad, t * wires.buses_count);
    sweep.startFlat();
  }

  private placeRoots(): void {
    const { tree, setpoints, sweep } = this;
    for (let k = 0; k < tree.roots_count; k++) {
      const v = setpoints.v_pu[tree.bus[k]] > 0 ? setpoints.v_pu[tree.bus[k]] : 1;
      const angle = setpoints.angle_rad[tree.bus[k]];
      sweep.v_re[k] = v * Math.cos(angle);
      sweep.v_im[k] = v * Math.sin(angle);
    }
  }

  private voltagesInto(v_pu: Float64Array, angle_rad: Float64Array | undefined, at: number): void {
    const { count, bus, scale, turn_rad } = this.tree;
    const { v_re, v_im } = this.sweep;
    for (let k = 0; k < count; k++) {
      const vr = v_re[k];
      const vi = v_im[k];
      v_pu[at + bus[k]] = Math.sqrt(vr * vr + vi * vi) / scale[k];
      if (angle_rad) angle_rad[at + bus[k]] = Math.atan2(vi, vr) - turn_rad[k];
    }
  }
}
