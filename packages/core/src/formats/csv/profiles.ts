import { InputError, nearestName } from '../../base/errors.ts';
import { readInstant, stepLocalTime, stepStartsAt, type TimeGrid, timeGrid } from '../../base/time-grid.ts';
import { unitOfName, units } from '../../base/units.ts';
import { mustBeText } from '../text-checks.ts';
import { type CsvRows, parseCsv } from './parse.ts';
import { resample } from './resample.ts';
import { isoTime, TimeReader } from './times.ts';

export interface ProfileOptions {
  /** Shown in errors. */
  readonly fileName: string;
  readonly grid: TimeGrid;
}

/**
 * Reads time series from CSV onto a time grid.
 *
 * One column is `time` or `time[Europe/Berlin]`: ISO 8601 interval starts, with an offset, or local in that zone (in the
 * zone of the grid when none is named). Every other column's name ends in its unit. The rows must be evenly spaced and
 * cover the grid. A coarser profile is held, a finer one averaged over each step.
 *
 * @shape each profile: steps
 * @unit as the column's name says
 * @cost O(length of the text + steps)
 * @throws {InputError} CSV_EMPTY, CSV_QUOTE, CSV_TIME_COLUMN, CSV_ZONE_UNKNOWN, CSV_COLUMN_NAME, CSV_COLUMN_DUPLICATE,
 *   CSV_UNIT_MISSING, CSV_UNIT_UNKNOWN, CSV_ROW_LENGTH, CSV_CELL_EMPTY, CSV_NUMBER_INVALID, CSV_DECIMAL_COMMA,
 *   CSV_TIME_INVALID, CSV_TIME_ORDER, CSV_TIME_DUPLICATE, CSV_TIME_IRREGULAR, CSV_HORIZON, CSV_ENERGY_STEP, FORMAT_*
 */
export function readProfiles(text: string, { fileName, grid }: ProfileOptions): Map<string, Float64Array> {
  mustBeText(text, fileName);
  const csv = parseCsv(text, fileName);
  const where = (row: number): string => `${fileName}:${csv.lines[row]}`;
  if (csv.rows.length < 2) {
    throw new InputError({
      code: 'CSV_EMPTY',
      message: 'The file has no rows below its header',
      where: fileName,
      hint: 'The first line names the columns (time, house1_p_kW, …); each further line is one interval.',
    });
  }
  const header = csv.rows[0];
  const timeColumn = checkedHeader(header, where(0));
  checkWidths(csv, where);
  const zone = zoneOf(header[timeColumn], grid, where(0));
  const step_ms = Math.round(grid.dt_h * 3_600_000);
  const times = readTimes(csv, timeColumn, zone, where);
  const profileStep_ms = times.length > 1 ? times[1] - times[0] : step_ms;
  checkHorizon(times[0], times[times.length - 1] + profileStep_ms, grid, step_ms, fileName);

  const start_ms = readInstant(grid.startsAt, 'UTC').epochMilliseconds;
  const profiles = new Map<string, Float64Array>();
  header.forEach((name, j) => {
    if (j === timeColumn) return;
    const energy = unitOfName(name) === 'kWh' || unitOfName(name) === 'kvarh';
    if (energy && profileStep_ms !== step_ms) {
      throw new InputError({
        code: 'CSV_ENERGY_STEP',
        message: `"${name}" is energy per ${profileStep_ms / 60_000} min, but the study's step is ${step_ms / 60_000} min`,
        where: where(0),
        hint: 'Give it as power in kW (or kvar), which can be held and averaged.',
      });
    }
    const values = readColumn(csv, j, name, where);
    profiles.set(name, resample(values, times[0], profileStep_ms, start_ms, step_ms, grid.steps_count));
  });
  return profiles;
}

const timeName = /^time(?:\[([^\]]*)\])?$/i;

