import { type Mode, modesAt } from './modes.ts';
import { findOperatingPoint } from './operating-point.ts';
import type { Plant } from './plant.ts';

/** Modes at the operating point that belongs to one value of a parameter. */
export interface TracePoint {
  readonly value: number;
  /** Without an operating point there are no modes. */
  readonly status: 'found' | 'not-found';
  readonly modes: readonly Mode[];
  /** Largest real part of a mode; above zero the point repels. NaN without a point. */
  readonly abscissa_per_s: number;
}

/**
 * Follows the modes over the values of a parameter. Every operating point starts from the one before, so neighbouring values give neighbouring points;
 * the parameter has its old value again when done.
 * @param start - a point at rest, or near it, to begin from
 * @throws {InputError} SIMULATION_UNKNOWN_NAME, SIMULATION_PARAMETER
 */
export function traceModes(plant: Plant, parameter: string, values: readonly number[], start?: Float64Array): TracePoint[] {
  const before = plant.readParameter(parameter);
  let x = start;
  const points: TracePoint[] = [];
  try {
    for (const value of values) {
      plant.change(parameter, value, x ?? new Float64Array(plant.states.length));
      let point = findOperatingPoint(plant, x === undefined ? {} : { x, settle_s: 0 });
      if (point.status === 'not-found' && x !== undefined) point = findOperatingPoint(plant);
      const { status } = point;
      const modes = status === 'found' ? modesAt(plant, point.x, point.u) : [];
      if (status === 'found') x = point.x;
      points.push({ value, status, modes, abscissa_per_s: modes[0]?.re_per_s ?? Number.NaN });
    }
  } finally {
    plant.change(parameter, before, new Float64Array(plant.states.length));
  }
  return points;
}
