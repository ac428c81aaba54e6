import type { Feeder } from '../../../network/feeder/feeder.ts';
import { BatchSolver, buildThreePhaseBatch } from '../batch/batch.ts';
import type { Places, ThreePhaseBatch, ThreePhaseOptions } from '../contract.ts';
import { Controls } from '../controls/settle.ts';
import { elementFlows } from '../flows.ts';
import { WireSolver } from '../wire-solver.ts';
import { type ProfileMode, ProfilePowers, type StretchInput } from './profiles.ts';
import { StorageEnergy } from './storage.ts';

export interface ThreePhaseSeries {
  readonly mode: ProfileMode;
  readonly step_s: number;
  readonly steps_count: number;
  /** From the start of the profiles (midnight, 1 January); default 0. */
  readonly start_s?: number;
  /** Steps that are in memory at one time; default 96. */
  readonly chunk_count?: number;
}

/** Some steps of a series. Its arrays are written again for the next chunk: copy what is to stay. */
export interface ThreePhaseChunk extends ThreePhaseBatch {
  readonly firstStep: number;
  readonly steps_count: number;
  readonly places: Places;
  /** Powers that were used. */
  readonly input: StretchInput;
  /** Energy of the stores at the end of each step. @shape [t][inverter] */
  readonly e_kWh: Float64Array;
  /** Tap of every winding of every transformer, one after another. @shape [t][winding] */
  readonly tap_pu: Float64Array;
  /** What controls did, with the step in which they did it. */
  readonly actions: readonly { readonly step: number; readonly text: string }[];
}

export interface ThreePhaseSeriesSummary {
  readonly steps_count: number;
  readonly diverged_count: number;
  readonly hunting_count: number;
  /** The first step that did not end well, and why. */
  readonly firstTrouble?: { readonly step: number; readonly diagnosis: string } | undefined;
}

/**
 * A run over time in which nothing but one chunk is ever in memory.
 *
 * Where nothing depends on the step before (no controls, no stores) the steps of a chunk are a batch. Otherwise step by step: stores within their energy, controls
 * settled in every step from where the last one left them; delays only say who acts first, as steps are meant to be longer than they are.
 */
export function solveThreePhaseSeries(
  feeder: Feeder,
  series: ThreePhaseSeries,
  options: ThreePhaseOptions,
  take: (chunk: ThreePhaseChunk) => void,
): ThreePhaseSeriesSummary {
  const { mode, step_s, steps_count, start_s = 0, chunk_count = 96 } = series;
  const run = new SeriesRun(feeder, mode, options, Math.min(chunk_count, steps_count));
  for (let first = 0; first < steps_count; first += chunk_count) {
    take(run.next(first, Math.min(chunk_count, steps_count - first), start_s + first * step_s, step_s));
  }
  const { diverged_count, hunting_count, firstTrouble } = run;
  return { steps_count, diverged_count, hunting_count, firstTrouble };
}

class SeriesRun {
  diverged_count = 0;
  hunting_count = 0;
  firstTrouble: ThreePhaseSeriesSummary['firstTrouble'];
  private readonly solver: WireSolver;
  private readonly controls: Controls;
  private readonly powers: ProfilePowers;
  private readonly storage: StorageEnergy;
  private readonly batchSolver: BatchSolver | undefined;
  private readonly options: ThreePhaseOptions;
  private readonly batch: ThreePhaseBatch;
  private readonly input: StretchInput;
  private readonly e_kWh: Float64Array;
  private readonly tap_pu: Float64Array;
  private readonly offered_kW: Float64Array;
  private isWarm = false;

  constructor(feeder: Feeder, mode: ProfileMode, options: ThreePhaseOptions, chunk_count: number) {
    this.options = options;
    this.solver = new WireSolver(feeder, options);
    this.controls = new Controls(this.solver);
    this.powers = new ProfilePowers(feeder, mode);
    this.storage = new StorageEnergy(feeder);
    const isFree =
      (options.controls === false || this.controls.count === 0) && feeder.inverters.every(({ storage }) => storage === undefined);
    if (isFree) {
      this.solver.solve(false);
      this.batchSolver = new BatchSolver(this.solver);
    }
    this.batch = buildThreePhaseBatch(chunk_count, this.solver.places.count);
    this.input = this.powers.build(chunk_count);
    this.e_kWh = new Float64Array(chunk_count * feeder.inverters.length);
    this.tap_pu = new Float64Array(chunk_count * this.solver.settings.tap_pu.reduce((sum, taps) => sum + taps.length, 0));
    this.offered_kW = new Float64Array(feeder.inverters.length);
  }