/** Checks the names and returns the place of the time column. */
function checkedHeader(header: readonly string[], where: string): number {
  const timeColumn = header.findIndex((name) => timeName.test(name));
  if (timeColumn < 0) {
    throw new InputError({
      code: 'CSV_TIME_COLUMN',
      message: `There is no column "time", got ${header
        .slice(0, 6)
        .map((name) => `"${name.slice(0, 30)}"`)
        .join(', ')}`,
      where,
      hint: 'Name the column of interval starts time, or time[Europe/Berlin]; the first line of the file is the header.',
    });
  }
  const seen = new Set<string>();
  header.forEach((name, j) => {
    const key = j === timeColumn || timeName.test(name) ? 'time' : name;
    if (name === '') {
      throw new InputError({
        code: 'CSV_COLUMN_NAME',
        message: `Column ${j + 1} has no name`,
        where,
        hint: 'Name it, or remove the separator at the end of the header.',
      });
    }
    if (seen.has(key)) {
      throw new InputError({
        code: 'CSV_COLUMN_DUPLICATE',
        message: `Column "${name.slice(0, 60)}" is there twice`,
        where,
        hint: 'Keep one, or give the other its own name.',
      });
    }
    seen.add(key);
    if (key !== 'time' && unitOfName(name) === undefined) throw unitError(name, where);
  });
  return timeColumn;
}

const foreignUnits: Readonly<Record<string, string>> = {
  mw: 'kW',
  w: 'kW',
  mvar: 'kvar',
  var: 'kvar',
  mva: 'kVA',
  va: 'kVA',
  mwh: 'kWh',
  wh: 'kWh',
  c: 'degC',
  celsius: 'degC',
  percent: 'frac',
  pct: 'frac',
  hours: 'h',
  minutes: 'min',
  eur_per_kwh: 'cur_per_kWh',
  eur_per_mwh: 'cur_per_kWh',
  usd_per_kwh: 'cur_per_kWh',
  usd_per_mwh: 'cur_per_kWh',
  eur: 'cur',
  usd: 'cur',
};

function unitError(name: string, where: string): InputError {
  const short = name.slice(0, 60);
  const lower = name.toLowerCase();
  const foreign = Object.keys(foreignUnits)
    .sort((a, b) => b.length - a.length)
    .find((unit) => lower.endsWith(`_${unit}`));
  const cut = foreign === undefined ? name.lastIndexOf('_') : name.length - foreign.length - 1;
  const ending = cut > 0 ? name.slice(cut + 1) : undefined;
  const known =
    foreign !== undefined
      ? foreignUnits[foreign]
      : ending === undefined
        ? undefined
        : (Object.keys(units).find((unit) => lower.endsWith(`_${unit.toLowerCase()}`)) ?? nearestUnit(ending));
  if (known === undefined) {
    return new InputError({
      code: 'CSV_UNIT_MISSING',
      message: `Column "${short}" does not end in a unit`,
      where,
      hint: `Write for example ${/\s/.test(short) ? 'house1_p' : short}_kW; powers are kW and kvar, + into the network.`,
    });
  }
  const written = lower.endsWith(`_${known.toLowerCase()}`) ? name.slice(0, -known.length - 1) : name.slice(0, cut);
  return new InputError({
    code: 'CSV_UNIT_UNKNOWN',
    message: `Column "${short}" ends in "${(ending ?? '').slice(0, 30)}", which is not a unit of gridflock`,
    where,
    hint: `Did you mean "${written.slice(0, 60)}_${known}"? Convert the numbers too if the unit differs.`,
  });
}

/** A slip of the hand in a unit of three letters or more; shorter ones are too near to everything. */
function nearestUnit(ending: string): string | undefined {
  return ending.length < 3
    ? undefined
    : nearestName(
        ending,
        Object.keys(units).filter((unit) => unit.length > 2),
      );
}

function zoneOf(name: string, grid: TimeGrid, where: string): string {
  const zone = timeName.exec(name)?.[1]?.trim();
  if (zone === undefined) return grid.zone;
  try {
    return timeGrid({ start: '2000-01-01T12:00Z', zone, step_min: 60, steps_count: 1 }).zone;
  } catch {
    throw new InputError({
      code: 'CSV_ZONE_UNKNOWN',
      message: `Time zone "${zone.slice(0, 60)}" is not known`,
      where,
      hint: 'Use an IANA name: time[Europe/Berlin], time[UTC].',
    });
  }
}

