import { CombinationError, InputError } from '../base/errors.ts';
import { DormandPrince } from './dormand-prince.ts';
import { checkFixedStep } from './fastest-mode.ts';
import type { Plant } from './plant.ts';
import { Recorder } from './recorder.ts';
import { Rk4 } from './rk4.ts';
import { Rodas4 } from './rodas4.ts';
import { applyChange, checkPlan, type Happening, type PlannedChange } from './schedule.ts';
import type { BuildStepper, Stepper, StepStatus } from './stepper.ts';
import { type Watch, Watchman } from './watch.ts';

/** Something outside of the plant that acts at its own times: a sampled controller, a replayed measurement, a person. */
export interface Process {
  /** When it acts next; Infinity when never again. Read again after every act. */
  readonly next_s: number;
  /**
   * Acts at `t_s`: may read outputs and write inputs.
   * @param y - outputs at this moment, before anybody else acts at it
   */
  act(t_s: number, y: Float64Array, u: Float64Array): void;
}

export interface SimulationOptions {
  readonly stop_s: number;
  /** Default `dormand-prince`; `rk4` has a fixed step; `rodas4` is for modes far faster than what is watched. */
  readonly method?: MethodName | undefined;
  /** The step of rk4, and the longest of the others. Default 1e-3 for rk4, a tenth of the run for the others. */
  readonly step_s?: number | undefined;
  /** Error of each step relative to the states; default 1e-7. */
  readonly relative_frac?: number | undefined;
  /** Error of each step for states near zero, in their units; default 1e-7. */
  readonly absolute?: number | undefined;
  readonly events?: readonly PlannedChange[] | undefined;
  readonly watches?: readonly Watch[] | undefined;
  readonly processes?: readonly Process[] | undefined;
  /** Time between recorded rows; default a hundredth of the run. */
  readonly record_s?: number | undefined;
  /** Outputs that are recorded; default all. */
  readonly record?: readonly string[] | undefined;
  /** States to begin at; default those of the plant. */
  readonly x?: Float64Array | undefined;
  /** Inputs to begin with; default those of the plant. */
  readonly u?: Float64Array | undefined;
}

export type MethodName = keyof typeof methods;

const methods = {
  rk4: (plant, options) => new Rk4(plant, options),
  'dormand-prince': (plant, options) => new DormandPrince(plant, options),
  rodas4: (plant, options) => new Rodas4(plant, options),
} satisfies Record<string, BuildStepper>;

/** A run. That it ended before its time is a result, with a diagnosis that names the state and its equation. */
export interface Trajectory {
  readonly status: 'done' | 'stopped' | 'blew-up' | 'step-too-small';
  readonly reached_s: number;
  readonly diagnosis?: string | undefined;
  /** Names of the recorded outputs. */
  readonly outputs: readonly string[];
  readonly time_s: Float64Array;
  /** What was recorded; a row holds from its time on, after everything that happened then. @shape [t][output] */
  readonly values: Float64Array;
  /** States and inputs at `reached_s`. */
  readonly x: Float64Array;
  readonly u: Float64Array;
  readonly happenings: readonly Happening[];
  readonly steps_count: number;
  readonly rejected_count: number;
}

/** A state beyond this, in house units, belongs to no grid: the run has blown up. */
const STATE_MAX = 1e9;

/**
 * A run that others may stop at, look at and command, and then let go on: a live plant. `simulate` is one that goes straight to its end.
 *
 * At one moment planned events come first, then processes in the order given, then whoever holds the run, then the record.
 * @example
 * const run = new Run(plant, { stop_s: 10, method: 'rk4' });
 * run.advance(0.5);
 * run.command(3, 379);
 * run.advance(10);
 */
export class Run {
  readonly plant: Plant;
  private readonly options: SimulationOptions;
  private readonly stepper: Stepper;
  private readonly watchman: Watchman;
  private readonly recorder: Recorder;
  private readonly happenings: Happening[] = [];
  private readonly y: Float64Array;
  private event = 0;
  private isTouched = true;
  private ended: { readonly status: Trajectory['status']; readonly diagnosis?: string } | undefined;
  t_s = 0;

