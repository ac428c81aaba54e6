import { Slab } from '../../linalg/slab.ts';
import { multiplyInto, type SparseMatrix, symmetricMultiplyInto } from '../../linalg/sparse.ts';
import type { Cone, Program } from '../../problem/program.ts';
import { equilibrate } from './equilibrate.ts';

/** Bounds at least this far out are no bounds. */
const INFINITE = 1e20;
/** Bounds closer together than this, relative to their size, hold one value. */
const ONE_VALUE = 1e-11;
/** Arrays of n + m numbers that share a buffer. */
const SLAB_SHARE = 16;
const SCALE_MIN = 1e-6;
const SCALE_MAX = 1e6;

/**
 * A program in the form the interior-point loop works on:
 *
 *   min ½·xᵀPx + cᵀx   subject to   A_E·x = b,   σ_q·(v_{k(q)} − β_q) ≥ 0 for every side q,   v = (x, A·x)
 *
 * A *side* is one finite bound of one variable or row: σ = +1 for a lower bound, −1 for an upper one. With the
 * program's own x̄, ȳ, z̄ the scaled ones are, for scales d, e (equilibration), κ (cost) and θ (size of the bounds),
 *
 *   x̄ = x₀ + θ·d·x,   ȳ = e·y/κ,   z̄ = z/(κ·d),   P = κθ·d·P̄·d,   A = e·Ā·d,   c = κ·d·(c̄ + P̄·x₀)
 *
 * Rows of a cone stay as they are: e·(A·x − b) ∈ C, one e for all of them.
 *
 * Fixed variables sit in x₀ and have d = 0; rows without bounds have e = 0: the pattern never changes, so one symbolic
 * factorisation serves every change of costs and bounds.
 *
 * | symbol | field | shape | meaning |
 * |---|---|---|---|
 * | d, e | columnScale, rowScale | n, m | 0 where the column is fixed, the row free |
 * | k, σ, β | sideOf, sideSign, bound | sides_count | k < n: variable k; k ≥ n: row k − n |
 * | b | target | m | right side of equality rows and of rows in cones, 0 elsewhere |
 * |   | isEquality | m | 1 for equality rows and rows in cones |
 * |   | sided | m × n by rows | the rows of A that have sides, the others empty |
 * @source Ruiz, A scaling algorithm to equilibrate both rows and columns norms in matrices, RAL-TR-2001-034
 */
export class ScaledProgram {
  readonly n: number;
  readonly m: number;
  readonly p: SparseMatrix | undefined;
  readonly a: SparseMatrix;
  readonly sided: { readonly rowStart: Int32Array; readonly colIndex: Int32Array; readonly values: Float64Array };
  readonly c: Float64Array;
  readonly target: Float64Array;
  readonly isEquality: Uint8Array;
  readonly columnScale: Float64Array;
  readonly rowScale: Float64Array;
  readonly isFixed: Uint8Array;
  /** Rows in cones; undefined without any. These rows count as equality rows here, until their `ConeGroup` takes over. */
  readonly cones: readonly Cone[] | undefined;
  readonly sideOf: Int32Array;
  readonly sideSign: Float64Array;
  readonly bound: Float64Array;
  sides_count = 0;
  /** As many as bounds may make of it: two for every variable and every row outside cones. */
  readonly sidesMax_count: number;
  /** κ and θ above. */
  costScale = 1;
  boundScale = 1;
  /** c̄ᵀx₀ + ½·x₀ᵀP̄·x₀ */
  private fixedCost = 0;
  /** For all that works on this program. */
  readonly slab: Slab;
  private isGeometric = false;
  private readonly program: Program;
  private readonly d: Float64Array;
  private readonly e: Float64Array;
  private readonly x0: Float64Array;
  private readonly activity0: Float64Array;
  private readonly slope: Float64Array;

