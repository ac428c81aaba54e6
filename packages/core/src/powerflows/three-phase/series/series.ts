import type { Feeder } from '../../../network/feeder/feeder.ts';
import { BatchSolver, buildThreePhaseBatch } from '../batch/batch.ts';
import type { Places, ThreePhaseBatch, ThreePhaseOptions, ThreePhaseResult } from '../contract.ts';
import { Controls } from '../controls/settle.ts';
import { type ElementFlows, powerInto_kW } from '../flows.ts';
import { resultOf } from '../result.ts';
import { ownReactive, withinInverter } from '../setpoints.ts';
import { WireSolver } from '../wire-solver.ts';
import { LookAhead, type SettledStep } from './look-ahead.ts';
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
  /** Whole results of every step besides the voltages: one by one, not in batches. Default false. */
  readonly results?: boolean;
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
  /** One per step where they were asked for, else none. Memory of their own. */
  readonly results: readonly ThreePhaseResult[];
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
 * Where nothing depends on the step before (no controls) the steps of a chunk are a batch; with regulators and capacitor controls four are solved ahead at a time; with
 * inverter functions, or held voltages and controls, it goes step by step. Stores are kept within their energy. Controls go on in every step from where the last one
 * left them: what their delays let them do in the step, they do until nobody wants to move (`controlTiming`).
 */
export function solveThreePhaseSeries(
  feeder: Feeder,
  series: ThreePhaseSeries,
  options: ThreePhaseOptions,
  take: (chunk: ThreePhaseChunk) => void,
): ThreePhaseSeriesSummary {
  const run = new SeriesRun(feeder, series, options);
  const { steps_count, chunk_count = chunkDefault_count } = series;
  for (let first = 0; first < steps_count; first += chunk_count) take(run.next(first, Math.min(chunk_count, steps_count - first)));
  return run.summary();
}

const chunkDefault_count = 96;

/**
 * The same, chunk by chunk in the hands of the caller. Where `isFree`, the steps do not depend on each other: chunks may be asked for in any order, and
 * several runs may share the work. Otherwise each chunk goes on where the last one ended.
 */
export class SeriesRun {
  readonly isFree: boolean;
  private diverged_count = 0;
  private hunting_count = 0;
  private firstTrouble: ThreePhaseSeriesSummary['firstTrouble'];
  private readonly series: ThreePhaseSeries;
  private readonly solver: WireSolver;
  private readonly controls: Controls;
  private readonly powers: ProfilePowers;
  private readonly storage: StorageEnergy;
  private readonly batchSolver: BatchSolver | undefined;
  private readonly lookAhead: LookAhead | undefined;
  private readonly acts: boolean;
  private readonly options: ThreePhaseOptions;
  private readonly batch: ThreePhaseBatch;
  private readonly input: StretchInput;
  private readonly e_kWh: Float64Array;
  private readonly tap_pu: Float64Array;
  private readonly offered_kW: Float64Array;
  private isWarm = false;
  private first_s = 0;

  constructor(feeder: Feeder, series: ThreePhaseSeries, options: ThreePhaseOptions) {
    const chunk_count = Math.min(series.chunk_count ?? chunkDefault_count, series.steps_count);
    this.series = series;
    this.options = options;
    this.solver = new WireSolver(feeder, options);
    this.controls = new Controls(this.solver);
    this.controls.clock.isStatic = options.controlTiming === 'static';
    this.powers = new ProfilePowers(feeder, series.mode);
    this.storage = new StorageEnergy(feeder);
    this.acts = options.controls !== false && this.controls.count > 0;
    this.isFree = !this.acts && feeder.inverters.every(({ storage }) => storage === undefined);
    const inGroups = series.results !== true;
    if (inGroups && !this.acts) this.batchSolver = new BatchSolver(this.solver);
    else if (inGroups && this.controls.inverters.count === 0 && this.solver.held.count === 0)
      this.lookAhead = new LookAhead(this.solver, this.controls);
    this.batch = buildThreePhaseBatch(chunk_count, this.solver.places.count);
    this.input = this.powers.build(chunk_count);
    this.e_kWh = new Float64Array(chunk_count * feeder.inverters.length);
    this.tap_pu = new Float64Array(chunk_count * this.solver.settings.tap_pu.reduce((sum, taps) => sum + taps.length, 0));
    this.offered_kW = new Float64Array(feeder.inverters.length);
  }

  get places(): Places {
    return this.solver.places;
  }

  summary(): ThreePhaseSeriesSummary {
    const { diverged_count, hunting_count, firstTrouble } = this;
    return { steps_count: this.series.steps_count, diverged_count, hunting_count, firstTrouble };
  }

