import { CombinationError, InputError } from '../base/errors.ts';
import { DormandPrince } from './dormand-prince.ts';
import { checkFixedStep } from './fastest-mode.ts';
import { type Plant, placeOf } from './plant.ts';
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
 * Runs a plant from time zero. At one moment planned events come first, then processes in the order given, then the record.
 * Same plant, same options: same bits. Parameters that events change stay changed afterwards.
 * @throws {InputError} SIMULATION_OPTION, SIMULATION_EVENT, SIMULATION_UNKNOWN_NAME, SIMULATION_STEP_TOO_LONG; {CombinationError} SIMULATION_METHOD
 */
export function simulate(plant: Plant, options: SimulationOptions): Trajectory {
  const { stop_s, method = 'dormand-prince', events = [], watches = [], processes = [] } = options;
  const step_s = options.step_s ?? (method === 'rk4' ? 1e-3 : stop_s / 10);
  const record_s = options.record_s ?? stop_s / 100;
  checkOptions(plant, { ...options, method }, step_s, record_s);
  checkPlan(plant, events, stop_s);
  const tolerances = { relative_frac: options.relative_frac ?? 1e-7, absolute: options.absolute ?? 1e-7 };
  const stepper: Stepper = methods[method](plant, { step_s, tolerances });
  const { x, u } = stepper;
  if (options.x) x.set(options.x);
  else plant.startInto(x);
  if (options.u) u.set(options.u);
  else plant.inputsInto(u);
  if (method === 'rk4') checkFixedStep(plant, x, u, step_s);

  const watchman = new Watchman(plant, watches);
  const recorder = new Recorder(plant, options.record ?? plant.outputs, record_s, stop_s);
  const happenings: Happening[] = [];
  const y = new Float64Array(plant.outputs.length);
  let event = 0;
  let t_s = 0;
  stepper.restart(0);

  const end = (status: Trajectory['status'], diagnosis?: string): Trajectory => ({
    status,
    reached_s: stepper.t_s,
    diagnosis,
    ...recorder.result(),
    x: x.slice(),
    u: u.slice(),
    happenings,
    steps_count: stepper.steps_count,
    rejected_count: stepper.rejected_count,
  });

  for (;;) {
    let acted = false;
    for (; event < events.length && events[event].at_s <= t_s; event++) {
      applyChange(plant, events[event], x, u);
      happenings.push({ at_s: t_s, what: `${events[event].name} = ${events[event].value}` });
      acted = true;
    }
    for (const process of processes) {
      if (process.next_s > t_s) continue;
      plant.outputsInto(x, u, y);
      process.act(t_s, y, u);
      acted = true;
      if (!(process.next_s > t_s)) throw standsStill(t_s);
    }
    if (acted) stepper.restart(t_s);
    watchman.reset(x, u);
    recorder.recordAt(t_s, x, u);
    if (t_s >= stop_s) return end('done');

    let limit_s = stop_s;
    if (event < events.length) limit_s = Math.min(limit_s, events[event].at_s);
    for (const process of processes) limit_s = Math.min(limit_s, process.next_s);
    while (t_s < limit_s) {
      const status = stepper.step(limit_s);
      const fault = status === 'ok' ? stateBeyond(x) : culprit(stepper, plant);
      if (fault >= 0) return end(status === 'too-small' ? 'step-too-small' : 'blew-up', diagnose(plant, stepper, status, fault));
      const crossing = watchman.look(stepper);
      recorder.recordInside(stepper, crossing?.at_s ?? stepper.t_s, u);
      t_s = stepper.t_s;
      if (crossing === undefined) continue;
      t_s = crossing.at_s;
      if (t_s < stepper.t_s) {
        const there = new Float64Array(x.length);
        stepper.stateAtInto(t_s, there);
        x.set(there);
      }
      const { name, changes = [], stops } = crossing.watch;
      for (const change of changes) applyChange(plant, change, x, u);
      happenings.push({ at_s: t_s, what: name });
      stepper.restart(t_s);
      if (stops === true) {
        recorder.recordAt(t_s, x, u);
        return end('stopped');
      }
      watchman.reset(x, u);
    }
  }
}

/** Outputs at equal distances of time. */
class Recorder {
  private readonly plant: Plant;
  private readonly names: readonly string[];
  private readonly places: readonly number[];
  private readonly every_s: number;
  private readonly rows_count: number;
  private readonly values: Float64Array;
  private readonly y: Float64Array;
  private readonly x: Float64Array;
  private next = 0;

  constructor(plant: Plant, names: readonly string[], every_s: number, stop_s: number) {
    this.plant = plant;
    this.names = names;
    this.places = names.map((name) => placeOf(name, plant.outputs, `output of "${plant.title}"`));
    this.every_s = every_s;
    this.rows_count = Math.floor(stop_s / every_s + 1e-9) + 1;
    this.values = new Float64Array(this.rows_count * names.length);
    this.y = new Float64Array(plant.outputs.length);
    this.x = new Float64Array(plant.states.length);
  }

  private isDue(t_s: number): boolean {
    return this.next < this.rows_count && this.next * this.every_s <= t_s * (1 + 1e-12);
  }

  /** What is due at this moment. */
  recordAt(t_s: number, x: Float64Array, u: Float64Array): void {
    if (this.isDue(t_s)) this.write(x, u);
  }

  /** What was due inside the last step, up to but without its end. */
  recordInside(stepper: Stepper, end_s: number, u: Float64Array): void {
    while (this.next < this.rows_count && this.next * this.every_s < end_s * (1 - 1e-12)) {
      stepper.stateAtInto(this.next * this.every_s, this.x);
      this.write(this.x, u);
    }
  }

  private write(x: Float64Array, u: Float64Array): void {
    const { places, values, y } = this;
    this.plant.outputsInto(x, u, y);
    const at = this.next * places.length;
    for (let k = 0; k < places.length; k++) values[at + k] = y[places[k]];
    this.next++;
  }

  result(): Pick<Trajectory, 'outputs' | 'time_s' | 'values'> {
    return {
      outputs: this.names,
      time_s: Float64Array.from({ length: this.next }, (_, k) => k * this.every_s),
      values: this.values.slice(0, this.next * this.places.length),
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
