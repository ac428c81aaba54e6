import { quoted, refusal } from '../script/place.ts';
import type { Assignment } from '../script/values.ts';
import { wordOf } from '../script/values.ts';

/** Metres in one of the unit, by the beginning of its name, longest first. */
const metres: readonly (readonly [string, number])[] = [
  ['mi', 1609.344],
  ['kft', 304.8],
  ['km', 1000],
  ['me', 1],
  ['mm', 1e-3],
  ['m', 1],
  ['ft', 0.3048],
  ['in', 0.0254],
  ['cm', 1e-2],
];

/** Length of the unit that is named; undefined for `none`. @throws {InputError} OPENDSS_VALUE for a word that is no unit, which OpenDSS takes as none */
export function metresOf(assignment: Assignment): number | undefined {
  const word = wordOf(assignment);
  const unit = metres.find(([name]) => word.startsWith(name))?.[1];
  if (unit !== undefined || word === '' || word.startsWith('no')) return unit;
  throw refusal(
    'OPENDSS_VALUE',
    `${quoted(word)} is no unit of length`,
    assignment.at,
    'Units are mi, kft, km, m, ft, in, cm, mm and none.',
  );
}

/** How many times the second unit goes into the first, 1 where one of them is not known: per-length values are multiplied by it. */
export const perLength = (from_m: number | undefined, to_m: number | undefined): number =>
  from_m === undefined || to_m === undefined ? 1 : to_m / from_m;
