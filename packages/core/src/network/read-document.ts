import { didYouMean, InputError } from '../base/errors.ts';
import { zBase_ohm } from '../base/per-unit.ts';
import { type BranchPart, buildNetwork, type ShuntPart } from './build.ts';
import { documentKeys, type TableName, tableColumns } from './document.ts';
import { isRecord, jsonPath, mustKnowKey, type Places, type RowReader, readTable, shown } from './document-table.ts';
import type { Case, Generator } from './network.ts';

/**
 * Makes a Case of a network document. The inverse of `buildDocument`.
 *
 * @param raw - what stands in the file, not yet trusted
 * @param places - says where a value stands in its file; JSON paths when left out
 * @throws {InputError} NETWORK_DOCUMENT_VERSION, NETWORK_SLACK_MISSING, NETWORK_RANGE_INVALID, the codes of `readTable`
 *   and of `buildNetwork`
 */
export function readNetworkDocument(raw: unknown, places: Places = jsonPath): Case {
  if (!isRecord(raw) || raw['gridflock'] !== 'network/1') {
    const found = isRecord(raw) ? raw['gridflock'] : raw;
    throw new InputError({
      code: 'NETWORK_DOCUMENT_VERSION',
      message: `A network file must say "gridflock: network/1", got ${shown(found)}`,
      where: places(['gridflock']),
      hint: 'Put that line at the top; other versions are not known to this release.',
    });
  }
  for (const key of Object.keys(raw)) {
    mustKnowKey(key, documentKeys, 'A network file', () => places([key]));
  }
  const name = textAt(raw, 'name', places, true);
  const source = textAt(raw, 'source', places, false);
  const s_base_kVA = raw['s_base_kVA'];
  if (typeof s_base_kVA !== 'number') throw wrongValue('s_base_kVA', 'a number', s_base_kVA, places);
  const negative = raw['negative_impedance'] ?? undefined;
  if (negative !== undefined && negative !== 'allowed') {
    throw wrongValue('negative_impedance', '"allowed", or left out', negative, places);
  }
  const warnings: string[] = [];
  const table = (key: TableName) =>
    raw[key] === undefined || raw[key] === null ? [] : readTable(raw[key], key, tableColumns[key], places);
  for (const key of ['slacks', 'buses', 'branches']) {
    if (raw[key] === undefined || raw[key] === null) throw wrongValue(key, 'a table', raw[key], places);
  }
  const busRows = table('buses');
  const buses = busRows.map((row) => ({
    id: row.id('id'),
    v_base_kV: row.number('v_base_kV', Number.NaN),
    v_min_pu: row.number('v_min_pu', 0.9),
    v_max_pu: row.number('v_max_pu', 1.1),
    ...(row.has('x') ? { x: row.number('x', 0) } : {}),
    ...(row.has('y') ? { y: row.number('y', 0) } : {}),
    where: row.where,
  }));
  const indexOfBus = new Map(buses.map((bus, b) => [bus.id, b]));
  const zBaseOf = (bus: string): number => {
    const b = indexOfBus.get(bus);
    return b === undefined ? 1 : zBase_ohm({ s_base_kVA, v_base_kV: buses[b].v_base_kV });
  };
  const branches = table('branches').map((row): BranchPart => {
    const from = row.id('from');
    const to = row.id('to');
    const zBase = zBaseOf(to);
    return {
      id: row.id('id'),
      from,
      to,
      r_pu: row.has('r_ohm') ? row.number('r_ohm', 0) / zBase : row.number('r_pu', 0),
      x_pu: row.has('x_ohm') ? row.number('x_ohm', 0) / zBase : row.number('x_pu', 0),
      b_pu: row.has('b_S') ? row.number('b_S', 0) * zBase : row.number('b_pu', 0),
      ratio: row.number('ratio', 1),
      shift_deg: row.number('shift_deg', 0),
      s_max_kVA: row.has('i_max_A')
        ? Math.sqrt(3) * row.number('i_max_A', 0) * (buses[indexOfBus.get(from) ?? 0]?.v_base_kV ?? 1)
        : row.number('s_max_kVA', Infinity),
      ...(row.has('angle_min_deg') ? { angle_min_deg: row.number('angle_min_deg', 0) } : {}),
      ...(row.has('angle_max_deg') ? { angle_max_deg: row.number('angle_max_deg', 0) } : {}),
      inService: row.flag('in_service', true),
      where: row.where,
    };
  });
  const shunts = table('shunts').map((row): ShuntPart => {
    const bus = row.id('bus');
    const zBase = zBaseOf(bus);
    return {
      bus,
      g_pu: row.has('g_S') ? row.number('g_S', 0) * zBase : row.number('g_pu', 0),
      b_pu: row.has('b_S') ? row.number('b_S', 0) * zBase : row.number('b_pu', 0),
      where: row.where,
    };
  });
  const network = buildNetwork(
    { name, s_base_kVA, buses, branches, shunts, source },
    { negativeImpedance: negative === 'allowed' ? 'warning' : 'error', warn: (text) => warnings.push(text) },
  );

  const nB = buses.length;
  const busAt = (row: RowReader, what: string): number => {
    const id = row.id('bus');
    const index = indexOfBus.get(id);
    if (index !== undefined) return index;
    throw new InputError({
      code: 'NETWORK_UNKNOWN_BUS',
      message: `${what} stands at bus "${id}", which does not exist`,
      where: row.where,
      hint: didYouMean(id, indexOfBus.keys()) ?? 'Add the bus, or correct the name.',
    });
  };
  const p_kW = new Float64Array(nB);
  const q_kvar = new Float64Array(nB);
  const v_start_pu = new Float64Array(nB);
  const angle_start_deg = new Float64Array(nB);
  const isolated: number[] = [];
  busRows.forEach((row, b) => {
    p_kW[b] = 0 - finite(row, 'p_load_kW', 0);
    q_kvar[b] = 0 - finite(row, 'q_load_kvar', 0);
    v_start_pu[b] = positive(row, 'v_start_pu', 1);
    angle_start_deg[b] = finite(row, 'angle_start_deg', 0);
    if (row.flag('isolated', false)) isolated.push(b);
  });
  const slacks: number[] = [];
  for (const row of table('slacks')) {
    const b = busAt(row, 'A slack');
    if (slacks.includes(b)) {
      throw new InputError({
        code: 'NETWORK_DUPLICATE_ID',
        message: `Bus "${buses[b].id}" is a slack twice`,
        where: row.where,
        hint: 'Remove one of the two rows.',
      });
    }
    slacks.push(b);
    v_start_pu[b] = positive(row, 'v_set_pu', 1);
    angle_start_deg[b] = finite(row, 'angle_deg', 0);
  }
  if (slacks.length === 0) {
    throw new InputError({
      code: 'NETWORK_SLACK_MISSING',
      message: `Network "${name}" has no slack bus`,
      where: places(['slacks']),
      hint: 'Name the bus that is connected to the outside world under "slacks".',
    });
  }
  const ids = new Set<string>();
  const generators = table('generators').map((row): Generator => {
    const id = row.id('id');
    if (ids.has(id)) {
      throw new InputError({
        code: 'NETWORK_DUPLICATE_ID',
        message: `Generator "${id}" is there twice`,
        where: row.where,
        hint: 'Give each its own id.',
      });
    }
    ids.add(id);
    return readGenerator(row, id, busAt(row, `Generator "${id}"`));
  });
  return Object.freeze({
    network,
    operatingPoint: Object.freeze({
      p_kW,
      q_kvar,
      generators: Object.freeze(generators),
      slacks: Object.freeze(slacks),
      v_start_pu,
      angle_start_deg,
      isolated: Object.freeze(isolated),
    }),
    dropped: [],
    warnings,
  });
}

