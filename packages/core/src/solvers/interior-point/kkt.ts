import { analyseLdlt, LdltFactor } from '../../linalg/ldlt.ts';
import { SparseBuilder, type SparseMatrix, symmetricMultiplyInto } from '../../linalg/sparse.ts';
import { axpyInto, dot } from '../../linalg/vector.ts';
import type { ConeGroup } from './cone-group.ts';
import type { ScaledProgram } from './scaled-program.ts';

export interface KktOptions {
  /** Added to the diagonal (with its sign) before elimination, but not on inequality rows; tenfold where all cones are second-order. Default 1e-9. */
  readonly staticRegularisation: number;
  /** Steps of conjugate residuals at most, after plain refinement. Default 4. */
  readonly refinements_max_count: number;
  /** Refinement ends when the residual is this small, relative to the right side. Default 1e-12. */
  readonly residual_frac: number;
}

export const KKT_DEFAULTS: KktOptions = {
  staticRegularisation: 1e-9,
  refinements_max_count: 4,
  residual_frac: 1e-12,
};

/** What a variable with a weight of its own is given at most and at least: of that weight, of the regularisation. */
const WEIGHT_SHARE = 0.1;
const LEAST_SHARE = 1e-3;
/** A pivot smaller than the threshold becomes the regularisation. */
const DYNAMIC_THRESHOLD = 1e-13;
const DYNAMIC_REGULARISATION = 2e-7;
const REGULARISATION_GROWTH = 100;
const GROWTHS_MAX = 3;
/** Where a step fails, regularisation grows no further than this. */
const ENOUGH = 1e-6;
/** Plain refinement first, as long as it is quick; what it leaves is for conjugate residuals, as long as they help. */
const PLAIN_CORRECTIONS = 2;
const PLAIN_SLOW = 0.1;
const SLOW = 0.9;
/** One solution and its residual. */
const MEASURED = { corrections_max_count: 0 };

/**
 * The quasi-definite system of an interior-point step, analysed once:
 *
 *   K = [ P + Θx   Aᵀ  ]      Θx: weights of the variables' sides; 1 for fixed variables
 *       [ A       −Ωw ]      Ωw = 1/Θw on inequality rows, 0 on equality rows, 1 on free rows, H on rows of a cone
 *
 * Factored as M = K + diag(δ, −δ); refinement with the true K removes δ. Inequality rows have no δ: they have a weight of
 * their own, and where A·Aᵀ is nearly singular (long chains of differences) even 1e-12 there is more than refinement can
 * remove. Variables with a weight of their own have at most a tenth of it, but δ/1000 at least, for pivots that are not all
 * rounding: a variable of large values has a tiny Θx, and where δ exceeds it by far its dual residual stays (BOYD2). Refinement is by generalised conjugate residuals, which also removes what plain refinement leaves of a few
 * stubborn directions:  p = M⁻¹·r,  q = K·p made orthogonal to the earlier q,  x += α·p,  r −= α·q,  α = qᵀr/qᵀq.
 * Cones of many rows bring unknowns of their own (see `SecondOrderCones`); their right sides are 0.
 * @shape diagonal (size): Θx then −Ωw; rhs, solution (size); size = n + m without large cones
 * @source Vanderbei, Symmetric quasidefinite matrices, SIAM J. Optim. 5 (1995); Altman & Gondzio, Regularized symmetric
 *   indefinite systems in interior point methods, Optim. Methods Softw. 11 (1999); Eisenstat, Elman & Schultz, Variational
 *   iterative methods for nonsymmetric systems of linear equations, SIAM J. Numer. Anal. 20 (1983) (refinement)
 */
export class Kkt {
  readonly size: number;
  private readonly n: number;
  /** Θx and −Ωw; fill it, then call `factor`. */
  readonly diagonal: Float64Array;
  readonly upper: SparseMatrix;
  /** Undefined when the analysis was stopped. */
  private readonly factorisation: LdltFactor | undefined;
  private readonly place: Int32Array;
  private readonly pPlace: Int32Array;
  private readonly aPlace: Int32Array;
  private readonly signs: Int8Array;
  /** Of the latest solve: small, unless K is singular and the right side asks the impossible. */
  readonly residual: Float64Array;
  /** p and q of the refinement steps, made when a step is first taken. */
  private readonly directions: Float64Array[] = [];
  private readonly images: Float64Array[] = [];
  private readonly lengths: Float64Array;
  private readonly options: KktOptions;
  private readonly pDiagonal: Float64Array;
  /** δ by unknown, as a share of the regularisation: 0 on inequality rows, ±1 elsewhere. */
  private readonly shares: Float64Array;
  /** Taken from the diagonal for elimination only, where dense blocks lose their small pivots; undefined without cones. */
  readonly guard: Float64Array | undefined;
  /** Asked during long factorisations and between refinements. */
  shouldStop: () => boolean = () => false;
  /** δ to begin with, and now. */
  private regularisation: number;
  private shift: number;
  private readonly factorOfCones: number;

