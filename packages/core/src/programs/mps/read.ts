import { didYouMean, InputError } from '../../base/errors.ts';
import type { StatedProgram } from '../contract.ts';
import { shown } from '../source.ts';
import { applyBound } from './bounds.ts';
import { type Card, cardsOf, foreignSections, readSections } from './layout.ts';
import { readQuadratic, settleQuadratic } from './quadratic.ts';
import { MpsState } from './state.ts';

/** Rows that are no constraints: the objective, and others of type N, which are left out. */
const OBJECTIVE = -1;
const LEFT_OUT = -2;

/** What the sections of an MPS file say, as it is read from top to bottom. */
export class MpsReading extends MpsState {
  private readonly rows = new Map<string, number>();
  /** Type of each constraint: L, G or E. */
  private readonly types: string[] = [];
  private readonly rhs: (number | undefined)[] = [];
  private readonly ranges = new Map<number, { readonly value: number; readonly line: number }>();
  /** Per row, the column that last had an entry in it: finds doubles. */
  private readonly lastColumn: number[] = [];
  private lastCostColumn = -1;
  private offsetLine = 0;
  private objectiveName: string | undefined;
  private hasObjective = false;
  private column = -1;
  private isWhole = false;
  /** Columns between markers. */
  private readonly marked: number[] = [];
  private lastLine = 1;

  read(): StatedProgram {
    for (const card of cardsOf(this.source)) {
      this.lastLine = card.line;
      if (card.section !== undefined) this.open(card.section, card);
      else this.take(card);
    }
    const { source, model } = this;
    if (this.section !== 'ENDATA') {
      const hint = 'The file seems to be cut off: fetch it again. A complete one ends with ENDATA.';
      throw new InputError(source.fault('PROGRAM_CUT_OFF', this.lastLine, 'The file ends without ENDATA', hint));
    }
    if (!this.hasObjective) model.warnings.push('There is no row of type N: every feasible point is optimal');
    this.settleRows();
    this.settleMarked();
    settleQuadratic(this);
    return model.finish();
  }

  private open(section: string, card: Card): void {
    const { source, model } = this;
    const { line, fields } = card;
    if (foreignSections.has(section)) throw this.foreign(line, foreignSections.get(section) ?? section);
    if (!readSections.has(section)) {
      const hint = didYouMean(section, readSections) ?? 'An MPS file begins with NAME or ROWS; data lines begin with a blank.';
      throw new InputError(source.fault('PROGRAM_SYNTAX', line, `There is no section ${shown(section)} in an MPS file`, hint));
    }
    this.section = section;
    if (section === 'NAME') model.name = fields[0]?.replace(/\s+(FREE|FIXED)$/i, '') ?? '';
    if (section === 'OBJSENSE_MAX') model.maximise = true;
    if (section === 'OBJSENSE' && fields.length > 0) this.readSense(fields[0], line);
  }

  private take({ line, fields }: Card): void {
    const read = this.readers.get(this.section);
    if (read === undefined)
      throw this.syntax(line, `A data line stands ${this.section === '' ? 'before the first section' : `in ${this.section}`}`);
    read(fields, line);
  }

  private readonly readers: ReadonlyMap<string, (fields: readonly string[], line: number) => void> = new Map([
    ['OBJSENSE', ([word], line) => this.readSense(word, line)],
    ['OBJNAME', ([name]) => void (this.objectiveName = name)],
    ['ROWS', (fields, line) => this.readRow(fields, line)],
    ['COLUMNS', (fields, line) => this.readColumn(fields, line)],
    ['RHS', (fields, line) => this.readRowValues(fields, line)],
    ['RANGES', (fields, line) => this.readRowValues(fields, line)],
    ['BOUNDS', (fields, line) => applyBound(this, fields, line)],
    ['QUADOBJ', (fields, line) => readQuadratic(this, fields, line)],
    ['QMATRIX', (fields, line) => readQuadratic(this, fields, line)],
    ['QSECTION', (fields, line) => readQuadratic(this, fields, line)],
  ] satisfies [string, (fields: readonly string[], line: number) => void][]);

  private readSense(word: string, line: number): void {
    if (/^max(imi[sz]e|imum)?$/i.test(word)) this.model.maximise = true;
    else if (!/^min(imi[sz]e|imum)?$/i.test(word)) throw this.syntax(line, `OBJSENSE must be MAX or MIN, got ${shown(word)}`);
  }

  private readRow(fields: readonly string[], line: number): void {
    if (fields.length !== 2) throw this.syntax(line, `A line in ROWS has a type and a name, got ${fields.length} fields`);
    const [type, name] = [fields[0].toUpperCase(), fields[1]];
    if (!/^[NLGE]$/.test(type)) throw this.syntax(line, `The type of row ${shown(name)} must be N, L, G or E, got ${shown(fields[0])}`);
    if (this.rows.has(name)) throw this.twice(line, `Row ${shown(name)} is declared twice`);
    if (type === 'N') {
      const isObjective = !this.hasObjective && (this.objectiveName === undefined || this.objectiveName === name);
      this.rows.set(name, isObjective ? OBJECTIVE : LEFT_OUT);
      if (isObjective) this.hasObjective = true;
      else this.model.warnings.push(`Row "${name}" of type N is not the objective and is left out (line ${line})`);
      return;
    }
    const low = type === 'L' ? Number.NEGATIVE_INFINITY : 0;
    this.rows.set(name, this.model.addRow(name, line, low, type === 'G' ? Number.POSITIVE_INFINITY : 0));
    this.types.push(type);
    this.rhs.push(undefined);
    this.lastColumn.push(-1);
  }

