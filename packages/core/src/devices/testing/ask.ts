import { InputError } from '../../base/errors.ts';
import { type TimeGrid, timeGrid } from '../../base/time-grid.ts';
import { at, type Coefficient } from '../../problem/affine.ts';
import { buildBlock } from '../../problem/block.ts';
import { declaration } from '../../problem/declare.ts';
import { interiorPoint } from '../../solvers/interior-point/interior-point.ts';
import { blockOracle } from '../../solvers/oracle.ts';
import type { DeviceKind, ParamTable } from '../contract.ts';
import { readParams } from '../params.ts';

const solver = await interiorPoint().prepare();

/** A grid of hours from midnight UTC. */
export const hours = (steps_count: number, start = '2025-01-15T00:00'): TimeGrid =>
  timeGrid({ start, zone: 'UTC', step_min: 60, steps_count });

const read = <T extends ParamTable>(kind: DeviceKind<T>, raw: Readonly<Record<string, unknown>>, grid: TimeGrid) =>
  readParams(kind, raw, { grid, profiles: new Map(), where: 'it' });

/** The best answer of a device to prices of p and q, by its closed form where it has one. */
export function ask<T extends ParamTable>(
  kind: DeviceKind<T>,
  raw: Readonly<Record<string, unknown>>,
  grid: TimeGrid,
  price_cur_per_kWh: Coefficient,
  price_cur_per_kvarh: Coefficient = 0,
) {
  const n = grid.steps_count;
  const values = read(kind, raw, grid);
  const block = buildBlock(
    'it',
    declaration(grid, (m) => kind.declare(m, values)),
  );
  const oracle = kind.oracle?.(values, grid) ?? blockOracle(block, grid.dt_h, solver, { tolerance_frac: 1e-11 });
  const price = Float64Array.from({ length: 2 * n }, (_, i) => (i < n ? at(price_cur_per_kWh, i) : at(price_cur_per_kvarh, i - n)));
  const out = new Float64Array(2 * n);
  const value = oracle.response(price, out);
  const schedule = oracle.schedule();
  return {
    p_kW: [...out.subarray(0, n)],
    q_kvar: [...out.subarray(n)],
    value_cur: value,
    cost_cur: oracle.cost(),
    of: (name: string): number[] => [...(schedule.get(name) ?? [])],
  };
}

/** What `check` or reading says against these values; an empty text when nothing. */
export function complaint<T extends ParamTable>(kind: DeviceKind<T>, raw: Readonly<Record<string, unknown>>, grid: TimeGrid): string {
  try {
    read(kind, raw, grid);
    return '';
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}
