import { SparseBuilder } from '../../linalg/sparse.ts';
import type { AffineRow, Program } from '../../problem/program.ts';
import { numbersFrom, programOf } from './dense-program.ts';

/** A program over free variables, written as affine rows; every list of `cones` is one second-order cone. */
export interface ConicSketch {
  readonly cost: readonly number[];
  readonly quadratic?: readonly (readonly number[])[];
  readonly equal?: readonly AffineRow[];
  /** At least 0. */
  readonly atLeast?: readonly AffineRow[];
  readonly cones: readonly (readonly AffineRow[])[];
}

/** constant + Σ coefficients_j · x_j */
export function row(coefficients: readonly number[], constant = 0): AffineRow {
  return { columns: coefficients.map((_, j) => j), values: coefficients, constant };
}

export function conicProgram({ cost, quadratic, equal = [], atLeast = [], cones }: ConicSketch): Program {
  const all = [...equal, ...atLeast, ...cones.flat()];
  const a = new SparseBuilder();
  all.forEach(({ columns, values }, i) => {
    columns.forEach((j, k) => {
      if (values[k] !== 0) a.add(i, j, values[k]!);
    });
  });
  const free = programOf({ cost, ...(quadratic ? { quadratic } : {}), lower: cost.map(() => -Infinity) });
  const right = Float64Array.from(all, ({ constant }) => -constant);
  let next = equal.length + atLeast.length;
  return {
    ...free,
    rows: a.build(all.length, cost.length),
    rowLower: right,
    rowUpper: right.map((value, i) => (i >= equal.length && i < equal.length + atLeast.length ? Infinity : value)),
    cones: cones.map(({ length }) => ({ kind: 'second-order' as const, rows: Int32Array.from({ length }, () => next++) })),
  };
}

export type Planted = 'optimal' | 'infeasible' | 'unbounded';

/**
 * A random program with rows, bounds and cones of 1 to 20 rows whose status is planted: an optimal pair (x, y) with every
 * kind of complementarity, a Farkas ray, or a direction of unbounded descent from a feasible point.
 */
