import type { Offset, SourceText } from './syntax.ts';

const tab = 9;
const newline = 10;
const carriageReturn = 13;
const space = 32;
const hash = 35;
const percent = 37;
const plus = 43;
const minus = 45;
const dot = 46;

export const isDigit = (c: number): boolean => c >= 48 && c <= 57;
export const isLetter = (c: number): boolean => (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95;
/** `.*`, `./`, `.^` and `.'`: the dot belongs to the operator, not to the number before it. */
const isDottedOperator = (c: number): boolean => c === 42 || c === 47 || c === 94 || c === 39;
const isBlank = (c: number): boolean => c === space || c === tab || c === carriageReturn;

/** A position in the text that steps over blanks, comments, and `...` continuations. */
export class Scanner {
  readonly source: SourceText;
  readonly text: string;
  at: Offset = 0;

  constructor(source: SourceText) {
    this.source = source;
    this.text = source.text;
    if (this.text.charCodeAt(0) === 0xfeff) this.at = 1;
  }

  /** NaN at the end of the text. */
  code(ahead = 0): number {
    return this.text.charCodeAt(this.at + ahead);
  }

  startsWith(word: string): boolean {
    return this.text.startsWith(word, this.at);
  }

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** Over blanks, comments and continuations, not over the end of a line. True when something was skipped. */
  skipBlanks(): boolean {
    const start = this.at;
    for (;;) {
      const c = this.code();
      if (isBlank(c)) this.at++;
      else if (c === percent || c === hash) this.skipComment();
      else if (c === dot && this.startsWith('...')) this.skipLine(true);
      else return this.at > start;
    }
  }

  /** Over blanks, comments and ends of lines. */
  skipLines(): void {
    for (;;) {
      this.skipBlanks();
      if (this.code() !== newline) return;
      this.at++;
    }
  }

  private skipLine(withEnd: boolean): void {
    const end = this.text.indexOf('\n', this.at);
    this.at = end < 0 ? this.text.length : withEnd ? end + 1 : end;
  }

  /** `% …` to the end of the line, or `%{ … %}` when each stands alone on its line. */
  private skipComment(): void {
    if (!/[%#]\{/.test(this.text.slice(this.at, this.at + 2)) || !this.aloneOnLine(this.at, 2)) {
      this.skipLine(false);
      return;
    }
    const open = this.at;
    let depth = 0;
    while (!this.atEnd) {
      let i = this.at;
      while (isBlank(this.text.charCodeAt(i))) i++;
      const mark = this.text.slice(i, i + 2);
      if (/^[%#]\{$/.test(mark) && this.aloneOnLine(i, 2)) depth++;
      else if (/^[%#]\}$/.test(mark) && this.aloneOnLine(i, 2)) depth--;
      this.skipLine(depth > 0);
      if (depth === 0) return;
    }
    throw this.source.error('MATPOWER_SYNTAX', 'A block comment is not closed', open, 'Close it with %} on its own line.');
  }

  private aloneOnLine(at: Offset, length: number): boolean {
    let before = at - 1;
    while (before >= 0 && isBlank(this.text.charCodeAt(before))) before--;
    let after = at + length;
    while (isBlank(this.text.charCodeAt(after))) after++;
    return (
      (before < 0 || this.text.charCodeAt(before) === newline) && (after >= this.text.length || this.text.charCodeAt(after) === newline)
    );
  }

  /** A letter, then letters, digits and underscores; undefined when there is none. */
  word(): string | undefined {
    if (!isLetter(this.code())) return undefined;
    const start = this.at;
    while (isLetter(this.code()) || isDigit(this.code())) this.at++;
    return this.text.slice(start, this.at);
  }

  /** An unsigned number as MATLAB writes it; undefined, without moving, when there is none. */
  unsignedNumber(): number | undefined {
    const end = this.numberEnd(this.at);
    if (end < 0) return undefined;
    const value = numberOf(this.text.slice(this.at, end));
    this.at = end;
    return value;
  }

  /**
   * A table cell that is nothing but a number with an optional sign, by far the most frequent kind.
   * Undefined, without moving, when the cell is anything else.
   */
  plainCell(): number | undefined {
    const first = this.code();
    const signed = first === minus || first === plus;
    const end = this.numberEnd(signed ? this.at + 1 : this.at);
    if (end < 0) return undefined;
    const c = this.text.charCodeAt(end);
    // blank , ; newline ] % end: the number is the cell, unless an operator follows the blanks
    if (c === space || c === tab) {
      let next = end + 1;
      while (isBlank(this.text.charCodeAt(next))) next++;
      const d = this.text.charCodeAt(next);
      const wide = isBlank(this.text.charCodeAt(next + 1));
      const binary = d === 42 || d === 47 || d === 94 || d === 61 || d === 60 || d === 62 || d === 38 || d === 124;
      if (binary || ((d === plus || d === minus) && wide) || (d === dot && !isDigit(this.text.charCodeAt(next + 1)))) return undefined;
    } else if (c !== 44 && c !== 59 && c !== newline && c !== carriageReturn && c !== 93 && c !== percent && !Number.isNaN(c))
      return undefined;
    const value = numberOf(this.text.slice(this.at, end));
    this.at = end;
    return value;
  }

  /** −1 when no number starts at `i`. */
  private numberEnd(i: Offset): Offset {
    const { text } = this;
    const start = i;
    while (isDigit(text.charCodeAt(i))) i++;
    let digits = i - start;
    if (text.charCodeAt(i) === dot && !isDottedOperator(text.charCodeAt(i + 1))) {
      const fraction = i + 1;
      let k = fraction;
      while (isDigit(text.charCodeAt(k))) k++;
      digits += k - fraction;
      if (digits > 0) i = k;
    }
    if (digits === 0) return -1;
    const e = text.charCodeAt(i) | 32;
    if (e === 101 || e === 100) {
      let k = i + 1;
      if (text.charCodeAt(k) === plus || text.charCodeAt(k) === minus) k++;
      if (isDigit(text.charCodeAt(k))) {
        while (isDigit(text.charCodeAt(k))) k++;
        i = k;
      }
    }
    return i;
  }
}

function numberOf(text: string): number {
  const value = Number(text);
  return Number.isNaN(value) ? Number(text.replace(/[dD]/, 'e')) : value;
}
