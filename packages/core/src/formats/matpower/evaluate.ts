import { didYouMean, type InputError } from '../../base/errors.ts';
import { indexFunctions } from './columns.ts';
import type { Expression, MatrixRow, Offset, SourceText } from './syntax.ts';
import {
  binaryOperators,
  type CellArray,
  constants,
  elementwise,
  isComparison,
  type Matrix,
  reductions,
  scalar,
  type Value,
} from './values.ts';

/** Numbers that all statements of a file may make together; the largest known case makes a million. */
const numbersMax_count = 50_000_000;

/** What a name or a field of the case stands for. */
export interface Names {
  variable(name: string): Value | undefined;
  /** `mpc.bus`, when `name` is the variable of the case. */
  field(owner: string, name: string): Value | undefined;
  known(): readonly string[];
}

/**
 * Works out expressions of case files. Knows matrices, indexing and a few functions; can reach nothing outside the file.
 * @throws {InputError} MATPOWER_NAME_UNKNOWN, MATPOWER_INDEX, MATPOWER_EXPRESSION, MATPOWER_TABLE_RAGGED, MATPOWER_TOO_LARGE
 */
export class Evaluator {
  private readonly source: SourceText;
  private readonly names: Names;
  private made_count = 0;
  /** What `end` means inside the index being worked out. */
  private readonly ends: number[] = [];

  constructor(source: SourceText, names: Names) {
    this.source = source;
    this.names = names;
  }

  value(x: Expression): Value {
    switch (x.kind) {
      case 'number':
        return scalar(x.value);
      case 'text':
        return { kind: 'text', text: x.value };
      case 'name':
        return this.named(x.name, x.at);
      case 'field':
        return this.field(x);
      case 'apply':
        return this.apply(x.of, x.args, x.at);
      case 'unary':
        return this.unary(x.operator, this.matrix(x.of), x.at);
      case 'binary':
        return x.operator === ':'
          ? this.range(this.number(x.left), this.number(x.right), x.at)
          : this.binary(x.operator, this.matrix(x.left), this.matrix(x.right), x.at);
      case 'matrix':
        return this.build(x.rows, x.at);
      case 'cells':
        return this.cells(x.rows);
      case 'end':
        if (this.ends.length === 0) throw this.fault('"end" stands outside an index', x.at);
        return scalar(this.ends[this.ends.length - 1]);
      case 'all':
        throw this.fault('":" stands outside an index', x.at);
    }
  }

  matrix(x: Expression): Matrix {
    const value = this.value(x);
    if (value.kind === 'matrix') return value;
    throw this.fault(`Expected a number or a matrix, got ${value.kind === 'text' ? 'a text' : 'a list of texts'}`, x.at);
  }

  number(x: Expression): number {
    const { data } = this.matrix(x);
    if (data.length !== 1) throw this.fault(`Expected one number, got ${data.length}`, x.at);
    return data[0];
  }

  /** Places (from 0) that an index selects among `count`. */
  places(index: Expression, count: number): Int32Array {
    if (index.kind === 'all') return Int32Array.from({ length: count }, (_, i) => i);
    this.ends.push(count);
    const { data, logical } = this.matrix(index);
    this.ends.pop();
    if (logical && data.length <= count) return Int32Array.from([...data.keys()].filter((i) => data[i] !== 0));
    for (const value of data) {
      if (Number.isInteger(value) && value >= 1 && value <= count) continue;
      throw this.source.error(
        'MATPOWER_INDEX',
        `Index ${value} is outside 1 to ${count}`,
        index.at,
        'Correct the index, or the table that it points into.',
      );
    }
    return Int32Array.from(data, (value) => value - 1);
  }

