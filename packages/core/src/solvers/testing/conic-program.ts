import { SparseBuilder } from '../../linalg/sparse.ts';
import type { AffineRow, Cone, ConeKind, Program } from '../../problem/program.ts';
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

/** A cone without its rows yet. */
interface Shape {
  readonly kind: ConeKind;
  readonly size: number;
  readonly exponent?: number;
}

/**
 * A random program with rows, bounds and cones (second-order of 1 to 20 rows, matrices up to order 4) whose status is
 * planted: an optimal pair (x, y) with every kind of complementarity, a Farkas ray, or a direction of unbounded descent
 * from a feasible point.
 */
export function randomConicProgram(
  seed: number,
  status: Planted,
  kinds: readonly ConeKind[] = ['second-order'],
): { program: Program; x: Float64Array } {
  const next = numbersFrom(seed * 7919 + 1);
  const normal = () => 2 * (next() + next() + next()) - 3;
  const whole = (from: number, count: number) => from + Math.floor(next() * count);
  const n = whole(2, 25);
  const linear_count = whole(0, 10);
  const shapes = Array.from({ length: whole(1, 5) }, (): Shape => {
    const kind = kinds.length === 1 ? kinds[0]! : kinds[whole(0, kinds.length)]!;
    if (kind === 'second-order') return { kind, size: next() < 0.15 ? whole(9, 12) : whole(1, 5) };
    if (kind === 'exponential') return { kind, size: 3 };
    if (kind === 'power') return { kind, size: 3, exponent: 0.05 + 0.9 * next() };
    const order = whole(1, 4);
    return { kind, size: (order * (order + 1)) / 2 };
  });
  const m = linear_count + shapes.reduce((sum, { size }) => sum + size, 0);
  const x = Array.from({ length: n }, normal);
  const share = Math.min(1, 4 / n + 0.15);
  const rows = Array.from({ length: m }, () => Array.from({ length: n }, () => (next() < share ? normal() : 0)));
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, j) => sum + value * b[j]!, 0);
  const sample = new ConeSample(next, normal);

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
  const cones = shapes.map((shape): Cone => {
    const { size, kind: sort, exponent } = shape;
    const members = Int32Array.from({ length: size }, (_, l) => first + l);
    first += size;
    let [s, z] = sample.complements(shape);
    const kind = next();
    if (kind > 0.6 && kind < 0.8) [s, z] = [sample.primal(shape, 0), z.map(() => 0)];
    if (kind >= 0.8) [s, z] = [s.map(() => 0), sample.dual(shape, 0)];
    members.forEach((i, l) => {
      rowLower.push(dot(rows[i]!, x) - s[l]!);
      rowUpper.push(rowLower[i]!);
      y.push(z[l]!);
    });
    return { kind: sort, rows: members, ...(exponent === undefined ? {} : { exponent }) };
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
    cones.forEach(({ rows: members }, c) => sample.dual(shapes[c]!, 0.6).forEach((value, l) => (ray[members[l]!] = value)));
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
    cones.forEach(({ rows: members }, c) => sample.primal(shapes[c]!, 0.4).forEach((value, l) => (change[members[l]!] = value)));
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

/** A planted optimum shaken until anything may be true of it. */
export function wildConicProgram(seed: number, kinds: readonly ConeKind[]): Program {
  const { program } = randomConicProgram(seed, 'optimal', kinds);
  const next = numbersFrom(seed + 77);
  const normal = () => 2 * (next() + next() + next()) - 3;
  const [size, turn] = [1.5 * next(), next() < 0.5 ? 1 : 0];
  const rowLower = program.rowLower.slice();
  const rowUpper = program.rowUpper.slice();
  for (const { rows } of program.cones!) for (const i of rows) rowUpper[i] = rowLower[i] = rowLower[i]! + size * normal();
  return { ...program, rowLower, rowUpper, cost: program.cost.map((value) => value + turn * normal()) };
}

/** Random vectors of cones and their duals. */
class ConeSample {
  private readonly next: () => number;
  private readonly normal: () => number;

  constructor(next: () => number, normal: () => number) {
    this.next = next;
    this.normal = normal;
  }

  /** A vector in the cone, on its boundary with this chance, else inside. */
  primal(shape: Shape, onBoundary: number): number[] {
    if (shape.kind === 'second-order') {
      const tail = Array.from({ length: shape.size - 1 }, this.normal);
      return [Math.hypot(...tail) + this.lift(onBoundary), ...tail];
    }
    return this.lifted(this.complements(shape)[0], shape, onBoundary);
  }

  /** The same in the dual cone. */
  dual(shape: Shape, onBoundary: number): number[] {
    if (shape.kind === 'second-order') return this.primal(shape, onBoundary);
    return this.lifted(this.complements(shape)[1], shape, onBoundary);
  }

  private lift(onBoundary: number): number {
    return this.next() < onBoundary ? 0 : this.next();
  }

  /** In every cone here, and in its dual, the first entry may grow; of a matrix the whole diagonal has to. */
  private lifted(v: number[], { kind, size }: Shape, onBoundary: number): number[] {
    const by = this.lift(onBoundary);
    const centre = kind === 'positive-semidefinite' ? diagonalOf(size) : [0];
    return v.map((value, l) => (centre.includes(l) ? value + by : value));
  }

  /** Boundary points s of the cone and z of its dual, sᵀz = 0. */
  complements(shape: Shape): [number[], number[]] {
    const { next, normal } = this;
    switch (shape.kind) {
      case 'second-order': {
        const s = this.primal(shape, 1);
        return [s, s.map((value, l) => (l === 0 ? 0.7 * value : -0.7 * value))];
      }
      case 'exponential': {
        const [beta, delta, ratio] = [0.1 + next(), 0.1 + next(), 1.5 * normal()];
        return [
          [beta * Math.exp(ratio), beta, beta * ratio],
          [delta * Math.exp(-ratio), delta * (ratio - 1), -delta],
        ];
      }
      case 'power': {
        const exponent = shape.exponent!;
        const [a, b, delta, sign] = [0.1 + next(), 0.1 + next(), 0.1 + next(), next() < 0.5 ? -1 : 1];
        const mean = a ** exponent * b ** (1 - exponent);
        return [
          [a, b, sign * mean],
          [(delta * exponent * mean) / a, (delta * (1 - exponent) * mean) / b, -delta * sign],
        ];
      }
      case 'positive-semidefinite':
        return this.matrices(diagonalOf(shape.size).length);
    }
  }

  /** S and Z with the same eigenvectors and no eigenvalue in common that is not zero in one of them. */
  private matrices(order: number): [number[], number[]] {
    const { next, normal } = this;
    const basis: number[][] = [];
    while (basis.length < order) {
      let v = Array.from({ length: order }, normal);
      for (const u of basis) {
        const share = u.reduce((sum, value, i) => sum + value * v[i]!, 0);
        v = v.map((value, i) => value - share * u[i]!);
      }
      const length = Math.hypot(...v);
      if (length > 1e-3) basis.push(v.map((value) => value / length));
    }
    const isOfS = basis.map(() => next() < 0.5);
    const values = basis.map(() => 0.2 + 2 * next());
    const vector = (isIn: (k: number) => boolean): number[] => {
      const entries: number[] = [];
      for (let j = 0; j < order; j++) {
        for (let i = j; i < order; i++) {
          const sum = basis.reduce((total, u, k) => total + (isIn(k) ? values[k]! * u[i]! * u[j]! : 0), 0);
          entries.push(i === j ? sum : Math.SQRT2 * sum);
        }
      }
      return entries;
    };
    return [vector((k) => isOfS[k]!), vector((k) => !isOfS[k]!)];
  }
}

/** Where the diagonal stands in a lower triangle of so many entries, column by column. */
function diagonalOf(size: number): number[] {
  const at: number[] = [];
  for (let l = 0, length = (Math.sqrt(8 * size + 1) - 1) / 2; l < size; l += length--) at.push(l);
  return at;
}
