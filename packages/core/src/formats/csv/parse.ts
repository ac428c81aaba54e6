import { InputError } from '../../base/errors.ts';

/** The cells of a CSV text with the line on which each row starts. */
export interface CsvRows {
  readonly rows: readonly (readonly string[])[];
  /** @shape rows */
  readonly lines: Int32Array;
  readonly separator: string;
}

/**
 * Splits a CSV text: `,` `;` or tab, whichever the first line has (`;` and tab before `,`); quoted fields; BOM; CRLF.
 * Blank lines are left out. Cells are trimmed unless quoted.
 * @cost O(length)
 * @throws {InputError} CSV_QUOTE
 */
export function parseCsv(text: string, fileName: string): CsvRows {
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const separator = separatorOf(text.slice(at, at + 100_000));
  const rows: string[][] = [];
  const lines: number[] = [];
  let line = 1;
  while (at < text.length) {
    const startLine = line;
    const cells: string[] = [];
    for (;;) {
      while (text[at] === ' ') at++;
      if (text[at] === '"') {
        const quoted = quotedCell(text, at, separator, `${fileName}:${line}`);
        line += quoted.lines_count;
        cells.push(quoted.content);
        at = quoted.end;
      } else {
        let end = at;
        while (end < text.length && text[end] !== separator && text[end] !== '\n') end++;
        cells.push(text.slice(at, end).trim());
        at = end;
      }
      if (text[at] !== separator) break;
      at++;
    }
    at++;
    line++;
    if (cells.length === 1 && cells[0] === '') continue;
    rows.push(cells);
    lines.push(startLine);
  }
  return { rows, lines: Int32Array.from(lines), separator };
}

function separatorOf(text: string): string {
  const firstLine = text.slice(0, text.search(/\n|$/)).replace(/"[^"]*"/g, '');
  if (firstLine.includes(';')) return ';';
  return firstLine.includes('\t') ? '\t' : ',';
}

function quotedCell(
  text: string,
  open: number,
  separator: string,
  where: string,
): { readonly content: string; readonly end: number; readonly lines_count: number } {
  let content = '';
  let at = open + 1;
  for (;;) {
    const close = text.indexOf('"', at);
    if (close < 0) {
      throw new InputError({
        code: 'CSV_QUOTE',
        message: 'A quoted field is not closed',
        where,
        hint: 'Close it with ", or double each " inside it; the file may be cut off.',
      });
    }
    content += text.slice(at, close);
    at = close + 1;
    if (text[at] !== '"') break;
    content += '"';
    at++;
  }
  while (text[at] === ' ' || text[at] === '\r') at++;
  if (at < text.length && text[at] !== separator && text[at] !== '\n') {
    throw new InputError({
      code: 'CSV_QUOTE',
      message: `Text follows the closing quote of a field: "${text.slice(at, at + 20).split('\n')[0]}"`,
      where,
      hint: 'Double each " that belongs to the field.',
    });
  }
  return { content, end: at, lines_count: content.split('\n').length - 1 };
}
