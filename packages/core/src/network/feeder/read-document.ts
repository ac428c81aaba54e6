import { didYouMean, InputError } from '../../base/errors.ts';
import { isRecord, jsonPath, mustKnowKey, type Places, type RowReader, readTable, shown } from '../document-table.ts';
import { type BuiltFeeder, buildFeeder, type FeederList } from './build.ts';
import { type FeederTableName, feederColumns, feederKeys, feederTables } from './document.ts';
import type { FeederBus } from './feeder.ts';
import { readGenerator, readInverter, readLoad, readProfile } from './read-consumers.ts';
import { readCapacitorControl, readInverterControl, readRegulator } from './read-controls.ts';
import { type BusOf, type NamedLines, readLine, readShunt, readSource, readSwitch, readTransformer } from './read-wires.ts';

/** Where the elements of each list of a Feeder stand in its document. */
const tableOf: Readonly<Record<FeederList, FeederTableName>> = {
  buses: 'buses',
  sources: 'sources',
  lines: 'lines',
  switches: 'switches',
  transformers: 'transformers',
  shunts: 'shunts',
  loads: 'loads',
  generators: 'generators',
  inverters: 'inverters',
  regulators: 'regulators',
  capacitorControls: 'capacitor_controls',
  inverterControls: 'inverter_controls',
  profiles: 'profiles',
};

/**
 * Makes a Feeder of a feeder document. The inverse of `buildFeederDocument`. What is checked here is the document; `buildFeeder` checks the feeder.
 *
 * @param raw - what stands in the file, not yet trusted
 * @param places - says where a value stands in its file; JSON paths when left out
 * @throws {InputError} NETWORK_DOCUMENT_VERSION, NETWORK_UNKNOWN_BUS, NETWORK_DUPLICATE_ID and the codes of `readTable` and of `buildFeeder`
 */
export function readFeederDocument(raw: unknown, places: Places = jsonPath): BuiltFeeder {
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
  if (typeof frequency_Hz !== 'number') throw wrongValue('frequency_Hz', 'a number', frequency_Hz, places);
  for (const key of ['buses', 'sources']) {
    if (raw[key] === undefined || raw[key] === null) throw wrongValue(key, 'a list of records', raw[key], places);
  }
  const tables = new Map<FeederTableName, readonly RowReader[]>();
  for (const key of feederTables) {
    const given = raw[key] ?? undefined;
    tables.set(key, given === undefined ? [] : distinct(readTable(given, key, feederColumns[key], places), key));
  }
  const rows = (key: FeederTableName): readonly RowReader[] => tables.get(key) ?? [];
  const buses = rows('buses').map(readBus);
  const busOf = busFinder(buses);
  const byId = (key: FeederTableName) => new Map(rows(key).map((row) => [row.id('id'), row]));
  const named: NamedLines = { codes: byId('line_codes'), wires: byId('wires'), geometries: byId('geometries'), frequency_Hz };
  return buildFeeder(
    {
      name,
      frequency_Hz,
      buses,
      sources: rows('sources').map((row) => readSource(row, busOf)),
      lines: rows('lines').map((row) => readLine(row, busOf, named)),
      switches: rows('switches').map((row) => readSwitch(row, busOf)),
      transformers: rows('transformers').map((row) => readTransformer(row, busOf)),
      shunts: rows('shunts').map((row) => readShunt(row, busOf)),
      loads: rows('loads').map((row) => readLoad(row, busOf)),
      generators: rows('generators').map((row) => readGenerator(row, busOf)),
      inverters: rows('inverters').map((row) => readInverter(row, busOf)),
      regulators: rows('regulators').map((row) => readRegulator(row, busOf)),
      capacitorControls: rows('capacitor_controls').map(readCapacitorControl),
      inverterControls: rows('inverter_controls').map((row) => readInverterControl(row, busOf)),
      profiles: rows('profiles').map(readProfile),
      source,
    },
    { whereOf: (list, k) => rows(tableOf[list])[k]?.where },
  );
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
