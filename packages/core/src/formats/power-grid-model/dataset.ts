import { InputError } from '../../base/errors.ts';
import { lineOf, mustBeText } from '../text-checks.ts';
import { isNotGiven } from './attributes.ts';

/**
 * A dataset of power-grid-model as plain records: components by type, whatever their spelling in the file (records, or rows under `attributes`).
 */
export interface Dataset {
  readonly type: string;
  readonly isBatch: boolean;
  /** One for an input, one per scenario for an update. */
  readonly scenarios: readonly Scenario[];
}

export type Scenario = ReadonlyMap<string, readonly Row[]>;

/** A component with its place: `grid.json: data.line[3]`. Absent and null are the same. */
export interface Row {
  readonly where: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** A dataset whose scenarios are still as the file has them: a batch is larger as records than as numbers. */
export interface OpenDataset {
  readonly type: string;
  readonly isBatch: boolean;
  readonly scenarios: readonly unknown[];
  /** Names of the values of rows, by component. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly fileName: string;
}

/** @throws {InputError} FORMAT_EMPTY, FORMAT_BINARY, FORMAT_TOO_LONG, PGM_SYNTAX, PGM_DATASET_INVALID */
export function readDataset(text: string, fileName: string): Dataset {
  const open = openDataset(text, fileName);
  const { type, isBatch, scenarios, attributes } = open;
  return { type, isBatch, scenarios: scenarios.map((each, s) => readScenario(each, attributes, placeOfScenario(open, s))) };
}

/** `update.json: data[3]`. */
export const placeOfScenario = ({ fileName, isBatch }: OpenDataset, s: number): string => `${fileName}: data${isBatch ? `[${s}]` : ''}`;

/**
 * @throws {InputError} FORMAT_EMPTY, FORMAT_BINARY, FORMAT_TOO_LONG, PGM_SYNTAX, PGM_DATASET_INVALID
 * @source power-grid-model documentation, user manual, "JSON serialization format specification"
 */
export function openDataset(text: string, fileName: string): OpenDataset {
  mustBeText(text, fileName);
  const raw = parseJson(text, fileName);
  if (!isRecord(raw))
    throw invalid('The file is not a dataset', fileName, 'It must be {"version": …, "type": …, "is_batch": …, "data": …}.');
  const { type, is_batch: isBatch, data, attributes = {}, version } = raw;
  if (typeof version === 'string' && !/^1(\.|$)/.test(version)) {
    throw invalid(
      `The dataset is of format version ${version.slice(0, 20)}, and 1 is read`,
      `${fileName}: version`,
      'Write it with a power-grid-model of version 1.',
    );
  }
  if (typeof type !== 'string' || typeof isBatch !== 'boolean') {
    throw invalid(
      'The dataset says neither its "type" nor whether it "is_batch"',
      fileName,
      'A network has "type": "input" and "is_batch": false.',
    );
  }
  if (!isRecord(attributes)) throw invalid('"attributes" must be {component: [names]}', `${fileName}: attributes`, 'Leave it empty: {}.');
  const list = isBatch ? data : [data];
  if (!Array.isArray(list))
    throw invalid('"data" of a batch must be a list of scenarios', `${fileName}: data`, 'One {component: […]} per scenario.');
  return { type, isBatch, scenarios: list, attributes, fileName };
}

function readScenario(raw: unknown, attributes: OpenDataset['attributes'], where: string): Scenario {
  return new Map(
    componentsOf(raw, where).map(([component, records]) => {
      const read = recordReader(component, attributes);
      return [component, records.map((record, k) => ({ where: `${where}.${component}[${k}]`, values: read(record, where, k) }))] as const;
    }),
  );
}

/** The lists of a scenario by component. @throws {InputError} PGM_DATASET_INVALID */
export function componentsOf(raw: unknown, where: string): [component: string, records: readonly unknown[]][] {
  if (!isRecord(raw)) throw invalid('"data" must be {component: [records]}', where, 'For example {"node": [{"id": 1, "u_rated": 10500}]}.');
  return Object.entries(raw).map(([component, records]) => {
    if (Array.isArray(records)) return [component, records];
    throw invalid(`"${component}" must be a list of records`, `${where}.${component}`, 'For example [{"id": 1, …}].');
  });
}

/** Reads record k of a component: as it is, or from the values of the attributes in their order. @throws {InputError} PGM_DATASET_INVALID */
export function recordReader(
  component: string,
  attributes: OpenDataset['attributes'],
): (record: unknown, where: string, k: number) => Row['values'] {
  const names: unknown = Object.hasOwn(attributes, component) ? attributes[component] : undefined;
  const known = Array.isArray(names) && names.every((name) => typeof name === 'string') ? (names as readonly string[]) : undefined;
  return (record, where, k) => {
    if (isRecord(record)) return record;
    if (!Array.isArray(record) || known?.length !== record.length) {
      const place = `${where}.${component}[${k}]`;
      throw invalid('A component must be a record, or a list as long as its "attributes"', place, 'Write {"id": …, …}.');
    }
    const values: Record<string, unknown> = {};
    for (let n = 0; n < known.length; n++) values[known[n]] = record[n];
    return values;
  };
}

function parseJson(text: string, fileName: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : 'cannot be read';
    const position = /position (\d+)/.exec(message);
    const place = position === null ? fileName : `${fileName}:${lineOf(text, Number(position[1]))}`;
    throw new InputError({
      code: 'PGM_SYNTAX',
      message: `The file is not JSON: ${message.split('\n')[0].slice(0, 150)}`,
      where: place,
      hint: 'Check brackets, quotes and commas there; the file may be cut off.',
    });
  }
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const invalid = (message: string, where: string, hint: string): InputError =>
  new InputError({ code: 'PGM_DATASET_INVALID', message, where, hint });

/** Neither null nor what power-grid-model's whole numbers have for it. */
export const isGiven = (name: string, value: unknown): boolean => value !== null && value !== undefined && !isNotGiven(name, value);

export const has = ({ values }: Row, name: string): boolean => Object.hasOwn(values, name) && isGiven(name, values[name]);

/** A number; `otherwise` where it is absent. @throws {InputError} PGM_ATTRIBUTE_MISSING, PGM_ATTRIBUTE_INVALID */
export function numberOf(row: Row, name: string, otherwise?: number): number {
  if (!has(row, name)) {
    if (otherwise !== undefined) return otherwise;
    throw new InputError({
      code: 'PGM_ATTRIBUTE_MISSING',
      message: `A component has no "${name}"`,
      where: row.where,
      hint: 'Add it; power-grid-model requires it, too.',
    });
  }
  const value = row.values[name];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw wrong(row, name, 'a number');
}

/** A limit: undefined where it is absent or infinite (`"inf"`). */
export function limitOf(row: Row, name: string): number | undefined {
  const value = row.values[name];
  return !has(row, name) || value === 'inf' || value === '+inf' || value === '-inf' ? undefined : numberOf(row, name);
}

/** Ids are whole numbers, shown as text. */
export function idOf(row: Row, name = 'id'): string {
  const value = numberOf(row, name);
  if (!Number.isSafeInteger(value)) throw wrong(row, name, 'a whole number');
  return String(value);
}

/** What a component is called: its `name`, which power-grid-model passes over, or its id. */
export function nameOf(row: Row): string {
  const name = row.values['name'];
  return typeof name === 'string' && name !== '' && name.length <= 200 ? name : idOf(row);
}

export const isOn = (row: Row, name = 'status'): boolean => codeOf(row, name, [0, 1] as const, 1) === 1;

/** One value of a few. */
export function codeOf<T extends number>(row: Row, name: string, codes: readonly T[], otherwise?: T): T {
  const value = numberOf(row, name, otherwise);
  const code = codes.find((each) => each === value);
  if (code === undefined) throw wrong(row, name, `one of ${codes.join(', ')}`);
  return code;
}

/** Three numbers, one per phase. */
export function phasesOf(row: Row, name: string, otherwise?: number): readonly number[] {
  if (!has(row, name) && otherwise !== undefined) return [otherwise, otherwise, otherwise];
  const value = has(row, name) ? row.values[name] : numberOf(row, name);
  if (Array.isArray(value) && value.length === 3 && value.every((each) => typeof each === 'number' && Number.isFinite(each))) return value;
  throw wrong(row, name, 'a list of three numbers');
}

export function wrong(row: Row, name: string, expected: string): InputError {
  const shown = JSON.stringify(row.values[name])?.slice(0, 40) ?? 'nothing';
  return new InputError({
    code: 'PGM_ATTRIBUTE_INVALID',
    message: `"${name}" must be ${expected}, got ${shown}`,
    where: row.where,
    hint: 'Correct the value; units are those of power-grid-model: V, W, var, A, ohm, F, rad.',
  });
}
