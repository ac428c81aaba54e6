import { BugError } from '../base/errors.ts';
import { arenaBytes, type Kernel, KernelArena, type KernelExports, type KernelOptions, releasedError, takeInto } from './kernels.ts';
import type { LuSymbolic } from './lu-analyse.ts';
import { type LuArrays, luRefactor, luSolve, luSolveTranspose } from './lu-kernel.ts';
import { findPivots, sortRowsInto } from './lu-pivot.ts';

export { analyseLu, type LuSymbolic } from './lu-analyse.ts';

export interface LuOptions {
  /**
   * The preferred pivot is kept when it is at least this fraction of the largest candidate; 1 takes the largest.
   * Default 1e-3; 0.1 when some diagonal entry is not stored, because a match made blindly deserves less trust.
   */
  readonly pivotThreshold?: number;
}

export interface LuOutcome {
  readonly status: 'ok' | 'singular';
  /** Original column without a pivot, −1 when factored. */
  readonly column: number;
  /** Smallest over largest pivot; near 1e-16 the matrix may be singular but for rounding. */
  readonly pivotRatio_frac: number;
}

export interface LuRefactorOutcome {
  /** `unstable`: a pivot is too small for its column; call `factor` for a new pivot sequence. */
  readonly status: 'ok' | 'unstable';
}

/** Largest multiplier |l_ij| that `refactor` accepts; `factor` with pivotThreshold τ never exceeds 1/τ. */
const REFACTOR_GROWTH_LIMIT = 1e6;

const PIVOT_THRESHOLD = 1e-3;
const PIVOT_THRESHOLD_MATCHED = 0.1;

/**
 * The numbers of one factorisation P·A·Q = L·U and the memory they live in. Not re-entrant.
 *
 * `factor` looks for pivots (TypeScript) and then runs the same numeric kernel as `refactor`, so both agree bit for bit.
 * Small factors use TypeScript by default, larger ones WebAssembly; the numbers are equal bit for bit.
 * @example
 * const lu = new LuFactor(analyseLu(jacobian));
 * if (lu.factor(jacobian.values).status === 'ok') lu.solveInto(step);
 */
export class LuFactor {
  readonly symbolic: LuSymbolic;
  private readonly wanted: Kernel | undefined;
  private memory: LuMemory | undefined;
  private factored = false;
  private hasPivots = false;
  private released = false;

  constructor(symbolic: LuSymbolic, options: KernelOptions = {}) {
    this.symbolic = symbolic;
    this.wanted = options.kernel;
  }

  /** Entries of L and U with one diagonal, after `factor`. */
  get factorNnz_count(): number {
    const n = this.symbolic.n;
    return this.memory && this.hasPivots ? this.memory.arrays.lStart[n] + this.memory.arrays.uStart[n] + n : 0;
  }

  /**
   * Chooses pivots for these values (in the order of the pattern given to `analyseLu`) and factors.
   * @throws {BugError} LINALG_RELEASED after `release`
   */
  factor(values: Float64Array, options: LuOptions = {}): LuOutcome {
    const { n, nnz, rowIndex, columnOrder } = this.symbolic;
    this.factored = false;
    this.hasPivots = false;
    if (this.released) throw releasedError('LU');
    const usual = this.symbolic.hasDiagonal ? PIVOT_THRESHOLD : PIVOT_THRESHOLD_MATCHED;
    const threshold = Math.min(1, Math.max(0, options.pivotThreshold ?? usual));
    const found = findPivots(this.symbolic, values, threshold);
    if (found.singularColumn >= 0) return { status: 'singular', column: found.singularColumn, pivotRatio_frac: 0 };
    const { lStart, uStart, rowOfStep, stepOfRow } = found;
    if (!this.memory || this.memory.arrays.lx.length < lStart[n] || this.memory.arrays.ux.length < uStart[n]) {
      this.memory?.arena.release();
      this.memory = luMemory(this.symbolic, lStart[n], uStart[n], this.wanted);
    }
    const f = this.memory.arrays;
    f.lStart.set(lStart);
    f.uStart.set(uStart);
    f.rowOfStep.set(rowOfStep);
    for (let p = 0; p < nnz; p++) f.aStep[p] = stepOfRow[rowIndex[p]];
    sortRowsInto(n, lStart, found.lRow, stepOfRow, f.lRow);
    sortRowsInto(n, uStart, found.uStep, undefined, f.uRow);
    const step = this.number(values, Number.MAX_VALUE);
    if (step >= 0) return { status: 'singular', column: columnOrder[step], pivotRatio_frac: 0 };
    this.factored = true;
    this.hasPivots = true;
    let least = Number.POSITIVE_INFINITY;
    let largest = 0;
    for (let k = 0; k < n; k++) {
      const size = Math.abs(f.pivot[k]);
      if (size < least) least = size;
      if (size > largest) largest = size;
    }
    return { status: 'ok', column: -1, pivotRatio_frac: n === 0 ? 1 : least / largest };
  }

