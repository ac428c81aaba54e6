import { InputError } from '../base/errors.ts';
import type { SparseMatrix } from '../linalg/sparse.ts';
import type { Block } from './block.ts';

/**
 * How the numbers of a block follow symbols u that stand in its declaration, found by asking the declaration at other values: bounds, sides of rows,
 * costs and ports are affine in u there,
 *
 *   number(u) = number(û) + Σ_s slope_s·(u_s − û_s)
 *
 * and the declaration itself need not know that a parameter is uncertain. That it is affine is checked, not assumed.
 */
export interface BlockSlopes {
  readonly lower: readonly Slope[];
  readonly upper: readonly Slope[];
  readonly rowLower: readonly Slope[];
  readonly rowUpper: readonly Slope[];
  readonly cost: readonly Slope[];
  /** Of the cost's constant; `at` is 0. */
  readonly offset: readonly Slope[];
  readonly rows: readonly EntrySlope[];
  /** Of the offsets of ports: `at` is the step. [port] */
  readonly portOffset: readonly (readonly Slope[])[];
  readonly portMap: readonly (readonly EntrySlope[])[];
}

export interface Slope {
  readonly at: number;
  readonly symbol: number;
  readonly value: number;
}

export interface EntrySlope {
  readonly row: number;
  readonly column: number;
  readonly symbol: number;
  readonly value: number;
}

/**
 * @param build - the block at values of the symbols
 * @param expected - û, as many as there are symbols
 * @param spread - how far each symbol may go from û, above 0: so far it is asked, to both sides
 * @cost 4 + symbols builds of the block, each compared number by number
 * @throws {InputError} SYMBOL_NOT_AFFINE where a number bends, or the block changes its shape, within the spread
 */
export function blockSlopes(build: (u: Float64Array) => Block, expected: Float64Array, spread: Float64Array, where: string): BlockSlopes {
  const base = numbersOf(build(expected));
  const slopes = emptySlopes(base);
  const all = Float64Array.from(expected, (value, s) => value + spread[s]);
  const none = Float64Array.from(expected, (value, s) => value - spread[s]);
  const [high, low] = [all, none].map((u) => numbersOf(build(u)));
  for (let symbol = 0; symbol < expected.length; symbol++) {
    const u = Float64Array.from(expected);
    u[symbol] += spread[symbol];
    const moved = numbersOf(build(u));
    slopes.forEach((list, k) => void list.push(...differences(base[k], moved[k], symbol, spread[symbol], where)));
  }
  // every symbol at its end at once: what the slopes say must be what the declaration says
  slopes.forEach((list, k) => {
    for (const [numbers, sign] of [
      [high[k], 1],
      [low[k], -1],
    ] as const) {
      const said = Float64Array.from(base[k]);
      for (const { at, symbol, value } of list) said[at] += sign * value * spread[symbol];
      if (numbers.length !== said.length) bends(where);
      said.forEach((value, i) => {
        if (value !== numbers[i] && !(Math.abs(value - numbers[i]) <= 1e-7 * Math.max(1, Math.abs(value)))) bends(where);
      });
    }
  });
  return named(build(expected), slopes);
}

/** Bounds, sides and costs as arrays; matrices row by row, so that an entry that vanishes is still an entry. */
function numbersOf({ program, ports }: Block): Float64Array[] {
  return [
    program.lower,
    program.upper,
    program.rowLower,
    program.rowUpper,
    program.cost,
    Float64Array.of(program.offset),
    dense(program.rows),
    ...ports.map(({ offset }) => offset),
    ...ports.map(({ map }) => dense(map)),
  ];
}

function dense({ rows_count, cols_count, colStart, rowIndex, values }: SparseMatrix): Float64Array {
  const all = new Float64Array(rows_count * cols_count);
  for (let j = 0; j < cols_count; j++) for (let p = colStart[j]; p < colStart[j + 1]; p++) all[j * rows_count + rowIndex[p]] += values[p];
  return all;
}

const emptySlopes = (numbers: readonly Float64Array[]): Slope[][] => numbers.map(() => []);

function differences(base: Float64Array, moved: Float64Array, symbol: number, spread: number, where: string): Slope[] {
  if (base.length !== moved.length) bends(where);
  const found: Slope[] = [];
  for (let at = 0; at < base.length; at++) {
    // unlimited stays unlimited
    if (base[at] === moved[at]) continue;
    const value = (moved[at] - base[at]) / spread;
    if (!Number.isFinite(value)) bends(where);
    found.push({ at, symbol, value });
  }
  return found;
}

function named({ program, ports }: Block, slopes: readonly (readonly Slope[])[]): BlockSlopes {
  const entries = (list: readonly Slope[], rows_count: number): EntrySlope[] =>
    list.map(({ at, symbol, value }) => ({ row: at % rows_count, column: Math.floor(at / rows_count), symbol, value }));
  const [lower, upper, rowLower, rowUpper, cost, offset, rows, ...rest] = slopes;
  return {
    lower,
    upper,
    rowLower,
    rowUpper,
    cost,
    offset,
    rows: entries(rows, program.rows.rows_count),
    portOffset: rest.slice(0, ports.length),
    portMap: ports.map(({ map }, k) => entries(rest[ports.length + k], map.rows_count)),
  };
}

function bends(where: string): never {
  throw new InputError({
    code: 'SYMBOL_NOT_AFFINE',
    message: 'What this device can do or costs is not proportional to the uncertain parameter within its range',
    where,
    hint: 'Make the range narrower, or make another parameter uncertain, such as the power instead of the wind.',
  });
}
