import type { FeederParts } from '../../network/feeder/feeder-parts.ts';
import type { Dropped } from '../../network/network.ts';
import { readAsymmetricLoad, readGen, readLoad, readMotor, readSgen, readStorage, readWard } from './consumers.ts';
import { Reading } from './reading.ts';
import { flagOf, has, type Net, type Row } from './tables.ts';
import { readTrafo, readTrafo3w } from './transformers.ts';
import { openEnds, readExtGrid, readImpedance, readLine, readShunt, readSwitch } from './wires.ts';

export interface ReadParts {
  readonly parts: FeederParts;
  readonly dropped: readonly Dropped[];
  readonly warnings: readonly string[];
  readonly reading: Reading;
}

/** Tables that become something; results and what only draws or groups are no part of a network. */
const read: ReadonlySet<string> = new Set([
  'bus',
  'line',
  'switch',
  'ext_grid',
  'trafo',
  'trafo3w',
  'impedance',
  'shunt',
  'ward',
  'xward',
  'load',
  'asymmetric_load',
  'motor',
  'sgen',
  'asymmetric_sgen',
  'gen',
  'storage',
  'poly_cost',
  'pwl_cost',
]);
const silent = /^(_|res_)|^(bus_geodata|line_geodata|trafo_characteristic_table|group|std_types)$/;
const reasons: Readonly<Record<string, string>> = {
  dcline: 'direct-current lines are not read',
  line_dc: 'direct-current grids are not read',
  bus_dc: 'direct-current grids are not read',
  vsc: 'direct-current grids are not read',
  svc: 'controlled shunts are not read',
  ssc: 'controlled shunts are not read',
  tcsc: 'controlled series compensators are not read',
  measurement: 'measurements are not part of a network',
  controller: 'controllers are programs of pandapower',
  characteristic: 'characteristics belong to controllers',
};

/**
 * Every table as part of a feeder.
 * @throws {InputError} PANDAPOWER_CELL_MISSING, PANDAPOWER_CELL_INVALID, PANDAPOWER_UNKNOWN_BUS
 */
export function readParts(net: Net): ReadParts {
  const reading = new Reading(net);
  const open = openEnds(reading);
  const all = <T>(table: string, one: (row: Row) => T | undefined): T[] =>
    reading
      .rows(table)
      .map(one)
      .filter((part) => part !== undefined);
  const wards = [...reading.rows('ward'), ...reading.rows('xward')].map((row) => readWard(row, reading));
  const some = <K extends keyof (typeof wards)[number]>(key: K) => wards.flatMap((ward) => (ward[key] === undefined ? [] : [ward[key]]));
  const isSlack = (row: Row): boolean => flagOf(row, 'slack', false);
  const parts: FeederParts = {
    name: net.name,
    frequency_Hz: net.f_Hz,
    sources: [
      ...all('ext_grid', (row) => readExtGrid(row, reading)),
      ...all('gen', (row) => (isSlack(row) ? readExtGrid(row, reading, 'gen') : undefined)),
    ],
    lines: [
      ...all('line', (row) => readLine(row, reading, open)),
      ...all('impedance', (row) => readImpedance(row, reading)),
      ...some('line'),
    ],
    switches: all('switch', (row) => readSwitch(row, reading)),
    transformers: [...all('trafo', (row) => readTrafo(row, reading, open)), ...all('trafo3w', (row) => readTrafo3w(row, reading, open))],
    shunts: [...all('shunt', (row) => readShunt(row, reading)), ...some('shunt')],
    loads: [
      ...all('load', (row) => readLoad(row, reading)),
      ...all('asymmetric_load', (row) => readAsymmetricLoad(row, reading)),
      ...all('motor', (row) => readMotor(row, reading)),
      ...some('load'),
    ],
    generators: [
      ...all('gen', (row) => (isSlack(row) ? undefined : readGen(row, reading))),
      ...all('sgen', (row) => readSgen(row, reading, false)),
      ...all('asymmetric_sgen', (row) => readSgen(row, reading, true)),
      ...some('generator'),
    ],
    inverters: all('storage', (row) => readStorage(row, reading)),
    // last: branches with an open switch and extended wards add buses of their own
    buses: reading.buses,
  };
  const others = [...net.tables].filter(([table, rows]) => !read.has(table) && !silent.test(table) && rows.length > 0);
  const unread = others.map(
    ([table, rows]): Dropped => ({
      element: `${rows.length} ${table}`,
      where: rows[0].where,
      reason: Object.hasOwn(reasons, table) ? reasons[table] : 'this table is not known',
    }),
  );
  return { parts, dropped: [...reading.dropped, ...unread, ...ratingsLeftOut(reading)], warnings: warningsOf(reading), reading };
}

/** A network that is not alike in its phases needs the zero sequence of its lines; without, it is the positive one, which is a guess. */
function warningsOf(reading: Reading): readonly string[] {
  const isUneven = reading.rows('asymmetric_load').length + reading.rows('asymmetric_sgen').length > 0;
  const lines = reading.rows('line').filter((row) => !has(row, 'r0_ohm_per_km') || !has(row, 'x0_ohm_per_km'));
  if (!isUneven || lines.length === 0) return [];
  return [
    `${lines.length} lines have no r0_ohm_per_km and x0_ohm_per_km, and the network is not alike in its phases: their zero sequence is taken as the positive one (${lines[0].where})`,
  ];
}

/** Ratings that a feeder has no place for. */
function ratingsLeftOut(reading: Reading): readonly Dropped[] {
  const rated = reading.rows('line').filter((row) => has(row, 'max_loading_percent') && row.cells.get('max_loading_percent') !== 100);
  if (rated.length === 0) return [];
  return [
    { element: `max_loading_percent of ${rated.length} lines`, where: rated[0].where, reason: 'a line is rated with its whole current' },
  ];
}
