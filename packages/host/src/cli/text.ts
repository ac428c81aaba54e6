/** Colour, tables and small pictures for a person at a terminal. Pure: text in, text out. */

export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
  magenta(text: string): string;
}

const plain = (text: string): string => text;
export const plainStyle: Style = { bold: plain, dim: plain, red: plain, green: plain, yellow: plain, cyan: plain, magenta: plain };

const paint =
  (on: number, off: number) =>
  (text: string): string =>
    text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`;
export const colourStyle: Style = {
  bold: paint(1, 22),
  dim: paint(2, 22),
  red: paint(31, 39),
  green: paint(32, 39),
  yellow: paint(33, 39),
  cyan: paint(36, 39),
  magenta: paint(35, 39),
};

/** https://no-color.org, FORCE_COLOR, dumb terminals and pipes. */
export function mayColour(isTty: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '') return env['FORCE_COLOR'] !== '0';
  return isTty && env['TERM'] !== 'dumb';
}

/** Text of a file may hold anything; what would steer the terminal is shown as \xNN. Line ends and tabs stay. */
export function harmless(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, (c) => {
    const code = c.charCodeAt(0);
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
  });
}

export const clipped = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1))}…`;

const width = (text: string): number => [...text.replace(/\u001b\[\d+m/g, '')].length;

const padded = (text: string, size: number, right: boolean): string => {
  const gap = ' '.repeat(Math.max(0, size - width(text)));
  return right ? gap + text : text + gap;
};

export interface Column {
  readonly title: string;
  /** Numbers stand on the right. */
  readonly right?: boolean;
}

/** Columns two spaces apart, titles dimmed, no lines. Cells are made harmless; a style may be put on a cell by `styled`. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  style: Style,
  styled: (cell: string, row: number, column: number) => string = plain,
): string {
  const cells = rows.map((row) => columns.map((_, c) => harmless(row[c] ?? '').replace(/[\n\t]/g, ' ')));
  const sizes = columns.map((column, c) => cells.reduce((size, row) => Math.max(size, width(row[c] ?? '')), width(column.title)));
  const line = (row: readonly string[], put: (text: string, c: number) => string): string =>
    columns
      .map((column, c) => {
        const last = c === columns.length - 1 && column.right !== true;
        const cell = row[c] ?? '';
        return put(last ? cell : padded(cell, sizes[c] ?? 0, column.right === true), c);
      })
      .join('  ')
      .trimEnd();
  const head = columns.map((column) => column.title);
  return [
    ...(head.some((title) => title !== '') ? [line(head, style.dim)] : []),
    ...cells.map((row, r) => line(row, (text, c) => styled(text, r, c))),
  ].join('\n');
}

/** `name  value` lines. */
export const pairs = (rows: readonly (readonly [string, string])[], style: Style): string => {
  const size = rows.reduce((most, [name]) => Math.max(most, width(name)), 0);
  return rows.map(([name, value]) => `${style.dim(padded(name, size, false))}  ${harmless(value)}`).join('\n');
};

/** Significant digits, but no exponent for what a person calls an ordinary number. */
export function shownNumber(value: number | null | undefined, digits = 6): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e9 || size < 1e-4) return value.toExponential(2);
  if (size >= 10 ** digits) return value.toFixed(0);
  return String(Number(value.toPrecision(digits)));
}

const bars = '▁▂▃▄▅▆▇█';

/** One character per value, the lowest to the highest; long series are cut into pieces of which the lowest (or highest) shows. */
export function sparkline(values: readonly number[], size: number, shows: 'lowest' | 'highest' = 'lowest'): string {
  const known = values.filter(Number.isFinite);
  if (known.length === 0 || size < 1) return '';
  const low = Math.min(...extent(known));
  const high = Math.max(...extent(known));
  const count = Math.min(size, values.length);
  let text = '';
  for (let k = 0; k < count; k++) {
    let value = shows === 'lowest' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    const better = shows === 'lowest' ? Math.min : Math.max;
    const end = Math.floor(((k + 1) * values.length) / count);
    for (let j = Math.floor((k * values.length) / count); j < end; j++) {
      if (Number.isFinite(values[j])) value = better(value, values[j] ?? value);
    }
    const level = high > low ? Math.round(((value - low) / (high - low)) * (bars.length - 1)) : 3;
    text += Number.isFinite(value) ? (bars[level] ?? ' ') : ' ';
  }
  return text;
}

/** Lowest and highest, without spreading a long list over the stack. */
function extent(values: readonly number[]): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** `1 bus`, `2 buses`. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