  /** @param shouldStop - asked while scales are sought */
  constructor(program: Program, shouldStop?: () => boolean) {
    const n = program.cost.length;
    const m = program.rowLower.length;
    const slab = new Slab(SLAB_SHARE * (n + m));
    this.program = program;
    this.slab = slab;
    this.n = n;
    this.m = m;
    this.a = { ...program.rows, values: slab.float64(program.rows.values.length) };
    this.sided = {
      rowStart: slab.int32(m + 1),
      colIndex: slab.int32(program.rows.values.length),
      values: slab.float64(program.rows.values.length),
    };
    this.cones = program.cones && program.cones.length > 0 ? program.cones : undefined;
    const p = program.quadratic;
    this.p = p && p.colStart[n] > 0 ? { ...p, values: slab.float64(p.values.length) } : undefined;
    this.c = slab.float64(n);
    this.target = slab.float64(m);
    this.isEquality = new Uint8Array(m);
    this.columnScale = slab.float64(n);
    this.rowScale = slab.float64(m);
    this.isFixed = new Uint8Array(n);
    const inCones_count = (this.cones ?? []).reduce((sum, { rows }) => sum + rows.length, 0);
    this.sidesMax_count = 2 * (n + m - inCones_count);
    this.sideOf = slab.int32(this.sidesMax_count);
    this.sideSign = slab.float64(this.sidesMax_count);
    this.bound = slab.float64(this.sidesMax_count);
    this.x0 = slab.float64(n);
    this.activity0 = slab.float64(m);
    this.slope = slab.float64(n);
    this.d = slab.float64(n);
    this.e = slab.float64(m);
    this.loadMatrices(shouldStop);
  }

  /** Reads the values of A and P again, and with them everything. */
  loadMatrices(shouldStop?: () => boolean): void {
    const { rows, quadratic, cones } = this.program;
    const { d, e } = equilibrate(rows, this.p && quadratic, cones, shouldStop);
    this.d.set(d);
    this.e.set(e);
    this.loadBounds();
    this.loadCost();
  }

  /** Reads the bounds of the program again: fixed variables, sides, equality rows, scaled A. */
  loadBounds(): void {
    const { n, m, d, e, x0, activity0, columnScale, rowScale, isFixed, isEquality, target } = this;
    const { lower, upper, rowLower, rowUpper, rows } = this.program;
    this.sides_count = 0;
    for (let j = 0; j < n; j++) {
      const one = isOneValue(lower[j], upper[j]);
      isFixed[j] = one ? 1 : 0;
      x0[j] = one ? 0.5 * (lower[j] + upper[j]) : 0;
      columnScale[j] = one ? 0 : d[j];
      if (!one) this.addSides(j, lower[j] / d[j], upper[j] / d[j]);
    }
    multiplyInto(rows, x0, activity0);
    for (let i = 0; i < m; i++) {
      const low = rowLower[i] - activity0[i];
      const high = rowUpper[i] - activity0[i];
      const equal = isOneValue(rowLower[i], rowUpper[i]);
      isEquality[i] = equal ? 1 : 0;
      rowScale[i] = low <= -INFINITE && high >= INFINITE ? 0 : e[i];
      target[i] = equal ? 0.5 * (low + high) * e[i] : 0;
      if (!equal) this.addSides(n + i, low * e[i], high * e[i]);
    }
    const { colStart, rowIndex, values } = this.a;
    for (let j = 0; j < n; j++) {
      for (let k = colStart[j]; k < colStart[j + 1]; k++) {
        values[k] = rows.values[k] * columnScale[j] * rowScale[rowIndex[k]];
      }
    }
    this.loadSided();
    this.boundScale = this.meanBound();
    for (let q = 0; q < this.sides_count; q++) this.bound[q] /= this.boundScale;
    for (let i = 0; i < m; i++) target[i] /= this.boundScale;
  }

  /** Copies the rows of A that have sides. */
  private loadSided(): void {
    const { n, m, isEquality, rowScale } = this;
    const { colStart, rowIndex, values } = this.a;
    const { rowStart, colIndex, values: own } = this.sided;
    const hasSides = (i: number): boolean => isEquality[i] === 0 && rowScale[i] !== 0;
    rowStart.fill(0);
    for (let k = 0; k < colStart[n]; k++) if (hasSides(rowIndex[k])) rowStart[rowIndex[k] + 1]++;
    for (let i = 0; i < m; i++) rowStart[i + 1] += rowStart[i];
    const entries_count = rowStart[m];
    // From the last column on, so that each row is filled from its end, and rowStart[i + 1] falls to where row i begins.
    for (let j = n - 1; j >= 0; j--) {
      for (let k = colStart[j]; k < colStart[j + 1]; k++) {
        const i = rowIndex[k];
        if (!hasSides(i)) continue;
        const at = --rowStart[i + 1];
        colIndex[at] = j;
        own[at] = values[k];
      }
    }
    for (let i = 0; i < m; i++) rowStart[i] = rowStart[i + 1];
    rowStart[m] = entries_count;
  }

