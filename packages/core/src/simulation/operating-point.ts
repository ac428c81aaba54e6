import { denseLuInto, denseLuSolveInto } from '../linalg/dense.ts';
import { linearise } from './jacobian.ts';
import type { Plant } from './plant.ts';
import { simulate } from './simulate.ts';

/** A point at which nothing moves, or the news that none was found. */
export interface OperatingPointResult {
  readonly status: 'found' | 'not-found';
  readonly x: Float64Array;
  readonly u: Float64Array;
  /** Largest rate that is left, in units of its state per second, and whose it is. */
  readonly residual: { readonly size: number; readonly state: string };
  readonly iterations_count: number;
}

export interface OperatingPointOptions {
  readonly x?: Float64Array | undefined;
  readonly u?: Float64Array | undefined;
  /** Seconds that the plant runs first, towards an equilibrium that attracts; 0 for none. Default 2. */
  readonly settle_s?: number | undefined;
}

const ITERATIONS_MAX = 60;
/** Corrections below this part of the states are rounding. */
const TOLERANCE_FRAC = 1e-11;
const SHARE_MIN = 1e-4;
/** An equilibrium that repels is left behind by a run: then shorter ones, the last of them none. */
const SHORTER = [0.2, 0.05, 0.01, 0];
/** The horizon of a step: see `findOperatingPoint`. */
const HORIZON_S = 1e4;
/** A point is found when the last correction is below this part of the states. */
const FOUND_FRAC = 1e-7;

/**
 * Solves f(x, u) = 0 for x: runs for a while, then Newton with the exact Jacobian. A step is taken in parts while the correction that would follow with the same
 * Jacobian, ‖J⁻¹·f(x⁺)‖, does not shrink; so it does not matter that rates of currents are a million times those of angles.
 *
 * J stands for f_x − I/T with T of some hours: a step is then one of implicit Euler over T, and what the equations conserve (the sum of observers' states, a free mean
 * voltage) keeps the value it has, where Newton alone would have a singular matrix.
 * @cost per iteration n tangents and 2n³/3 flops
 * @source Deuflhard, Newton Methods for Nonlinear Problems (2004), section 3.3 (natural monotonicity)
 */
export function findOperatingPoint(plant: Plant, options: OperatingPointOptions = {}): OperatingPointResult {
  const settle_s = options.settle_s ?? 2;
  let point = searchFrom(plant, options, settle_s);
  for (const share of settle_s > 0 ? SHORTER : []) {
    if (point.status === 'found') break;
    point = searchFrom(plant, options, share * settle_s);
  }
  return point;
}

function searchFrom(plant: Plant, options: OperatingPointOptions, settle_s: number): OperatingPointResult {
  const n = plant.states.length;
  const u = new Float64Array(plant.inputs.length);
  if (options.u) u.set(options.u);
  else plant.inputsInto(u);
  let x = new Float64Array(n);
  if (options.x) x.set(options.x);
  else plant.startInto(x);
  if (settle_s > 0) {
    const run = simulate(plant, {
      stop_s: settle_s,
      x,
      u,
      method: 'rodas4',
      relative_frac: 1e-4,
      absolute: 1e-4,
      record: [],
      record_s: settle_s,
    });
    if (run.status === 'done') x = run.x.slice();
  }
  const rate = new Float64Array(n);
  const step = new Float64Array(n);
  const next = new Float64Array(n);
  const trial = new Float64Array(n);
  const pivotRow = new Int32Array(n);
  const sizeOf = (correction: Float64Array): number => {
    let size = 0;
    for (let i = 0; i < n; i++) size = Math.max(size, Math.abs(correction[i]) / (1 + Math.abs(x[i])));
    return size;
  };
  let count = 0;
  for (; count < ITERATIONS_MAX; count++) {
    const a = jacobianAt(plant, x, u);
    plant.derivativeInto(x, u, step);
    if (denseLuInto(a, n, pivotRow) >= 0) break;
    denseLuSolveInto(a, n, pivotRow, step);
    const size = sizeOf(step);
    if (!(size > TOLERANCE_FRAC)) break;
    let share = 1;
    for (; share > SHARE_MIN; share /= 2) {
      for (let i = 0; i < n; i++) trial[i] = x[i] - share * step[i];
      plant.derivativeInto(trial, u, next);
      denseLuSolveInto(a, n, pivotRow, next);
      if (sizeOf(next) <= (1 - share / 2) * size || size < 1e-9) break;
    }
    if (share <= SHARE_MIN) break;
    x.set(trial);
  }
  plant.derivativeInto(x, u, rate);
  let at = 0;
  for (let i = 1; i < n; i++) if (Math.abs(rate[i]) > Math.abs(rate[at])) at = i;
  const a = jacobianAt(plant, x, u);
  step.set(rate);
  // a singular Jacobian has no correction to judge by: then the rates themselves must have vanished
  if (denseLuInto(a, n, pivotRow) < 0) denseLuSolveInto(a, n, pivotRow, step);
  return {
    status: sizeOf(step) <= FOUND_FRAC ? 'found' : 'not-found',
    x,
    u,
    residual: { size: Math.abs(rate[at] ?? 0), state: plant.states[at]?.name ?? '' },
    iterations_count: count,
  };
}

function jacobianAt(plant: Plant, x: Float64Array, u: Float64Array): Float64Array {
  const { n, a } = linearise(plant, x, u);
  for (let i = 0; i < n; i++) a[i * n + i] -= 1 / HORIZON_S;
  return a;
}
