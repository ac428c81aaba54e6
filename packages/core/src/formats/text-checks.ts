import { InputError } from '../base/errors.ts';

/** Longest line, and longest text, that a reader of written files takes. */
export const lineMax_count = 1_000_000;
export const textMax_count = 200_000_000;

/**
 * Refuses what no text format can be, before a parser spends time on it.
 * @throws {InputError} FORMAT_EMPTY, FORMAT_BINARY, FORMAT_TOO_LONG
 */
export function mustBeText(text: string, fileName: string): void {
  if (text.length > textMax_count) {
    throw new InputError({
      code: 'FORMAT_TOO_LONG',
      message: `The file has ${text.length} characters, at most ${textMax_count} are read`,
      where: fileName,
      hint: 'Split it.',
    });
  }
  if (!/\S/.test(text)) {
    throw new InputError({
      code: 'FORMAT_EMPTY',
      message: 'The file is empty',
      where: fileName,
      hint: 'Check that it was saved, and that the path is right.',
    });
  }
  const odd = /[\u0000-\u0008\u000e-\u001f\ufffd]/.exec(text.slice(0, 65_536));
  if (odd !== null) {
    const code = odd[0].charCodeAt(0).toString(16).padStart(4, '0');
    throw new InputError({
      code: 'FORMAT_BINARY',
      message: `The file is not text: it has the character U+${code.toUpperCase()}`,
      where: `${fileName}:${lineOf(text, odd.index)}`,
      hint: 'Give the text file itself (UTF-8), not an archive, a spreadsheet or an image.',
    });
  }
}

/** @throws {InputError} FORMAT_TOO_LONG when a line has more than a million characters */
export function mustHaveLines(text: string, fileName: string): void {
  let start = 0;
  for (let line = 1; start <= text.length; line++) {
    const end = text.indexOf('\n', start);
    const length = (end < 0 ? text.length : end) - start;
    if (length > lineMax_count) {
      throw new InputError({
        code: 'FORMAT_TOO_LONG',
        message: `The line has ${length} characters, at most ${lineMax_count} are read`,
        where: `${fileName}:${line}`,
        hint: 'Break the line: one row of a table per line.',
      });
    }
    if (end < 0) return;
    start = end + 1;
  }
}

/** Number of the line, from 1, in which the character at `offset` stands. */
export function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
