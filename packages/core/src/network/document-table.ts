import { didYouMean, InputError } from '../base/errors.ts';
import { withoutUnit } from '../base/units.ts';
import type { ColumnSpec } from './document.ts';
import type { GeneratorCost } from './network.ts';

/** Steps from the top of a document to a value: `['buses', 'rows', 3]`. */
export type Path = readonly (string | number)[];
/** Says where a value stands, as file:line or as a JSON path. */
export type Places = (path: Path) => string;

/** `buses.rows[3]` */
export const jsonPath: Places = (path) =>
  path.map((step, k) => (typeof step === 'number' ? `[${step}]` : k === 0 ? step : `.${step}`)).join('');

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value as it can stand in a message: short, one line. */
export function shown(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null || value === undefined) return `${value}`;
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  return Array.isArray(value) ? 'a list' : 'a table';
}

const foreignUnits: Readonly<Record<string, string>> = {
  mw: '1 MW = 1000 kW',
  w: '1 kW = 1000 W',
  mva: '1 MVA = 1000 kVA',
  va: '1 kVA = 1000 VA',
  mvar: '1 Mvar = 1000 kvar',
  var: '1 kvar = 1000 var',
  v: '1 kV = 1000 V',
  ka: '1 kA = 1000 A',
  mohm: '1 ohm = 1000 mohm',
  us: '1 S = 1000000 uS',
  rad: '1 rad = 57.29578 deg',
};

/**
 * Refuses a key that is not known, and says which one was meant.
 * @throws {InputError} NETWORK_UNIT_WRONG, NETWORK_KEY_UNKNOWN
 */
export function mustKnowKey(key: string, known: readonly string[], owner: string, where: () => string): void {
  if (known.includes(key)) return;
  const lower = key.toLowerCase();
  const cut = key.lastIndexOf('_');
  const stem = (cut > 0 ? key.slice(0, cut) : key).toLowerCase();
  const meant =
    known.find((name) => name.toLowerCase() === lower) ??
    known.find((name) => name.includes('_') && withoutUnit(name) !== name && withoutUnit(name).toLowerCase() === lower) ??
    known.find((name) => withoutUnit(name) !== name && withoutUnit(name).toLowerCase() === stem);
  if (meant !== undefined) {
    const conversion = foreignUnits[key.slice(cut + 1).toLowerCase()];
    throw new InputError({
      code: 'NETWORK_UNIT_WRONG',
      message: `"${key}" has ${lower === withoutUnit(meant).toLowerCase() ? 'no unit' : 'the wrong unit'}: expected "${meant}"`,
      where: where(),
      hint: `Write ${meant}${conversion === undefined ? '' : ` (${conversion})`}.`,
    });
  }
  throw new InputError({
    code: 'NETWORK_KEY_UNKNOWN',
    message: `${owner} has no "${key.slice(0, 60)}"`,
    where: where(),
    hint: didYouMean(key, known) ?? `Known: ${known.join(', ')}.`,
  });
}

export type ColumnSpecs = Readonly<Record<string, ColumnSpec>>;

/** One row of a table: cells by column name, with their types checked. */
export interface RowReader {
  readonly where: string;
  has(column: string): boolean;
  id(column: string): string;
  number(column: string, otherwise: number): number;
  flag(column: string, otherwise: boolean): boolean;
  cost(column: string): GeneratorCost | undefined;
  /** One of a few words. */
  word<T extends string>(column: string, words: readonly T[], otherwise: T): T;
  /** Finite numbers; a single number is a list of one. */
  numbers(column: string): readonly number[] | undefined;
  ids(column: string): readonly string[] | undefined;
  /** Records inside the cell, as a table of their own; empty when there are none. */
  rows(column: string, specs: ColumnSpecs): readonly RowReader[];
  /** The cell as it stands. */
  raw(column: string): unknown;
  /** The error for a cell that is not what it must be. */
  wrong(column: string, expected: string): InputError;
}

/**
 * Reads a table `{all, columns, rows}`, or a list of `{column: value}`.
 * @throws {InputError} NETWORK_TABLE_INVALID, NETWORK_KEY_UNKNOWN, NETWORK_UNIT_WRONG, NETWORK_KEY_TWICE,
 *   NETWORK_KEY_MISSING, NETWORK_ROW_LENGTH, NETWORK_CELL_INVALID, NETWORK_NUMBER_INVALID
 */
