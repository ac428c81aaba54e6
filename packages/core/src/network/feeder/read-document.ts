import { didYouMean, InputError } from '../../base/errors.ts';
import { isRecord, jsonPath, mustKnowKey, type Places, type RowReader, readTable, shown } from '../document-table.ts';
import { type FeederTableName, feederColumns, feederKeys } from './document.ts';
import type { Feeder, FeederBus } from './feeder.ts';
import { readGenerator, readInverter, readLoad, readProfile } from './read-consumers.ts';
import { readCapacitorControl, readInverterControl, readRegulator } from './read-controls.ts';
import { type BusOf, type LineCodes, readLine, readShunt, readSource, readSwitch, readTransformer } from './read-wires.ts';

/**
 * Makes a Feeder of a feeder document. The inverse of `buildFeederDocument`. What is checked here is the document; `buildFeeder` checks the feeder.
 *
 * @param raw - what stands in the file, not yet trusted
 * @param places - says where a value stands in its file; JSON paths when left out
 * @throws {InputError} NETWORK_DOCUMENT_VERSION, NETWORK_UNKNOWN_BUS, NETWORK_DUPLICATE_ID and the codes of `readTable`
 */
export function readFeederDocument(raw: unknown, places: Places = jsonPath): Feeder {
  if (!isRecord(raw) || raw['gridflock'] !== 'feeder/1') {
    const found = isRecord(raw) ? raw['gridflock'] : raw;
    throw new InputError({
      code: 'NETWORK_DOCUMENT_VERSION',
      message: `A feeder file must say "gridflock: feeder/1", got ${shown(found)}`,
      where: places(['gridflock']),
      hint: 'Put that line at the top; other versions are not known to this release.',
    });
  }
  for (const key of Object.keys(raw)) mustKnowKey(key, feederKeys, 'A feeder file', () => places([key]));
  const name = raw['name'];
  if (typeof name !== 'string') throw wrongValue('name', 'a text', name, places);
  const source = raw['source'] ?? undefined;
  if (source !== undefined && typeof source !== 'string') throw wrongValue('source', 'a text, or left out', source, places);
  const frequency_Hz = raw['frequency_Hz'] ?? 50;
  if (typeof frequency_Hz !== 'number' || !(frequency_Hz > 0) || !Number.isFinite(frequency_Hz)) {
    throw wrongValue('frequency_Hz', 'a positive number', frequency_Hz, places);
  }
  for (const key of ['buses', 'sources']) {
    if (raw[key] === undefined || raw[key] === null) throw wrongValue(key, 'a list of records', raw[key], places);
  }
  const table = (key: FeederTableName): readonly RowReader[] =>
    raw[key] === undefined || raw[key] === null ? [] : distinct(readTable(raw[key], key, feederColumns[key], places), key);
  const buses = table('buses').map(readBus);
  const busOf = busFinder(buses);
  const codes: LineCodes = new Map(table('line_codes').map((row) => [row.id('id'), row]));
  const read = Object.freeze({
    name,
    frequency_Hz,
    buses: Object.freeze(buses),
    sources: Object.freeze(table('sources').map((row) => readSource(row, busOf))),
    lines: Object.freeze(table('lines').map((row) => readLine(row, busOf, codes))),
    switches: Object.freeze(table('switches').map((row) => readSwitch(row, busOf))),
    transformers: Object.freeze(table('transformers').map((row) => readTransformer(row, busOf))),
    shunts: Object.freeze(table('shunts').map((row) => readShunt(row, busOf))),
    loads: Object.freeze(table('loads').map((row) => readLoad(row, busOf))),
    generators: Object.freeze(table('generators').map((row) => readGenerator(row, busOf))),
    inverters: Object.freeze(table('inverters').map((row) => readInverter(row, busOf))),
    regulators: Object.freeze(table('regulators').map((row) => readRegulator(row, busOf))),
    capacitorControls: Object.freeze(table('capacitor_controls').map(readCapacitorControl)),
    inverterControls: Object.freeze(table('inverter_controls').map((row) => readInverterControl(row, busOf))),
    profiles: Object.freeze(table('profiles').map(readProfile)),
    ...(source === undefined ? {} : { source }),
  });
  return read;
}

/** What kind of document it says it is: true for a feeder, whatever its version. */
export const isFeederDocument = (raw: unknown): boolean =>
  isRecord(raw) && typeof raw['gridflock'] === 'string' && raw['gridflock'].startsWith('feeder/');

const readBus = (row: RowReader): FeederBus =>
  Object.freeze({
    id: row.id('id'),
    v_base_kV: row.number('v_base_kV', Number.NaN),
    ...(row.has('v_min_pu') ? { v_min_pu: row.number('v_min_pu', 0) } : {}),
    ...(row.has('v_max_pu') ? { v_max_pu: row.number('v_max_pu', 0) } : {}),
    ...(row.has('x') ? { x: row.number('x', 0) } : {}),
    ...(row.has('y') ? { y: row.number('y', 0) } : {}),
  });

function busFinder(buses: readonly FeederBus[]): BusOf {
  const indexOf = new Map(buses.map((bus, b) => [bus.id, b]));
  return (row, id, what) => {
    const index = indexOf.get(id);
    if (index !== undefined) return { index, v_base_kV: buses[index].v_base_kV };
    throw new InputError({
      code: 'NETWORK_UNKNOWN_BUS',
      message: `${what} is at bus "${id}", which does not exist`,
      where: row.where,
      hint: didYouMean(id, indexOf.keys()) ?? 'Add the bus, or correct the name.',
    });
  };
}

/** @throws {InputError} NETWORK_DUPLICATE_ID */
function distinct(rows: readonly RowReader[], table: FeederTableName): readonly RowReader[] {
  const first = new Map<string, string>();
  for (const row of rows) {
    const id = row.id('id');
    const before = first.get(id);
    if (before !== undefined) {
      throw new InputError({
        code: 'NETWORK_DUPLICATE_ID',
        message: `"${id}" stands twice in "${table}"`,
        where: row.where,
        hint: `The first is at ${before}; give each its own id.`,
      });
    }
    first.set(id, row.where);
  }
  return rows;
}

function wrongValue(key: string, expected: string, value: unknown, places: Places): InputError {
  const absent = value === undefined || value === null;
  return new InputError({
    code: absent ? 'NETWORK_KEY_MISSING' : 'NETWORK_CELL_INVALID',
    message: absent ? `A feeder file needs "${key}" (${expected})` : `"${key}" must be ${expected}, got ${shown(value)}`,
    where: places([key]),
    hint: absent ? `Add ${key}: … ; if it was there, the file may be cut off.` : `Correct the value of ${key}.`,
  });
}
