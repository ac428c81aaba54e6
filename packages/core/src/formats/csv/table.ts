import { BugError } from '../../base/errors.ts';
import { stepLocalTime, type TimeGrid } from '../../base/time-grid.ts';

/** One column of a table: a quantity's name ends in its unit. */
export interface TableColumn {
  readonly name: string;
  readonly values: ArrayLike<number> | readonly string[];
}

/**
 * Writes columns of equal length as CSV: comma, decimal point, every digit, LF, a final newline.
 * A number that is not finite becomes an empty cell.
 * @throws {BugError} CSV_COLUMNS_UNEQUAL
 */
export function writeTable(columns: readonly TableColumn[]): string {
  const rows_count = columns[0]?.values.length ?? 0;
  for (const { name, values } of columns) {
    if (values.length === rows_count) continue;
    throw new BugError({
      code: 'CSV_COLUMNS_UNEQUAL',
      message: `Column "${name}" has ${values.length} rows, the first column ${rows_count}`,
    });
  }
  const lines = [columns.map(({ name }) => quoted(name)).join(',')];
  for (let i = 0; i < rows_count; i++) lines.push(columns.map(({ values }) => cell(values[i])).join(','));
  return `${lines.join('\n')}\n`;
}

/** The `time` column of a grid: wall-clock interval starts with their offset, as `readProfiles` reads them. */
export function timeColumn(grid: TimeGrid): TableColumn {
  return { name: 'time', values: Array.from({ length: grid.steps_count }, (_, t) => stepLocalTime(grid, t)) };
}

const cell = (value: number | string): string => (typeof value === 'string' ? quoted(value) : Number.isFinite(value) ? String(value) : '');

const quoted = (text: string): string => (/[",;\t\r\n]|^\s|\s$|^$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