export function readTable(raw: unknown, name: string, specs: ColumnSpecs, places: Places): readonly RowReader[] {
  const known = Object.keys(specs);
  const fault = (message: string, path: Path, hint: string) =>
    new InputError({ code: 'NETWORK_TABLE_INVALID', message, where: places(path), hint });
  if (Array.isArray(raw)) {
    return raw.map((item: unknown, i) => {
      const path = [name, i];
      if (!isRecord(item)) {
        throw fault(`${name}[${i}] must be {column: value}, got ${shown(item)}`, path, `Columns: ${known.join(', ')}.`);
      }
      const columns = Object.keys(item);
      checkColumns(columns, specs, name, (key) => places([...path, key]));
      return rowReader((inner) => places([...path, ...inner]), specs, name, new Map(Object.entries(item)));
    });
  }
  const example = `Write ${name}: {columns: [${known.slice(0, 3).join(', ')}, …], rows: [[…], …]}.`;
  if (!isRecord(raw)) throw fault(`"${name}" must be a table, got ${shown(raw)}`, [name], example);
  for (const key of Object.keys(raw)) {
    mustKnowKey(key, ['all', 'columns', 'rows'], `The table "${name}"`, () => places([name, key]));
  }
  const { columns, rows } = raw;
  const all = raw['all'] ?? {};
  if (!Array.isArray(columns) || !columns.every((key): key is string => typeof key === 'string')) {
    throw fault(`"${name}.columns" must be a list of names`, [name, 'columns'], example);
  }
  if (!Array.isArray(rows)) {
    throw fault(`"${name}.rows" must be a list of rows, got ${shown(rows)}`, [name, 'rows'], example);
  }
  if (!isRecord(all)) throw fault(`"${name}.all" must be {column: value}`, [name, 'all'], example);
  const shared = Object.keys(all);
  checkColumns([...columns, ...shared], specs, name, (key) =>
    places(shared.includes(key) ? [name, 'all', key] : [name, 'columns', columns.indexOf(key)]),
  );
  return rows.map((row: unknown, i) => {
    const where = places([name, 'rows', i]);
    if (!Array.isArray(row) || row.length !== columns.length) {
      throw new InputError({
        code: 'NETWORK_ROW_LENGTH',
        message: `Row ${i + 1} of "${name}" must have ${columns.length} cells, got ${Array.isArray(row) ? row.length : shown(row)}`,
        where,
        hint: `The columns are ${columns.join(', ')}; write null for a default.`,
      });
    }
    const cells = new Map<string, unknown>(Object.entries(all));
    for (let j = 0; j < columns.length; j++) cells.set(columns[j], row[j]);
    return rowReader((inner) => places([name, 'rows', i, ...inner]), specs, name, cells);
  });
}

function checkColumns(columns: readonly string[], specs: ColumnSpecs, table: string, placeOf: (key: string) => string): void {
  const seen = new Set<string>();
  for (const key of columns) {
    mustKnowKey(key, Object.keys(specs), `The table "${table}"`, () => placeOf(key));
    const other = specs[key].instead;
    if (seen.has(key) || (other !== undefined && seen.has(other))) {
      throw new InputError({
        code: 'NETWORK_KEY_TWICE',
        message: seen.has(key) ? `"${table}" gives "${key}" twice` : `"${table}" gives both "${other}" and "${key}"`,
        where: placeOf(key),
        hint: 'Keep one of the two.',
      });
    }
    seen.add(key);
  }
  for (const [key, spec] of Object.entries(specs)) {
    if (spec.required && !seen.has(key)) throw missing(table, key, spec, placeOf(columns[0] ?? ''));
  }
}

function missing(table: string, key: string, spec: ColumnSpec, where: string): InputError {
  return new InputError({
    code: 'NETWORK_KEY_MISSING',
    message: `The table "${table}" needs "${key}" (${spec.about})`,
    where,
    hint: `Add ${key} in every row, or under "all" when it is the same everywhere.`,
  });
}

