import { isDigit, Scanner } from './scanner.ts';
import type { Expression, MatrixRow, Offset, SourceText, Statement } from './syntax.ts';

/** Brackets and signs deeper than this are refused: no case file comes near it. */
const depthMax_count = 100;

/**
 * Parses a MATPOWER case file: tables, and the assignments that may follow them. Statements come one at a time, so that
 * an error is raised in the order of the file.
 * @cost O(length of the text)
 * @throws {InputError} MATPOWER_SYNTAX, MATPOWER_STATEMENT
 */
export function* parseStatements(source: SourceText): Generator<Statement> {
  const parser = new Parser(source);
  for (;;) {
    const statement = parser.statement();
    if (statement === undefined) return;
    yield statement;
  }
}

const controlWords = new Set(
  'if else elseif for while switch case otherwise try catch global persistent parfor do until unwind_protect break continue'.split(' '),
);
const levels: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['&'],
  ['<=', '>=', '==', '~=', '!=', '<', '>'],
  [':'],
  ['+', '-'],
  ['.*', './', '*', '/'],
];
const rangeLevel = 5;

class Parser {
  private readonly scan: Scanner;
  private readonly source: SourceText;
  private depth = 0;
  /** Inside [ ] or { } a blank ends a cell; inside ( ) it does not. */
  private blankEnds = false;

  constructor(source: SourceText) {
    this.source = source;
    this.scan = new Scanner(source);
  }

  statement(): Statement | undefined {
    const { scan } = this;
    for (;;) {
      scan.skipLines();
      if (scan.code() !== 59 && scan.code() !== 44) break; // ; ,
      scan.at++;
    }
    if (scan.atEnd) return undefined;
    const at = scan.at;
    const word = scan.word();
    if (word === 'function') return this.functionHeader(at);
    if (word !== undefined && controlWords.has(word)) {
      throw this.source.error(
        'MATPOWER_STATEMENT',
        `"${word}" cannot be carried out: a case file must be data with simple assignments, got ${this.source.excerpt(at)}`,
        at,
        'Load the case in MATPOWER and write it out with savecase.',
      );
    }
    if (word === 'end' || word === 'endfunction' || word === 'return') {
      this.endOfStatement();
      return { kind: 'end', at };
    }
    scan.at = at;
    const names = scan.code() === 91 ? this.nameList() : undefined;
    if (names !== undefined) {
      const value = this.expression();
      this.endOfStatement();
      return { kind: 'names', targets: names, value, at };
    }
    const target = this.expression();
    scan.skipBlanks();
    if (scan.code() !== 61) {
      this.endOfStatement();
      return { kind: 'call', value: target, at };
    }
    scan.at++;
    const value = this.expression();
    this.endOfStatement();
    return { kind: 'assign', target, value, at };
  }

  /** `function mpc = name`, `function [a, b] = name(args)`. */
  private functionHeader(at: Offset): Statement {
    const { scan } = this;
    scan.skipBlanks();
    let returns = scan.code() === 91 ? this.nameList() : undefined;
    scan.skipBlanks();
    let name = scan.word() ?? '';
    scan.skipBlanks();
    if (returns === undefined && scan.code() === 61) {
      returns = [name];
      scan.at++;
      scan.skipBlanks();
      name = scan.word() ?? '';
    }
    if (name === '') throw this.source.syntax('the name of the function', scan.at);
    scan.skipBlanks();
    if (scan.code() === 40) {
      const close = scan.text.indexOf(')', scan.at);
      if (close < 0) throw this.source.syntax('")"', scan.text.length);
      scan.at = close + 1;
    }
    this.endOfStatement();
    return { kind: 'function', returns: returns ?? [], name, at };
  }