  /** @param shouldStop - asked during the analysis; when it was stopped, `factor` fails */
  constructor(scaled: ScaledProgram, options: KktOptions, cones?: ConeGroup, shouldStop: () => boolean = () => false) {
    const { n, m, a, p, slab } = scaled;
    const size = n + m + (cones ? cones.extras_count : 0);
    this.size = size;
    this.n = n;
    this.options = options;
    this.factorOfCones = cones?.regularisationFactor ?? 1;
    this.regularisation = options.staticRegularisation * this.factorOfCones;
    this.shift = this.regularisation;
    this.diagonal = slab.float64(size);
    this.guard = cones && slab.float64(size);
    this.pDiagonal = slab.float64(size);
    this.shares = slab.float64(size);
    this.aPlace = slab.int32(a.values.length);
    this.pPlace = slab.int32(p ? p.values.length : 0);
    this.upper = this.patternOf(scaled, cones);
    this.place = slab.int32(size);
    for (let k = 0; k < size; k++) this.place[k] = this.upper.colStart[k + 1] - 1;
    cones?.keepPlaces((row, col) => this.find(row, col));
    this.signs = new Int8Array(size).fill(1, 0, n).fill(-1, n);
    cones?.fillSigns(this.signs);
    this.residual = slab.float64(size);
    this.lengths = slab.float64(options.refinements_max_count);
    const symbolic = shouldStop() ? undefined : analyseLdlt(this.upper, undefined, shouldStop);
    this.factorisation = symbolic && new LdltFactor(symbolic);
  }

  /** The upper triangle column by column, each P or Aᵀ, then entries of cones, then the diagonal; notes where P and A went. */
  private patternOf({ n, a, p }: ScaledProgram, cones: ConeGroup | undefined): SparseMatrix {
    const { size } = this;
    const builder = new SparseBuilder();
    cones?.addPattern(builder);
    const inCones = builder.build(size, size);
    const colStart = new Int32Array(size + 1);
    for (let j = 0; j < n; j++) {
      if (p) for (let k = p.colStart[j]; k < p.colStart[j + 1]; k++) if (p.rowIndex[k] < j) colStart[j + 1]++;
      for (let k = a.colStart[j]; k < a.colStart[j + 1]; k++) colStart[n + a.rowIndex[k] + 1]++;
    }
    for (let k = 0; k < size; k++) colStart[k + 1] += colStart[k] + (inCones.colStart[k + 1] - inCones.colStart[k]) + 1;
    const rowIndex = new Int32Array(colStart[size]);
    const next = colStart.slice();
    for (let j = 0; j < n; j++) {
      if (p) {
        for (let k = p.colStart[j]; k < p.colStart[j + 1]; k++) {
          this.pPlace[k] = next[j];
          if (p.rowIndex[k] < j) rowIndex[next[j]++] = p.rowIndex[k];
        }
      }
      for (let k = a.colStart[j]; k < a.colStart[j + 1]; k++) {
        this.aPlace[k] = next[n + a.rowIndex[k]]++;
        rowIndex[this.aPlace[k]] = j;
      }
    }
    for (let k = 0; k < size; k++) {
      for (let at = inCones.colStart[k]; at < inCones.colStart[k + 1]; at++) rowIndex[next[k]++] = inCones.rowIndex[at];
      rowIndex[next[k]] = k;
    }
    return { rows_count: size, cols_count: size, colStart, rowIndex, values: new Float64Array(colStart[size]) };
  }

