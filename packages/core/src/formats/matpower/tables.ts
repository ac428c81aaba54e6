import { didYouMean, type InputError } from '../../base/errors.ts';
import { columnsMin_count } from './columns.ts';
import type { CaseFields } from './run.ts';
import type { Offset, SourceText } from './syntax.ts';
import type { Matrix } from './values.ts';

/** A table of the case by row and column, with the line of each row. */
export class CaseTable {
  readonly name: string;
  readonly rows_count: number;
  readonly cols_count: number;
  private readonly source: SourceText;
  private readonly matrix: Matrix;
  private readonly at: Offset;

  constructor(source: SourceText, name: string, matrix: Matrix, at: Offset) {
    this.source = source;
    this.name = name;
    this.matrix = matrix;
    this.at = at;
    this.rows_count = matrix.rows_count;
    this.cols_count = matrix.cols_count;
  }

  cell(row: number, column: number): number {
    return this.matrix.data[row * this.cols_count + column];
  }

  where(row: number): string {
    return this.source.where(this.matrix.rowAt?.[row] ?? this.at);
  }

  /** @throws {InputError} MATPOWER_NUMBER_INVALID when the cell is NaN or infinite */
  finite(row: number, column: number, label: string): number {
    const value = this.cell(row, column);
    if (Number.isFinite(value)) return value;
    throw this.error('MATPOWER_NUMBER_INVALID', `${label} must be a finite number, got ${value}`, row, 'Replace it by a number.');
  }

  /** @throws {InputError} MATPOWER_NUMBER_INVALID when the cell is NaN */
  number(row: number, column: number, label: string): number {
    const value = this.cell(row, column);
    if (!Number.isNaN(value)) return value;
    throw this.error('MATPOWER_NUMBER_INVALID', `${label} is not a number (NaN)`, row, 'Replace it by a number or Inf.');
  }

  /** @throws {InputError} MATPOWER_BUS_NUMBER when the cell is not a positive whole number */
  busNumber(row: number, column: number): string {
    const value = this.cell(row, column);
    if (Number.isSafeInteger(value) && value > 0) return String(value);
    throw this.error(
      'MATPOWER_BUS_NUMBER',
      `A bus number must be a positive whole number, got ${value} in row ${row + 1} of ${this.name}`,
      row,
      'Renumber the buses from 1.',
    );
  }

  error(code: string, message: string, row: number, hint: string): InputError {
    return this.source.error(code, message, this.matrix.rowAt?.[row] ?? this.at, hint);
  }
}

/**
 * The table of a field, with enough columns; undefined when it is not there or has no rows.
 * @throws {InputError} MATPOWER_FIELD_INVALID, MATPOWER_COLUMNS
 */
export function tableOf(source: SourceText, { fields }: CaseFields, name: keyof typeof columnsMin_count): CaseTable | undefined {
  const field = fields.get(name);
  if (field === undefined) return undefined;
  const { value, at } = field;
  if (value.kind !== 'matrix') {
    throw source.error('MATPOWER_FIELD_INVALID', `"${name}" must be a table of numbers`, at, `Write ${name} = [ … ];`);
  }
  if (value.rows_count === 0) return undefined;
  if (value.cols_count < columnsMin_count[name]) {
    throw source.error(
      'MATPOWER_COLUMNS',
      `"${name}" must have at least ${columnsMin_count[name]} columns, got ${value.cols_count}`,
      at,
      'Add the missing columns; the case format lists them.',
    );
  }
  return new CaseTable(source, name, value, at);
}

/** @throws {InputError} MATPOWER_FIELD_MISSING */
export function requiredTable(source: SourceText, content: CaseFields, name: 'bus' | 'branch'): CaseTable | undefined {
  if (content.fields.has(name)) return tableOf(source, content, name);
  throw missingField(source, content, name);
}

export function missingField(source: SourceText, { fields }: CaseFields, name: string): InputError {
  const near = didYouMean(name, fields.keys());
  return source.error(
    'MATPOWER_FIELD_MISSING',
    `The case has no "${name}"`,
    source.text.length,
    near?.startsWith('Did') ? near : 'The file may be cut off, or it is not a MATPOWER case.',
  );
}
