import { didYouMean } from '../../../base/errors.ts';
import { expressionValue, plainNumber } from './expression.ts';
import { type Place, quoted, refusal } from './place.ts';
import { LineScanner, type Token } from './tokens.ts';

/** Numbers of a file that an array names, `file=x.csv`, read when the array is. */
export type NumberFile = (path: string, at: Place) => string;

/** What was assigned to a property of an object, and where. */
export interface Assignment {
  /** Lower case, canonical. */
  readonly property: string;
  readonly value: Token;
  readonly at: Place;
  /** For a property that copies another object: how many assignments that object had then. */
  readonly copied_count?: number | undefined;
}

/** @throws {InputError} OPENDSS_QUOTE */
function closedText(value: Token, at: Place): string {
  if (value.closed) return value.text;
  throw refusal(
    'OPENDSS_QUOTE',
    `The ${value.quote} before ${quoted(value.text)} is not closed on its line`,
    at,
    'Close it; an array must stand on one line, however long.',
  );
}

const wrong = (value: string, property: string, wanted: string, at: Place) =>
  refusal('OPENDSS_VALUE', `"${property}" must be ${wanted}, got ${quoted(value)}`, at, 'Correct the value.');

/** A finite number: plain, or an expression in quotes or brackets. @throws {InputError} OPENDSS_VALUE, OPENDSS_QUOTE */
export function numberOf({ property, value, at }: Assignment): number {
  const text = closedText(value, at);
  const result = value.quote === '' ? plainNumber(text) : expressionValue(text);
  if (result !== undefined && Number.isFinite(result)) return result;
  throw wrong(text, property, value.quote === '' ? 'a number' : 'a number or an expression in reverse Polish notation', at);
}

/** @throws {InputError} OPENDSS_VALUE */
export function positiveOf(assignment: Assignment): number {
  const result = numberOf(assignment);
  if (result > 0) return result;
  throw wrong(assignment.value.text, assignment.property, 'greater than 0', assignment.at);
}

/** @throws {InputError} OPENDSS_VALUE */
export function notNegativeOf(assignment: Assignment): number {
  const result = numberOf(assignment);
  if (result >= 0) return result;
  throw wrong(assignment.value.text, assignment.property, '0 or more', assignment.at);
}

/** A whole number from `low` to `high`. @throws {InputError} OPENDSS_VALUE */
export function integerOf(assignment: Assignment, low: number, high: number): number {
  const result = numberOf(assignment);
  if (Number.isInteger(result) && result >= low && result <= high) return result;
  throw wrong(assignment.value.text, assignment.property, `a whole number from ${low} to ${high}`, assignment.at);
}

/** `yes`, `true`, `no`, `false` and their beginnings. @throws {InputError} OPENDSS_VALUE */
export function flagOf({ property, value, at }: Assignment): boolean {
  if (/^[yt]/i.test(value.text)) return true;
  if (/^[nf]/i.test(value.text)) return false;
  throw wrong(value.text, property, 'yes or no', at);
}

/** A power factor from −1 to 1, not 0: what belongs to it is worked out by division. @throws {InputError} OPENDSS_VALUE */
export function powerFactorOf(assignment: Assignment): number {
  const result = numberOf(assignment);
  if (result !== 0 && Math.abs(result) <= 1) return result;
  throw wrong(assignment.value.text, assignment.property, 'a power factor from -1 to 1, not 0', assignment.at);
}

/** Lower case, because nothing in OpenDSS depends on it. @throws {InputError} OPENDSS_QUOTE */
export const wordOf = ({ value, at }: Assignment): string => closedText(value, at).toLowerCase();

/** The choice that the word begins. @throws {InputError} OPENDSS_VALUE */
export function choiceOf<T extends string>(assignment: Assignment, choices: readonly T[]): T {
  const word = wordOf(assignment);
  const found = choices.find((choice) => choice === word) ?? choices.find((choice) => word !== '' && choice.startsWith(word));
  if (found !== undefined) return found;
  const { property, value, at } = assignment;
  throw refusal(
    'OPENDSS_VALUE',
    `"${property}" must be one of ${choices.join(', ')}, got ${quoted(value.text)}`,
    at,
    didYouMean(word, choices) ?? 'Correct the value.',
  );
}

/** Words of an array: `[a b, c]`, or one bare word. @throws {InputError} OPENDSS_QUOTE */
export function wordsOf({ value, at }: Assignment): string[] {
  const words: string[] = [];
  const scanner = new LineScanner(closedText(value, at));
  for (let token = scanner.next(); token !== undefined; token = scanner.next()) words.push(token.text.toLowerCase());
  return words;
}

/**
 * Numbers of an array; `count` limits how many are taken. An array may name a file instead: `(file=x.csv, column=2, header=yes)`.
 * @throws {InputError} OPENDSS_VALUE, OPENDSS_QUOTE, OPENDSS_FILE_BINARY and what `read` throws
 */