function readGenerator(row: RowReader, id: string, bus: number): Generator {
  const cost = row.cost('cost');
  const limits = {
    p_min_kW: row.number('p_min_kW', 0),
    p_max_kW: row.number('p_max_kW', Infinity),
    q_min_kvar: row.number('q_min_kvar', -Infinity),
    q_max_kvar: row.number('q_max_kvar', Infinity),
  };
  if (limits.p_min_kW > limits.p_max_kW || limits.q_min_kvar > limits.q_max_kvar) {
    const p = limits.p_min_kW > limits.p_max_kW;
    throw new InputError({
      code: 'NETWORK_RANGE_INVALID',
      message: `Generator "${id}" has ${p ? `p_min_kW ${limits.p_min_kW} above p_max_kW ${limits.p_max_kW}` : `q_min_kvar ${limits.q_min_kvar} above q_max_kvar ${limits.q_max_kvar}`}`,
      where: row.where,
      hint: 'Exchange the two.',
    });
  }
  return Object.freeze({
    id,
    bus,
    p_kW: finite(row, 'p_kW', 0),
    q_kvar: finite(row, 'q_kvar', 0),
    ...limits,
    v_set_pu: positive(row, 'v_set_pu', 1),
    holdsVoltage: row.flag('holds_voltage', false),
    inService: row.flag('in_service', true),
    ...(cost === undefined ? {} : { cost }),
  });
}

function finite(row: RowReader, column: string, otherwise: number): number {
  const value = row.number(column, otherwise);
  if (Number.isFinite(value)) return value;
  throw new InputError({
    code: 'NETWORK_NUMBER_INVALID',
    message: `"${column}" must be a finite number, got ${value}`,
    where: row.where,
    hint: 'Replace it by a number.',
  });
}

function positive(row: RowReader, column: string, otherwise: number): number {
  const value = finite(row, column, otherwise);
  if (value > 0) return value;
  throw new InputError({
    code: 'NETWORK_NUMBER_INVALID',
    message: `"${column}" must be positive, got ${value}`,
    where: row.where,
    hint: 'It is a voltage magnitude in per unit, near 1.',
  });
}

function textAt(raw: Readonly<Record<string, unknown>>, key: string, places: Places, required: true): string;
function textAt(raw: Readonly<Record<string, unknown>>, key: string, places: Places, required: false): string | undefined;
function textAt(raw: Readonly<Record<string, unknown>>, key: string, places: Places, required: boolean): string | undefined {
  const value = raw[key] ?? undefined;
  if (typeof value === 'string' || (value === undefined && !required)) return value;
  throw wrongValue(key, 'a text', value, places);
}

function wrongValue(key: string, expected: string, value: unknown, places: Places): InputError {
  const absent = value === undefined || value === null;
  return new InputError({
    code: absent ? 'NETWORK_KEY_MISSING' : 'NETWORK_CELL_INVALID',
    message: absent ? `A network file needs "${key}" (${expected})` : `"${key}" must be ${expected}, got ${shown(value)}`,
    where: places([key]),
    hint: absent ? `Add ${key}: … ; if it was there, the file may be cut off.` : `Correct the value of ${key}.`,
  });
}