  /** `target(rows, cols) = value` or `target(places) = value` as a new matrix. */
  replaced(target: Matrix, args: readonly Expression[], value: Matrix, at: Offset): Matrix {
    const { rows, cols } = this.selection(target, args, at);
    const { rows_count, cols_count } = value;
    const single = value.data.length === 1;
    const count = rows.length * cols.length;
    if (!single && (rows_count !== rows.length || cols_count !== cols.length) && args.length === 2) {
      throw this.fault(`${rows.length} × ${cols.length} places cannot take ${rows_count} × ${cols_count} numbers`, at);
    }
    if (!single && value.data.length !== count) throw this.fault(`${count} places cannot take ${value.data.length} numbers`, at);
    this.count(target.data.length, at);
    const data = target.data.slice();
    let k = 0;
    for (const i of rows) for (const j of cols) data[i * target.cols_count + j] = value.data[single ? 0 : k++];
    return { ...target, data };
  }

  private selection(target: Matrix, args: readonly Expression[], at: Offset): { rows: Int32Array; cols: Int32Array } {
    const { rows_count, cols_count } = target;
    if (args.length === 2) return { rows: this.places(args[0], rows_count), cols: this.places(args[1], cols_count) };
    if (args.length === 1 && (rows_count === 1 || cols_count === 1)) {
      const places = this.places(args[0], rows_count * cols_count);
      return cols_count === 1 ? { rows: places, cols: Int32Array.of(0) } : { rows: Int32Array.of(0), cols: places };
    }
    throw this.fault(`A ${rows_count} × ${cols_count} table needs a row and a column index, got ${args.length}`, at);
  }

  private named(name: string, at: Offset): Value {
    const value = this.names.variable(name);
    if (value !== undefined) return value;
    if (Object.hasOwn(constants, name)) return scalar(constants[name], name === 'true' || name === 'false');
    const known = [...this.names.known(), ...Object.keys(constants), ...Object.keys(elementwise)];
    throw this.source.error(
      'MATPOWER_NAME_UNKNOWN',
      `"${name.slice(0, 60)}" is not known here`,
      at,
      didYouMean(name, known) ?? 'Only names set earlier in the file and a few mathematical functions are known.',
    );
  }

  private field(x: Expression & { kind: 'field' }): Value {
    const value = x.of.kind === 'name' ? this.names.field(x.of.name, x.name) : undefined;
    if (value !== undefined) return value;
    throw this.source.error(
      'MATPOWER_NAME_UNKNOWN',
      `Field "${x.name.slice(0, 60)}" is not known here`,
      x.at,
      didYouMean(x.name, this.names.known()) ?? 'Only fields set earlier in the file are known.',
    );
  }

  private apply(of: Expression, args: readonly Expression[], at: Offset): Value {
    if (of.kind === 'name' && this.names.variable(of.name) === undefined) return this.call(of.name, args, of.at);
    const target = this.matrix(of);
    const { rows, cols } = this.selection(target, args, at);
    this.count(rows.length * cols.length, at);
    const data = new Float64Array(rows.length * cols.length);
    let k = 0;
    for (const i of rows) for (const j of cols) data[k++] = target.data[i * target.cols_count + j];
    return {
      kind: 'matrix',
      rows_count: rows.length,
      cols_count: cols.length,
      data,
      ...(target.logical ? { logical: true } : {}),
    };
  }

