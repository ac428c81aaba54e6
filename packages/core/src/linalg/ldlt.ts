import { BugError } from '../base/errors.ts';
import { arenaBytes, type Kernel, KernelArena, type KernelExports, type KernelOptions, releasedError, takeInto } from './kernels.ts';
import type { LdltSymbolic } from './ldlt-analyse.ts';
import { type LdltArrays, ldltFactor, ldltRefine, ldltSolve } from './ldlt-kernel.ts';
import type { SparseMatrix } from './sparse.ts';

export { analyseLdlt, type LdltSymbolic } from './ldlt-analyse.ts';

/** Smallest pivot that dynamic regularisation accepts, unless told otherwise. */
const DYNAMIC_THRESHOLD = 1e-13;
/** Multiplications between two looks at `shouldStop`. */
const PORTION = 3e7;
/** Columns that the dense kernel eliminates together: PANEL in packages/core/kernels/ldlt-block.ts. */
const PANEL = 8;
/** What a kernel answers, and one answer more. */
const DONE = 0;
const STOPPED = 2;

export interface LdltOptions {
  /** Expected sign (+1 or −1) of each pivot, by original index. Absent: no expectation. */
  readonly signs?: Int8Array;
  /** Added to every diagonal entry times its sign, before elimination. Default 0. */
  readonly staticRegularisation?: number;
  /** δ: a pivot of the wrong sign or at most the threshold becomes sign·δ. Default 0: pivots stay as they are. */
  readonly dynamicRegularisation?: number;
  /** Smallest acceptable pivot when δ > 0. Default 1e-13. */
  readonly dynamicThreshold?: number;
  /** Asked now and then during a large factorisation, some tenths of a second apart at most; true ends it with status `stopped`. */
  readonly shouldStop?: () => boolean;
}

export interface RefinementOptions {
  /** Corrections at most; 0 only measures. */
  readonly corrections_max_count: number;
  /** Refinement ends when the residual is at most this share of the right side, both by their largest entry. Default 0. */
  readonly residual_frac?: number;
  /** A correction that leaves more than this share of the residual is the last. Default 1: none is. */
  readonly slow_frac?: number;
}

export interface LdltOutcome {
  readonly status: 'ok' | 'zero-pivot' | 'stopped';
  readonly regularisedPivots_count: number;
  /** Original index of the pivot that stopped the factorisation, −1 when none did. */
  readonly column: number;
}

/**
 * The numbers of one factorisation K = Pᵀ·L·D·Lᵀ·P and the memory they live in. Not re-entrant.
 *
 * Small factors use TypeScript by default, larger ones WebAssembly; the numbers are equal bit for bit.
 * @example
 * const factor = new LdltFactor(analyseLdlt(upper));
 * if (factor.factor(upper.values).status === 'ok') factor.solveInto(b);
 */
export class LdltFactor {
  readonly symbolic: LdltSymbolic;
  readonly kernel: Kernel;
  private readonly arena: KernelArena;
  private readonly arrays: LdltArrays;
  private readonly kernels: KernelExports | undefined;
  private readonly descriptor: number;
  private factored = false;
  private released = false;

  constructor(symbolic: LdltSymbolic, options: KernelOptions = {}) {
    const { n, nnz, lNnz } = symbolic;
    const bytes = arenaBytes(7 * n + nnz + lNnz, 7 * n + nnz + 2 * lNnz + 29, 21);
    const arena = new KernelArena(bytes, options.kernel);
    const f: LdltArrays = {
      n,
      order: arena.hold(symbolic.order),
      aStart: arena.hold(symbolic.aStart),
      aRow: arena.hold(symbolic.aRow),
      lStart: arena.hold(symbolic.lStart),
      lRow: arena.hold(symbolic.lRow),
      rowStart: arena.hold(symbolic.rowStart),
      rowCol: arena.hold(symbolic.rowCol),
      chainEnd: arena.hold(symbolic.chainEnd),
      next: arena.int32(n),
      sign: arena.int32(n),
      report: arena.int32(5),
      values: arena.float64(nnz),
      lx: arena.float64(lNnz),
      dInv: arena.float64(n),
      y: arena.float64(n),
      rhs: arena.float64(n),
      x: arena.float64(n),
      b: arena.float64(n),
      kept: arena.float64(n),
      r: arena.float64(n),
    };
    f.report[2] = symbolic.block;
    f.report[3] = symbolic.blockEnd;
    f.report[4] = symbolic.hasChains ? 1 : 0;
    this.symbolic = symbolic;
    this.arena = arena;
    this.arrays = f;
    this.kernels = arena.kernels;
    this.kernel = arena.kernels ? 'wasm' : 'typescript';
    // The order of the constants at the top of packages/core/kernels/ldlt.ts.
    const integers = [f.order, f.aStart, f.aRow, f.lStart, f.lRow, f.rowStart, f.rowCol, f.chainEnd, f.next, f.sign, f.report];
    const doubles = [f.values, f.lx, f.dInv, f.y, f.rhs, f.x, f.b, f.kept, f.r];
    this.descriptor = arena.describe(n, [...integers, ...doubles]);
  }