export function randomConicProgram(seed: number, status: Planted): { program: Program; x: Float64Array } {
  const next = numbersFrom(seed * 7919 + 1);
  const normal = () => 2 * (next() + next() + next()) - 3;
  const whole = (from: number, count: number) => from + Math.floor(next() * count);
  const n = whole(2, 25);
  const linear_count = whole(0, 10);
  const sizes = Array.from({ length: whole(1, 5) }, () => (next() < 0.15 ? whole(9, 12) : whole(1, 5)));
  const m = linear_count + sizes.reduce((a, b) => a + b, 0);
  const x = Array.from({ length: n }, normal);
  const share = Math.min(1, 4 / n + 0.15);
  const rows = Array.from({ length: m }, () => Array.from({ length: n }, () => (next() < share ? normal() : 0)));
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, j) => sum + value * b[j]!, 0);
  /** A vector in the cone, on its boundary or inside. */
  const inCone = (size: number, onBoundary: number): number[] => {
    const tail = Array.from({ length: size - 1 }, normal);
    return [Math.hypot(...tail) + (next() < onBoundary ? 0 : next()), ...tail];
  };

  const rowLower: number[] = [];
  const rowUpper: number[] = [];
  const y: number[] = [];
  for (let i = 0; i < linear_count; i++) {
    const activity = dot(rows[i]!, x);
    const kind = next();
    const active = next() < 0.5;
    const away = active ? 0 : next();
    rowLower.push(kind < 0.3 ? activity : kind < 0.65 ? activity - away : -Infinity);
    rowUpper.push(kind < 0.3 ? activity : kind < 0.65 ? Infinity : activity + away);
    y.push(kind < 0.3 ? normal() : !active ? 0 : kind < 0.65 ? next() : -next());
  }
  let first = linear_count;
  const cones = sizes.map((size) => {
    const members = Int32Array.from({ length: size }, (_, l) => first + l);
    first += size;
    let s = inCone(size, 1);
    let z = s.map((value, l) => (l === 0 ? 0.7 * value : -0.7 * value));
    const kind = next();
    if (kind > 0.6 && kind < 0.8) [s, z] = [inCone(size, 0), z.map(() => 0)];
    if (kind >= 0.8) [s, z] = [s.map(() => 0), inCone(size, 0)];
    members.forEach((i, l) => {
      rowLower.push(dot(rows[i]!, x) - s[l]!);
      rowUpper.push(rowLower[i]!);
      y.push(z[l]!);
    });
    return { kind: 'second-order' as const, rows: members };
  });

  const lower: number[] = [];
  const upper: number[] = [];
  const z: number[] = [];
  for (let j = 0; j < n; j++) {
    const kind = next();
    const active = next() < 0.4;
    const away = active ? 0 : next();
    lower.push(kind < 0.4 ? -Infinity : kind < 0.5 ? x[j]! : x[j]! - away);
    upper.push(kind < 0.4 ? Infinity : kind < 0.5 ? x[j]! : x[j]! + 0.1 + next());
    z.push(kind < 0.4 ? 0 : kind < 0.5 ? normal() : active ? next() : 0);
  }
  let quadratic: number[][] | undefined;
  if (next() < 0.5 && status !== 'unbounded') {
    const half = Math.ceil(n / 2);
    const factors = Array.from({ length: half }, () => Array.from({ length: n }, () => (next() < 0.3 ? normal() : 0)));
    const column = (j: number) => factors.map((factor) => factor[j]! / Math.sqrt(half));
    quadratic = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => dot(column(i), column(j))));
  }
  let cost = z.map((zj, j) => zj + rows.reduce((sum, r, i) => sum + r[j]! * y[i]!, 0) - (quadratic ? dot(quadratic[j]!, x) : 0));

  if (status === 'infeasible') {
    // A ray u with Aᵀu = 0 and uᵀr > 0: the head of the first cone takes up what is missing.
    const ray = y.map((_, i) => (rowLower[i] === rowUpper[i] ? normal() : rowLower[i]! > -Infinity ? next() : -next()));
    for (const { rows: members } of cones) inCone(members.length, 0.6).forEach((value, l) => (ray[members[l]!] = value));
    const head = linear_count;
    ray[head] = Math.max(ray[head]!, 0.01);
    const others = ray.map((value, i) => (i === head ? 0 : value));
    rows[head] = x.map((_, j) => -rows.reduce((sum, r, i) => sum + r[j]! * others[i]!, 0) / ray[head]!);
    const asked = others.reduce((sum, value, i) => sum + (value === 0 ? 0 : value * (value > 0 ? rowLower[i]! : rowUpper[i]!)), 0);
    rowLower[head] = rowUpper[head] = (1 + next() - asked) / ray[head]!;
    cost = cost.map(normal);
  }
  if (status === 'unbounded') {
    // A direction d with A·d in every recession cone: its largest entry takes up what is missing.
    const d = x.map((_, j) => (lower[j] === -Infinity ? normal() : 0));
    const pivot = d.reduce((best, value, j) => (Math.abs(value) > Math.abs(d[best]!) ? j : best), 0);
    if (d[pivot] === 0) [d[pivot], lower[pivot], upper[pivot]] = [1, -Infinity, Infinity];
    const change = rowLower.map((low, i) => (low === rowUpper[i] ? 0 : low > -Infinity ? next() : -next()));
    for (const { rows: members } of cones) inCone(members.length, 0.4).forEach((value, l) => (change[members[l]!] = value));
    for (let i = 0; i < m; i++) {
      const before = rows[i]![pivot]!;
      rows[i]![pivot] = before + (change[i]! - dot(rows[i]!, d)) / d[pivot]!;
      const shift = (rows[i]![pivot]! - before) * x[pivot]!;
      rowLower[i] = rowLower[i]! + shift;
      rowUpper[i] = rowUpper[i]! + shift;
    }
    const descent = (dot(cost, d) + 0.5 + next()) / dot(d, d);
    cost = cost.map((value, j) => value - descent * d[j]!);
  }
  const program = programOf({ cost, lower, upper, rows, rowLower, rowUpper, ...(quadratic ? { quadratic } : {}) });
  return { program: { ...program, cones }, x: Float64Array.from(x) };
}
