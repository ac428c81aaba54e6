import { unitOfName } from '@gridflock/core';
import { expect, test } from 'vitest';
import { regulateTables } from './regulate-tables.ts';
import { sampleRegulate } from './testing/sample-regulate.ts';

/** Commas outside quotes; names of runs have one inside. */
const separator = /,(?=(?:[^"]*"[^"]*")*[^"]*$)/;

const parsed = (result = sampleRegulate()): Record<string, string[][]> =>
  Object.fromEntries(
    regulateTables(result).map(({ name, csv }) => {
      return [
        name,
        csv
          .trimEnd()
          .split('\n')
          .map((line) => line.split(separator)),
      ];
    }),
  );

test('six tables, every row as wide as its header, as many rows as there is to tell', () => {
  const tables = parsed();
  expect(Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, rows.length - 1]))).toEqual({
    'runs.csv': 8 * 24,
    'dispatch.csv': 8 * 24 * 11,
    'partitions.csv': 63,
    'screening.csv': 60,
    'market.csv': 7 * 24,
    'resources.csv': 11,
  });
  for (const [name, [header, ...rows]] of Object.entries(tables)) for (const row of rows) expect(row, name).toHaveLength(header!.length);
});

test('headers carry units, time its offset, and numbers are those of the result', () => {
  const result = sampleRegulate();
  const tables = parsed(result);
  const [header, first] = tables['runs.csv']!;
  expect(header!.filter((name) => /^[pqv]_|^loss/.test(name)).every((name) => unitOfName(name) !== undefined)).toBe(true);
  const cell = (name: string, row = first!): string => row[header!.indexOf(name)] ?? '';
  expect(cell('time')).toBe('2025-01-15T00:00+08:00');
  expect(Number(cell('p_pcc_kW'))).toBe(result.runs[0]!.p_pcc_kW[0]);
  const held = tables['runs.csv']!.filter((row) => cell('saturated', row) === 'true');
  expect(held).toHaveLength(result.runs.reduce((total, { saturated }) => total + saturated.length, 0));
  const resources = tables['resources.csv']!;
  expect(resources[0]).toContain(`revenue_with_${result.currency}`);
  const column = resources[0]!.indexOf('cluster_in_clusters_1');
  for (const row of resources.slice(1)) {
    const cluster = result.partitions.chosen[0]!.clusters[Number(row[column]) - 1];
    expect(cluster?.resources).toContain(row[0]);
  }
});
