import { type ErrorFacts, InputError } from '../base/errors.ts';

/** Longest text and longest line that are read. */
const textMax_count = 200_000_000;
const lineMax_count = 1_000_000;
/** Numbers at least this large mean infinity where a bound is expected, as in HiGHS and CPLEX. */
const infinite = 1e20;
const numberShape = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][+-]?\d+)?$/;
const infinityShape = /^([+-]?)inf(?:inity)?$/i;

/** The text of a programme, its lines, and the words in which its faults are told. */
export class ProgramText {
  readonly text: string;
  readonly fileName: string;

  /** @throws {InputError} FORMAT_EMPTY, FORMAT_BINARY, FORMAT_TOO_LONG */
  constructor(text: string, fileName: string) {
    this.text = text;
    this.fileName = fileName;
    if (text.length > textMax_count) {
      const message = `The file has ${text.length} characters, at most ${textMax_count} are read`;
      throw new InputError({ code: 'FORMAT_TOO_LONG', message, where: fileName, hint: 'Split the model, or scale it down.' });
    }
    if (!/\S/.test(text)) {
      const hint = 'Check that it was saved, and that the path is right.';
      throw new InputError({ code: 'FORMAT_EMPTY', message: 'The file is empty', where: fileName, hint });
    }
    for (const { line, content } of this.lines()) {
      if (content.length > lineMax_count) {
        const message = `The line has ${content.length} characters, at most ${lineMax_count} are read`;
        throw new InputError(this.fault('FORMAT_TOO_LONG', line, message, 'Break the line.'));
      }
      const odd = /[\u0000-\u0008\u000e-\u001f\ufffd]/.exec(content);
      if (odd === null) continue;
      const character = `U+${odd[0].charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}`;
      const hint = 'Give the text file itself (UTF-8), unpacked, not an archive.';
      throw new InputError(this.fault('FORMAT_BINARY', line, `The file is not text: it has the character ${character}`, hint));
    }
  }

  /** Lines from 1, without their ends. */
  *lines(): Generator<{ readonly line: number; readonly content: string }> {
    const { text } = this;
    let start = 0;
    for (let line = 1; start <= text.length; line++) {
      const end = text.indexOf('\n', start);
      const stop = end < 0 ? text.length : end;
      yield { line, content: text.slice(start, stop > start && text[stop - 1] === '\r' ? stop - 1 : stop) };
      if (end < 0) return;
      start = end + 1;
    }
  }

  /** The facts of an error at a line. */
  fault(code: string, line: number, message: string, hint: string): ErrorFacts {
    return { code, message, where: `${this.fileName}:${line}`, hint };
  }

  /** A finite number. @throws {InputError} PROGRAM_NUMBER_INVALID */
  number(token: string | undefined, line: number, what: string): number {
    const value = token !== undefined && numberShape.test(token) ? Number(token.replace(/[dD]/, 'e')) : Number.NaN;
    if (Number.isFinite(value)) return value;
    const got = token === undefined ? 'nothing' : shown(token);
    const hint = 'Look for a missing value, or for fields that ran into each other; infinity may only stand in bounds.';
    throw new InputError(this.fault('PROGRAM_NUMBER_INVALID', line, `The ${what} must be a finite number, got ${got}`, hint));
  }

  /** A number, or an infinity: written as such, or 1e20 and beyond. @throws {InputError} PROGRAM_NUMBER_INVALID */
  limit(token: string | undefined, line: number, what: string): number {
    const sign = token === undefined ? null : infinityShape.exec(token);
    const beyond = token !== undefined && numberShape.test(token) ? Number(token.replace(/[dD]/, 'e')) : Number.NaN;
    if (sign === null && !(Math.abs(beyond) >= infinite)) return this.number(token, line, what);
    return (sign === null ? beyond < 0 : sign[1] === '-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }

  /** A whole number from `min` to `max`. @throws {InputError} PROGRAM_NUMBER_INVALID */
  whole(token: string | undefined, line: number, what: string, min: number, max: number): number {
    const value = token !== undefined && /^\d{1,15}$/.test(token) ? Number(token) : Number.NaN;
    if (value >= min && value <= max) return value;
    const got = token === undefined ? 'nothing' : shown(token);
    const hint = 'Compare it with the sizes that the file declares before.';
    const message = `The ${what} must be a whole number from ${min} to ${max}, got ${got}`;
    throw new InputError(this.fault('PROGRAM_NUMBER_INVALID', line, message, hint));
  }

  /** `value` as the lower (or upper) limit of something. @throws {InputError} PROGRAM_BOUND_INVALID when nothing can keep it */
  usable(value: number, side: 'lower' | 'upper', line: number, name: string): number {
    if (value !== (side === 'lower' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY)) return value;
    const message = `The ${side} limit of ${shown(name)} is ${value > 0 ? '+' : '−'}infinity: no number keeps it`;
    throw new InputError(this.fault('PROGRAM_BOUND_INVALID', line, message, 'Check its sign, or leave it out if there is none.'));
  }
}

/** A word of the file in quotes, clipped. */
export const shown = (token: string): string => `"${token.length > 60 ? `${token.slice(0, 60)}…` : token}"`;
