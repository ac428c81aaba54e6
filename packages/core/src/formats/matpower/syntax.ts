import { InputError } from '../../base/errors.ts';

/** A place in the text: 0-based character offset. */
export type Offset = number;

/** An expression of the part of the MATLAB language that case files use. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number; readonly at: Offset }
  | { readonly kind: 'text'; readonly value: string; readonly at: Offset }
  | { readonly kind: 'name'; readonly name: string; readonly at: Offset }
  | { readonly kind: 'field'; readonly of: Expression; readonly name: string; readonly at: Offset }
  | { readonly kind: 'apply'; readonly of: Expression; readonly args: readonly Expression[]; readonly at: Offset }
  | { readonly kind: 'unary'; readonly operator: string; readonly of: Expression; readonly at: Offset }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
      readonly at: Offset;
    }
  | { readonly kind: 'all'; readonly at: Offset }
  | { readonly kind: 'end'; readonly at: Offset }
  | { readonly kind: 'matrix'; readonly rows: readonly MatrixRow[]; readonly at: Offset }
  | { readonly kind: 'cells'; readonly rows: readonly MatrixRow[]; readonly at: Offset };

/** A cell that is a plain number stands as the number itself: tables have hundreds of thousands of them. */
export interface MatrixRow {
  readonly at: Offset;
  readonly cells: readonly (number | Expression)[];
}

export type Statement =
  | { readonly kind: 'function'; readonly returns: readonly string[]; readonly name: string; readonly at: Offset }
  | { readonly kind: 'assign'; readonly target: Expression; readonly value: Expression; readonly at: Offset }
  | { readonly kind: 'names'; readonly targets: readonly string[]; readonly value: Expression; readonly at: Offset }
  | { readonly kind: 'call'; readonly value: Expression; readonly at: Offset }
  | { readonly kind: 'end'; readonly at: Offset };

/** The text being read, with what errors need to name the line. */
export class SourceText {
  readonly text: string;
  readonly fileName: string;
  private lineStarts: number[] | undefined;

  constructor(text: string, fileName: string) {
    this.text = text;
    this.fileName = fileName;
  }

  /** `case9.m:14` */
  where(at: Offset): string {
    if (this.lineStarts === undefined) {
      this.lineStarts = [0];
      for (let i = this.text.indexOf('\n'); i >= 0; i = this.text.indexOf('\n', i + 1)) this.lineStarts.push(i + 1);
    }
    let low = 0;
    let high = this.lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.lineStarts[middle] <= at) low = middle;
      else high = middle - 1;
    }
    return `${this.fileName}:${low + 1}`;
  }

  /** The rest of the line at a place, cut for a message. */
  excerpt(at: Offset): string {
    const end = this.text.indexOf('\n', at);
    const line = this.text.slice(at, Math.min(end < 0 ? this.text.length : end, at + 60)).trim();
    return line === '' ? 'the end of the line' : `"${line}"`;
  }

  error(code: string, message: string, at: Offset, hint: string): InputError {
    return new InputError({ code, message, where: this.where(at), hint });
  }

  syntax(expected: string, at: Offset): InputError {
    if (at >= this.text.length) {
      return this.error(
        'MATPOWER_SYNTAX',
        `The file ends where ${expected} is expected`,
        Math.max(0, this.text.length - 1),
        'The file seems to be cut off; fetch it again.',
      );
    }
    return this.error(
      'MATPOWER_SYNTAX',
      `Expected ${expected}, got ${this.excerpt(at)}`,
      at,
      'Only data tables and the simple statements of case files can be read.',
    );
  }
}
