import { transpose } from '../../linalg/sparse.ts';
import type { AffineRow, Cone, Program } from '../../problem/program.ts';
import type { ReadySolver } from '../contract.ts';
import { COST, type Master, sumOf, valueAt } from './master.ts';
import { Parabola } from './parabola.ts';
import { type Square, squaresOf } from './squares.ts';

/** A multiplier below this share of the largest says nothing about its cone. */
const MULTIPLIER_MIN = 1e-10;
const VIOLATION_MIN = 1e-7;

/** How the master learns one cone. */
interface ConeRelaxation {
  /** A cut from multipliers y on all rows of the program; their part on the cone lies in its dual. */
  cutByDual(y: Float64Array, least: number): void;
  /** Cuts a point of the master off; false if it lies in the cone. */
  separate(x: Float64Array): boolean;
}

/**
 * What the master knows of the cones and of the quadratic cost, and how it learns more: multipliers y in the dual cone give the
 * valid cut yᵀ(A·x − r) ≥ 0 for every kind of cone.
 * @source Lubin, Zadik, Vielma, Mixed-integer convex representability and outer approximation (2017); Coey, Lubin, Vielma, Outer
 *   approximation with conic certificates for mixed-integer convex problems, Math. Prog. Comput. 12 (2020)
 */
export class Relaxation {
  private readonly cones: readonly ConeRelaxation[];
  private readonly squares: readonly (Square & { readonly parabola: Parabola })[];

  constructor(program: Program, master: Master, conic: ReadySolver) {
    const byRow = transpose(program.rows);
    const rowOf = (i: number): AffineRow => {
      const [from, to] = [byRow.colStart[i], byRow.colStart[i + 1]];
      const columns = Array.from(byRow.rowIndex.subarray(from, to));
      return sumOf([[{ columns, values: Array.from(byRow.values.subarray(from, to)), constant: -program.rowLower[i] }, 1]]);
    };
    this.cones = (program.cones ?? []).map((cone) =>
      cone.kind === 'second-order' ? new ConeInParts(master, cone, rowOf) : new ConeByDuals(master, cone, rowOf, conic),
    );
    this.squares = squaresOf(program).map(({ weight, row }) => {
      const base = { columns: [], values: [], constant: 1 / weight };
      const parabola = new Parabola(master, master.addHeight(1), base, master.shortened(row), COST);
      parabola.begin();
      return { weight, row, parabola };
    });
  }

  cutByDual(y: Float64Array): void {
    let largest = 0;
    for (let i = 0; i < y.length; i++) largest = Math.max(largest, Math.abs(y[i]));
    for (const cone of this.cones) cone.cutByDual(y, MULTIPLIER_MIN * largest);
  }

  /** Tangents of the squares at a point of the original program. */
  touch(x: Float64Array): void {
    for (const { weight, row, parabola } of this.squares) {
      if (row.columns.length === 1) parabola.touch(x);
      else parabola.addTangent(weight * valueAt(row, x));
    }
  }

  separate(x: Float64Array): boolean {
    let isCut = false;
    for (const part of this.cones) isCut = part.separate(x) || isCut;
    for (const { parabola } of this.squares) isCut = parabola.separate(x) || isCut;
    return isCut;
  }
}

/**
 * w₀ ≥ ‖(w₁, w₂, …)‖ as parabolas, one for each entry of the vector: Σ_l w_l²/(2·base) ≤ height.
 *
 * Written by `rotatedCone`, 2·u·v ≥ ‖(w₂, w₃, …)‖², it is split along u and v, which have fewer terms than w₀ and w₁:
 * height = u, base = v. Otherwise height = w₀/2 and base = w₀.
 */
class ConeInParts implements ConeRelaxation {
  private readonly rows: Int32Array;
  private readonly isRotated: boolean;
  /** Is the height (w₀ − w₁)/√2 rather than (w₀ + w₁)/√2? */
  private readonly isTurned: boolean;
  private readonly parts: readonly Parabola[];