  next(firstStep: number, steps_count: number, first_s: number, step_s: number): ThreePhaseChunk {
    const { input, batch, solver } = this;
    input.steps_count = steps_count;
    this.powers.fillInto(input, first_s, step_s);
    const actions: { step: number; text: string }[] = [];
    if (this.batchSolver) {
      this.batchSolver.solve(input, batch);
      for (let t = 0; t < steps_count; t++) {
        this.takeTaps(t);
        if (batch.converged[t] === 0)
          this.trouble(firstStep + t, 'diverged', 'This point has no solution; solve it alone for a diagnosis.');
      }
    } else {
      for (let t = 0; t < steps_count; t++) {
        const done = this.step(t, first_s + t * step_s, step_s);
        for (const text of done.actions) actions.push({ step: firstStep + t, text });
        if (done.status !== 'settled') this.trouble(firstStep + t, done.status, done.diagnosis ?? '');
      }
    }
    return { ...batch, firstStep, steps_count, places: solver.places, input, e_kWh: this.e_kWh, tap_pu: this.tap_pu, actions };
  }

  private step(t: number, time_s: number, step_s: number): ReturnType<Controls['settle']> {
    const { solver, controls, storage, input, batch, offered_kW, options } = this;
    const { feeder, places, wires, injections, v_re_V, v_im_V } = solver;
    const nI = feeder.inverters.length;
    storage.limit(input.inverterP_kW, t, step_s / 3600);
    for (let k = 0; k < nI; k++) offered_kW[k] = input.inverterP_kW[t * nI + k];
    solver.setPowers(input, t);
    controls.hour_h = (time_s / 3600) % 24;
    const done =
      options.controls === false
        ? withoutControls(solver, this.isWarm)
        : controls.settle(offered_kW, this.isWarm, options.controls_max_count);
    this.isWarm = done.solution.status === 'converged';
    injections.list.forEach(({ kind, owner, element }, e) => {
      if (kind !== 'inverters') return;
      if (element === 0) input.inverterP_kW[t * nI + owner] = 0;
      input.inverterP_kW[t * nI + owner] -= injections.p_kW[e];
    });
    storage.advance(input.inverterP_kW, t, step_s / 3600);
    this.e_kWh.set(storage.e_kWh, t * nI);
    this.takeTaps(t);
    const { loss_kW, mismatch_max_kVA } = elementFlows(feeder, places, wires, injections, v_re_V, v_im_V, 1);
    batch.v_re_V.set(v_re_V, t * places.count);
    batch.v_im_V.set(v_im_V, t * places.count);
    batch.loss_kW[t] = loss_kW;
    batch.mismatch_max_kVA[t] = mismatch_max_kVA;
    batch.converged[t] = done.solution.status === 'converged' ? 1 : 0;
    batch.iterations_count[t] = done.iterations_count;
    return done;
  }

  private takeTaps(t: number): void {
    const { tap_pu } = this.solver.settings;
    const width = tap_pu.reduce((sum, taps) => sum + taps.length, 0);
    let at = t * width;
    for (const taps of tap_pu) for (const tap of taps) this.tap_pu[at++] = tap;
  }

  private trouble(step: number, status: 'diverged' | 'hunting', diagnosis: string): void {
    if (status === 'diverged') this.diverged_count++;
    else this.hunting_count++;
    this.firstTrouble ??= { step, diagnosis };
  }
}

function withoutControls(solver: WireSolver, warm: boolean): ReturnType<Controls['settle']> {
  const solution = solver.solve(warm);
  const status = solution.status === 'converged' ? 'settled' : 'diverged';
  return { status, solution, rounds_count: 0, iterations_count: solution.iterations_count, actions: [], diagnosis: solution.diagnosis };
}
