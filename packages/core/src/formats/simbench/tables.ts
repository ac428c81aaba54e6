import { didYouMean, InputError } from '../../base/errors.ts';

/** A table of a SimBench folder: rows of cells by column. NULL and nothing are the same. */
export interface Table {
  readonly rows: readonly Row[];
}

export interface Row {
  /** `LV/Load.csv:12` */
  readonly where: string;
  readonly cells: readonly string[];
  readonly columnOf: ReadonlyMap<string, number>;
}

/**
 * Splits a table: a header line, cells apart by `;`, nothing quoted.
 * @throws {InputError} SIMBENCH_ROW_LENGTH
 */
export function parseTable(text: string, fileName: string): Table {
  const lines = text.split(/\r?\n/);
  const header = (lines[0] ?? '').replace(/^\ufeff/, '').split(';');
  if (header.length === 1 && /[,\t]/.test(header[0])) {
    throw new InputError({
      code: 'SIMBENCH_ROW_LENGTH',
      message: 'The cells of the first line are not separated by ";"',
      where: `${fileName}:1`,
      hint: 'SimBench tables have ; between cells and a point in numbers; write the table so.',
    });
  }
  const columnOf = new Map(header.map((name, k) => [name.trim(), k]));
  const rows: Row[] = [];
  for (let k = 1; k < lines.length; k++) {
    if (lines[k].trim() === '') continue;
    const cells = lines[k].split(';');
    const where = `${fileName}:${k + 1}`;
    if (cells.length !== header.length) {
      throw new InputError({
        code: 'SIMBENCH_ROW_LENGTH',
        message: `The row must have ${header.length} cells, got ${cells.length}`,
        where,
        hint: 'The columns are those of the first line; the file may be cut off.',
      });
    }
    rows.push({ where, cells, columnOf });
  }
  return { rows };
}

/** The text of a cell; undefined for NULL. @throws {InputError} SIMBENCH_COLUMN_MISSING */
export function optionalTextOf(row: Row, column: string): string | undefined {
  const at = row.columnOf.get(column);
  if (at === undefined) throw missing(row, column);
  const cell = row.cells[at].trim();
  return cell === '' || cell === 'NULL' ? undefined : cell;
}

export function textOf(row: Row, column: string): string {
  const cell = optionalTextOf(row, column);
  if (cell !== undefined) return cell;
  throw missing(row, column);
}

/** A number; `otherwise` where it is NULL, not where there is no such column. @throws {InputError} SIMBENCH_COLUMN_MISSING, SIMBENCH_NUMBER_INVALID */
export function numberOf(row: Row, column: string, otherwise?: number): number {
  const cell = optionalTextOf(row, column);
  if (cell === undefined) {
    if (otherwise !== undefined) return otherwise;
    throw missing(row, column);
  }
  const value = Number(cell);
  if (Number.isFinite(value)) return value;
  throw new InputError({
    code: 'SIMBENCH_NUMBER_INVALID',
    message: `"${column}" must be a number, got "${cell.slice(0, 40)}"`,
    where: row.where,
    hint: 'Numbers have a decimal point; what is not known is NULL.',
  });
}

function missing(row: Row, column: string): InputError {
  const isThere = row.columnOf.has(column);
  return new InputError({
    code: 'SIMBENCH_COLUMN_MISSING',
    message: isThere ? `"${column}" is empty` : `The table has no column "${column}"`,
    where: row.where,
    hint: isThere ? 'Give it.' : (didYouMean(column, row.columnOf.keys()) ?? 'Take the folder as it was published.'),
  });
}
