import { lanes_count } from '../../../linalg/complex-lu.ts';
import type { ThreePhaseBatch, ThreePhaseBatchInput } from '../contract.ts';
import { powerInto_kW } from '../flows.ts';
import type { WireSolver } from '../wire-solver.ts';
import { Lanes } from './lanes.ts';
import { Supply } from './supply.ts';

/** Memory for so many steps of so many places. */
export function buildThreePhaseBatch(steps_count: number, places_count: number): ThreePhaseBatch {
  return {
    v_re_V: new Float64Array(steps_count * places_count),
    v_im_V: new Float64Array(steps_count * places_count),
    loss_kW: new Float64Array(steps_count),
    source_kW: new Float64Array(steps_count),
    converged: new Uint8Array(steps_count),
    iterations_count: new Int32Array(steps_count),
    mismatch_max_kVA: new Float64Array(steps_count),
    diagnosis: new Array<string | undefined>(steps_count).fill(undefined),
  };
}

/**
 * Many operating points on the same wires, four at a time.
 *
 * Every group starts from the same two solutions, u = u_none + s·(u_all − u_none), with s the group's own load beside that of the feeder as it stood first; so an
 * answer does not depend on what was solved before it. Other wires have a u_none of their own, and the same difference. What four lanes do not solve (a point near collapse, generators that hold a voltage) goes to the
 * solver for single points.
 */
export class BatchSolver {
  private readonly solver: WireSolver;
  private readonly lanes: Lanes;
  private supply: Supply;
  private readonly uNone: Float64Array;
  /** u_all − u_none. */
  private readonly drop: Float64Array;
  private readonly load_kW: number;

  /** Takes taps and steps as the solver has them, and its powers as the usual ones. */
  constructor(solver: WireSolver) {
    this.solver = solver;
    const isBalanced = solver.findStart();
    this.lanes = new Lanes(solver);
    this.lanes.adopt(solver.nodal.lu);
    this.supply = new Supply(solver, this.lanes.elements);
    this.drop = solver.system.u.slice();
    solver.system.startLinear();
    this.uNone = solver.system.u.slice();
    for (let i = 0; i < this.drop.length; i++) this.drop[i] = isBalanced ? this.drop[i] - this.uNone[i] : 0;
    this.load_kW = totalOf(solver.injections.p_kW);
  }

  /** Takes the wires as the solver has them now. */
  adopt(): void {
    const { solver, lanes } = this;
    lanes.adopt(solver.nodal.lu);
    this.supply = new Supply(solver, lanes.elements);
    solver.system.startLinear();
    this.uNone.set(solver.system.u);
  }

  solve(batch: ThreePhaseBatchInput, out: ThreePhaseBatch): void {
    const { solver, lanes } = this;
    if (solver.held.count > 0) {
      for (let t = 0; t < batch.steps_count; t++) solvePoint(solver, batch, t, out);
      return;
    }
    const { places, nodal } = solver;
    const { rowOf } = nodal.rows;
    const { power, u } = lanes;
    const tolerance_kVA = new Float64Array(lanes_count);
    for (let first = 0; first < batch.steps_count; first += lanes_count) {
      for (let lane = 0; lane < lanes_count; lane++) {
        solver.setPowers(batch, Math.min(first + lane, batch.steps_count - 1));
        tolerance_kVA[lane] = solver.tolerance_kVA;
        lanes.takePowers(lane);
        this.start(lane);
      }
      lanes.solve(tolerance_kVA);
      for (let lane = 0; lane < lanes_count && first + lane < batch.steps_count; lane++) {
        const t = first + lane;
        if (lanes.balanced[lane] === 0) {
          solvePoint(solver, batch, t, out);
          continue;
        }
        const offset = t * places.count;
        for (let i = 0; i < places.count; i++) {
          const at = 8 * rowOf[i] + lane;
          out.v_re_V[offset + i] = rowOf[i] < 0 ? 0 : u[at] * places.v_base_V[i];
          out.v_im_V[offset + i] = rowOf[i] < 0 ? 0 : u[at + 4] * places.v_base_V[i];
        }
        out.converged[t] = 1;
        out.diagnosis[t] = undefined;
        out.iterations_count[t] = lanes.iterations_count;
        out.mismatch_max_kVA[t] = lanes.mismatch_kVA[lane];
        out.source_kW[t] = this.supply.given_kW(u, power, lane);
        out.loss_kW[t] = out.source_kW[t] - lanes.taken_kW[lane];
      }
    }
  }

  /** u of one lane from the two solutions, by the load of the powers now set. */
  private start(lane: number): void {
    const { uNone, drop, load_kW, lanes } = this;
    const share = load_kW !== 0 ? totalOf(this.solver.injections.p_kW) / load_kW : 0;
    const s = Math.min(1.5, Math.max(-1.5, share));
    const size = 2 * this.solver.nodal.rows.free_count;
    for (let i = 0; i < size; i++) lanes.u[8 * (i >> 1) + 4 * (i & 1) + lane] = uNone[i] + s * drop[i];
  }
}

/** One point of a batch by itself, from the beginning. */
export function solvePoint(solver: WireSolver, batch: ThreePhaseBatchInput, t: number, out: ThreePhaseBatch): void {
  const { places, v_re_V, v_im_V } = solver;
  solver.setPowers(batch, t);
  const { status, iterations_count, diagnosis } = solver.solve(false);
  const { loss_kW, mismatch_max_kVA, sources } = solver.flows();
  out.v_re_V.set(v_re_V, t * places.count);
  out.v_im_V.set(v_im_V, t * places.count);
  out.converged[t] = status === 'converged' ? 1 : 0;
  out.diagnosis[t] = diagnosis;
  out.iterations_count[t] = iterations_count;
  out.loss_kW[t] = loss_kW;
  out.source_kW[t] = -powerInto_kW(sources);
  out.mismatch_max_kVA[t] = mismatch_max_kVA;
}

function totalOf(list: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < list.length; k++) sum += list[k];
  return sum;
}
