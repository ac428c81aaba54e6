import type { NonlinearProgram } from './program.ts';

/** Distances along the direction at which the program is looked at: 1, 10, … in the size of x. */
const DECADES_COUNT = 13;
/** Of the distance: violation of a row, and components of the direction that are rounding. */
const VIOLATION_FRAC = 1e-6;
const ROUNDING_FRAC = 1e-7;
/** Of 1 + |f|: the least fall over the first distance. Later the objective must keep half of its slope. */
const FALL_FRAC = 1e-9;
const SLOPE_FRAC = 0.5;

/**
 * The direction, free of rounding and with a largest component of one, if the objective falls along it without end and no row
 * is violated more than at x:
 *
 *   violation(x + t·d) ≤ violation(x) + 1e-6·(1 + t),  f(x + t·d) ≤ f(x) − ½·t·(f(x) − f(x + d))   for t = 1, 10, … 1e12
 *
 * Then the program is unbounded if it has a feasible point at all. A look at finitely many points: a proof where rows are
 * linear and the objective quadratic along d, strong evidence elsewhere.
 * @shape x, along (n)
 */
export function endlessDescent(program: NonlinearProgram, x: Float64Array, along: Float64Array): Float64Array | undefined {
  const direction = cleaned(program, along);
  if (direction === undefined) return undefined;
  const g = new Float64Array(program.equalities_count);
  const h = new Float64Array(program.inequalities_count);
  const start = program.functionsInto(x, g, h);
  const before = violation(program, g, h);
  const far = x.slice();
  let slope = Number.NaN;
  for (let decade = 0; decade < DECADES_COUNT; decade++) {
    const t = 10 ** decade;
    for (let j = 0; j < x.length; j++) far[j] = x[j] + t * direction[j];
    const fall = start - program.functionsInto(far, g, h);
    if (decade === 0) slope = fall;
    if (decade === 0 && !(fall > FALL_FRAC * (1 + Math.abs(start)))) return undefined;
    if (!(fall >= SLOPE_FRAC * t * slope) || !(violation(program, g, h) <= before + VIOLATION_FRAC * (1 + t))) return undefined;
  }
  return direction;
}

/** Scaled to a largest component of one, without rounding; undefined where a bound ends it. */
function cleaned({ lower, upper }: NonlinearProgram, along: Float64Array): Float64Array | undefined {
  let size = 0;
  for (let j = 0; j < along.length; j++) size = Math.max(size, Math.abs(along[j]));
  if (!(size > 0 && size < Number.POSITIVE_INFINITY)) return undefined;
  const direction = along.map((value) => (Math.abs(value) > ROUNDING_FRAC * size ? value / size : 0));
  const isOpen = direction.every((value, j) => (value >= 0 || lower[j] === -Infinity) && (value <= 0 || upper[j] === Infinity));
  return isOpen ? direction : undefined;
}

function violation({ rangeLower, rangeUpper }: NonlinearProgram, g: Float64Array, h: Float64Array): number {
  let worst = 0;
  for (let i = 0; i < g.length; i++) worst = Math.max(worst, Math.abs(g[i]));
  for (let i = 0; i < h.length; i++) worst = Math.max(worst, rangeLower[i] - h[i], h[i] - rangeUpper[i]);
  return worst;
}