  /**
   * Factors the matrix with these values, in the order of the matrix given to `analyseLdlt`.
   * @cost Σ over rows k of L of the entries of the columns in row k, no allocation but the outcome
   * @throws {BugError} LINALG_RELEASED after `release`
   */
  factor(values: Float64Array, options: LdltOptions = {}): LdltOutcome {
    const { n, order } = this.symbolic;
    const { sign, report } = this.arrays;
    if (this.released) throw releasedError('LDLᵀ');
    const signs = options.signs;
    if (signs) for (let k = 0; k < n; k++) sign[k] = signs[order[k]];
    else sign.fill(0);
    this.measureWith(values);
    const shift = options.staticRegularisation ?? 0;
    const delta = options.dynamicRegularisation ?? 0;
    const threshold = options.dynamicThreshold ?? DYNAMIC_THRESHOLD;
    const code = this.eliminate(shift, delta, threshold, options.shouldStop);
    this.factored = code === DONE;
    return {
      status: code === DONE ? 'ok' : code === STOPPED ? 'stopped' : 'zero-pivot',
      regularisedPivots_count: n > 0 ? report[1] : 0,
      column: code === DONE || code === STOPPED ? -1 : order[report[0]],
    };
  }

  /** The kernels in portions: rows up to the full block, the block in panels, the rows behind it. */
  private eliminate(shift: number, delta: number, threshold: number, shouldStop: (() => boolean) | undefined): number {
    const { n, block, blockEnd } = this.symbolic;
    const { kernels, descriptor, arrays } = this;
    const rows = (begin: number, beyond: number) =>
      inPortions(
        begin,
        beyond,
        shouldStop,
        (from) => this.portionFrom(from, beyond),
        (from, to) =>
          kernels
            ? kernels.ldltFactor(descriptor, shift, delta, threshold, from, to)
            : ldltFactor(arrays, shift, delta, threshold, from, to),
      );
    if (!kernels) return rows(0, n);
    const before = rows(0, blockEnd);
    if (before !== DONE) return before;
    const within = inPortions(
      block,
      blockEnd,
      shouldStop,
      (from) => Math.min(blockEnd, from + PANEL * Math.ceil((2 * PORTION) / (PANEL * (blockEnd - from) ** 2))),
      (from, to) => kernels.ldltBlock(descriptor, delta, threshold, from, to),
    );
    return within === DONE ? rows(blockEnd, n) : within;
  }

  /** The row after so many that their elimination takes about PORTION multiplications: at most half the square of the entries of a row each. */
  private portionFrom(begin: number, beyond: number): number {
    const { rowStart } = this.symbolic;
    let work = 0;
    let k = begin;
    while (k < beyond && work < PORTION) {
      const inRow = rowStart[k + 1] - rowStart[k];
      work += 0.5 * inRow * inRow;
      k++;
    }
    return k;
  }

  /** Negative pivots of the last factor: by Sylvester's law the number of negative eigenvalues of what was factored. */
  get negativePivots_count(): number {
    this.mustBeFactored();
    const { n, dInv } = this.arrays;
    let count = 0;
    for (let k = 0; k < n; k++) if (dInv[k] < 0) count++;
    return count;
  }

  /**
   * b ← K⁻¹·b, in the original ordering.
   * @throws {BugError} LINALG_NOT_FACTORED when the last `factor` did not end with `ok`
   */
  solveInto(b: Float64Array): void {
    this.mustBeFactored();
    const rhs = this.arrays.rhs;
    takeInto(rhs, b);
    if (this.kernels) this.kernels.ldltSolve(this.descriptor);
    else ldltSolve(this.arrays);
    b.set(rhs);
  }

  /**
   * The values that refinement measures residuals with until the next `factor` or call of this; in the order of the matrix
   * given to `analyseLdlt`. Needed only where they differ from those factored by more than the regularisation options.
   */
  measureWith(values: Float64Array): void {
    const { source, nnz } = this.symbolic;
    const own = this.arrays.values;
    for (let p = 0; p < nnz; p++) own[p] = values[source[p]];
  }