export function numbersOf(assignment: Assignment, read: NumberFile): number[] {
  const { property, value, at } = assignment;
  const text = closedText(value, at);
  if (/^\s*\w*file\s*=/i.test(text)) return numbersOfFile(text, property, at, read);
  const numbers: number[] = [];
  const scanner = new LineScanner(text);
  for (let token = scanner.next(); token !== undefined; token = scanner.next()) {
    const number = token.quote === '' ? plainNumber(token.text) : expressionValue(token.text);
    if (number === undefined || !Number.isFinite(number)) {
      // an array of one may be written as an expression: kvar=(600 2 /)
      const whole = value.quote === '' ? undefined : expressionValue(text);
      if (whole !== undefined && Number.isFinite(whole)) return [whole];
      throw wrong(token.text, property, 'numbers', at);
    }
    numbers.push(number);
  }
  return numbers;
}

function numbersOfFile(text: string, property: string, at: Place, read: NumberFile): number[] {
  const scanner = new LineScanner(text);
  let path = '';
  let column = 1;
  let isColumnSaid = false;
  let header = false;
  for (let token = scanner.next(); token !== undefined; token = scanner.next()) {
    const name = token.name.toLowerCase();
    if (/^(sng|dbl)file$/.test(name)) throw binaryFile(name, at);
    if (name.endsWith('file')) path = token.text;
    else if (name.startsWith('col')) [isColumnSaid, column] = [true, Math.max(1, Math.floor(plainNumber(token.text) ?? 1))];
    else if (name.startsWith('head')) header = /^[yt]/i.test(token.text);
  }
  const numbers = read(path, at);
  if (!isColumnSaid) mustNotHaveDecimalCommas(numbers, path, property, at, 'name the column with col=1');
  return columnOf(numbers, column, header, path, property, at);
}

/** One number per row was expected, and every row has two whole ones: `0,5`. @throws {InputError} OPENDSS_VALUE */
export function mustNotHaveDecimalCommas(text: string, path: string, property: string, at: Place, orElse: string): void {
  const rows = text.split(/\r\n|\n|\r/).filter((row) => row.trim() !== '');
  if (rows.length === 0 || !rows.every((row) => /^\s*[+-]?\d+,\d+\s*$/.test(row))) return;
  throw refusal(
    'OPENDSS_VALUE',
    `The rows of ${quoted(path)} for "${property}" are like ${quoted(rows[0].trim())}, with a decimal comma`,
    at,
    `Write points for decimals; if these are two columns, ${orElse}.`,
  );
}

export const binaryFile = (property: string, at: Place) =>
  refusal(
    'OPENDSS_FILE_BINARY',
    `"${property}" names a binary file, which is not read`,
    at,
    'Save the numbers as text, and name it with csvfile= or file=.',
  );

/** One number per line from the given column, from 1. @throws {InputError} OPENDSS_VALUE */
export function columnOf(text: string, column: number, header: boolean, path: string, property: string, at: Place): number[] {
  const numbers: number[] = [];
  let line = 0;
  for (const row of text.split(/\r\n|\n|\r/)) {
    line++;
    if (line === 1 && header) continue;
    if (row.trim() === '') continue;
    const cells = row.trim().split(/\s*[,;\t]\s*|\s+/);
    const number = plainNumber(cells[column - 1] ?? '');
    if (number === undefined) {
      if (line === 1) continue;
      throw refusal(
        'OPENDSS_VALUE',
        `Line ${line}, column ${column} of ${quoted(path)} must be a number for "${property}", got ${quoted(cells[column - 1] ?? '')}`,
        at,
        'Correct the file, or name another column.',
      );
    }
    numbers.push(number);
  }
  return numbers;
}

/**
 * Symmetric matrix of order n: rows separated by `|`, whole or lower triangle. The lower triangle counts, as in OpenDSS.
 * @shape [n · n]
 * @throws {InputError} OPENDSS_MATRIX, OPENDSS_VALUE, OPENDSS_QUOTE
 */
export function matrixOf(assignment: Assignment, n: number, warn: (text: string) => void): number[] {
  const { property, value, at } = assignment;
  const rows = closedText(value, at)
    .split('|')
    .map((text) => numbersOf({ property, at, value: { ...value, text } }, noFile));
  const whole =
    rows.length === 1 && n > 1 && rows[0].length === n * n ? Array.from({ length: n }, (_, i) => rows[0].slice(i * n, i * n + n)) : rows;
  const matrix = new Array<number>(n * n).fill(0);
  if (whole.length > n || whole.some((row, i) => row.length > n || row.length <= i)) throw misshapen(property, n, at);
  if (whole.length < n) warn(`"${property}" has ${whole.length} of ${n} rows; the others are taken as zero`);
  let asymmetric = false;
  for (let i = 0; i < whole.length; i++) {
    const row = whole[i];
    for (let j = 0; j <= i; j++) {
      if (whole[j].length > i && Math.abs(whole[j][i] - row[j]) > 1e-6 * Math.abs(row[j])) asymmetric = true;
      matrix[i * n + j] = row[j];
      matrix[j * n + i] = row[j];
    }
  }
  if (asymmetric) warn(`"${property}" is not symmetric; its lower triangle is used`);
  return matrix;
}

const misshapen = (property: string, n: number, at: Place) =>
  refusal('OPENDSS_MATRIX', `"${property}" must have ${n} rows of a lower triangle or of ${n} numbers`, at, 'Separate the rows with |.');

const noFile: NumberFile = (path, at) => {
  throw refusal('OPENDSS_VALUE', `A matrix cannot come from the file ${quoted(path)}`, at, 'Write the numbers out.');
};
