import { CombinationError } from '../../base/errors.ts';
import type { Feeder, Inverter, Profile, ProfileUse } from './feeder.ts';

/**
 * What the loads, generators and inverters of a feeder do over equal steps of time. Plain data, so that a thread can be told; `fillSchedule` writes the
 * steps of a chunk, so that a year never stands in memory.
 */
export interface FeederSchedule {
  readonly steps_count: number;
  readonly step_s: number;
  /** Where the first step lies in the profiles. */
  readonly start_s: number;
  /** Elements that no use names stay as the feeder has them. */
  readonly uses: readonly ScheduleUse[];
}

/** One element follows one sequence: scale · value, held for `step_s`, repeated after the last. */
export interface ScheduleUse {
  readonly group: 'loads' | 'generators' | 'inverters';
  /** Index in the feeder's list of the group. */
  readonly element: number;
  readonly step_s: number;
  readonly p?: ScheduleValues | undefined;
  readonly q?: ScheduleValues | undefined;
}

/** Loads and generators: multiples of their p and q as the feeder has them. Inverters: kW and kvar. */
export interface ScheduleValues {
  readonly scale: number;
  readonly values: Float64Array;
}

/** Arrays of a chunk, as `solveBatch` takes them. @shape [step of the chunk][element] */
export interface ScheduleChunk {
  readonly loadP_frac: Float64Array;
  readonly loadQ_frac: Float64Array;
  readonly generatorP_frac: Float64Array;
  readonly generatorQ_frac: Float64Array;
  readonly inverterP_kW: Float64Array;
  readonly inverterQ_kvar: Float64Array;
}

export function newScheduleChunk({ loads, generators, inverters }: Feeder, steps_count: number): ScheduleChunk {
  const memory = (elements: readonly unknown[]): Float64Array => new Float64Array(steps_count * elements.length);
  return {
    loadP_frac: memory(loads),
    loadQ_frac: memory(loads),
    generatorP_frac: memory(generators),
    generatorQ_frac: memory(generators),
    inverterP_kW: memory(inverters),
    inverterQ_kvar: memory(inverters),
  };
}

/** Writes steps `first` … `first + count − 1` of the schedule into a chunk that has room for them. */
export function fillSchedule(schedule: FeederSchedule, feeder: Feeder, first: number, count: number, into: ScheduleChunk): void {
  for (const values of [into.loadP_frac, into.loadQ_frac, into.generatorP_frac, into.generatorQ_frac]) values.fill(1);
  for (const [k, inverter] of feeder.inverters.entries()) {
    fillColumn(into.inverterP_kW, feeder.inverters.length, k, count, inverter.p_kW);
    fillColumn(into.inverterQ_kvar, feeder.inverters.length, k, count, inverter.q_kvar + varsPerWatt(inverter) * inverter.p_kW);
  }
  for (const { group, element, step_s, p, q } of schedule.uses) {
    const [pInto, qInto] = arraysOf(into, group);
    const width = feeder[group].length;
    const at = (t: number): number => Math.floor((schedule.start_s + (first + t) * schedule.step_s) / step_s + 1e-9);
    for (let t = 0; t < count; t++) {
      if (p !== undefined) pInto[t * width + element] = p.scale * p.values[at(t) % p.values.length];
      if (q !== undefined) qInto[t * width + element] = q.scale * q.values[at(t) % q.values.length];
    }
  }
}

/** q/p that a power factor asks for: + injects, − absorbs; 0 where q stands for itself. */
function varsPerWatt({ powerFactor_frac }: Inverter): number {
  if (powerFactor_frac === undefined || powerFactor_frac === 0) return 0;
  return Math.sign(powerFactor_frac) * Math.tan(Math.acos(Math.min(1, Math.abs(powerFactor_frac))));
}

function fillColumn(into: Float64Array, width: number, element: number, count: number, value: number): void {
  for (let t = 0; t < count; t++) into[t * width + element] = value;
}

function arraysOf(into: ScheduleChunk, group: ScheduleUse['group']): readonly [p: Float64Array, q: Float64Array] {
  if (group === 'loads') return [into.loadP_frac, into.loadQ_frac];
  if (group === 'generators') return [into.generatorP_frac, into.generatorQ_frac];
  return [into.inverterP_kW, into.inverterQ_kvar];
}

export type ScheduleMode = 'daily' | 'yearly' | 'duty';

export interface ScheduleOptions {
  /** The finest step of the profiles that are used when absent. */
  readonly step_s?: number | undefined;
  /** All of the longest profile when absent; a day for daily. */
  readonly steps_count?: number | undefined;
  readonly start_s?: number | undefined;
}

/** What an element without a profile for the mode follows instead: a year of equal days, a duty cycle along the day. */
const insteadOf: Readonly<Record<ScheduleMode, readonly ScheduleMode[]>> = {
  daily: ['daily'],
  yearly: ['yearly', 'daily'],
  duty: ['duty', 'daily'],
};

