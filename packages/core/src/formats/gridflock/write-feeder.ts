import type { FeederCell, FeederDocument, FeederRecord } from '../../network/feeder/document.ts';
import { feederTables } from '../../network/feeder/document.ts';
import { plainNumber, plainText } from './scalars.ts';

/** Records longer than this are broken: one key a line. */
const line_count = 160;

/** The YAML text of a feeder document: one record per line, every digit kept. */
export function writeFeederText(document: FeederDocument): string {
  const lines = [`gridflock: ${document.gridflock}`, `name: ${plainText(document.name)}`];
  if (document.source !== undefined) lines.push(`source: ${plainText(document.source)}`);
  if (document.frequency_Hz !== undefined) lines.push(`frequency_Hz: ${plainNumber(document.frequency_Hz)}`);
  for (const name of feederTables) {
    const table = document[name];
    if (table === undefined) continue;
    if (isRecords(table)) lines.push(table.length === 0 ? `${name}: []` : `${name}:`, ...table.map(recordText));
    else lines.push(`${name}: ${cellText(table as unknown as FeederRecord)}`);
  }
  return `${lines.join('\n')}\n`;
}

const isRecords = (table: FeederDocument['buses']): table is readonly FeederRecord[] => Array.isArray(table);

/** `- {id: l1, from: a, to: b}`; records inside stand on lines of their own. */
function recordText(record: FeederRecord): string {
  const flow = cellText(record);
  const inner = Object.values(record).some(isRecordList);
  if (!inner && flow.length <= line_count) return `  - ${flow}`;
  const lines = Object.entries(record).flatMap(([key, value]) =>
    isRecordList(value) ? [`${key}:`, ...value.map((each) => `  - ${cellText(each)}`)] : [`${key}: ${cellText(value)}`],
  );
  return lines.map((line, k) => `${k === 0 ? '  - ' : '    '}${line}`).join('\n');
}

const isRecordList = (value: FeederCell): value is readonly FeederRecord[] =>
  Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'object' && each !== null && !Array.isArray(each));

function cellText(value: FeederCell): string {
  if (value === null) return 'null';
  if (typeof value === 'number') return plainNumber(value);
  if (typeof value === 'boolean') return `${value}`;
  // whole numbers are read back as names
  if (typeof value === 'string') return /^(0|[1-9]\d{0,14})$/.test(value) ? value : plainText(value);
  if (Array.isArray(value)) return `[${value.map(cellText).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([key, cell]) => `${key}: ${cellText(cell)}`)
    .join(', ')}}`;
}