  /** `[A, B C] =`; undefined, without moving, when it is anything else. */
  private nameList(): string[] | undefined {
    const { scan } = this;
    const start = scan.at;
    scan.at++;
    const names: string[] = [];
    for (;;) {
      scan.skipBlanks();
      if (scan.code() === 44) {
        scan.at++;
        continue;
      }
      if (scan.code() === 126 && names.push('~') > 0) {
        scan.at++;
        continue;
      }
      const name = scan.word();
      if (name === undefined) break;
      names.push(name);
    }
    if (scan.code() === 93) {
      scan.at++;
      scan.skipBlanks();
      if (scan.code() === 61 && scan.code(1) !== 61) {
        scan.at++;
        return names;
      }
    }
    scan.at = start;
    return undefined;
  }

  private endOfStatement(): void {
    const { scan } = this;
    scan.skipBlanks();
    const c = scan.code();
    if (scan.atEnd || c === 10 || c === 59 || c === 44) return;
    throw this.source.syntax('the end of the statement', scan.at);
  }

  private expression(level = 0): Expression {
    if (level === levels.length) return this.unary();
    let left = this.expression(level + 1);
    for (;;) {
      const operator = this.operatorAt(level);
      if (operator === undefined) return left;
      const at = this.scan.at;
      this.scan.at += operator.length;
      left = { kind: 'binary', operator, left, right: this.expression(level + 1), at };
    }
  }

  /** The operator of this level that comes next, if the rules for blanks in a table let it join the two sides. */
  private operatorAt(level: number): string | undefined {
    const { scan } = this;
    const before = scan.at;
    const blankBefore = scan.skipBlanks();
    const operator = levels[level].find((text) => scan.startsWith(text));
    if (operator !== undefined && !this.isOther(operator)) {
      const after = scan.code(operator.length);
      const blankAfter = after === 32 || after === 9;
      const startsCell = this.blankEnds && blankBefore && !blankAfter && (operator === '+' || operator === '-');
      const isRangeEnd = level === rangeLevel && (after === 41 || after === 44);
      if (!startsCell && !isRangeEnd) return operator;
    }
    scan.at = before;
    return undefined;
  }

  /** `|` is not the start of `||`, `&` not of `&&`. */
  private isOther(operator: string): boolean {
    return (operator === '|' || operator === '&') && this.scan.startsWith(operator + operator);
  }

  private unary(): Expression {
    this.scan.skipBlanks();
    const at = this.scan.at;
    const c = this.scan.code();
    if (c === 43 || c === 45 || c === 126 || c === 33) {
      this.scan.at++;
      return this.deeper(at, () => ({ kind: 'unary', operator: String.fromCharCode(c), of: this.unary(), at }));
    }
    return this.power();
  }

  private power(): Expression {
    let base = this.postfix();
    for (;;) {
      const before = this.scan.at;
      this.scan.skipBlanks();
      const at = this.scan.at;
      const operator = ['.^', '^'].find((text) => this.scan.startsWith(text));
      if (operator === undefined) {
        this.scan.at = before;
        return base;
      }
      this.scan.at += operator.length;
      base = { kind: 'binary', operator, left: base, right: this.exponent(), at };
    }
  }

  private exponent(): Expression {
    this.scan.skipBlanks();
    const at = this.scan.at;
    const c = this.scan.code();
    if (c !== 43 && c !== 45) return this.postfix();
    this.scan.at++;
    return this.deeper(at, () => ({ kind: 'unary', operator: String.fromCharCode(c), of: this.exponent(), at }));
  }

  private postfix(): Expression {
    const { scan } = this;
    let value = this.primary();
    for (;;) {
      const before = scan.at;
      if (!this.blankEnds) scan.skipBlanks();
      const at = scan.at;
      const c = scan.code();
      if (c === 46 && /^\.[A-Za-z]/.test(scan.text.slice(at, at + 2))) {
        scan.at++;
        value = { kind: 'field', of: value, name: scan.word() ?? '', at };
      } else if (c === 40) {
        scan.at++;
        value = { kind: 'apply', of: value, args: this.deeper(at, () => this.arguments()), at };
      } else if (c === 39 && before === at) {
        scan.at++;
        value = { kind: 'unary', operator: "'", of: value, at };
      } else {
        scan.at = before;
        return value;
      }
    }
  }

