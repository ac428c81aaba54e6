import { didYouMean, InputError } from '../base/errors.ts';
import { readInstant, stepAt, type TimeGrid } from '../base/time-grid.ts';
import { unitOfName, withoutUnit } from '../base/units.ts';
import type { Coefficient } from '../problem/affine.ts';
import type { DeviceKind, ParamSpec, ParamTable, ValuesOf } from './contract.ts';

export interface ParamContext {
  readonly grid: TimeGrid;
  /** Profiles of the study by name, one value per step. */
  readonly profiles: ReadonlyMap<string, Float64Array>;
  /** Path of the device in the study file, for errors. */
  readonly where: string;
}

/**
 * Reads a device's parameters against its table.
 *
 * A profile may be a number, a list with one value per step, the name of a profile, or `{ profile, scale }`.
 * @throws {InputError} DEVICE_PARAM_UNKNOWN, _UNIT, _MISSING, _TYPE, _RANGE; PROFILE_UNKNOWN, PROFILE_LENGTH; DEVICE_INFEASIBLE
 */
export function readParams<T extends ParamTable>(
  kind: DeviceKind<T>,
  raw: Readonly<Record<string, unknown>>,
  context: ParamContext,
): ValuesOf<T> {
  refuseUnknown(kind, raw, context.where);
  const values: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(kind.params) as [string, ParamSpec][]) {
    const where = `${context.where}.${name}`;
    const given = raw[name] === undefined ? spec.default : raw[name];
    if (given === undefined) {
      throw new InputError({
        code: 'DEVICE_PARAM_MISSING',
        message: `A ${kind.kind} needs "${name}" (${spec.about})`,
        where: context.where,
        hint: `Add ${name}: … to the device.`,
      });
    }
    values[name] = spec.type === 'time' ? readTime(spec, given, where, context, values) : readValue(spec, given, where, context);
  }
  const typed = values as ValuesOf<T>;
  const faults = kind.check?.(typed, context.grid) ?? [];
  if (faults.length > 0) {
    throw new InputError({
      code: 'DEVICE_INFEASIBLE',
      message: `This ${kind.kind} cannot work: ${faults.join('; ')}`,
      where: context.where,
      hint: 'Change the parameters named.',
    });
  }
  return Object.freeze(typed);
}

function refuseUnknown(
  kind: { readonly kind: string; readonly params: ParamTable },
  raw: Readonly<Record<string, unknown>>,
  where: string,
): void {
  const known = Object.keys(kind.params);
  for (const name of Object.keys(raw)) {
    if (Object.hasOwn(kind.params, name)) continue;
    const stem = withoutUnit(name).toLowerCase();
    const sameStem = known.find((k) => withoutUnit(k).toLowerCase() === stem || k.toLowerCase() === name.toLowerCase());
    const looksLikeOtherUnit = sameStem ?? known.find((k) => unitOfName(k) !== undefined && name.startsWith(`${withoutUnit(k)}_`));
    if (looksLikeOtherUnit !== undefined) {
      throw new InputError({
        code: 'DEVICE_PARAM_UNIT',
        message: `"${name}" has the wrong unit: expected "${looksLikeOtherUnit}"`,
        where: `${where}.${name}`,
        hint: `Convert the value to ${unitOfName(looksLikeOtherUnit) ?? 'the unit named'} and rename the key.`,
      });
    }
    throw new InputError({
      code: 'DEVICE_PARAM_UNKNOWN',
      message: `A ${kind.kind} has no parameter "${name}"`,
      where: `${where}.${name}`,
      hint: didYouMean(name, known),
    });
  }
}

function readValue(spec: Exclude<ParamSpec, { type: 'time' }>, given: unknown, where: string, context: ParamContext): unknown {
  if (spec.type === 'flag') {
    if (typeof given === 'boolean') return given;
    throw wrongType('true or false', given, where);
  }
  const value = spec.type === 'number' ? given : readProfile(given, where, context);
  if (spec.type === 'number' && typeof value !== 'number') throw wrongType('a number', given, where);
  const numbers = typeof value === 'number' ? [value] : (value as Float64Array);
  for (let t = 0; t < numbers.length; t++) {
    const v = numbers[t];
    const low = spec.min ?? -Infinity;
    const high = spec.max ?? Infinity;
    if (Number.isFinite(v) && v >= low && v <= high) continue;
    throw new InputError({
      code: 'DEVICE_PARAM_RANGE',
      message: `A finite value${rangeInWords(spec.min, spec.max)} is needed, got ${v}${numbers.length > 1 ? ` at step ${t}` : ''}`,
      where,
      hint: spec.about,
    });
  }
  return value;
}

