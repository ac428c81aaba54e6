import type { Feeder } from '../../../network/feeder/feeder.ts';
import type { Places, ThreePhaseBatch, ThreePhaseBatchInput, ThreePhaseOptions } from '../contract.ts';
import { Controls } from '../controls/settle.ts';
import { powerInto_kW } from '../flows.ts';
import { WireSolver } from '../wire-solver.ts';
import { BatchSolver, buildThreePhaseBatch } from './batch.ts';

/** Points that were solved. Its arrays are written again by the next call: copy what is to stay. */
export interface ThreePhasePoints extends ThreePhaseBatch {
  readonly steps_count: number;
  /** 1: the wires are solved, the controls did not settle. */
  readonly hunting: Uint8Array;
  /** Tap of every winding of every transformer, one after another. @shape [t][winding] */
  readonly tap_pu: Float64Array;
  /** What the controls did at each point. */
  readonly actions: readonly (readonly string[])[];
}

/**
 * Points on the same wires that have nothing to do with each other: each starts from the taps and steps of the feeder, and its answer is the same to the bit
 * whatever was solved before, on these wires or on others that the run took. Without controls they are a batch, four side by side (so it is the place within the call that counts, not the call); where
 * controls act, one after another on the same factors.
 */
export class PointRun {
  private readonly solver: WireSolver;
  private readonly controls: Controls;
  private readonly options: ThreePhaseOptions;
  private batchSolver: BatchSolver | undefined;
  /** What is added up and factored: not the feeder of the solver where that failed. */
  private ready: Feeder | undefined;
  private readonly acts: boolean;
  private readonly windings_count: number;
  private out: ThreePhaseBatch;

  /** @throws {NumericalError} THREE_PHASE_NOT_FINITE */
  constructor(feeder: Feeder, options: ThreePhaseOptions) {
    this.options = options;
    this.solver = new WireSolver(feeder, options);
    this.controls = new Controls(this.solver);
    this.windings_count = feeder.transformers.reduce((count, { windings }) => count + windings.length, 0);
    this.acts = options.controls !== false && this.controls.count > 0;
    this.solver.assemble();
    this.ready = feeder;
    this.out = buildThreePhaseBatch(0, this.places.count);
  }

  /**
   * Goes over to a feeder that differs in nothing but what is switched and tapped, sources and shunts: only numbers are found anew. What a feeder answers follows
   * from it and from the one that the run began with.
   *
   * @returns false where it takes a run of its own: other elements or places, or controls that act
   * @throws {InputError} FEEDER_IMPEDANCE_SINGULAR
   * @throws {NumericalError} THREE_PHASE_NOT_FINITE
   */
  take(feeder: Feeder): boolean {
    if (feeder === this.ready) return true;
    if (this.acts) return false;
    const batchSolver = this.sideBySide();
    if (!this.solver.take(feeder)) return false;
    this.ready = undefined;
    this.solver.assemble();
    batchSolver.adopt();
    this.ready = feeder;
    return true;
  }

  get feeder(): Feeder {
    return this.solver.feeder;
  }

  get places(): Places {
    return this.solver.places;
  }

  /** Places without any path to earth: their voltage to earth is arbitrary. */
  get floating(): readonly number[] {
    const { places, nodal } = this.solver;
    const all = Array.from({ length: places.count }, (_, k) => k);
    return all.filter((k) => nodal.rows.rowOf[k] >= 0 && nodal.held.includes(nodal.rows.rowOf[k]));
  }

  /** Places that no source reaches. */
  get dead(): readonly number[] {
    const { rowOf } = this.solver.nodal.rows;
    return Array.from(rowOf.keys()).filter((k) => rowOf[k] < 0);
  }

  solve(input: ThreePhaseBatchInput): ThreePhasePoints {
    const { steps_count } = input;
    if (this.out.converged.length < steps_count) this.out = buildThreePhaseBatch(steps_count, this.places.count);
    const hunting = new Uint8Array(steps_count);
    const tap_pu = new Float64Array(steps_count * this.windings_count);
    const actions: (readonly string[])[] = [];
    if (!this.acts) this.sideBySide().solve(input, this.out);
    for (let t = 0; t < steps_count; t++) {
      if (this.acts) hunting[t] = this.settle(input, t, actions) ? 0 : 1;
      this.takeTaps(tap_pu, t);
    }
    return { ...this.out, steps_count, hunting, tap_pu, actions };
  }

  /** Made while the solver still has the feeder that the run began with. */
  private sideBySide(): BatchSolver {
    if (this.batchSolver === undefined) {
      this.solver.setPowers({});
      this.batchSolver = new BatchSolver(this.solver);
    }
    return this.batchSolver;
  }

  /** @returns false when the controls hunt */
  private settle(input: ThreePhaseBatchInput, t: number, actions: (readonly string[])[]): boolean {
    const { solver, controls, out } = this;
    const { inverters } = solver.feeder;
    const given = input.inverterP_kW?.subarray(t * inverters.length, (t + 1) * inverters.length);
    solver.resetSettings();
    solver.setPowers(input, t);
    const done = controls.settle(given ?? Float64Array.from(inverters, ({ p_kW }) => p_kW), false, this.options.controls_max_count);
    const { loss_kW, mismatch_max_kVA, sources } = solver.flows();
    out.v_re_V.set(solver.v_re_V, t * this.places.count);
    out.v_im_V.set(solver.v_im_V, t * this.places.count);
    out.converged[t] = done.status === 'diverged' ? 0 : 1;
    out.diagnosis[t] = done.diagnosis;
    out.iterations_count[t] = done.iterations_count;
    out.mismatch_max_kVA[t] = mismatch_max_kVA;
    out.loss_kW[t] = loss_kW;
    out.source_kW[t] = -powerInto_kW(sources);
    actions.push(done.actions);
    return done.status !== 'hunting';
  }

  private takeTaps(into: Float64Array, t: number): void {
    let at = t * this.windings_count;
    for (const taps of this.solver.settings.tap_pu) for (const tap of taps) into[at++] = tap;
  }
}
