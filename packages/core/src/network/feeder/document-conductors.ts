import type { RowReader } from '../document-table.ts';
import type { Conductor } from './feeder.ts';

/** Position: conductor number. */
const letters = 'gabcn';

/** How an element takes its conductors: wye and zigzag have a neutral at the end, the others have none. */
export type ConductorUse = 'wye' | 'delta' | 'zigzag' | 'coils' | 'line';

const hasNeutral = (use: ConductorUse): boolean => use === 'wye' || use === 'zigzag';

/**
 * Reads `abc`, `acn`, `bg` or `[1, 2, 3, 5]` as conductor numbers. Letters of a wye or zigzag that name neither n nor g are earthed: g is added.
 * A list is taken as it stands.
 *
 * @throws {InputError} NETWORK_CELL_INVALID
 */
export function readConductors(row: RowReader, column: string, use: ConductorUse, otherwise?: readonly Conductor[]): readonly Conductor[] {
  if (!row.has(column)) return otherwise ?? Object.freeze(withNeutral([1, 2, 3], use));
  const value = row.raw(column);
  if (typeof value === 'string' && value.length > 0 && value.length <= 6) {
    const conductors = [...value].map((letter) => letters.indexOf(letter));
    if (!conductors.includes(-1)) return Object.freeze(withNeutral(conductors, use));
  }
  const list = typeof value === 'number' ? [value] : value;
  if (Array.isArray(list) && list.length > 0 && list.length <= 100 && list.every(isConductor)) return Object.freeze([...list]);
  throw row.wrong(column, 'letters of a b c n and g (earth) in order, or a list of conductor numbers');
}

const isConductor = (value: unknown): value is Conductor =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < 1000;

const withNeutral = (conductors: readonly Conductor[], use: ConductorUse): readonly Conductor[] =>
  hasNeutral(use) && !conductors.includes(0) && !conductors.includes(4) ? [...conductors, 0] : conductors;

/** The shortest spelling that `readConductors` turns back into the same conductors; undefined for its default. */
export function writeConductors(conductors: readonly Conductor[], use: ConductorUse): string | readonly Conductor[] | undefined {
  if (conductors.length === 0 || conductors.length > 6 || !conductors.every((each) => each < letters.length)) return conductors;
  const text = conductors.map((each) => letters[each]).join('');
  if (!hasNeutral(use)) return text === 'abc' ? undefined : text;
  if (text === 'abcg') return undefined;
  const phases = conductors.slice(0, -1);
  if (conductors.at(-1) === 0 && phases.length > 0 && !phases.includes(0) && !phases.includes(4)) return text.slice(0, -1);
  return conductors.includes(0) || conductors.includes(4) ? text : conductors;
}
