import { didYouMean, InputError } from '../base/errors.ts';
import { fromTriplets } from '../linalg/sparse.ts';
import type { Program } from '../problem/program.ts';
import type { StatedCone, StatedProgram } from './contract.ts';
import { type ProgramText, shown } from './source.ts';

/** Entries of a matrix in the order of the file. */
export class Triplets {
  readonly rows: number[] = [];
  readonly cols: number[] = [];
  readonly values: number[] = [];

  add(row: number, col: number, value: number): void {
    this.rows.push(row);
    this.cols.push(col);
    this.values.push(value);
  }
}

/** What a reader has gathered, in the sense of the file. */
export interface Gathered {
  readonly name: string;
  readonly maximise: boolean;
  readonly cost: ArrayLike<number>;
  readonly offset: number;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly whole: Uint8Array;
  readonly rowLower: Float64Array;
  readonly rowUpper: Float64Array;
  readonly entries: Triplets;
  /** Entries (i, j) of P with i ≤ j; those at the same place are added. */
  readonly quadratic: Triplets;
  readonly cones: readonly StatedCone[];
  readonly warnings: readonly string[];
  columnName(j: number): string;
  rowName(i: number): string;
  columnLine(j: number): number;
  rowLine(i: number): number;
}

/** How many of one kind of warning are written out. */
const warned_count = 5;

/** Turns what was gathered into a programme to be minimised, and says what is odd about it. */
export function stateProgram(gathered: Gathered): StatedProgram {
  const { cost, lower, upper, rowLower, rowUpper, entries, quadratic, whole, maximise } = gathered;
  const { columnName, rowName, columnLine, rowLine } = gathered;
  const n = lower.length;
  const m = rowLower.length;
  const sign = maximise ? -1 : 1;
  const rows = fromTriplets(m, n, entries.rows, entries.cols, entries.values);
  const values = maximise ? quadratic.values.map((value) => -value) : quadratic.values;
  const program: Program = {
    cost: Float64Array.from({ length: n }, (_, j) => sign * (cost[j] ?? 0)),
    offset: sign * gathered.offset,
    quadratic: values.some((value) => value !== 0) ? fromTriplets(n, n, quadratic.rows, quadratic.cols, values) : undefined,
    lower,
    upper,
    integer: whole.includes(1) ? whole : undefined,
    rows,
    rowLower,
    rowUpper,
    columnName,
    rowName,
  };
  const inCone = new Set(gathered.cones.flatMap(({ over, index }) => (over === 'rows' ? [...index] : [])));
  const isFilled = new Uint8Array(m);
  rows.values.forEach((value, p) => {
    if (value !== 0) isFilled[rows.rowIndex[p]] = 1;
  });
  const empty = (i: number): boolean => isFilled[i] === 0 && !inCone.has(i);
  const warnings = [
    ...gathered.warnings,
    ...listed(m, empty, (i) => `Row "${rowName(i)}" has no coefficients (line ${rowLine(i)})`, 'rows have no coefficients'),
    ...listed(
      n,
      (j) => lower[j] > upper[j],
      (j) => `Variable "${columnName(j)}" has a lower bound ${lower[j]} above its upper bound ${upper[j]} (line ${columnLine(j)})`,
      'variables have a lower bound above the upper one',
    ),
  ];
  const sense = maximise ? 'maximise' : 'minimise';
  return Object.freeze({ name: gathered.name, program, sense, cones: gathered.cones, warnings, columnLine, rowLine });
}

function listed(size: number, holds: (k: number) => boolean, say: (k: number) => string, more: string): string[] {
  const texts: string[] = [];
  let count = 0;
  for (let k = 0; k < size; k++) if (holds(k) && count++ < warned_count) texts.push(say(k));
  if (count > warned_count) texts.push(`${count - warned_count} more ${more}`);
  return texts;
}

const FROM_BELOW = 1;
const FROM_ABOVE = 2;