  /** @throws {InputError} SIMULATION_OPTION, SIMULATION_EVENT, SIMULATION_UNKNOWN_NAME, SIMULATION_STEP_TOO_LONG; {CombinationError} SIMULATION_METHOD */
  constructor(plant: Plant, options: SimulationOptions) {
    const { stop_s, method = 'dormand-prince', events = [], watches = [] } = options;
    const step_s = options.step_s ?? (method === 'rk4' ? 1e-3 : stop_s / 10);
    const record_s = options.record_s ?? stop_s / 100;
    checkOptions(plant, { ...options, method }, step_s, record_s);
    checkPlan(plant, events, stop_s);
    this.plant = plant;
    this.options = options;
    const tolerances = { relative_frac: options.relative_frac ?? 1e-7, absolute: options.absolute ?? 1e-7 };
    this.stepper = methods[method](plant, { step_s, tolerances });
    const { x, u } = this.stepper;
    if (options.x) x.set(options.x);
    else plant.startInto(x);
    if (options.u) u.set(options.u);
    else plant.inputsInto(u);
    if (method === 'rk4') checkFixedStep(plant, x, u, step_s);
    this.watchman = new Watchman(plant, watches);
    this.recorder = new Recorder(plant, options.record ?? plant.outputs, record_s, stop_s);
    this.y = new Float64Array(plant.outputs.length);
  }

  /** False once the run has ended before its time. */
  get isAlive(): boolean {
    return this.ended === undefined;
  }

  /** Outputs at this moment. */
  outputsInto(y: Float64Array): void {
    this.plant.outputsInto(this.stepper.x, this.stepper.u, y);
  }

  /** Inputs at this moment. */
  inputsInto(u: Float64Array): void {
    u.set(this.stepper.u);
  }

  /** Sets an input from this moment on. */
  command(input: number, value: number): void {
    this.stepper.u[input] = value;
    this.isTouched = true;
  }

  /**
   * Sets an input or a parameter from this moment on, by name, and notes it.
   * @throws {InputError} SIMULATION_UNKNOWN_NAME, SIMULATION_PARAMETER
   */
  change(name: string, value: number): void {
    applyChange(this.plant, { name, value }, this.stepper.x, this.stepper.u);
    this.note(`${name} = ${value}`);
    this.isTouched = true;
  }

  /** Puts something that happened now, outside of the plant, among the happenings. */
  note(what: string): void {
    this.happenings.push({ at_s: this.t_s, what });
  }

  /**
   * Goes on to `to_s`, at most to the end of the run; a time that has passed is this moment.
   * @returns false when it has ended before: blown up, or stopped by a watch
   * @throws {InputError} SIMULATION_PARAMETER, SIMULATION_OPTION
   */
  advance(to_s: number): boolean {
    const { stepper, watchman, recorder } = this;
    const end_s = Math.min(to_s, this.options.stop_s);
    while (this.isAlive) {
      const limit_s = Math.min(end_s, this.act());
      if (this.t_s >= end_s) break;
      if (this.isTouched) {
        stepper.restart(this.t_s);
        watchman.reset(stepper.x, stepper.u);
        this.isTouched = false;
      }
      recorder.recordAt(this.t_s, stepper.x, stepper.u);
      while (this.isAlive && this.t_s < limit_s) this.step(limit_s);
    }
    return this.isAlive;
  }

  /** What is due at this moment happens. @returns when the next thing is due */
  private act(): number {
    const { events = [], processes = [] } = this.options;
    const { plant, stepper, t_s, y } = this;
    for (; this.event < events.length && events[this.event].at_s <= t_s; this.event++) {
      const change = events[this.event];
      applyChange(plant, change, stepper.x, stepper.u);
      this.happenings.push({ at_s: t_s, what: `${change.name} = ${change.value}` });
      this.isTouched = true;
    }
    let next_s = events[this.event]?.at_s ?? Infinity;
    for (const actor of processes) {
      if (actor.next_s <= t_s) {
        this.outputsInto(y);
        actor.act(t_s, y, stepper.u);
        this.isTouched = true;
        if (!(actor.next_s > t_s)) throw standsStill(t_s);
      }
      next_s = Math.min(next_s, actor.next_s);
    }
    return next_s;
  }

