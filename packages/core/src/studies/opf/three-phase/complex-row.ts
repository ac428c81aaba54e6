import type { AffineRow } from '../../../problem/program.ts';
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
  return { re: combine(...re), im: combine(...im) };
}