/** Gathers a programme whose rows and columns have names. */
export class NamedAssembly {
  name = '';
  maximise = false;
  offset = 0;
  readonly source: ProgramText;
  readonly columns = new Map<string, number>();
  readonly columnNames: string[] = [];
  readonly columnLines: number[] = [];
  readonly cost: number[] = [];
  readonly lower: number[] = [];
  readonly upper: number[] = [];
  readonly whole: number[] = [];
  readonly rowNames: string[] = [];
  readonly rowLines: number[] = [];
  readonly rowLower: number[] = [];
  readonly rowUpper: number[] = [];
  readonly entries = new Triplets();
  readonly quadratic = new Triplets();
  readonly warnings: string[] = [];
  private readonly stated: number[] = [];

  constructor(source: ProgramText) {
    this.source = source;
  }

  addColumn(name: string, line: number, isWhole = false): number {
    const j = this.columnNames.length;
    this.columns.set(name, j);
    this.columnNames.push(name);
    this.columnLines.push(line);
    this.cost.push(0);
    this.lower.push(0);
    this.upper.push(Number.POSITIVE_INFINITY);
    this.whole.push(isWhole ? 1 : 0);
    this.stated.push(0);
    return j;
  }

  addRow(name: string, line: number, lower: number, upper: number): number {
    this.rowNames.push(name);
    this.rowLines.push(line);
    this.rowLower.push(lower);
    this.rowUpper.push(upper);
    return this.rowNames.length - 1;
  }

  /** @throws {InputError} PROGRAM_NAME_UNKNOWN */
  column(name: string, line: number): number {
    const j = this.columns.get(name);
    if (j !== undefined) return j;
    const near = didYouMean(name, this.columnNames.length > 20_000 ? [] : this.columnNames);
    const hint = near ?? 'Give it a term first, if need be with the coefficient 0.';
    throw new InputError(this.source.fault('PROGRAM_NAME_UNKNOWN', line, `There is no variable ${shown(name)}`, hint));
  }

  /** True when the file has set a bound of this variable before. */
  hasBounds(j: number): boolean {
    return this.stated[j] !== 0;
  }

  hasLower(j: number): boolean {
    return (this.stated[j] & FROM_BELOW) !== 0;
  }

  /** @throws {InputError} PROGRAM_TWICE when another value was stated, PROGRAM_BOUND_INVALID */
  bound(j: number, side: 'lower' | 'upper', value: number, line: number): void {
    const flag = side === 'lower' ? FROM_BELOW : FROM_ABOVE;
    const name = this.columnNames[j];
    this.source.usable(value, side, line, name);
    if ((this.stated[j] & flag) !== 0 && this[side][j] !== value) {
      const message = `The ${side} bound of ${shown(name)} is given twice: ${this[side][j]}, then ${value}`;
      throw new InputError(this.source.fault('PROGRAM_TWICE', line, message, 'Remove one of the two.'));
    }
    this.stated[j] |= flag;
    this[side][j] = value;
  }

  /** Takes a bound away; another may still be stated. */
  unbound(j: number, side: 'lower' | 'upper'): void {
    this.stated[j] |= side === 'lower' ? FROM_BELOW : FROM_ABOVE;
    this[side][j] = side === 'lower' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }

  finish(): StatedProgram {
    const { columnNames, columnLines, rowNames, rowLines } = this;
    return stateProgram({
      name: this.name,
      maximise: this.maximise,
      cost: this.cost,
      offset: this.offset,
      lower: Float64Array.from(this.lower),
      upper: Float64Array.from(this.upper),
      whole: Uint8Array.from(this.whole),
      rowLower: Float64Array.from(this.rowLower),
      rowUpper: Float64Array.from(this.rowUpper),
      entries: this.entries,
      quadratic: this.quadratic,
      cones: [],
      warnings: this.warnings,
      columnName: (j) => columnNames[j],
      rowName: (i) => rowNames[i],
      columnLine: (j) => columnLines[j],
      rowLine: (i) => rowLines[i],
    });
  }
}
