import {
  type Case,
  didYouMean,
  InputError,
  type OperatingPoint,
  readInstant,
  readProfiles,
  stepStartsAt,
  type TimeGrid,
  timeGrid,
} from '@gridflock/core';

/** Injections over time for a power flow. */
export interface InjectionProfiles {
  readonly steps: readonly string[];
  /** The operating point of step t. It is filled anew for each step: use it before asking for the next. */
  pointAt(t: number): OperatingPoint;
}

interface Replacement {
  readonly quantity: 'p_kW' | 'q_kvar';
  readonly bus: number;
  readonly values: Float64Array;
}

/**
 * A CSV with a `time` column and, besides it, either
 *
 * - `load_frac`: scales the injection of every bus (not of generators), or
 * - `<bus id>_p_kW`, `<bus id>_q_kvar`: replace the injection of that bus, + into the network, so a load is negative.
 *
 * @throws {InputError} PROFILE_UNKNOWN_BUS, PROFILE_UNKNOWN_COLUMN, PROFILE_MIXED, PROFILE_EMPTY, and those of readProfiles
 */
export function readInjectionProfiles(text: string, fileName: string, { network, operatingPoint }: Case): InjectionProfiles {
  const grid = gridOf(text, fileName);
  const profiles = readProfiles(text, { fileName, grid });
  const fault = (code: string, message: string, hint?: string): InputError =>
    new InputError({ code, message, where: `${fileName}:1`, hint });
  if (profiles.size === 0) throw fault('PROFILE_EMPTY', `"${fileName}" holds no column besides time`);
  const busOf = new Map(network.buses.map((bus, b) => [bus.id, b]));
  const scale = profiles.get('load_frac');
  const replacements: Replacement[] = [];
  for (const [name, values] of profiles) {
    if (name === 'load_frac') continue;
    const parts = /^(.*)_(p_kW|q_kvar)$/s.exec(name);
    if (parts === null) {
      throw fault(
        'PROFILE_UNKNOWN_COLUMN',
        `Column "${name.slice(0, 80)}" is not known`,
        'Name the columns time and load_frac, or time and <bus id>_p_kW, <bus id>_q_kvar (+ into the network).',
      );
    }
    const id = parts[1] ?? '';
    const bus = busOf.get(id);
    if (bus === undefined) {
      throw fault(
        'PROFILE_UNKNOWN_BUS',
        `Column "${name.slice(0, 80)}" names bus "${id.slice(0, 60)}", which does not exist in "${network.name}"`,
        didYouMean(id, busOf.keys()),
      );
    }
    replacements.push({ quantity: parts[2] === 'p_kW' ? 'p_kW' : 'q_kvar', bus, values });
  }
  if (scale !== undefined && replacements.length > 0) {
    throw fault(
      'PROFILE_MIXED',
      'load_frac and columns of single buses cannot stand together',
      'Write every load as <bus id>_p_kW and <bus id>_q_kvar, or only load_frac.',
    );
  }
  const p_kW = operatingPoint.p_kW.slice();
  const q_kvar = operatingPoint.q_kvar.slice();
  const point: OperatingPoint = { ...operatingPoint, p_kW, q_kvar };
  return {
    steps: Array.from({ length: grid.steps_count }, (_, t) => stepStartsAt(grid, t)),
    pointAt(t) {
      if (scale !== undefined) {
        const share = scale[t] ?? Number.NaN;
        for (let b = 0; b < p_kW.length; b++) {
          p_kW[b] = (operatingPoint.p_kW[b] ?? 0) * share;
          q_kvar[b] = (operatingPoint.q_kvar[b] ?? 0) * share;
        }
      }
      for (const { quantity, bus, values } of replacements) point[quantity][bus] = values[t] ?? Number.NaN;
      return point;
    },
  };
}

/** The time grid that the file itself has: from its first two times and the number of its rows. */
export function gridOf(text: string, fileName: string): TimeGrid {
  try {
    return lookedAt(text, fileName);
  } catch (error) {
    // the reader says what is wrong with the file better than a look at two of its cells can
    try {
      readProfiles(text, { fileName, grid: timeGrid({ start: '2000-01-01T00:00Z', step_min: 60, steps_count: 1 }) });
    } catch (better) {
      if (better instanceof InputError && better.code !== 'CSV_HORIZON') throw better;
    }
    throw error;
  }
}

function lookedAt(text: string, fileName: string): TimeGrid {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const header = lines[0] ?? '';
  const separator = [';', '\t'].find((each) => header.includes(each)) ?? ',';
  const cells = (line: string | undefined): string[] => (line ?? '').split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  const names = cells(header);
  const column = names.findIndex((name) => /^time(?:\[.*\])?$/i.test(name));
  const zone = /\[(.*)\]/.exec(names[column] ?? '')?.[1]?.trim() ?? 'UTC';
  const time_ms = (row: number): number => readInstant(cells(lines[row])[column] ?? '', zone, `${fileName}:${row + 1}`).epochMilliseconds;
  const step_min = lines.length > 2 ? (time_ms(2) - time_ms(1)) / 60_000 : 60;
  return timeGrid({ start: new Date(time_ms(1)).toISOString(), zone, step_min, steps_count: lines.length - 1 });
}
