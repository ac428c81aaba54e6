import { multiplyInto, symmetricMultiplyInto } from '../linalg/sparse.ts';
import type { Cone, Program } from '../problem/program.ts';
import { type ConeGeometry, geometryOf } from './cone-geometry.ts';
import type { Certificate } from './contract.ts';

/**
 * Measures how nearly (x, y, z) solves a program, from the program's own data. Reusable: no allocation after construction.
 *
 *   primal   max_i  dist((A·x)_i, [rowLower_i, rowUpper_i]) / (1 + max_j |a_ij·x_j|),  same for the bounds of x
 *            and for cones dist((A·x − r)_I, C) / (1 + max over I of |r_i|, |a_ij·x_j|)
 *   dual     max_j  |(P·x + c − Aᵀy − z)_j| / (1 + max(|c_j|, |(P·x)_j|, max_i |a_ij·y_i|)),
 *            and multipliers that lean on an infinite bound or leave the dual of their cone, relative to 1 + ‖multipliers‖∞
 *   gap      |primal objective − dual objective| / (1 + the larger of both), without the constant c₀
 *
 * In a program with whole variables, y and z belong to the program in which these are fixed at x; the gap is then the
 * larger of that program's gap and the distance to the `bound` of the tree.
 * Not-a-number anywhere gives not-a-number here, never a small residual.
 * @shape activity, rowScale (m); reduced, columnScale, curvature (n)
 * @cost about 3·nnz(A) + 2·nnz(P) multiplications
 * @source Boyd & Vandenberghe, Convex Optimization (2004), section 5.5.3; relative form as in most interior-point codes
 */
export class Certifier {
  readonly program: Program;
  /** A·x after `evaluate`. */
  readonly activity: Float64Array;
  /** P·x + c − Aᵀy after `evaluate`: what z should be. */
  readonly reduced: Float64Array;
  /** P·x after `evaluate`. */
  readonly curvature: Float64Array;
  private readonly rowScale: Float64Array;
  private readonly columnScale: Float64Array;
  /** 1 on rows in cones; undefined without cones. */
  private readonly isInCone: Uint8Array | undefined;
  private readonly geometries: readonly ConeGeometry[];
  objective = 0;
  dualObjective = 0;
  primalResidual = 0;
  /** The part of the primal residual that cones have. */
  coneResidual = 0;
  dualResidual = 0;
  gap = 0;
  integerResidual = 0;

  constructor(program: Program) {
    const n = program.cost.length;
    const m = program.rowLower.length;
    this.program = program;
    this.activity = new Float64Array(m);
    this.rowScale = new Float64Array(m);
    this.reduced = new Float64Array(n);
    this.columnScale = new Float64Array(n);
    this.curvature = new Float64Array(n);
    this.isInCone = program.cones && program.cones.length > 0 ? coneMask(program) : undefined;
    this.geometries = (program.cones ?? []).map(geometryOf);
  }

  /** Fills activity, curvature and reduced for a point. */
  evaluate(x: Float64Array, y: Float64Array): void {
    const { cost, rows, quadratic } = this.program;
    const { activity, rowScale, reduced, columnScale, curvature } = this;
    const { colStart, rowIndex, values } = rows;
    activity.fill(0);
    rowScale.fill(0);
    if (quadratic) symmetricMultiplyInto(quadratic, x, curvature);
    for (let j = 0; j < cost.length; j++) {
      const xj = x[j];
      let pull = 0;
      let scale = Math.max(Math.abs(cost[j]), Math.abs(curvature[j]));
      for (let p = colStart[j]; p < colStart[j + 1]; p++) {
        const i = rowIndex[p];
        const inRow = values[p] * xj;
        const inColumn = values[p] * y[i];
        activity[i] += inRow;
        pull += inColumn;
        if (Math.abs(inRow) > rowScale[i]) rowScale[i] = Math.abs(inRow);
        if (Math.abs(inColumn) > scale) scale = Math.abs(inColumn);
      }
      reduced[j] = curvature[j] + cost[j] - pull;
      columnScale[j] = scale;
    }
  }