  constructor(master: Master, { rows }: Cone, rowOf: (i: number) => AffineRow) {
    this.rows = rows;
    const owner = rows[0];
    const w = Array.from(rows, rowOf);
    const head = w[0];
    const sum = w[1] ? sumOf(w.slice(0, 2).map((row) => [row, Math.SQRT1_2])) : head;
    const difference = w[1] ? sumOf(w.slice(0, 2).map((row, k) => [row, k === 0 ? Math.SQRT1_2 : -Math.SQRT1_2])) : head;
    const terms = (...of: readonly (AffineRow | undefined)[]): number => of.reduce((total, row) => total + (row?.columns.length ?? 0), 0);
    this.isRotated = w.length > 2 && terms(sum, difference) < terms(head, w[1]);
    this.isTurned = this.isRotated && leastOf(sum, master) > leastOf(difference, master);
    const [long, short] = this.isTurned ? [difference, sum] : [sum, difference];
    const height = this.isRotated ? master.shortened(long, owner) : undefined;
    const base = master.shortened(this.isRotated ? short : head, owner);
    const top = height ?? sumOf([[base, 0.5]]);
    master.addCut([[top, 1]], owner);
    master.addCut([[base, 1]], owner);
    const vector = w.slice(this.isRotated ? 2 : 1).map((row) => master.shortened(row, owner));
    const heights = vector.length === 1 ? [top] : vector.map(() => master.addHeight(0, owner));
    if (vector.length > 1) master.addCut([[top, 1], ...heights.map((each) => [each, -1] as const)], owner);
    this.parts = vector.map((width, l) => new Parabola(master, heights[l], base, width, owner));
    for (const part of this.parts) part.begin();
  }

  /** The tangents whose sum, times the multiplier of the height, is at least as deep as yᵀw ≥ 0: ρ_l = −y_l/y_height. */
  cutByDual(y: Float64Array, least: number): void {
    const { rows, isRotated, isTurned, parts } = this;
    const first = isRotated ? 2 : 1;
    let length = 0;
    for (let l = 1; l < rows.length; l++) length = Math.hypot(length, y[rows[l]]);
    const weight = isRotated ? (y[rows[0]] + (isTurned ? -1 : 1) * y[rows[1]]) * Math.SQRT1_2 : length;
    if (!(weight > least)) return;
    parts.forEach((part, l) => {
      part.addTangent(-y[rows[first + l]] / weight);
    });
  }

  separate(x: Float64Array): boolean {
    let isCut = false;
    for (const part of this.parts) isCut = part.separate(x) || isCut;
    return isCut;
  }
}

/** The least value that the bounds of the columns leave. */
function leastOf({ columns, values, constant }: AffineRow, master: Master): number {
  return columns.reduce((sum, j, k) => {
    const [low, high] = master.boundsOf(j);
    return sum + values[k] * (values[k] > 0 ? low : high);
  }, constant);
}

/** Any other cone: cuts from multipliers, and from the nearest point of the cone, which the conic solver finds. */
class ConeByDuals implements ConeRelaxation {
  private readonly master: Master;
  private readonly cone: Cone;
  private readonly w: readonly AffineRow[];
  private readonly conic: ReadySolver;

  constructor(master: Master, cone: Cone, rowOf: (i: number) => AffineRow, conic: ReadySolver) {
    this.master = master;
    this.cone = cone;
    this.conic = conic;
    this.w = Array.from(cone.rows, (i) => master.shortened(rowOf(i), cone.rows[0]));
  }

  cutByDual(y: Float64Array, least: number): void {
    const part = Array.from(this.cone.rows, (i) => y[i]);
    if (part.some((value) => Math.abs(value) > least)) this.add(part);
  }

  /** The step y from a point to the nearest point of the cone lies in the dual cone and has yᵀw < 0 (Moreau). */
  separate(x: Float64Array): boolean {
    const w = Float64Array.from(this.w, (row) => valueAt(row, x));
    const { status, rowDual } = this.conic.solve(nearestInCone(this.cone, w));
    if (status !== 'optimal') return false;
    if (Math.hypot(...rowDual) <= VIOLATION_MIN * (1 + Math.hypot(...w))) return false;
    this.add(Array.from(rowDual));
    return true;
  }

  private add(y: readonly number[]): void {
    this.master.addCut(
      this.w.map((row, l) => [row, y[l]]),
      this.cone.rows[0],
    );
  }
}

/** min ½·‖v − w‖² subject to v in the cone; its multipliers are v − w. */
function nearestInCone(cone: Cone, w: Float64Array): Program {
  const size = w.length;
  const identity = {
    rows_count: size,
    cols_count: size,
    colStart: Int32Array.from({ length: size + 1 }, (_, j) => j),
    rowIndex: Int32Array.from({ length: size }, (_, j) => j),
    values: new Float64Array(size).fill(1),
  };
  return {
    cost: w.map((value) => -value),
    offset: 0,
    quadratic: identity,
    lower: new Float64Array(size).fill(Number.NEGATIVE_INFINITY),
    upper: new Float64Array(size).fill(Number.POSITIVE_INFINITY),
    rows: identity,
    rowLower: new Float64Array(size),
    rowUpper: new Float64Array(size),
    cones: [{ ...cone, rows: identity.rowIndex }],
    columnName: (j) => `v${j}`,
    rowName: (i) => `w${i}`,
  };
}