  /** Position of an entry of the pattern, by bisection. */
  private find(row: number, col: number): number {
    const { colStart, rowIndex } = this.upper;
    let low = colStart[col];
    let high = colStart[col + 1] - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (rowIndex[middle] < row) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Reads P and A again after costs or bounds have changed. */
  load(scaled: ScaledProgram): void {
    const { a, p } = scaled;
    const { values } = this.upper;
    for (let k = 0; k < this.aPlace.length; k++) values[this.aPlace[k]] = a.values[k];
    this.pDiagonal.fill(0);
    this.shift = this.regularisation;
    this.shares.set(this.signs);
    for (let i = 0; i < scaled.m; i++) if (scaled.isEquality[i] === 0 && scaled.rowScale[i] !== 0) this.shares[scaled.n + i] = 0;
    if (!p) return;
    for (let j = 0; j < scaled.n; j++) {
      for (let k = p.colStart[j]; k < p.colStart[j + 1]; k++) {
        if (p.rowIndex[k] === j) this.pDiagonal[j] = p.values[k];
        else values[this.pPlace[k]] = p.values[k];
      }
    }
  }

  /** Cones want another regularisation than the option says. */
  get hasOtherRegularisation(): boolean {
    return this.factorOfCones !== 1;
  }

  /** Goes over to the regularisation of the option, or back to what suits the cones; call `load` then. */
  changeRegularisation(): void {
    const { staticRegularisation } = this.options;
    const isPlain = this.regularisation === staticRegularisation;
    this.regularisation = isPlain ? staticRegularisation * this.factorOfCones : staticRegularisation;
  }

  /** More regularisation from the next factor on; false when there is enough of it. */
  strengthen(): boolean {
    if (this.shift >= ENOUGH) return false;
    this.shift *= REGULARISATION_GROWTH;
    return true;
  }

  /** @returns false when no regularisation helps, because the numbers are not finite, or when it was stopped */
  factor(): boolean {
    const { size, n, guard, place, pDiagonal, diagonal, shares, factorisation } = this;
    if (!factorisation) return false;
    const { values } = this.upper;
    let isFactored = false;
    for (let growth = 0; growth <= GROWTHS_MAX && !isFactored; growth++) {
      if (growth > 0) this.shift *= REGULARISATION_GROWTH;
      const { shift } = this;
      const least = LEAST_SHARE * shift;
      for (let k = 0; k < size; k++) {
        const own = pDiagonal[k] + diagonal[k];
        const hasWeight = k < n && own > 0;
        values[place[k]] = own + (hasWeight ? Math.min(shift, Math.max(WEIGHT_SHARE * own, least)) : shift * shares[k]);
      }
      if (guard) for (let k = 0; k < size; k++) values[place[k]] -= guard[k];
      const outcome = factorisation.factor(values, {
        signs: this.signs,
        dynamicRegularisation: DYNAMIC_REGULARISATION,
        dynamicThreshold: DYNAMIC_THRESHOLD,
        shouldStop: this.shouldStop,
      });
      if (outcome.status === 'stopped') break;
      isFactored = outcome.status === 'ok';
    }
    for (let k = 0; k < size; k++) values[place[k]] = pDiagonal[k] + diagonal[k];
    if (isFactored) factorisation.measureWithDiagonal(values);
    return isFactored;
  }

  /**
   * solution ← K⁻¹·rhs, refined; `residual` ← rhs − K·solution.
   * @param residual_frac - in place of the option, where less will do
   */
  solveInto(rhs: Float64Array, solution: Float64Array, residual_frac = this.options.residual_frac): void {
    const { residual, size, options, factorisation } = this;
    if (!factorisation) return;
    const plain = { corrections_max_count: PLAIN_CORRECTIONS, residual_frac, slow_frac: PLAIN_SLOW };
    let norm = factorisation.solveRefinedInto(rhs, solution, plain, residual);
    let target = 0;
    for (let k = 0; k < size; k++) if (Math.abs(rhs[k]) > target) target = Math.abs(rhs[k]);
    target *= residual_frac;
    let steps_count = 0;
    while (steps_count < options.refinements_max_count && norm > target && !this.shouldStop()) {
      const now = this.refine(factorisation, solution, steps_count++);
      if (!(now <= SLOW * norm)) break;
      norm = now;
    }
    if (steps_count > 0) this.residualInto(rhs, solution, residual);
  }

  /** Hands the memory of the factor to the next one of its size; no factor and no solve afterwards. */
  release(): void {
    this.factorisation?.release();
  }

  /** One step of generalised conjugate residuals on `residual` and the solution; returns the largest entry left. */
  private refine(factorisation: LdltFactor, solution: Float64Array, step: number): number {
    const { residual, size, lengths } = this;
    if (step === this.directions.length) {
      this.directions.push(new Float64Array(size));
      this.images.push(new Float64Array(size));
    }
    const p = this.directions[step];
    const q = this.images[step];
    factorisation.solveRefinedInto(residual, p, MEASURED, q);
    for (let k = 0; k < size; k++) q[k] = residual[k] - q[k];
    for (let earlier = 0; earlier < step; earlier++) {
      const share = dot(q, this.images[earlier]) / lengths[earlier];
      axpyInto(-share, this.images[earlier], q);
      axpyInto(-share, this.directions[earlier], p);
    }
    lengths[step] = dot(q, q);
    const alpha = dot(q, residual) / lengths[step];
    if (!Number.isFinite(alpha)) return Number.POSITIVE_INFINITY;
    axpyInto(alpha, p, solution);
    let largest = 0;
    for (let k = 0; k < size; k++) {
      residual[k] -= alpha * q[k];
      if (Math.abs(residual[k]) > largest) largest = Math.abs(residual[k]);
    }
    return largest;
  }

  /** out ← rhs − K·x; returns its largest entry. */
  private residualInto(rhs: Float64Array, x: Float64Array, out: Float64Array): number {
    out.set(rhs);
    symmetricMultiplyInto(this.upper, x, out, -1, 1);
    let norm = 0;
    for (let k = 0; k < this.size; k++) norm = Math.max(norm, Math.abs(out[k]));
    return norm;
  }
}