  /** Judges the point last given to `evaluate` with multipliers z; the verdict is in the fields. */
  judge(x: Float64Array, y: Float64Array, z: Float64Array, bound?: number): void {
    const { cost, lower, upper, rowLower, rowUpper, integer, offset } = this.program;
    const { activity, rowScale, reduced, columnScale, curvature, isInCone } = this;
    let primal = 0;
    let dual = 0;
    let leaning = 0;
    let largest = 0;
    let whole = 0;
    let cx = 0;
    let xPx = 0;
    let support = 0;
    for (let i = 0; i < rowLower.length; i++) {
      const yi = y[i];
      const excess = Math.max(rowLower[i] - activity[i], activity[i] - rowUpper[i], 0) / (1 + rowScale[i]);
      if (isInCone === undefined || isInCone[i] === 0) primal = Math.max(primal, excess);
      const edge = yi > 0 ? rowLower[i] : rowUpper[i];
      largest = Math.max(largest, Math.abs(yi));
      if (Number.isFinite(edge)) support += yi * edge;
      else leaning = Math.max(leaning, Math.abs(yi));
    }
    for (let j = 0; j < cost.length; j++) {
      const xj = x[j];
      const zj = z[j];
      cx += cost[j] * xj;
      xPx += curvature[j] * xj;
      const excess = Math.max(lower[j] - xj, xj - upper[j], 0) / (1 + Math.abs(xj));
      primal = Math.max(primal, excess);
      const residual = Math.abs(reduced[j] - zj) / (1 + columnScale[j]);
      dual = Math.max(dual, residual);
      const fixed = integer !== undefined && integer[j] === 1;
      if (fixed) whole = Math.max(whole, Math.abs(xj - Math.round(xj)));
      const edge = fixed ? xj : zj > 0 ? lower[j] : upper[j];
      largest = Math.max(largest, Math.abs(zj));
      if (Number.isFinite(edge)) support += zj * edge;
      else leaning = Math.max(leaning, Math.abs(zj));
    }
    let outside = 0;
    for (let c = 0; c < this.geometries.length; c++) {
      const { rows } = (this.program.cones as readonly Cone[])[c];
      const geometry = this.geometries[c];
      let scale = 0;
      for (const i of rows) scale = Math.max(scale, rowScale[i], Math.abs(rowLower[i]));
      outside = Math.max(outside, geometry.distance(activity, rowLower) / (1 + scale));
      leaning = Math.max(leaning, geometry.dualDistance(y));
    }
    primal = Math.max(primal, outside);
    this.coneResidual = outside;
    const value = 0.5 * xPx + cx;
    const dualValue = support - 0.5 * xPx;
    leaning /= 1 + largest;
    this.primalResidual = primal;
    this.dualResidual = Math.max(dual, leaning);
    this.integerResidual = whole;
    this.objective = value + offset;
    this.dualObjective = dualValue + offset;
    this.gap = relativeGap(value, dualValue);
    if (bound !== undefined && integer) {
      const toTree = bound > Number.NEGATIVE_INFINITY ? relativeGap(value, Math.min(value, bound - offset)) : Infinity;
      this.gap = Math.max(this.gap, toTree);
    }
  }

  /** The largest of the three residuals of the continuous program. */
  get worst(): number {
    return Math.max(this.primalResidual, this.dualResidual, this.gap);
  }

  certificate(): Certificate {
    const { primalResidual, dualResidual, gap, integerResidual, coneResidual, isInCone } = this;
    return { primalResidual, dualResidual, gap, integerResidual, ...(isInCone ? { coneResidual } : {}) };
  }
}

/** 1 on rows in cones. */
export function coneMask(program: Program): Uint8Array {
  const mask = new Uint8Array(program.rowLower.length);
  for (const { rows } of program.cones ?? []) for (const i of rows) mask[i] = 1;
  return mask;
}

function relativeGap(primal: number, dual: number): number {
  return Math.abs(primal - dual) / (1 + Math.max(Math.abs(primal), Math.abs(dual)));
}

/**
 * Residuals and gap of a point, recomputed from the program's own data.
 * @param bound - for whole variables: the best bound proven by the tree
 * @source see `Certifier`
 */
export function certify(program: Program, x: Float64Array, rowDual: Float64Array, columnDual: Float64Array, bound?: number): Certificate {
  const judge = new Certifier(program);
  judge.evaluate(x, rowDual);
  judge.judge(x, rowDual, columnDual, bound);
  return judge.certificate();
}

/** A·x of a program, freshly allocated. */
export function activityOf(program: Program, x: Float64Array): Float64Array {
  const activity = new Float64Array(program.rowLower.length);
  multiplyInto(program.rows, x, activity);
  return activity;
}