  private step(limit_s: number): void {
    const { plant, stepper, watchman, recorder } = this;
    const { x, u } = stepper;
    const status = stepper.step(limit_s);
    const fault = status === 'ok' ? stateBeyond(x) : culprit(stepper, plant);
    if (fault >= 0) {
      this.ended = { status: status === 'too-small' ? 'step-too-small' : 'blew-up', diagnosis: diagnose(plant, stepper, status, fault) };
      return;
    }
    const crossing = watchman.look(stepper);
    recorder.recordInside(stepper, crossing?.at_s ?? stepper.t_s, u);
    this.t_s = stepper.t_s;
    if (crossing === undefined) return;
    this.t_s = crossing.at_s;
    if (this.t_s < stepper.t_s) {
      const there = new Float64Array(x.length);
      stepper.stateAtInto(this.t_s, there);
      x.set(there);
    }
    const { name, changes = [], stops } = crossing.watch;
    for (const change of changes) applyChange(plant, change, x, u);
    this.happenings.push({ at_s: this.t_s, what: name });
    stepper.restart(this.t_s);
    if (stops === true) this.ended = { status: 'stopped' };
    else watchman.reset(x, u);
  }

  /** What has been recorded so far, this moment included. */
  result(): Trajectory {
    const { stepper, recorder, ended, t_s } = this;
    if (ended?.diagnosis === undefined) recorder.recordAt(t_s, stepper.x, stepper.u);
    return {
      status: ended?.status ?? 'done',
      reached_s: ended?.diagnosis === undefined ? t_s : stepper.t_s,
      diagnosis: ended?.diagnosis,
      ...recorder.result(),
      x: stepper.x.slice(),
      u: stepper.u.slice(),
      happenings: this.happenings,
      steps_count: stepper.steps_count,
      rejected_count: stepper.rejected_count,
    };
  }
}

/** Index of a state that belongs to no grid, −1 when all do. */
function stateBeyond(x: Float64Array): number {
  for (let i = 0; i < x.length; i++) if (!(Math.abs(x[i]) < STATE_MAX)) return i;
  return -1;
}

/** The state that moves fastest, relative to its size, where the last good step ended. */
function culprit(stepper: Stepper, plant: Plant): number {
  const { x, u } = stepper;
  const beyond = stateBeyond(x);
  if (beyond >= 0) return beyond;
  const rate = new Float64Array(x.length);
  plant.derivativeInto(x, u, rate);
  let at = 0;
  let most = -1;
  for (let i = 0; i < x.length; i++) {
    const speed = Number.isFinite(rate[i]) ? Math.abs(rate[i]) / (1 + Math.abs(x[i])) : Infinity;
    if (speed <= most) continue;
    most = speed;
    at = i;
  }
  return at;
}

function diagnose(plant: Plant, stepper: Stepper, status: StepStatus, fault: number): string {
  const { name, equation } = plant.states[fault];
  const at = `at ${stepper.t_s.toPrecision(6)} s`;
  const what =
    status === 'too-small'
      ? `no step is short enough for the tolerance ${at}; ${name} moves fastest`
      : status === 'singular'
        ? `the equations of a step have no solution ${at}; ${name} moves fastest`
        : `${name} has grown beyond ${STATE_MAX} ${at}`;
  return `${what}. Its equation: ${equation}`;
}

function checkOptions(
  plant: Plant,
  { stop_s, method, relative_frac = 1, absolute = 1, x, u }: SimulationOptions,
  step_s: number,
  record_s: number,
): void {
  if (method !== 'rk4' && plant.delays?.length) {
    throw new CombinationError({
      code: 'SIMULATION_METHOD',
      message: `"${plant.title}" has delayed inputs, which ${method} cannot follow`,
      hint: 'Use method rk4 with a step of at most the shortest delay.',
    });
  }
  const positive = { stop_s, step_s, record_s, relative_frac, absolute };
  for (const [name, value] of Object.entries(positive))
    if (!(value > 0 && value < Infinity)) throw badOption(name, value, 'a positive number');
  const given = [
    ['x', x, plant.states.map(({ name }) => name)],
    ['u', u, plant.inputs],
  ] as const;
  for (const [name, values, names] of given) {
    if (values === undefined) continue;
    if (values.length !== names.length) throw badOption(name, values.length, `an array of ${names.length} numbers`);
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw badOption(`${name} of ${names[bad]}`, values[bad], 'a finite number');
  }
}

function badOption(name: string, value: number, wanted: string): InputError {
  return new InputError({
    code: 'SIMULATION_OPTION',
    message: `"${name}" must be ${wanted}, got ${value}`,
    hint: 'Correct the option of the run.',
  });
}

const standsStill = (t_s: number): InputError =>
  new InputError({
    code: 'SIMULATION_OPTION',
    message: `A process that acted at ${t_s} s wants to act again at the same time`,
    hint: 'Let next_s grow with every act.',
  });