  /** Steps firstStep … firstStep + steps_count − 1; at most as many as a chunk has. */
  next(firstStep: number, steps_count: number): ThreePhaseChunk {
    const { input, batch, solver } = this;
    const { step_s, start_s = 0 } = this.series;
    const first_s = start_s + firstStep * step_s;
    this.first_s = first_s;
    const results: ThreePhaseResult[] = [];
    input.steps_count = steps_count;
    this.powers.fillInto(input, first_s, step_s);
    const actions: { step: number; text: string }[] = [];
    const begin = (t: number) => this.controls.clock.moveTo(first_s + t * step_s, step_s);
    const note = (t: number, { status, diagnosis, actions: texts }: Pick<SettledStep, 'status' | 'diagnosis' | 'actions'>) => {
      for (const text of texts) actions.push({ step: firstStep + t, text });
      batch.diagnosis[t] = diagnosis;
      if (status !== 'settled') this.trouble(firstStep + t, status, diagnosis ?? '');
    };
    if (this.batchSolver) {
      for (let t = 0; t < steps_count; t++) this.useStores(t, step_s);
      this.batchSolver.solve(input, batch);
      for (let t = 0; t < steps_count; t++) {
        this.takeTaps(t);
        if (batch.converged[t] === 0) this.trouble(firstStep + t, 'diverged', batch.diagnosis[t] ?? '');
      }
    } else if (this.lookAhead) {
      for (let t = 0; t < steps_count; t++) this.useStores(t, step_s);
      this.lookAhead.run(input, begin, (settled) => {
        this.takeStep(settled.step, settled.status !== 'diverged', settled);
        note(settled.step, settled);
      });
    } else {
      for (let t = 0; t < steps_count; t++) {
        begin(t);
        const done = this.acts ? this.step(t, step_s) : this.stepWithoutControls(t, step_s);
        note(t, done);
        if (this.series.results === true) results.push(this.resultOf(done));
      }
    }
    return { ...batch, firstStep, steps_count, places: solver.places, input, e_kWh: this.e_kWh, tap_pu: this.tap_pu, actions, results };
  }

  /** One step with inverter functions, or with controls and generators that hold a voltage. */
  private step(t: number, step_s: number): ReturnType<Controls['settle']> {
    const { solver, controls, storage, input, offered_kW, e_kWh } = this;
    const { injections, feeder } = solver;
    const nI = feeder.inverters.length;
    storage.limit(input.inverterP_kW, t, step_s / 3600, this.hourOf(t));
    for (let k = 0; k < nI; k++) offered_kW[k] = input.inverterP_kW[t * nI + k];
    solver.setPowers(input, t);
    const done = controls.settle(offered_kW, this.isWarm, this.options.controls_max_count);
    this.isWarm = done.solution.status === 'converged';
    if (this.isWarm) controls.inverters.remember(offered_kW);
    injections.list.forEach(({ kind, owner, element }, e) => {
      if (kind !== 'inverters') return;
      if (element === 0) input.inverterP_kW[t * nI + owner] = 0;
      input.inverterP_kW[t * nI + owner] -= injections.p_kW[e];
    });
    storage.advance(input.inverterP_kW, t, step_s / 3600);
    e_kWh.set(storage.e_kWh, t * nI);
    this.takeStep(t, this.isWarm, numbersOf(done.iterations_count, solver.flows()));
    return done;
  }

  private stepWithoutControls(t: number, step_s: number): ReturnType<Controls['settle']> {
    const { solver, input } = this;
    this.useStores(t, step_s);
    solver.setPowers(input, t);
    const solution = solver.solve(this.isWarm);
    const { iterations_count, diagnosis } = solution;
    this.isWarm = solution.status === 'converged';
    this.takeStep(t, this.isWarm, numbersOf(iterations_count, solver.flows()));
    return { status: this.isWarm ? 'settled' : 'diverged', solution, rounds_count: 0, iterations_count, actions: [], diagnosis };
  }

  private resultOf({
    status,
    solution,
    rounds_count,
    iterations_count,
    actions,
    diagnosis,
  }: ReturnType<Controls['settle']>): ThreePhaseResult {
    return resultOf(this.solver, {
      status: status === 'settled' ? 'converged' : status,
      method: solution.method,
      iterations_count,
      controlRounds_count: rounds_count,
      actions,
      diagnosis,
    });
  }

  /** Hour of the day at which step t of the present chunk begins. */
  private hourOf(t: number): number {
    return ((this.first_s + t * this.series.step_s) / 3600) % 24;
  }

  /** What stores do of their dispatch in a step, where no function of voltage decides it; inverters deliver it within their rating. */
  private useStores(t: number, step_s: number): void {
    const { storage, input, e_kWh } = this;
    const { inverters } = this.solver.feeder;
    storage.limit(input.inverterP_kW, t, step_s / 3600, this.hourOf(t));
    for (let k = 0; k < inverters.length; k++) {
      const at = t * inverters.length + k;
      const offered_kW = input.inverterP_kW[at];
      input.inverterP_kW[at] = withinInverter(inverters[k], offered_kW, ownReactive(inverters[k], offered_kW)).p_kW;
    }
    storage.advance(input.inverterP_kW, t, step_s / 3600);
    e_kWh.set(storage.e_kWh, t * inverters.length);
  }

  /** The solver's voltages and settings, and these numbers, into the chunk. */
  private takeStep(t: number, isConverged: boolean, numbers: StepNumbers): void {
    const { batch, solver } = this;
    batch.v_re_V.set(solver.v_re_V, t * solver.places.count);
    batch.v_im_V.set(solver.v_im_V, t * solver.places.count);
    batch.loss_kW[t] = numbers.loss_kW;
    batch.source_kW[t] = numbers.source_kW;
    batch.mismatch_max_kVA[t] = numbers.mismatch_kVA;
    batch.converged[t] = isConverged ? 1 : 0;
    batch.iterations_count[t] = numbers.iterations_count;
    this.takeTaps(t);
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

type StepNumbers = Pick<SettledStep, 'iterations_count' | 'mismatch_kVA' | 'loss_kW' | 'source_kW'>;

function numbersOf(iterations_count: number, { loss_kW, mismatch_max_kVA, sources }: ElementFlows): StepNumbers {
  return { iterations_count, mismatch_kVA: mismatch_max_kVA, loss_kW, source_kW: -powerInto_kW(sources) };
}