function rangeInWords(min: number | undefined, max: number | undefined): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  return min !== undefined ? ` of at least ${min}` : max !== undefined ? ` of at most ${max}` : '';
}

/** A step boundary: of a time of day its first occurrence after the start (or after another time), or of an instant. */
function readTime(
  spec: Extract<ParamSpec, { type: 'time' }>,
  given: unknown,
  where: string,
  { grid }: ParamContext,
  earlier: Readonly<Record<string, unknown>>,
): number {
  if (typeof given !== 'string') throw wrongType('a time such as "18:00" (in quotes)', given, where);
  let step = stepAt(grid, given, where);
  const clock = /^(\d{1,2}):(\d\d)$/.exec(given);
  if (clock && spec.after !== undefined) {
    const after = earlier[spec.after] as number;
    for (let hour = Number(clock[1]) + 24; step !== undefined && step <= after && hour < 100; hour += 24) {
      step = stepAt(grid, `${hour}:${clock[2]}`, where);
    }
  }
  if (step !== undefined) return step;
  const beyond =
    clock !== null || readInstant(given, grid.zone, where).epochMilliseconds > readInstant(grid.startsAt, grid.zone).epochMilliseconds;
  if (beyond && spec.cut === true) return grid.steps_count;
  throw new InputError({
    code: 'DEVICE_PARAM_RANGE',
    message: `"${given.slice(0, 40)}" is ${beyond ? 'after the end' : 'before the start'} of the horizon`,
    where,
    hint: 'Use a time of day, or an instant between start and end of the study.',
  });
}

/** A number, a list, a profile's name, or `{ profile, scale }`. */
export function readProfile(given: unknown, where: string, context: ParamContext): Coefficient {
  if (typeof given === 'number') return given;
  if (typeof given === 'string') return named(given, where, context);
  if (given instanceof Float64Array) return checkedLength(given, where, context);
  if (Array.isArray(given)) {
    const wrong = given.findIndex((v) => typeof v !== 'number' || !Number.isFinite(v));
    if (wrong >= 0) throw wrongType('finite numbers', given[wrong], `${where}[${wrong}]`);
    return checkedLength(Float64Array.from(given as number[]), where, context);
  }
  if (given !== null && typeof given === 'object' && 'profile' in given) {
    const { profile, scale = 1, ...rest } = given as { profile: unknown; scale?: unknown };
    const extra = Object.keys(rest)[0];
    if (extra !== undefined) {
      throw new InputError({
        code: 'DEVICE_PARAM_UNKNOWN',
        message: `A profile reference has no key "${extra}"`,
        where: `${where}.${extra}`,
        hint: didYouMean(extra, ['profile', 'scale']),
      });
    }
    if (typeof profile !== 'string') throw wrongType('the name of a profile', profile, `${where}.profile`);
    if (typeof scale !== 'number' || !Number.isFinite(scale)) throw wrongType('a finite number', scale, `${where}.scale`);
    return named(profile, where, context).map((v) => v * scale);
  }
  throw wrongType('a number, a list with one value per step, or the name of a profile', given, where);
}

function named(name: string, where: string, context: ParamContext): Float64Array {
  const found = context.profiles.get(name);
  if (found) return found;
  throw new InputError({
    code: 'PROFILE_UNKNOWN',
    message: `No profile is called "${name.slice(0, 60)}"`,
    where,
    hint: didYouMean(name, context.profiles.keys()) ?? 'Define it under profiles: in the study file.',
  });
}

function checkedLength(values: Float64Array, where: string, { grid }: ParamContext): Float64Array {
  if (values.length === grid.steps_count) return values;
  throw new InputError({
    code: 'PROFILE_LENGTH',
    message: `A profile needs one value per step: expected ${grid.steps_count}, got ${values.length}`,
    where,
    hint: 'Cover the whole horizon, or change time.',
  });
}

function wrongType(expected: string, got: unknown, where: string): InputError {
  const shown = typeof got === 'string' ? `"${got.slice(0, 40)}"` : Array.isArray(got) ? 'a list' : String(got);
  return new InputError({ code: 'DEVICE_PARAM_TYPE', message: `Expected ${expected}, got ${shown}`, where, hint: `Write ${expected}.` });
}