  /** Factors new values with the pivots of the last `factor`. Without one the answer is `unstable`. */
  refactor(values: Float64Array): LuRefactorOutcome {
    this.factored = this.hasPivots && this.number(values, REFACTOR_GROWTH_LIMIT) < 0;
    return { status: this.factored ? 'ok' : 'unstable' };
  }

  /**
   * b ← A⁻¹·b
   * @throws {BugError} LINALG_NOT_FACTORED when the last `factor` or `refactor` did not end with `ok`
   */
  solveInto(b: Float64Array): void {
    const { arrays, kernels, descriptor } = this.ready();
    takeInto(arrays.rhs, b);
    if (kernels) kernels.luSolve(descriptor);
    else luSolve(arrays);
    b.set(arrays.rhs);
  }

  /**
   * b ← A⁻ᵀ·b
   * @throws {BugError} LINALG_NOT_FACTORED when the last `factor` or `refactor` did not end with `ok`
   */
  solveTransposeInto(b: Float64Array): void {
    const { arrays, kernels, descriptor } = this.ready();
    takeInto(arrays.rhs, b);
    if (kernels) kernels.luSolveTranspose(descriptor);
    else luSolveTranspose(arrays);
    b.set(arrays.rhs);
  }

  /** Hands the memory to the next factor of this size; this one must not be used any more. Optional. */
  release(): void {
    this.memory?.arena.release();
    this.memory = undefined;
    this.released = true;
    this.factored = false;
    this.hasPivots = false;
  }

  /** Numbers for the pivots at hand; −1 or the step that failed. */
  private number(values: Float64Array, growthLimit: number): number {
    if (!this.memory) return 0;
    const { arrays, kernels, descriptor } = this.memory;
    takeInto(arrays.values, values);
    return kernels ? kernels.luRefactor(descriptor, growthLimit) : luRefactor(arrays, growthLimit);
  }

  private ready(): LuMemory {
    if (this.memory && this.factored) return this.memory;
    throw new BugError({
      message: 'LU solve without a factor',
      code: 'LINALG_NOT_FACTORED',
      hint: 'Call factor first and look at its status.',
    });
  }
}

interface LuMemory {
  readonly arena: KernelArena;
  readonly arrays: LuArrays;
  readonly kernels: KernelExports | undefined;
  readonly descriptor: number;
}

/** Memory for at least so many entries of L and U; the bound of the analysis when that is enough. */
function luMemory(symbolic: LuSymbolic, lNnz: number, uNnz: number, kernel: Kernel | undefined): LuMemory {
  const { n, nnz, boundNnz } = symbolic;
  const lRoom = Math.max(lNnz, boundNnz);
  const uRoom = Math.max(uNnz, boundNnz);
  const arena = new KernelArena(arenaBytes(nnz + lRoom + uRoom + 3 * n, 5 * n + nnz + lRoom + uRoom + 18, 15), kernel);
  const f: LuArrays = {
    n,
    colStart: arena.hold(symbolic.colStart),
    columnOrder: arena.hold(symbolic.columnOrder),
    rowOfStep: arena.int32(n),
    aStep: arena.int32(nnz),
    lStart: arena.int32(n + 1),
    uStart: arena.int32(n + 1),
    lRow: arena.int32(lRoom),
    uRow: arena.int32(uRoom),
    values: arena.float64(nnz),
    lx: arena.float64(lRoom),
    ux: arena.float64(uRoom),
    pivot: arena.float64(n),
    x: arena.float64(n),
    rhs: arena.float64(n),
  };
  // The order of the constants at the top of packages/core/kernels/lu.ts.
  const integers = [f.colStart, f.columnOrder, f.rowOfStep, f.aStep, f.lStart, f.uStart, f.lRow, f.uRow];
  const descriptor = arena.describe(n, [...integers, f.values, f.lx, f.ux, f.pivot, f.x, f.rhs]);
  return { arena, arrays: f, kernels: arena.kernels, descriptor };
}