  private call(name: string, args: readonly Expression[], at: Offset): Value {
    if (args.length === 1 && Object.hasOwn(elementwise, name)) return this.map(this.matrix(args[0]), elementwise[name], at);
    if (args.length === 1 && Object.hasOwn(reductions, name)) return this.reduce(name, this.matrix(args[0]), at);
    if (name === 'zeros' || name === 'ones') {
      const rows_count = args.length > 0 ? this.number(args[0]) : 1;
      return this.filled(rows_count, args.length > 1 ? this.number(args[1]) : rows_count, name === 'ones' ? 1 : 0, at);
    }
    if (args.length >= 1 && (name === 'size' || name === 'length' || name === 'numel')) {
      const { rows_count, cols_count } = this.matrix(args[0]);
      if (name === 'length') return scalar(rows_count * cols_count === 0 ? 0 : Math.max(rows_count, cols_count));
      if (name === 'numel') return scalar(rows_count * cols_count);
      const both = { kind: 'matrix', rows_count: 1, cols_count: 2, data: Float64Array.of(rows_count, cols_count) } as const;
      return args.length === 1 ? both : scalar(both.data[this.number(args[1]) - 1] ?? 1);
    }
    if (args.length === 1 && name === 'find') {
      const { data } = this.matrix(args[0]);
      const found = [...data.keys()].filter((i) => data[i] !== 0);
      return { kind: 'matrix', rows_count: found.length, cols_count: 1, data: Float64Array.from(found, (i) => i + 1) };
    }
    if (Object.hasOwn(constants, name) && args.length === 0) return scalar(constants[name]);
    const known = [...this.names.known(), ...Object.keys(elementwise), ...Object.keys(reductions), ...Object.keys(indexFunctions)];
    throw this.source.error(
      'MATPOWER_NAME_UNKNOWN',
      `"${name.slice(0, 60)}" is neither a table nor a function known here`,
      at,
      didYouMean(name, known) ?? 'Load the case in MATPOWER and write it out with savecase.',
    );
  }

  private unary(operator: string, m: Matrix, at: Offset): Matrix {
    if (operator === '-') return this.map(m, (x) => -x, at);
    if (operator === '+') return m;
    if (operator !== "'") return { ...this.map(m, (x) => (x === 0 ? 1 : 0), at), logical: true };
    const { rows_count, cols_count, data } = m;
    this.count(data.length, at);
    const turned = new Float64Array(data.length);
    for (let i = 0; i < rows_count; i++) for (let j = 0; j < cols_count; j++) turned[j * rows_count + i] = data[i * cols_count + j];
    return { kind: 'matrix', rows_count: cols_count, cols_count: rows_count, data: turned };
  }

  /** Element by element, a single row, column or number stretched to the other side's shape. */
  private binary(operator: string, a: Matrix, b: Matrix, at: Offset): Matrix {
    const combine = binaryOperators[operator];
    const single = (m: Matrix) => m.data.length === 1;
    const allowed = !['*', '/', '^'].includes(operator) || (operator === '*' && single(a)) || single(b) || (single(a) && single(b));
    if (!allowed || (operator === '^' && !single(a))) {
      throw this.fault(`"${operator}" between two matrices is not read; write ".${operator}" for element by element`, at);
    }
    const rows_count = a.rows_count === 1 ? b.rows_count : a.rows_count;
    const cols_count = a.cols_count === 1 ? b.cols_count : a.cols_count;
    const fits = (m: Matrix) => (m.rows_count === 1 || m.rows_count === rows_count) && (m.cols_count === 1 || m.cols_count === cols_count);
    if (!fits(a) || !fits(b)) {
      throw this.fault(`"${operator}" cannot join ${a.rows_count} × ${a.cols_count} and ${b.rows_count} × ${b.cols_count}`, at);
    }
    this.count(rows_count * cols_count, at);
    const data = new Float64Array(rows_count * cols_count);
    for (let i = 0; i < rows_count; i++) {
      const ia = a.rows_count === 1 ? 0 : i * a.cols_count;
      const ib = b.rows_count === 1 ? 0 : i * b.cols_count;
      for (let j = 0; j < cols_count; j++) {
        data[i * cols_count + j] = combine(a.data[ia + (a.cols_count === 1 ? 0 : j)], b.data[ib + (b.cols_count === 1 ? 0 : j)]);
      }
    }
    return { kind: 'matrix', rows_count, cols_count, data, ...(isComparison(operator) ? { logical: true } : {}) };
  }

  private range(first: number, last: number, at: Offset): Matrix {
    const n = Number.isFinite(first) && Number.isFinite(last) ? Math.max(0, Math.floor(last - first) + 1) : Number.NaN;
    this.count(n, at);
    return { kind: 'matrix', rows_count: 1, cols_count: n, data: Float64Array.from({ length: n }, (_, i) => first + i) };
  }

