import { SparseBuilder } from '../../linalg/sparse.ts';
import type { Program } from '../../problem/program.ts';

/** A program written densely, for tests; bounds default to x ≥ 0, rows to none, names to x0, x1 … and row0, row1 … */
export interface DenseProgram {
  readonly cost: readonly number[];
  readonly offset?: number;
  readonly quadratic?: readonly (readonly number[])[];
  readonly lower?: readonly number[];
  readonly upper?: readonly number[];
  readonly integer?: readonly (0 | 1)[];
  readonly rows?: readonly (readonly number[])[];
  readonly rowLower?: readonly number[];
  readonly rowUpper?: readonly number[];
}

export function programOf(dense: DenseProgram): Program {
  const n = dense.cost.length;
  const rows = dense.rows ?? [];
  const m = rows.length;
  const a = new SparseBuilder();
  rows.forEach((row, i) => {
    row.forEach((value, j) => {
      if (value !== 0) a.add(i, j, value);
    });
  });
  const p = new SparseBuilder();
  dense.quadratic?.forEach((row, i) => {
    row.forEach((value, j) => {
      if (value !== 0 && i <= j) p.add(i, j, value);
    });
  });
  return {
    cost: Float64Array.from(dense.cost),
    offset: dense.offset ?? 0,
    quadratic: dense.quadratic ? p.build(n, n) : undefined,
    lower: Float64Array.from(dense.lower ?? dense.cost.map(() => 0)),
    upper: Float64Array.from(dense.upper ?? dense.cost.map(() => Infinity)),
    integer: dense.integer ? Uint8Array.from(dense.integer) : undefined,
    rows: a.build(m, n),
    rowLower: Float64Array.from(dense.rowLower ?? rows.map(() => -Infinity)),
    rowUpper: Float64Array.from(dense.rowUpper ?? rows.map(() => Infinity)),
    columnName: (j) => `x${j}`,
    rowName: (i) => `row${i}`,
  };
}

/** Reproducible numbers in [0, 1) for tests: a 32-bit mixing generator. */
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return ((z ^ (z >>> 16)) >>> 0) / 4294967296;
  };
}

/**
 * A random program that is feasible (a point is planted) and bounded: sparse rows of every kind, bounds of every kind.
 * @param curved - adds P = MᵀM/n + some zero rows
 */
export function randomProgram(seed: number, n: number, m: number, curved: boolean): DenseProgram {
  const next = numbersFrom(seed);
  const normal = () => 2 * (next() + next() + next()) - 3;
  const x = Array.from({ length: n }, () => normal() * 2);
  const rows = Array.from({ length: m }, () => Array.from({ length: n }, () => (next() < 4 / n + 0.1 ? normal() : 0)));
  const rowLower: number[] = [];
  const rowUpper: number[] = [];
  const y: number[] = [];
  for (const row of rows) {
    const activity = row.reduce((sum, a, j) => sum + a * x[j]!, 0);
    const kind = next();
    if (kind < 0.3) {
      rowLower.push(activity);
      rowUpper.push(activity);
      y.push(normal());
    } else if (kind < 0.6) {
      const active = next() < 0.5;
      rowLower.push(activity - (active ? 0 : next()));
      rowUpper.push(next() < 0.5 ? Infinity : activity + next() + 0.1);
      y.push(active ? next() : 0);
    } else if (kind < 0.9) {
      const active = next() < 0.5;
      rowUpper.push(activity + (active ? 0 : next()));
      rowLower.push(next() < 0.5 ? -Infinity : activity - next() - 0.1);
      y.push(active ? -next() : 0);
    } else {
      rowLower.push(-Infinity);
      rowUpper.push(Infinity);
      y.push(0);
    }
  }
  const lower: number[] = [];
  const upper: number[] = [];
  const z: number[] = [];
  for (let j = 0; j < n; j++) {
    const kind = next();
    if (kind < 0.15) {
      lower.push(-Infinity);
      upper.push(Infinity);
      z.push(0);
    } else if (kind < 0.25) {
      lower.push(x[j]!);
      upper.push(x[j]!);
      z.push(normal());
    } else if (kind < 0.6) {
      const active = next() < 0.5;
      lower.push(x[j]! - (active ? 0 : next()));
      upper.push(next() < 0.5 ? Infinity : x[j]! + 0.1 + next());
      z.push(active ? next() : 0);
    } else {
      const active = next() < 0.5;
      upper.push(x[j]! + (active ? 0 : next()));
      lower.push(next() < 0.5 ? -Infinity : x[j]! - 0.1 - next());
      z.push(active ? -next() : 0);
    }
  }
  let quadratic: number[][] | undefined;
  if (curved) {
    const half = Math.max(1, Math.floor(n / 2));
    const factor = Array.from({ length: half }, () => Array.from({ length: n }, () => (next() < 0.3 ? normal() : 0)));
    quadratic = Array.from({ length: n }, (_, i) =>
      Array.from({ length: n }, (_, j) => factor.reduce((sum, f) => sum + (f[i]! * f[j]!) / half, 0)),
    );
  }
  // The cost that makes (x, y, z) optimal: c = Aᵀy + z − P·x.
  const cost = z.map((zj, j) => {
    const pull = rows.reduce((sum, row, i) => sum + row[j]! * y[i]!, 0);
    const bend = quadratic ? quadratic[j]!.reduce((sum, p, i) => sum + p * x[i]!, 0) : 0;
    return pull + zj - bend;
  });
  return { cost, lower, upper, rows, rowLower, rowUpper, ...(quadratic ? { quadratic } : {}) };
}

/** A random program with small whole coefficients: optimal, infeasible or unbounded as it happens; often degenerate. */
export function arbitraryProgram(seed: number, n: number, m: number): DenseProgram {
  const next = numbersFrom(seed);
  const small = () => Math.round((2 * next() - 1) * 4);
  return {
    cost: Array.from({ length: n }, small),
    lower: Array.from({ length: n }, () => (next() < 0.3 ? -Infinity : -Math.round(next() * 3))),
    upper: Array.from({ length: n }, () => (next() < 0.5 ? Infinity : Math.round(next() * 3))),
    rows: Array.from({ length: m }, () => Array.from({ length: n }, () => (next() < 0.3 ? small() : 0))),
    rowLower: Array.from({ length: m }, () => (next() < 0.4 ? -Infinity : Math.round(next() * 4 - 3))),
    rowUpper: Array.from({ length: m }, () => (next() < 0.4 ? Infinity : Math.round(next() * 4 + 1))),
  };
}
