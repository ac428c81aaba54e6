import { InputError } from '../../base/errors.ts';
import type { Profile } from '../../network/feeder/feeder.ts';
import type { Folder } from './files.ts';

/** What the elements of one table follow: where their profiles stand, and in which columns. */
interface ProfileTable {
  readonly file: string;
  readonly p: (profile: string) => string;
  readonly q?: (profile: string) => string;
}

export const loadProfiles: ProfileTable = { file: 'LoadProfile', p: (name) => `${name}_pload`, q: (name) => `${name}_qload` };
export const renewableProfiles: ProfileTable = { file: 'RESProfile', p: (name) => name };
export const plantProfiles: ProfileTable = { file: 'PowerPlantProfile', p: (name) => name };
export const storageProfiles: ProfileTable = { file: 'StorageProfile', p: (name) => name };

/**
 * The profiles of these names, as multipliers; those that the file does not have are left out.
 *
 * Only the columns that are asked for are turned into numbers. Where a table gives no q, q does not follow.
 * @throws {InputError} SIMBENCH_NUMBER_INVALID, SIMBENCH_ROW_LENGTH
 */
export function readProfiles(folder: Folder, table: ProfileTable, names: ReadonlySet<string>): readonly Profile[] {
  const file = names.size === 0 ? undefined : folder.text(table.file);
  if (file === undefined) return [];
  const lines = file.text.split(/\r?\n/);
  while (lines.length > 1 && lines[lines.length - 1].trim() === '') lines.pop();
  const header = (lines[0] ?? '').replace(/^\ufeff/, '').split(';');
  const count = lines.length - 1;
  if (count < 1) return [];
  const wanted = [...names].flatMap((name) => {
    const [p, q] = [header.indexOf(table.p(name)), table.q === undefined ? -1 : header.indexOf(table.q(name))];
    return p < 0 ? [] : [{ name, p, q, pValues: new Array<number>(count), qValues: new Array<number>(q < 0 ? 0 : count) }];
  });
  for (let t = 0; t < count; t++) {
    const cells = lines[t + 1].split(';');
    if (cells.length !== header.length) throw rowLength(`${file.name}:${t + 2}`, header.length, cells.length);
    for (const profile of wanted) {
      profile.pValues[t] = value(cells[profile.p], file.name, t);
      if (profile.q >= 0) profile.qValues[t] = value(cells[profile.q], file.name, t);
    }
  }
  const step_s = stepOf(lines);
  return wanted.map(({ name, q, pValues, qValues }): Profile => ({
    id: name,
    step_s,
    p: pValues,
    q: q >= 0 ? qValues : new Array<number>(count).fill(1),
    actual: false,
  }));
}

function value(cell: string, fileName: string, t: number): number {
  const number = Number(cell);
  if (cell.trim() !== '' && Number.isFinite(number)) return number;
  throw new InputError({
    code: 'SIMBENCH_NUMBER_INVALID',
    message: `A profile has "${cell.slice(0, 40)}" where a number belongs`,
    where: `${fileName}:${t + 2}`,
    hint: 'Numbers have a decimal point; fill the gap.',
  });
}

const rowLength = (where: string, expected: number, got: number): InputError =>
  new InputError({
    code: 'SIMBENCH_ROW_LENGTH',
    message: `The row must have ${expected} cells, got ${got}`,
    where,
    hint: 'The columns are those of the first line; the file may be cut off.',
  });

const quarter_s = 900;

/** Seconds between the first two times, `01.01.2016 00:15`; a quarter of an hour where they say nothing. */
function stepOf(lines: readonly string[]): number {
  const [first, second] = [secondOfMonth(lines[1]), secondOfMonth(lines[2] ?? '')];
  return first === undefined || second === undefined || second <= first ? quarter_s : second - first;
}

function secondOfMonth(line: string): number | undefined {
  const match = /^(\d{1,2})\.\d{1,2}\.\d{4} (\d{1,2}):(\d{2})/.exec(line);
  return match === null ? undefined : (Number(match[1]) * 24 + Number(match[2])) * 3600 + Number(match[3]) * 60;
}