  /** The same where only the diagonal differs from the values that refinement measures with now. */
  measureWithDiagonal(values: Float64Array): void {
    const { source, diagonal, n } = this.symbolic;
    const own = this.arrays.values;
    for (let k = 0; k < n; k++) if (diagonal[k] >= 0) own[diagonal[k]] = values[source[diagonal[k]]];
  }

  /**
   * x ← K⁻¹·b with iterative refinement, all inside the kernel; K as given to `factor`, without regularisation, or to
   * `measureWith`. A correction that does not shrink the residual is undone and ends the loop.
   * @param residual - receives b − K·x when given
   * @returns ‖b − K·x‖∞
   * @cost one product and one solve per correction and for the first solution; no allocation
   * @throws {BugError} LINALG_NOT_FACTORED when the last `factor` did not end with `ok`
   * @source Higham, Accuracy and Stability of Numerical Algorithms (2002), ch. 12
   */
  solveRefinedInto(b: Float64Array, x: Float64Array, options: RefinementOptions, residual?: Float64Array): number {
    return this.refine(false, b, x, options.corrections_max_count, options.residual_frac ?? 0, options.slow_frac ?? 1, residual);
  }

  /** @internal See the function `refineInto`. */
  refineInto(values: Float64Array, b: Float64Array, x: Float64Array, corrections_count: number): number {
    this.measureWith(values);
    takeInto(this.arrays.x, x);
    return this.refine(true, b, x, corrections_count, 0, 1);
  }

  private refine(
    isStarted: boolean,
    b: Float64Array,
    x: Float64Array,
    corrections_count: number,
    residual_frac: number,
    slow_frac: number,
    residual?: Float64Array,
  ): number {
    this.mustBeFactored();
    const f = this.arrays;
    takeInto(f.rhs, b);
    const norm = this.kernels
      ? this.kernels.ldltRefine(this.descriptor, isStarted, corrections_count, residual_frac, slow_frac)
      : ldltRefine(f, isStarted, corrections_count, residual_frac, slow_frac);
    x.set(f.x);
    residual?.set(f.rhs);
    return norm;
  }

  /** Hands the memory to the next factor of this size; this one must not be used any more. Optional. */
  release(): void {
    if (!this.released) this.arena.release();
    this.released = true;
    this.factored = false;
  }

  private mustBeFactored(): void {
    if (this.factored) return;
    throw new BugError({
      message: 'LDLᵀ solve without a factor',
      code: 'LINALG_NOT_FACTORED',
      hint: 'Call factor first and look at its status.',
    });
  }
}

/** `work` on begin … beyond, in portions when somebody may want to stop. */
function inPortions(
  begin: number,
  beyond: number,
  shouldStop: (() => boolean) | undefined,
  portionFrom: (from: number) => number,
  work: (from: number, to: number) => number,
): number {
  for (let from = begin; from < beyond; ) {
    const to = shouldStop ? portionFrom(from) : beyond;
    const code = work(from, to);
    if (code !== DONE) return code;
    from = to;
    if (from < beyond && shouldStop?.()) return STOPPED;
  }
  return DONE;
}

/**
 * Iterative refinement of K·x = b with the factor of a regularised K; K itself is `upper` with `values`.
 *
 * A step that does not shrink the residual is undone and ends the loop.
 * @param upper - the matrix whose pattern was analysed for `factor`
 * @param values - unregularised values, in the order of `upper`
 * @param x - an approximate solution on entry, a better one on return
 * @param iterations - at most so many corrections; 0 only measures
 * @returns ‖b − K·x‖∞ of the x returned
 * @cost one symmetric product and one solve per iteration, no allocation
 * @throws {BugError} LINALG_OTHER_PATTERN when `upper` is not the size that was analysed
 * @source Higham, Accuracy and Stability of Numerical Algorithms (2002), ch. 12
 */
export function refineInto(
  upper: SparseMatrix,
  values: Float64Array,
  factor: LdltFactor,
  b: Float64Array,
  x: Float64Array,
  iterations: number,
): number {
  const { n, nnz } = factor.symbolic;
  if (upper.cols_count !== n || upper.colStart[n] !== nnz)
    throw new BugError({
      message: `Refinement of another matrix: expected order ${n} with ${nnz} entries, got ${upper.cols_count} with ${upper.colStart[upper.cols_count]}`,
      code: 'LINALG_OTHER_PATTERN',
    });
  return factor.refineInto(values, b, x, iterations);
}
