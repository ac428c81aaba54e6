import type { Curve } from '../../../network/feeder/controls.ts';
import { lastOf, referenced } from '../script/objects.ts';
import { quoted, refusal } from '../script/place.ts';
import { type Assignment, binaryFile, columnOf, integerOf, numberOf, numbersOf, wordOf } from '../script/values.ts';
import type { FeederDraft } from './draft.ts';

/** The XYcurve that a property names, shifted and scaled. @throws {InputError} OPENDSS_UNKNOWN_NAME, OPENDSS_VALUE */
export function curveOf(draft: FeederDraft, assignment: Assignment): Curve {
  const object = referenced(draft.script.circuit, 'xycurve', assignment, wordOf(assignment));
  const { readNumbers } = draft.script;
  let x: number[] = [];
  let y: number[] = [];
  for (const part of object.assignments) {
    const { property, value, at } = part;
    if (property === 'xarray') x = numbersOf(part, readNumbers);
    else if (property === 'yarray') y = numbersOf(part, readNumbers);
    else if (property === 'points' || property === 'csvfile') {
      const file = property === 'csvfile' ? readNumbers(value.text, at) : undefined;
      const points = file === undefined ? numbersOf(part, readNumbers) : [];
      x = file === undefined ? points.filter((_, k) => k % 2 === 0) : columnOf(file, 1, false, value.text, property, at);
      y = file === undefined ? points.filter((_, k) => k % 2 === 1) : columnOf(file, 2, false, value.text, property, at);
    } else if (property === 'sngfile' || property === 'dblfile') throw binaryFile(property, at);
  }
  if (x.length !== y.length) {
    throw refusal(
      'OPENDSS_VALUE',
      `The xycurve ${quoted(object.name)} has ${x.length} x and ${y.length} y`,
      object.at,
      'Give as many of one as of the other.',
    );
  }
  const said = lastOf(object, 'npts');
  const count = Math.min(x.length, y.length, said === undefined ? Number.POSITIVE_INFINITY : integerOf(said, 0, 1_000_000));
  const number = (property: string, usual: number): number => {
    const part = lastOf(object, property);
    return part === undefined ? usual : numberOf(part);
  };
  const [xScale, xShift, yScale, yShift] = [number('xscale', 1), number('xshift', 0), number('yscale', 1), number('yshift', 0)];
  return {
    x: x.slice(0, count).map((v) => v * xScale + xShift),
    y: y.slice(0, count).map((v) => v * yScale + yShift),
  };
}

/** Piecewise linear between the points and, with the slope of the last two, beyond them. */
export function valueAt({ x, y }: Curve, at: number): number {
  const last = x.length - 1;
  if (last < 1) return y[0] ?? 0;
  let k = 1;
  while (k < last && at > x[k]) k++;
  return x[k] === x[k - 1] ? y[k] : y[k - 1] + ((y[k] - y[k - 1]) * (at - x[k - 1])) / (x[k] - x[k - 1]);
}
