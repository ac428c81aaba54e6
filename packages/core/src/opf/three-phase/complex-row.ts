import type { AffineRow } from '../../problem/program.ts';
import { combine, constant, terms } from '../affine.ts';
import type { Phasor } from './phasor.ts';

/** A complex affine expression of real columns. */
export interface ComplexRow {
  readonly re: AffineRow;
  readonly im: AffineRow;
}

export const columnsRow = (re: number, im: number): ComplexRow => ({ re: terms([re, 1]), im: terms([im, 1]) });

export const realColumn = (column: number): ComplexRow => ({ re: terms([column, 1]), im: constant(0) });

export const constantRow = ([re, im]: Phasor): ComplexRow => ({ re: constant(re), im: constant(im) });

export const conjugateRow = ({ re, im }: ComplexRow): ComplexRow => ({ re, im: combine([-1, im]) });

/** Coefficients below this part of the largest of their row are what is left of sums that cancel; a solver would scale them up. */
const ROUNDING_FRAC = 1e-13;

/** Each column once, without what is rounding. */
function tidy({ columns, values, constant: c }: AffineRow): AffineRow {
  const byColumn = new Map<number, number>();
  columns.forEach((column, k) => byColumn.set(column, (byColumn.get(column) ?? 0) + values[k]));
  const largest = Math.max(0, ...[...byColumn.values()].map(Math.abs));
  const kept = [...byColumn].filter(([, value]) => Math.abs(value) > ROUNDING_FRAC * largest);
  return { columns: kept.map(([column]) => column), values: kept.map(([, value]) => value), constant: c };
}

/** Σ a·x */
export function combineRows(...parts: readonly (readonly [a: Phasor, x: ComplexRow])[]): ComplexRow {
  const re: (readonly [number, AffineRow])[] = [];
  const im: (readonly [number, AffineRow])[] = [];
  for (const [[a, b], x] of parts) {
    if (a !== 0) {
      re.push([a, x.re]);
      im.push([a, x.im]);
    }
    if (b !== 0) {
      re.push([-b, x.im]);
      im.push([b, x.re]);
    }
  }
  return { re: tidy(combine(...re)), im: tidy(combine(...im)) };
}