  private readColumn(fields: readonly string[], line: number): void {
    const { model, source } = this;
    const marker = fields.findIndex((field) => /^'?MARKER'?$/i.test(field));
    if (marker === 1) {
      const kind = fields.at(-1)?.replaceAll("'", '').toUpperCase();
      if (kind !== 'INTORG' && kind !== 'INTEND') throw this.syntax(line, `A marker must be INTORG or INTEND, got ${shown(kind ?? '')}`);
      this.isWhole = kind === 'INTORG';
      return;
    }
    if (fields.length !== 3 && fields.length !== 5) {
      throw this.syntax(line, `A line in COLUMNS has a name and one or two pairs of row and value, got ${fields.length} fields`);
    }
    const name = fields[0];
    if (this.column < 0 || model.columnNames[this.column] !== name) {
      if (model.columns.has(name)) throw this.twice(line, `Column ${shown(name)} is continued after another column`);
      this.column = model.addColumn(name, line, this.isWhole);
      if (this.isWhole) this.marked.push(this.column);
    }
    for (let k = 1; k < fields.length; k += 2) {
      const row = this.row(fields[k], line);
      const value = source.number(fields[k + 1], line, `coefficient of ${shown(name)} in ${shown(fields[k])}`);
      if (row === LEFT_OUT) continue;
      const last = row === OBJECTIVE ? this.lastCostColumn : this.lastColumn[row];
      if (last === this.column) throw this.twice(line, `The coefficient of ${shown(name)} in row ${shown(fields[k])} is given twice`);
      if (row === OBJECTIVE) {
        this.lastCostColumn = this.column;
        model.cost[this.column] = value;
      } else {
        this.lastColumn[row] = this.column;
        model.entries.add(row, this.column, value);
      }
    }
  }

  /** RHS and RANGES: a set, which may be missing, and one or two pairs of row and value. */
  private readRowValues(fields: readonly string[], line: number): void {
    if (fields.length < 2 || fields.length > 5) {
      throw this.syntax(line, `A line in ${this.section} has a set and one or two pairs of row and value, got ${fields.length} fields`);
    }
    const hasSet = fields.length % 2 === 1;
    if (!this.isFirstSet(hasSet ? fields[0] : '', line)) return;
    for (let k = hasSet ? 1 : 0; k < fields.length; k += 2) {
      const row = this.row(fields[k], line);
      const name = fields[k];
      if (this.section === 'RHS') this.takeRhs(row, name, fields[k + 1], line);
      else if (row < 0) this.model.warnings.push(`The range of row "${name}" of type N means nothing (line ${line})`);
      else {
        if (this.ranges.has(row)) throw this.twice(line, `The range of row ${shown(name)} is given twice`);
        this.ranges.set(row, { value: this.source.limit(fields[k + 1], line, `range of ${shown(name)}`), line });
      }
    }
  }

  private takeRhs(row: number, name: string, token: string, line: number): void {
    if (row === LEFT_OUT) return;
    if (row === OBJECTIVE) {
      if (this.offsetLine > 0) throw this.twice(line, `The right-hand side of ${shown(name)} is given twice`);
      this.offsetLine = line;
      // the objective is cᵀx − right-hand side
      this.model.offset = 0 - this.source.number(token, line, `right-hand side of ${shown(name)}`);
      return;
    }
    if (this.rhs[row] !== undefined) throw this.twice(line, `The right-hand side of ${shown(name)} is given twice`);
    const value = this.source.limit(token, line, `right-hand side of ${shown(name)}`);
    this.rhs[row] = value;
    if (this.types[row] !== 'L') this.model.rowLower[row] = this.source.usable(value, 'lower', line, name);
    if (this.types[row] !== 'G') this.model.rowUpper[row] = this.source.usable(value, 'upper', line, name);
  }

  /** [b − |R|, b] for L, [b, b + |R|] for G, and for E on the side that the sign of R says. */
  private settleRows(): void {
    const { rowLower, rowUpper } = this.model;
    for (const [row, { value }] of this.ranges) {
      const type = this.types[row];
      if (type === 'L' || (type === 'E' && value < 0)) rowLower[row] = rowUpper[row] - Math.abs(value);
      else rowUpper[row] = rowLower[row] + Math.abs(value);
      // a range around a row without a limit says nothing
      if (Number.isNaN(rowLower[row])) rowLower[row] = Number.NEGATIVE_INFINITY;
      if (Number.isNaN(rowUpper[row])) rowUpper[row] = Number.POSITIVE_INFINITY;
    }
  }

  /** Between markers a variable without any bound is 0 or 1, as in CPLEX, GLPK and HiGHS. */
  private settleMarked(): void {
    const { model } = this;
    const bare = this.marked.filter((j) => !model.hasBounds(j));
    for (const j of bare) model.upper[j] = 1;
    if (bare.length === 0) return;
    const names = bare.slice(0, 5).map((j) => `"${model.columnNames[j]}"`);
    model.warnings.push(
      `Whole variables without bounds are 0 or 1, as MPS has it: ${names.join(', ')}${bare.length > 5 ? ` and ${bare.length - 5} more` : ''}`,
    );
  }

  private row(name: string, line: number): number {
    const row = this.rows.get(name);
    if (row !== undefined) return row;
    const hint = didYouMean(name, this.rows.size > 20_000 ? [] : this.rows.keys()) ?? 'Declare it in ROWS, before COLUMNS.';
    throw new InputError(this.source.fault('PROGRAM_NAME_UNKNOWN', line, `There is no row ${shown(name)}`, hint));
  }
}