  private arguments(): Expression[] {
    const { scan } = this;
    const outer = this.blankEnds;
    this.blankEnds = false;
    const args: Expression[] = [];
    scan.skipBlanks();
    while (scan.code() !== 41) {
      if (args.length > 0) {
        if (scan.code() !== 44) throw this.source.syntax('"," or ")"', scan.at);
        scan.at++;
        scan.skipBlanks();
      }
      const at = scan.at;
      if (scan.code() === 58) {
        scan.at++;
        args.push({ kind: 'all', at });
      } else args.push(this.expression());
      scan.skipBlanks();
    }
    scan.at++;
    this.blankEnds = outer;
    return args;
  }

  private primary(): Expression {
    const { scan } = this;
    const at = scan.at;
    const c = scan.code();
    const value = scan.unsignedNumber();
    if (value !== undefined) {
      if (/[A-Za-z_]/.test(scan.text[scan.at] ?? '')) throw this.source.syntax('a number', at);
      return { kind: 'number', value, at };
    }
    const name = scan.word();
    if (name === 'end') return { kind: 'end', at };
    if (name !== undefined) return { kind: 'name', name, at };
    if (c === 39 || c === 34) return { kind: 'text', value: this.quoted(), at };
    if (c === 40) {
      scan.at++;
      const outer = this.blankEnds;
      this.blankEnds = false;
      const inner = this.deeper(at, () => this.expression());
      this.blankEnds = outer;
      scan.skipBlanks();
      if (scan.code() !== 41) throw this.source.syntax('")"', scan.at);
      scan.at++;
      return inner;
    }
    if (c === 91 || c === 123) return this.deeper(at, () => this.matrix(c === 91 ? 'matrix' : 'cells'));
    throw this.source.syntax('a value', at);
  }

  private quoted(): string {
    const { scan } = this;
    const open = scan.at;
    const quote = scan.text[open];
    let content = '';
    scan.at++;
    for (;;) {
      const close = scan.text.indexOf(quote, scan.at);
      const lineEnd = scan.text.indexOf('\n', scan.at);
      if (close < 0 || (lineEnd >= 0 && lineEnd < close)) throw this.source.syntax(`a closing ${quote}`, open);
      content += scan.text.slice(scan.at, close);
      scan.at = close + 1;
      if (scan.text[scan.at] !== quote) return content;
      content += quote;
      scan.at++;
    }
  }

  private matrix(kind: 'matrix' | 'cells'): Expression {
    const { scan } = this;
    const at = scan.at++;
    const close = kind === 'matrix' ? 93 : 125;
    const outer = this.blankEnds;
    this.blankEnds = true;
    const rows: MatrixRow[] = [];
    let cells: (number | Expression)[] = [];
    let rowAt = scan.at;
    const endRow = (): void => {
      if (cells.length > 0) rows.push({ at: rowAt, cells });
      cells = [];
    };
    for (;;) {
      scan.skipBlanks();
      const c = scan.code();
      if (c === 10 || c === 59) {
        endRow();
        scan.at++;
      } else if (c === 44) scan.at++;
      else if (c === close) {
        endRow();
        scan.at++;
        break;
      } else if (scan.atEnd) throw this.source.syntax(kind === 'matrix' ? '"]"' : '"}"', scan.at);
      else {
        if (cells.length === 0) rowAt = scan.at;
        cells.push((isDigit(c) || c === 45 || c === 46 ? scan.plainCell() : undefined) ?? this.expression());
      }
    }
    this.blankEnds = outer;
    return { kind, rows, at };
  }

  private deeper<T>(at: Offset, parse: () => T): T {
    if (++this.depth > depthMax_count) {
      throw this.source.error(
        'MATPOWER_SYNTAX',
        `More than ${depthMax_count} brackets or signs are nested`,
        at,
        'Check that each bracket is closed.',
      );
    }
    const value = parse();
    this.depth--;
    return value;
  }
}
