import { unitOfName } from '@gridflock/core';
import { expect, test } from 'vitest';
import { negotiateTables } from './tables.ts';
import { sampleResult } from './testing/sample-result.ts';

/** A small CSV reader of its own, so that the writer is not checked against itself. */
function parse(csv: string): string[][] {
  const rows: string[][] = [[]];
  let field = '';
  let quoted = false;
  for (let k = 0; k < csv.length; k++) {
    const c = csv[k]!;
    if (quoted) {
      if (c !== '"') field += c;
      else if (csv[k + 1] === '"') field += csv[++k];
      else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ',' || c === '\n') {
      rows.at(-1)!.push(field);
      field = '';
      if (c === '\n') rows.push([]);
    } else field += c;
  }
  expect(rows.pop()).toEqual([]);
  return rows;
}

const tablesOf = (result = sampleResult()) => Object.fromEntries(negotiateTables(result).map(({ name, csv }) => [name, parse(csv)]));

test('six tables, every row as wide as its header', () => {
  const tables = tablesOf();
  expect(Object.keys(tables)).toEqual(['schedules.csv', 'prices.csv', 'voltages.csv', 'convergence.csv', 'owners.csv', 'traffic.csv']);
  for (const [name, [header, ...rows]] of Object.entries(tables)) {
    for (const row of rows) expect(row, name).toHaveLength(header!.length);
  }
});

test('row counts follow plans, steps, buses, devices and rounds', () => {
  const tables = tablesOf();
  expect(tables['schedules.csv']).toHaveLength(1 + 3 * 24 * (11 + 3));
  expect(tables['voltages.csv']).toHaveLength(1 + 3 * 24 * 33);
  expect(tables['prices.csv']).toHaveLength(1 + 2 * 24 * 33);
  expect(tables['convergence.csv']).toHaveLength(1 + 64);
  expect(tables['owners.csv']).toHaveLength(1 + 6);
  expect(tables['traffic.csv']).toHaveLength(1 + 4);
});

test('headers carry units, time carries its offset', () => {
  const tables = tablesOf();
  expect(tables['schedules.csv']![0]).toEqual([
    'time',
    'plan',
    'device',
    'kind',
    'bus',
    'owner',
    'p_kW',
    'q_kvar',
    'e_kWh',
    'theta_in_degC',
  ]);
  expect(tables['prices.csv']![0]).toContain('price_SGD_per_kWh');
  expect(tables['owners.csv']![0]).toContain('gain_SGD');
  for (const name of tables['voltages.csv']![0]!.filter((column) => /_pu$/.test(column))) expect(unitOfName(name)).toBe('pu');
  expect(tables['voltages.csv']![1]![0]).toMatch(/^2025-01-15T00:00\+08:00$/);
});

test('values arrive with every digit; missing ones are empty; a state of nT + 1 values is read at the end of the step', () => {
  const result = sampleResult();
  const plan = result.plans[0]!;
  const battery = plan.schedules[1]!;
  const states = { e_kWh: [100, ...battery.states['e_kWh']!] };
  const schedules = [plan.schedules[0]!, { ...battery, states }];
  const rows = tablesOf({ ...result, plans: [{ ...plan, schedules, ac: { ...plan.ac, v_pu: [[Number.NaN]] } }] })['schedules.csv']!;
  const first = rows.find((row) => row[2] === 'battery-school')!;
  expect(Number(first[6])).toBe(battery.p_kW[0]);
  expect(Number(first[8])).toBe(battery.states['e_kWh']![0]);
  expect(rows.find((row) => row[2] === 'pv-school')![8]).toBe('');
  expect(tablesOf({ ...result, plans: [{ ...plan, ac: { ...plan.ac, v_pu: [[Number.NaN]] } }] })['voltages.csv']![1]![3]).toBe('');
});

test('names with commas, quotes and formulas survive', () => {
  const result = sampleResult();
  const name = '=cmd|"calc", now';
  const rows = tablesOf({ ...result, owners: [{ owner: name, devices: ['a', 'b'], alone_cur: -1, negotiated_cur: 2, gain_cur: 3 }] })[
    'owners.csv'
  ]!;
  expect(rows[1]).toEqual([`'${name}`, 'a b', '-1', '2', '3']);
});

test('one bus, one step', () => {
  const tables = tablesOf(sampleResult({ feeder: '1-bus', steps: 1 }));
  expect(tables['voltages.csv']).toHaveLength(1 + 3);
});
