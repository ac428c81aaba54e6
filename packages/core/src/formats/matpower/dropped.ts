import type { Dropped } from '../../network/network.ts';
import type { CaseFields } from './run.ts';
import type { SourceText } from './syntax.ts';
import { type CaseTable, tableOf } from './tables.ts';

const read = new Set(['version', 'baseMVA', 'bus', 'branch', 'gen', 'gencost']);

const reasons: Readonly<Record<string, string>> = {
  dcline: 'DC lines are not modelled; the power flow runs without them',
  dclinecost: 'DC lines are not modelled',
  areas: 'areas are not modelled',
  bus_name: 'buses keep their numbers as ids; names are not carried',
  gentype: 'the kind of machine is not part of a network',
  genfuel: 'the fuel is not part of a network',
  reserves: 'reserves are not modelled',
  if: 'interface limits are not modelled',
  A: 'user-defined constraints are not read',
  N: 'user-defined costs are not read',
  userfcn: 'user-defined functions are not carried out',
};

/** Columns that hold data which a Network does not have, by table: name, first and last place, value that means nothing. */
const unusedColumns = {
  branch: [
    ['RATE_B', 6, 6, [0], 'short-term ratings are not modelled; RATE_A is used'],
    ['RATE_C', 7, 7, [0], 'emergency ratings are not modelled; RATE_A is used'],
    ['column 14 and later', 13, 99, [0], 'not part of the data: results of an earlier run, or notes'],
  ],
  bus: [['column 14 and later', 13, 99, [0], 'not part of the data: results of an earlier run']],
  gen: [
    ['PC1 to QC2MAX', 10, 15, [0], 'capability curves are not modelled; the box of P and Q limits is used'],
    ['RAMP_AGC to RAMP_Q', 16, 19, [0], 'ramp limits belong to a device, not to a network'],
    ['APF', 20, 20, [0], 'participation factors are not modelled; the slack takes the balance'],
    ['column 22 and later', 21, 99, [0], 'not part of the data: results of an earlier run'],
  ],
  gencost: [['STARTUP, SHUTDOWN', 1, 2, [0], 'costs of starting and stopping are not modelled']],
} as const;

/** Everything with content that was not carried over: other fields, DC lines row by row, columns, reactive costs. */
export function reportUnused(source: SourceText, content: CaseFields): Dropped[] {
  const dropped: Dropped[] = [];
  for (const [name, { value, at }] of content.fields) {
    if (read.has(name)) continue;
    const where = source.where(at);
    const reason = reasons[name.split('.')[0]] ?? 'this field is not known';
    if (value.kind === 'matrix' && name === 'dcline') {
      for (let row = 0; row < value.rows_count; row++) {
        const [from, to] = [value.data[row * value.cols_count], value.data[row * value.cols_count + 1]];
        dropped.push({
          element: `dcline ${row + 1} (${from} to ${to})`,
          where: value.rowAt?.[row] === undefined ? where : source.where(value.rowAt[row]),
          reason,
        });
      }
      continue;
    }
    const rows_count = value.kind === 'matrix' ? value.data.length && value.rows_count : value.kind === 'cells' ? value.rows.length : 1;
    if (rows_count === 0) continue;
    dropped.push({ element: `${name}${rows_count > 1 ? ` (${rows_count} rows)` : ''}`, where, reason });
  }
  for (const name of ['bus', 'branch', 'gen', 'gencost'] as const) {
    const table = tableOf(source, content, name);
    if (table === undefined) continue;
    for (const [label, first, last, neutral, reason] of unusedColumns[name]) {
      reportColumns(table, label, first, last, neutral, reason, dropped);
    }
  }
  reportReactiveCosts(source, content, dropped);
  return dropped;
}

function reportColumns(
  table: CaseTable,
  label: string,
  first: number,
  last: number,
  neutral: readonly number[],
  reason: string,
  dropped: Dropped[],
): void {
  let count = 0;
  let firstRow = 0;
  for (let row = 0; row < table.rows_count; row++) {
    for (let j = first; j <= last && j < table.cols_count; j++) {
      if (neutral.includes(table.cell(row, j))) continue;
      if (count++ === 0) firstRow = row;
      break;
    }
  }
  if (count === 0) return;
  dropped.push({ element: `${table.name} ${label} (${count} rows)`, where: table.where(firstRow), reason });
}

function reportReactiveCosts(source: SourceText, content: CaseFields, dropped: Dropped[]): void {
  const costs = tableOf(source, content, 'gencost');
  const generators_count = tableOf(source, content, 'gen')?.rows_count ?? 0;
  if (costs === undefined || costs.rows_count <= generators_count) return;
  dropped.push({
    element: `gencost of reactive power (${costs.rows_count - generators_count} rows)`,
    where: costs.where(generators_count),
    reason: 'costs of reactive power are not modelled',
  });
}
