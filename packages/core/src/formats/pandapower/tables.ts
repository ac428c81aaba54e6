import { InputError } from '../../base/errors.ts';
import { mustBeText } from '../text-checks.ts';
import { parsePythonJson } from './json.ts';

/** A pandapower net as its tables and plain values. */
export interface Net {
  readonly name: string;
  readonly f_Hz: number;
  readonly tables: ReadonlyMap<string, readonly Row[]>;
  readonly fileName: string;
}

/** A row of a table with its index: `net.json: line[12]`. Absent, null and NaN are the same. */
export interface Row {
  readonly table: string;
  readonly index: number;
  readonly where: string;
  readonly cells: ReadonlyMap<string, unknown>;
}

/**
 * Reads a net as `pandapower.to_json` writes it: an object with a pandas DataFrame, split into columns, index and data, for each table.
 * @throws {InputError} FORMAT_EMPTY, FORMAT_BINARY, FORMAT_TOO_LONG, PANDAPOWER_SYNTAX, PANDAPOWER_NET_INVALID
 */
export function readNet(text: string, fileName: string): Net {
  mustBeText(text, fileName);
  const raw = parsePythonJson(text, fileName);
  if (!isRecord(raw) || raw['_class'] !== 'pandapowerNet' || !isRecord(raw['_object'])) {
    throw invalid('The file is not a pandapower net', fileName, 'Write it with pandapower.to_json(net, file), version 2 or newer.');
  }
  const tables = new Map<string, readonly Row[]>();
  for (const [key, value] of Object.entries(raw['_object'])) {
    if (isRecord(value) && value['_class'] === 'DataFrame') tables.set(key, readTable(key, value['_object'], fileName));
  }
  const numberAt = (key: string, otherwise: number): number => {
    const value = isRecord(raw['_object']) ? raw['_object'][key] : undefined;
    if (value === undefined || value === null) return otherwise;
    if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
    throw invalid(`"${key}" must be a number greater than 0, got ${JSON.stringify(value)?.slice(0, 40)}`, fileName, 'Correct it.');
  };
  const name = raw['_object']['name'];
  return {
    name: typeof name === 'string' && name !== '' ? name : 'net',
    f_Hz: numberAt('f_hz', 50),
    tables,
    fileName,
  };
}

function readTable(table: string, raw: unknown, fileName: string): readonly Row[] {
  const at = `${fileName}: ${table}`;
  const frame = typeof raw === 'string' ? parsePythonJson(raw, at) : raw;
  if (!isRecord(frame))
    throw invalid(`The table "${table}" is not a split DataFrame`, at, 'Write it again with a pandapower of version 2 or newer.');
  const { columns, index, data } = frame;
  if (!Array.isArray(columns) || !Array.isArray(index) || !Array.isArray(data) || index.length !== data.length) {
    throw invalid(`The table "${table}" needs columns, index and data of the same length`, at, 'Write it again with pandapower.to_json.');
  }
  if (new Set(columns).size < columns.length)
    throw invalid(`The table "${table}" has two columns of one name`, at, 'Rename or remove one: it is not clear which counts.');
  return data.map((values: unknown, k): Row => {
    const where = `${at}[${String(index[k]).slice(0, 40)}]`;
    if (!Array.isArray(values) || values.length !== columns.length) {
      throw invalid(`The row must have ${columns.length} cells`, where, 'Write it again with pandapower.to_json.');
    }
    return {
      table,
      index: typeof index[k] === 'number' ? index[k] : Number.NaN,
      where,
      cells: new Map(columns.map((column: unknown, j) => [String(column), values[j] as unknown])),
    };
  });
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const invalid = (message: string, where: string, hint: string): InputError =>
  new InputError({ code: 'PANDAPOWER_NET_INVALID', message, where, hint });

export const has = (row: Row, column: string): boolean => {
  const value = row.cells.get(column);
  return value !== undefined && value !== null && value !== '';
};

/** A number; `otherwise` where it is absent. @throws {InputError} PANDAPOWER_CELL_MISSING, PANDAPOWER_CELL_INVALID */
export function numberOf(row: Row, column: string, otherwise?: number): number {
  if (!has(row, column)) {
    if (otherwise !== undefined) return otherwise;
    throw missing(row, column);
  }
  const value = row.cells.get(column);
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw wrong(row, column, 'a number');
}

/** True or false; `otherwise` where it is absent. @throws {InputError} PANDAPOWER_CELL_MISSING, PANDAPOWER_CELL_INVALID */
export const flagOf = (row: Row, column: string, otherwise?: boolean): boolean => {
  if (!has(row, column)) {
    if (otherwise !== undefined) return otherwise;
    throw missing(row, column);
  }
  const value = row.cells.get(column);
  if (typeof value === 'boolean') return value;
  if (value === 0 || value === 1) return value === 1;
  throw wrong(row, column, 'true or false');
};

/** A text in lower case; empty where it is absent. */
export const wordOf = (row: Row, column: string): string => (has(row, column) ? String(row.cells.get(column)).toLowerCase() : '');

const missing = (row: Row, column: string): InputError =>
  new InputError({
    code: 'PANDAPOWER_CELL_MISSING',
    message: `"${column}" of ${row.table} ${row.index} is ${row.cells.has(column) ? 'empty' : 'not there'}`,
    where: row.where,
    hint: 'Give it; pandapower needs it, too.',
  });

/** How many of an element stand side by side: a whole number from 1. @throws {InputError} PANDAPOWER_CELL_INVALID */
export function parallelOf(row: Row): number {
  const count = numberOf(row, 'parallel', 1);
  if (Number.isInteger(count) && count >= 1) return count;
  throw wrong(row, 'parallel', 'a whole number from 1');
}

/** Elements are named by their index: a whole number of its own. @throws {InputError} PANDAPOWER_NET_INVALID */
export function mustHaveIndices(rows: readonly Row[]): void {
  const seen = new Set<number>();
  for (const { table, index, where } of rows) {
    if (!Number.isSafeInteger(index))
      throw invalid(`The index of a row of "${table}" is no whole number`, where, 'Number the rows, as pandapower does.');
    if (seen.has(index)) throw invalid(`The table "${table}" has two rows with the index ${index}`, where, 'Give each row its own index.');
    seen.add(index);
  }
}

export function wrong(row: Row, column: string, expected: string): InputError {
  return new InputError({
    code: 'PANDAPOWER_CELL_INVALID',
    message: `"${column}" of ${row.table} ${row.index} must be ${expected}, got ${JSON.stringify(row.cells.get(column))?.slice(0, 40)}`,
    where: row.where,
    hint: 'Correct the value; units are those of pandapower: kV, kA, MW, Mvar, percent.',
  });
}