function checkWidths({ rows, separator }: CsvRows, where: (row: number) => string): void {
  const expected = rows[0].length;
  for (let i = 1; i < rows.length; i++) {
    if (rows[i].length === expected) continue;
    const comma = separator === ',' && rows[i].length === 2 * expected - 1;
    throw new InputError({
      code: comma ? 'CSV_DECIMAL_COMMA' : 'CSV_ROW_LENGTH',
      message: `A row has ${rows[i].length} cells, the header ${expected}`,
      where: where(i),
      hint: comma
        ? 'It looks as if numbers have a decimal comma: write a point.'
        : i === rows.length - 1
          ? 'The file may be cut off; else give each row one cell per column.'
          : 'Give each row one cell per column.',
    });
  }
}

function readTimes(csv: CsvRows, column: number, zone: string, where: (row: number) => string): Float64Array {
  const reader = new TimeReader(zone);
  const n = csv.rows.length - 1;
  const times = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const text = csv.rows[i + 1][column];
    times[i] = reader.read(text, where(i + 1));
    if (i === 0) continue;
    const step = times[i] - times[i - 1];
    if (step === 0) {
      throw new InputError({
        code: 'CSV_TIME_DUPLICATE',
        message: `The time ${text} is there twice`,
        where: where(i + 1),
        hint: 'Remove one row; where clocks go back, write the offset with the time.',
      });
    }
    if (step < 0) {
      throw new InputError({
        code: 'CSV_TIME_ORDER',
        message: `The time ${text} comes after a later one`,
        where: where(i + 1),
        hint: 'Sort the rows by time.',
      });
    }
    const expected = times[1] - times[0];
    if (step !== expected) {
      throw new InputError({
        code: 'CSV_TIME_IRREGULAR',
        message: `The rows are ${expected / 60_000} min apart, but here ${step / 60_000} min: expected ${isoTime(times[i - 1] + expected)}, got ${isoTime(times[i])}`,
        where: where(i + 1),
        hint: step > expected ? 'Fill in the missing rows.' : 'Remove the extra rows, or give one step throughout.',
      });
    }
  }
  return times;
}

function checkHorizon(from_ms: number, until_ms: number, grid: TimeGrid, step_ms: number, fileName: string): void {
  const start_ms = readInstant(stepStartsAt(grid, 0), 'UTC').epochMilliseconds;
  const end_ms = start_ms + grid.steps_count * step_ms;
  if (from_ms <= start_ms && until_ms >= end_ms) return;
  const at = (ms: number): string => stepLocalTime({ ...grid, startsAt: isoTime(ms) }, 0);
  throw new InputError({
    code: 'CSV_HORIZON',
    message: `The profiles run from ${at(from_ms)} to ${at(until_ms)}, the study from ${at(start_ms)} to ${at(end_ms)} (${grid.zone})`,
    where: fileName,
    hint: 'Give rows for the whole study, or move the start of the study; check the time zone.',
  });
}

const plainNumber = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;

function readColumn(csv: CsvRows, column: number, name: string, where: (row: number) => string): Float64Array {
  const n = csv.rows.length - 1;
  const values = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const text = csv.rows[i + 1][column];
    const value = plainNumber.test(text) ? Number(text) : Number.NaN;
    if (!Number.isFinite(value)) throw cellError(text, name, where(i + 1));
    values[i] = value;
  }
  return values;
}

function cellError(text: string, name: string, where: string): InputError {
  if (text === '') {
    return new InputError({
      code: 'CSV_CELL_EMPTY',
      message: `"${name}" has an empty cell`,
      where,
      hint: 'Fill it in; gridflock does not guess missing data.',
    });
  }
  if (/^[-+]?\d+,\d+$/.test(text)) {
    return new InputError({
      code: 'CSV_DECIMAL_COMMA',
      message: `"${name}" has "${text}": a decimal comma`,
      where,
      hint: `Write ${text.replace(',', '.')}.`,
    });
  }
  return new InputError({
    code: 'CSV_NUMBER_INVALID',
    message: `"${name}" must be a finite number, got "${text.slice(0, 40)}"`,
    where,
    hint: 'Write a number such as 12.5 or -3e-4, without thousands separators or units.',
  });
}