  private map(m: Matrix, of: (x: number) => number, at: Offset): Matrix {
    this.count(m.data.length, at);
    return { kind: 'matrix', rows_count: m.rows_count, cols_count: m.cols_count, data: m.data.map(of) };
  }

  private reduce(name: string, m: Matrix, at: Offset): Matrix {
    this.count(m.data.length, at);
    if (m.rows_count === 1 || m.cols_count === 1) return scalar(reductions[name]([...m.data]));
    const columns = Array.from({ length: m.cols_count }, (_, j) =>
      reductions[name](Array.from({ length: m.rows_count }, (_, i) => m.data[i * m.cols_count + j])),
    );
    return { kind: 'matrix', rows_count: 1, cols_count: m.cols_count, data: Float64Array.from(columns) };
  }

  private filled(rows_count: number, cols_count: number, value: number, at: Offset): Matrix {
    if (!Number.isInteger(rows_count) || !Number.isInteger(cols_count) || rows_count < 0 || cols_count < 0) {
      throw this.fault(`A table cannot have ${rows_count} × ${cols_count} cells`, at);
    }
    this.count(rows_count * cols_count, at);
    return { kind: 'matrix', rows_count, cols_count, data: new Float64Array(rows_count * cols_count).fill(value) };
  }

  private build(rows: readonly MatrixRow[], at: Offset): Matrix {
    if (rows.length === 0) return { kind: 'matrix', rows_count: 0, cols_count: 0, data: new Float64Array(0), rowAt: [] };
    const parts = rows.map(({ cells }) => {
      if (cells.every((cell) => typeof cell === 'number')) return [{ rows_count: 1, cols_count: cells.length, data: cells }];
      return cells.map((cell) => (typeof cell === 'number' ? scalar(cell) : this.matrix(cell))).filter((m) => m.data.length > 0);
    });
    const width = (row: readonly { cols_count: number }[]) => row.reduce((total, m) => total + m.cols_count, 0);
    const height = (row: readonly { rows_count: number }[]) => (row.length === 0 ? 0 : row[0].rows_count);
    const cols_count = width(parts[0]);
    const rows_count = parts.reduce((total, row) => total + height(row), 0);
    this.count(rows_count * cols_count, at);
    const data = new Float64Array(rows_count * cols_count);
    const rowAt: Offset[] = [];
    let top = 0;
    parts.forEach((row, i) => {
      if (row.length === 0) return;
      if (width(row) !== cols_count || row.some((m) => m.rows_count !== height(row))) {
        throw this.source.error(
          'MATPOWER_TABLE_RAGGED',
          `A row has ${width(row)} numbers where the first has ${cols_count}`,
          rows[i].at,
          'Give each row of the table as many numbers as the first.',
        );
      }
      let left = 0;
      for (const m of row) {
        for (let r = 0; r < m.rows_count; r++)
          for (let c = 0; c < m.cols_count; c++) data[(top + r) * cols_count + left + c] = m.data[r * m.cols_count + c];
        left += m.cols_count;
      }
      for (let r = 0; r < height(row); r++) rowAt.push(rows[i].at);
      top += height(row);
    });
    return { kind: 'matrix', rows_count, cols_count, data, rowAt };
  }

  private cells(rows: readonly MatrixRow[]): CellArray {
    return {
      kind: 'cells',
      rows: rows.map(({ cells }) => cells.map((cell) => (typeof cell === 'number' ? scalar(cell) : this.value(cell)))),
      rowAt: rows.map(({ at }) => at),
    };
  }

  private count(numbers_count: number, at: Offset): void {
    this.made_count += numbers_count;
    if (this.made_count <= numbersMax_count) return;
    throw this.source.error(
      'MATPOWER_TOO_LARGE',
      `The statements of this file make more than ${numbersMax_count} numbers`,
      at,
      'Load the case in MATPOWER and write it out with savecase.',
    );
  }

  private fault(message: string, at: Offset): InputError {
    return this.source.error('MATPOWER_EXPRESSION', message, at, 'Load the case in MATPOWER and write it out with savecase.');
  }
}
