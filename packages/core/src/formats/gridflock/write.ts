import type { Cell, NetworkDocument, Table } from '../../network/document.ts';
import { plainNumber, plainText } from './scalars.ts';

/** The YAML text of a document: one row of a table per line, every digit kept. */
export function writeDocument(document: NetworkDocument): string {
  const lines = [`gridflock: ${document.gridflock}`, `name: ${plainText(document.name)}`];
  if (document.source !== undefined) lines.push(`source: ${plainText(document.source)}`);
  lines.push(`s_base_kVA: ${plainNumber(document.s_base_kVA)}`);
  if (document.negative_impedance !== undefined) lines.push(`negative_impedance: ${document.negative_impedance}`);
  const { slacks, buses, branches, generators, shunts } = document;
  for (const [name, table] of Object.entries({ slacks, buses, branches, generators, shunts })) {
    if (table !== undefined) lines.push(`${name}:`, ...tableLines(table));
  }
  return `${lines.join('\n')}\n`;
}

function tableLines({ all, columns, rows }: Table): string[] {
  const lines: string[] = [];
  if (all !== undefined && Object.keys(all).length > 0) {
    lines.push(
      `  all: {${Object.entries(all)
        .map(([key, value]) => `${key}: ${cell(value)}`)
        .join(', ')}}`,
    );
  }
  lines.push(`  columns: [${columns.join(', ')}]`);
  if (rows.length === 0) lines.push('  rows: []');
  else lines.push('  rows:', ...rows.map((row) => `    - [${row.map(cell).join(', ')}]`));
  return lines;
}

function cell(value: Cell): string {
  if (value === null) return 'null';
  if (typeof value === 'number') return plainNumber(value);
  if (typeof value === 'boolean') return `${value}`;
  if (typeof value === 'string') return /^(0|[1-9]\d{0,14})$/.test(value) ? value : plainText(value);
  return `{${Object.entries(value)
    .map(([key, list]: [string, readonly number[]]) => `${key}: [${list.map(plainNumber).join(', ')}]`)
    .join(', ')}}`;
}
