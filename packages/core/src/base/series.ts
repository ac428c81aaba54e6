import { BugError } from './errors.ts';
import { type Unit, unitOfName } from './units.ts';

/** One labelled axis of a series: `t` time, `b` bus, `l` branch, `d` device, `s` scenario, `k` iteration. */
export interface Axis {
  readonly name: string;
  readonly labels: readonly string[];
}

/** A flat array with labelled axes, slowest first. Its name ends in its unit. */
export interface Series {
  readonly name: string;
  readonly unit: Unit;
  readonly axes: readonly Axis[];
  readonly values: Float64Array;
}

/** @throws {BugError} SERIES_SHAPE if the name has no unit or the length is not the product of the axes */
export function series(name: string, axes: readonly Axis[], values: ArrayLike<number>): Series {
  const unit = unitOfName(name);
  const size = axes.reduce((product, axis) => product * axis.labels.length, 1);
  if (unit === undefined || values.length !== size) {
    throw new BugError({
      code: 'SERIES_SHAPE',
      message: `Series "${name}" needs a unit suffix and ${size} values, got ${values.length}`,
    });
  }
  return Object.freeze({ name, unit, axes, values: Float64Array.from(values) });
}