const day_s = 86_400;

/**
 * The schedule that the profiles of the feeder itself describe.
 *
 * @param feeder - as `readyForSchedule` made it
 * @throws {CombinationError} PROFILE_NONE_IN_FEEDER when no element follows a profile in this mode
 */
export function scheduleOfFeeder(feeder: Feeder, mode: ScheduleMode, options: ScheduleOptions = {}): FeederSchedule {
  const profiles = new Map(feeder.profiles.map((each) => [each.id, each]));
  const profileOf = (use: ProfileUse | undefined): Profile | undefined => {
    const name = insteadOf[mode].map((each) => use?.[each]).find((each) => each !== undefined);
    return name === undefined ? undefined : profiles.get(name);
  };
  const uses: ScheduleUse[] = [];
  const used = new Set<Profile>();
  const follow = (
    group: ScheduleUse['group'],
    element: number,
    use: ProfileUse | undefined,
    sequences: (profile: Profile) => Sequences,
  ): void => {
    const profile = profileOf(use);
    if (profile === undefined) return;
    used.add(profile);
    uses.push({ group, element, step_s: profile.step_s, ...sequences(profile) });
  };
  for (const group of ['loads', 'generators'] as const) {
    for (const [k, { p_kW, q_kvar, profile: use }] of feeder[group].entries()) {
      follow(group, k, use, (profile) => multiplesOf(profile, total(p_kW), total(q_kvar)));
    }
  }
  for (const [k, inverter] of feeder.inverters.entries())
    follow('inverters', k, inverter.profile, (profile) => powersOf(profile, inverter));
  if (used.size === 0) {
    throw new CombinationError({
      code: 'PROFILE_NONE_IN_FEEDER',
      message: `No element of "${feeder.name}" follows a ${mode} profile`,
      where: 'mode',
      hint: `Give profiles of your own with --profiles, or take another mode. The feeder has ${feeder.profiles.length} profiles.`,
    });
  }
  const finest_s = Math.min(...[...used].map((each) => each.step_s));
  const longest_s = Math.max(...[...used].map((each) => each.step_s * each.p.length));
  const step_s = options.step_s ?? finest_s;
  const span_s = mode === 'daily' ? day_s : longest_s;
  const steps_count = options.steps_count ?? Math.max(1, Math.round(span_s / step_s));
  return { steps_count, step_s, start_s: options.start_s ?? 0, uses };
}

const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

type Sequences = Pick<ScheduleUse, 'p' | 'q'>;

const reactiveOf = (profile: Profile, p: Float64Array): Float64Array => (profile.q === undefined ? p : Float64Array.from(profile.q));

/** Multipliers act on what the feeder has; actual values replace it, and without a q of their own mean none. */
function multiplesOf(profile: Profile, p_kW: number, q_kvar: number): Sequences {
  const values = Float64Array.from(profile.p);
  const reactive = reactiveOf(profile, values);
  if (!profile.actual) return { p: { scale: 1, values }, q: { scale: 1, values: reactive } };
  return { p: { scale: 1 / p_kW, values }, q: { scale: profile.q === undefined ? 0 : 1 / q_kvar, values: reactive } };
}

function powersOf(profile: Profile, inverter: Inverter): Sequences {
  const values = Float64Array.from(profile.p);
  const scale = profile.actual ? 1 : inverter.p_kW;
  const ratio = varsPerWatt(inverter);
  if (ratio !== 0) return { p: { scale, values }, q: { scale: scale * ratio, values } };
  const reactive = reactiveOf(profile, values);
  const q_scale = !profile.actual ? inverter.q_kvar : profile.q === undefined ? 0 : 1;
  return { p: { scale, values }, q: { scale: q_scale, values: reactive } };
}

/**
 * The feeder with 1 kW and 1 kvar in place of nothing, where a load or generator follows actual values: a schedule gives multiples of what is there, and
 * nothing has none. Solve the schedule on this feeder.
 */
export function readyForSchedule(feeder: Feeder): Feeder {
  const actual = new Set(feeder.profiles.filter((each) => each.actual).map((each) => each.id));
  const ready = <T extends Feeder['loads'][number] | Feeder['generators'][number]>(element: T): T => {
    const { p_kW, q_kvar, profile } = element;
    if (![profile?.daily, profile?.yearly, profile?.duty].some((name) => name !== undefined && actual.has(name))) return element;
    return { ...element, ...(total(p_kW) === 0 ? { p_kW: evenly(p_kW) } : {}), ...(total(q_kvar) === 0 ? { q_kvar: evenly(q_kvar) } : {}) };
  };
  return { ...feeder, loads: feeder.loads.map(ready), generators: feeder.generators.map(ready) };
}

const evenly = (values: readonly number[]): number[] => values.map(() => 1 / values.length);
