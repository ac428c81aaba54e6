import type { Cell, NetworkDocument, Table } from '../../network/document.ts';

/** The YAML text of a document: one row of a table per line, every digit kept. */
export function writeDocument(document: NetworkDocument): string {
  const lines = [`gridflock: ${document.gridflock}`, `name: ${text(document.name)}`];
  if (document.source !== undefined) lines.push(`source: ${text(document.source)}`);
  lines.push(`s_base_kVA: ${number(document.s_base_kVA)}`);
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
  if (typeof value === 'number') return number(value);
  if (typeof value === 'boolean') return `${value}`;
  if (typeof value === 'string') return /^(0|[1-9]\d{0,14})$/.test(value) ? value : text(value);
  return `{${Object.entries(value)
    .map(([key, list]: [string, readonly number[]]) => `${key}: [${list.map(number).join(', ')}]`)
    .join(', ')}}`;
}

function number(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Plain where YAML cannot take it for anything but a text. In a cell whole numbers may stay: ids are read back as text. */
function text(value: string): string {
  const plain = /^[A-Za-z][\w./-]*$/.test(value) && !/^(y|n|yes|no|true|false|on|off|null|nan|inf)$/i.test(value);
  return plain ? value : JSON.stringify(value).replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufffd]/g, escaped);
}

const escaped = (c: string): string => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