  private addSides(k: number, low: number, high: number): void {
    if (low > -INFINITE) this.addSide(k, 1, low);
    if (high < INFINITE) this.addSide(k, -1, high);
  }

  private addSide(k: number, sign: number, bound: number): void {
    const q = this.sides_count++;
    this.sideOf[q] = k;
    this.sideSign[q] = sign;
    this.bound[q] = bound;
  }

  /** Takes the other mean of the bounds as their size: a second try for programs with bounds of very different size. */
  changeBoundScale(): void {
    this.isGeometric = !this.isGeometric;
    this.loadBounds();
    this.loadCost();
  }

  /** Mean size of the bounds that are not zero. */
  private meanBound(): number {
    let sum = 0;
    let logs = 0;
    let count = 0;
    for (let q = 0; q < this.sides_count + this.m; q++) {
      const size = Math.abs(q < this.sides_count ? this.bound[q] : this.target[q - this.sides_count]);
      if (size === 0) continue;
      sum += size;
      logs += Math.log(size);
      count++;
    }
    if (count === 0) return 1;
    const mean = this.isGeometric ? Math.exp(logs / count) : sum / count;
    return Math.min(SCALE_MAX, Math.max(SCALE_MIN, mean));
  }

  /** Reads the linear cost again; call it after `loadBounds`. */
  loadCost(): void {
    const { n, c, p, x0, slope, columnScale } = this;
    const { cost, quadratic } = this.program;
    slope.fill(0);
    if (quadratic && p) symmetricMultiplyInto(quadratic, x0, slope);
    let largest = 0;
    let fixedCost = 0;
    for (let j = 0; j < n; j++) {
      c[j] = columnScale[j] * (cost[j] + slope[j]);
      fixedCost += (cost[j] + 0.5 * slope[j]) * x0[j];
      if (Math.abs(c[j]) > largest) largest = Math.abs(c[j]);
    }
    this.fixedCost = fixedCost;
    let bend = 0;
    if (p && quadratic) {
      for (let j = 0; j < n; j++) {
        for (let k = p.colStart[j]; k < p.colStart[j + 1]; k++) {
          const value = this.boundScale * columnScale[j] * columnScale[p.rowIndex[k]] * quadratic.values[k];
          p.values[k] = value;
          if (Math.abs(value) > bend) bend = Math.abs(value);
        }
      }
    }
    const size = Math.max(largest, bend);
    this.costScale = size === 0 ? 1 : 1 / Math.min(1 / SCALE_MIN ** 2, Math.max(SCALE_MIN, size));
    for (let j = 0; j < n; j++) c[j] *= this.costScale;
    if (p) for (let k = 0; k < p.values.length; k++) p.values[k] *= this.costScale;
  }

  /** Relative gap of two objectives of the scaled program, in the program's own units. */
  gapOf(primal: number, dual: number): number {
    const unit = this.boundScale / this.costScale;
    const larger = Math.max(Math.abs(this.fixedCost + unit * primal), Math.abs(this.fixedCost + unit * dual));
    return (unit * Math.abs(primal - dual)) / (1 + larger);
  }

  /** x̄, ȳ, z̄ of a scaled point divided by τ; z̄ of fixed variables is left to the caller. */
  recoverInto(
    point: { readonly x: Float64Array; readonly y: Float64Array; readonly z: Float64Array; readonly tau: number },
    x: Float64Array,
    y: Float64Array,
    z: Float64Array,
  ): void {
    const { n, m, x0, columnScale, rowScale, sideOf, sideSign } = this;
    const out = this.boundScale / point.tau;
    const dual = 1 / (this.costScale * point.tau);
    for (let j = 0; j < n; j++) x[j] = x0[j] + out * columnScale[j] * point.x[j];
    for (let i = 0; i < m; i++) y[i] = dual * rowScale[i] * point.y[i];
    z.fill(0);
    for (let q = 0; q < this.sides_count; q++) {
      const k = sideOf[q];
      if (k < n) z[k] += (dual * sideSign[q] * point.z[q]) / columnScale[k];
    }
  }
}

function isOneValue(lower: number, upper: number): boolean {
  return Number.isFinite(lower) && upper - lower <= ONE_VALUE * (1 + Math.abs(lower));
}