function rowReader(places: Places, specs: ColumnSpecs, table: string, cells: ReadonlyMap<string, unknown>): RowReader {
  const where = places([]);
  const wrong = (column: string, expected: string, value: unknown) =>
    new InputError({
      code: 'NETWORK_CELL_INVALID',
      message: `"${column}" in "${table}" must be ${expected}, got ${shown(value)}`,
      where,
      hint: `It is ${specs[column].about}.`,
    });
  const has = (column: string) => cells.get(column) !== undefined && cells.get(column) !== null;
  const reader: RowReader = {
    where,
    has,
    id(column) {
      const value = cells.get(column);
      if (!has(column)) throw missing(table, column, specs[column], where);
      const id = idOf(value);
      if (id === undefined) throw wrong(column, 'a name (put quotes around 1.10 or true)', value);
      return id;
    },
    number(column, otherwise) {
      const value = cells.get(column);
      if (!has(column)) {
        if (specs[column].required) throw missing(table, column, specs[column], where);
        return otherwise;
      }
      if (typeof value !== 'number') {
        const comma = typeof value === 'string' && /^[-+]?\d+,\d+$/.test(value);
        throw wrong(column, comma ? 'a number with a decimal point' : 'a number', value);
      }
      if (Number.isNaN(value)) {
        throw new InputError({
          code: 'NETWORK_NUMBER_INVALID',
          message: `"${column}" in "${table}" is not a number (NaN)`,
          where,
          hint: `Give a number; it is ${specs[column].about}.`,
        });
      }
      return value;
    },
    flag(column, otherwise) {
      const value = cells.get(column);
      if (!has(column)) return otherwise;
      if (typeof value !== 'boolean') throw wrong(column, 'true or false', value);
      return value;
    },
    cost(column) {
      if (!has(column)) return undefined;
      return readCost(cells.get(column), (expected) => wrong(column, expected, cells.get(column)));
    },
    word(column, words, otherwise) {
      const value = cells.get(column);
      if (!has(column)) {
        if (specs[column].required) throw missing(table, column, specs[column], where);
        return otherwise;
      }
      const word = words.find((each) => each === value);
      if (word === undefined) throw wrong(column, `one of ${words.join(', ')}`, value);
      return word;
    },
    numbers(column) {
      const value = cells.get(column);
      if (!has(column)) return undefined;
      const list = typeof value === 'number' ? [value] : value;
      if (!isNumbers(list)) throw wrong(column, 'a list of finite numbers', value);
      return Object.freeze([...list]);
    },
    ids(column) {
      const value = cells.get(column);
      if (!has(column)) return undefined;
      const ids = (Array.isArray(value) ? value : [value]).map(idOf);
      if (!ids.every((id) => id !== undefined)) throw wrong(column, 'a list of names', value);
      return Object.freeze(ids);
    },
    rows(column, inner) {
      if (!has(column)) return [];
      return readTable(cells.get(column), column, inner, places);
    },
    raw: (column) => cells.get(column),
    wrong: (column, expected) => wrong(column, expected, cells.get(column)),
  };
  return reader;
}

/** Whole numbers may stand for names. */
function idOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' && value !== '' && value.length <= 200 ? value : undefined;
}

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((x) => typeof x === 'number' && Number.isFinite(x));

function readCost(value: unknown, wrong: (expected: string) => InputError): GeneratorCost {
  const forms = '{polynomial: [c2, c1, c0]} or {p_kW: […], cost_cur_per_h: […]} with finite numbers';
  if (!isRecord(value)) throw wrong(forms);
  const keys = Object.keys(value);
  const { polynomial, p_kW, cost_cur_per_h } = value;
  if (keys.length === 1 && isNumbers(polynomial)) {
    return Object.freeze({ kind: 'polynomial', coefficients: Object.freeze([...polynomial]) });
  }
  if (keys.length !== 2 || !isNumbers(p_kW) || !isNumbers(cost_cur_per_h)) throw wrong(forms);
  if (p_kW.length < 2 || p_kW.length !== cost_cur_per_h.length || p_kW.some((p, k) => k > 0 && !(p > p_kW[k - 1]))) {
    throw wrong('two or more points with increasing p_kW, and as many costs');
  }
  return Object.freeze({
    kind: 'piecewise-linear',
    p_kW: Object.freeze([...p_kW]),
    cost_cur_per_h: Object.freeze([...cost_cur_per_h]),
  });
}
