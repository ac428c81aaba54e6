import { Temporal } from 'temporal-polyfill';
import { InputError } from './errors.ts';

/**
 * A uniform grid of intervals [t, t+dt). Values at index t hold on the whole interval.
 *
 * A calendar day has 23, 24 or 25 hours where clocks change: `days` counts such days in `zone`, `steps` counts intervals.
 */
export interface TimeGrid {
  readonly startsAt: string;
  readonly zone: string;
  readonly dt_h: number;
  readonly steps_count: number;
}

export interface TimeGridOptions {
  /** ISO 8601. With an offset or `Z` it is an instant; without, it is a local time in `zone`. */
  readonly start: string;
  /** IANA name; `UTC` when left out. */
  readonly zone?: string | undefined;
  readonly step_min: number;
  readonly steps_count?: number | undefined;
  /** Whole calendar days in `zone`, from `start`. */
  readonly days_count?: number | undefined;
}

/** @throws {InputError} TIME_ZONE_UNKNOWN, TIME_START_INVALID, TIME_STEP_INVALID, TIME_HORIZON_INVALID */
export function timeGrid(options: TimeGridOptions): TimeGrid {
  const zone = checkedZone(options.zone ?? 'UTC');
  const start = readInstant(options.start, zone);
  const step_min = options.step_min;
  if (!(step_min > 0) || step_min > 7 * 24 * 60 || !Number.isInteger(step_min * 60)) {
    throw new InputError({
      code: 'TIME_STEP_INVALID',
      message: `A time step must be a whole number of seconds between 1 s and 7 days, got ${step_min} min`,
      where: 'time.step_min',
      hint: 'Use 60, 30, 15 or 5.',
    });
  }
  const steps_count = options.steps_count ?? stepsInDays(start, zone, step_min, options.days_count ?? 1);
  if (!Number.isInteger(steps_count) || steps_count < 1 || steps_count > 1_000_000) {
    throw new InputError({
      code: 'TIME_HORIZON_INVALID',
      message: `A horizon must be 1 to 1,000,000 whole steps, got ${steps_count}`,
      where: 'time',
      hint: 'Give steps_count, or days_count with a step that divides the day.',
    });
  }
  return Object.freeze({ startsAt: start.toString(), zone, dt_h: step_min / 60, steps_count });
}

function checkedZone(zone: string): string {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return zone;
  } catch {
    throw new InputError({
      code: 'TIME_ZONE_UNKNOWN',
      message: `Time zone "${zone}" is not known`,
      where: 'time.zone',
      hint: 'Use an IANA name such as "Europe/Berlin", "Asia/Shanghai" or "UTC".',
    });
  }
}

/**
 * Reads an ISO 8601 time: an instant when it has an offset, else a local time in `zone`.
 *
 * A local time that clocks skip or repeat is refused: it does not name one instant.
 * @throws {InputError} TIME_START_INVALID
 */
export function readInstant(text: string, zone: string, where = 'time.start'): Temporal.Instant {
  try {
    if (/(?:[zZ]|[+-]\d\d:?\d\d)(?:\[.*\])?$/.test(text)) return Temporal.Instant.from(text.replace(' ', 'T'));
    const local = Temporal.PlainDateTime.from(text.replace(' ', 'T'));
    return local.toZonedDateTime(zone, { disambiguation: 'reject' }).toInstant();
  } catch {
    throw new InputError({
      code: 'TIME_START_INVALID',
      message: `"${text.slice(0, 60)}" does not name one instant in ${zone}: expected ISO 8601 such as 2025-01-15T00:00`,
      where,
      hint: 'Where clocks skip or repeat that hour, add the offset: 2025-10-26T02:30+02:00.',
    });
  }
}

function stepsInDays(start: Temporal.Instant, zone: string, step_min: number, days_count: number): number {
  const from = start.toZonedDateTimeISO(zone);
  const until = from.add({ days: days_count });
  return (until.epochMilliseconds - from.epochMilliseconds) / (step_min * 60_000);
}

/** Start of interval t as an instant, ISO 8601 UTC. */
export function stepStartsAt(grid: TimeGrid, t: number): string {
  const start = Temporal.Instant.from(grid.startsAt).epochMilliseconds;
  return Temporal.Instant.fromEpochMilliseconds(start + Math.round(t * grid.dt_h * 3_600_000)).toString();
}

/** Start of interval t as wall-clock time in the zone of the grid, with its offset: `2025-01-15T07:00+08:00`. */
export function stepLocalTime(grid: TimeGrid, t: number): string {
  const zoned = Temporal.Instant.from(stepStartsAt(grid, t)).toZonedDateTimeISO(grid.zone);
  return zoned.toString({ timeZoneName: 'never', smallestUnit: zoned.second === 0 ? 'minute' : 'second' });
}

/** Hours since local midnight at the start of interval t, e.g. 7.25; on the day clocks change it follows the wall clock. */
export function stepHourOfDay(grid: TimeGrid, t: number): number {
  const zoned = Temporal.Instant.from(stepStartsAt(grid, t)).toZonedDateTimeISO(grid.zone);
  return zoned.hour + zoned.minute / 60 + zoned.second / 3600;
}

/**
 * The grid's step index for a time of day ("07:30") or an instant, or undefined when it is outside the horizon.
 * The end of the horizon is index steps_count. A time of day means its first occurrence at or after the grid's start.
 */
export function stepAt(grid: TimeGrid, time: string, where?: string): number | undefined {
  const startMs = Temporal.Instant.from(grid.startsAt).epochMilliseconds;
  let ms: number;
  const clock = /^(\d{1,2}):(\d\d)$/.exec(time);
  if (clock) {
    const zoned = Temporal.Instant.from(grid.startsAt).toZonedDateTimeISO(grid.zone);
    const hour = Number(clock[1]);
    const base = zoned.startOfDay().add({ days: Math.floor(hour / 24) });
    let at = base.withPlainTime({ hour: hour % 24, minute: Number(clock[2]) });
    if (at.epochMilliseconds < startMs) at = at.add({ days: 1 });
    ms = at.epochMilliseconds;
  } else {
    ms = readInstant(time, grid.zone, where).epochMilliseconds;
  }
  const t = (ms - startMs) / (grid.dt_h * 3_600_000);
  return t < 0 || t > grid.steps_count ? undefined : Math.round(t);
}
