import { BugError } from '../base/errors.ts';
import { amdOrder } from './amd.ts';
import {
  type ComplexLuArrays,
  complexLuFactor,
  complexLuResidualLanes,
  complexLuSolve,
  complexLuSolveLanes,
  lanes_count,
} from './complex-lu-kernel.ts';
import { factorPattern } from './elimination-tree.ts';
import { arenaBytes, KernelArena, type KernelExports, type KernelOptions } from './kernels.ts';
import { fromTriplets } from './sparse.ts';

export { lanes_count } from './complex-lu-kernel.ts';

/**
 * Rows of a complex matrix whose pattern is symmetric and holds the diagonal; columns ascend inside a row.
 * @shape rowStart (n + 1), colIndex (nnz), values (2·nnz: re, im)
 */
export interface ComplexMatrix {
  readonly n: number;
  readonly rowStart: Int32Array;
  readonly colIndex: Int32Array;
  readonly values: Float64Array;
}

/** Order and pattern of the factors; found once per pattern, may be shared. */
export interface ComplexLuSymbolic {
  readonly n: number;
  readonly rowStart: Int32Array;
  readonly colIndex: Int32Array;
  /** order[k] = original row and column of step k. */
  readonly order: Int32Array;
  readonly lStart: Int32Array;
  readonly lCol: Int32Array;
  readonly uStart: Int32Array;
  readonly uCol: Int32Array;
}

/**
 * Approximate minimum degree order and the fill of L and U.
 * @param pattern - its values are not read
 * @cost amdOrder + O(nnz(L))
 */
export function analyseComplexLu(pattern: ComplexMatrix): ComplexLuSymbolic {
  const { n, rowStart, colIndex } = pattern;
  const order = amdOrder(n, rowStart, colIndex);
  const step = new Int32Array(n);
  for (let k = 0; k < n; k++) step[order[k]] = k;
  const upperStart = new Int32Array(n + 1);
  for (let i = 0; i < n; i++) {
    for (let p = rowStart[i]; p < rowStart[i + 1]; p++) if (step[colIndex[p]] < step[i]) upperStart[step[i] + 1]++;
  }
  for (let k = 0; k < n; k++) upperStart[k + 1] += upperStart[k];
  const upperRow = new Int32Array(upperStart[n]);
  const next = upperStart.slice(0, n);
  for (let i = 0; i < n; i++) {
    for (let p = rowStart[i]; p < rowStart[i + 1]; p++) if (step[colIndex[p]] < step[i]) upperRow[next[step[i]]++] = step[colIndex[p]];
  }
  const { lStart, lRow, rowStart: lRowStart, rowCol } = factorPattern(n, upperStart, upperRow);
  // Column k of L has the pattern of row k of U.
  return { n, rowStart, colIndex, order, lStart: lRowStart, lCol: rowCol, uStart: lStart, uCol: lRow };
}

export interface ComplexLuOptions extends KernelOptions {
  /** Rows behind the n of the matrix in the four-lane arrays, for the owner's own constants. Default 0. */
  readonly extraRows_count?: number;
  /** Further memory of the owner in the same arena, for its own kernels: bytes from `arenaBytes`. */
  readonly extraBytes?: number;
}

export interface ComplexLuOutcome {
  readonly status: 'ok' | 'singular';
  /** Original row without a usable pivot, −1 when factored. */
  readonly row: number;
}

/** A pivot below this part of the largest entry of its row is rounding. */
const PIVOT_FLOOR_FRAC = 1e-13;

/**
 * The numbers of one complex factorisation with diagonal pivots, its memory, and solves for one or four right-hand sides. Not re-entrant.
 *
 * For admittance matrices: pattern symmetric, order fixed, so new numbers (another tap) cost one `factor` without a search.
 * A lane's answer equals that of the single solve bit for bit, as do both kernels.
 * @example
 * const lu = new ComplexLu(analyseComplexLu(admittance));
 * if (lu.factor(admittance.values).status === 'ok') lu.solveInto(current);
 */
export class ComplexLu {
  readonly symbolic: ComplexLuSymbolic;
  readonly arena: KernelArena;
  readonly kernels: KernelExports | undefined;
  /** Four right-hand sides and solutions by original row: re × 4, im × 4. @shape [n + extra][8] */
  readonly lanesRhs: Float64Array;
  readonly lanesX: Float64Array;
  private readonly arrays: ComplexLuArrays;
  private readonly descriptor: number;
  private factored = false;

  constructor(symbolic: ComplexLuSymbolic, options: ComplexLuOptions = {}) {
    this.symbolic = symbolic;
    const { n, rowStart, colIndex, order, lStart, lCol, uStart, uCol } = symbolic;
    const nnz = rowStart[n];
    const width = 2 * lanes_count;
    const rows = n + (options.extraRows_count ?? 0);
    const doubles = 2 * (nnz + lCol.length + uCol.length + n) + width * (n + 2 * rows);
    const integers = n + 3 * (n + 1) + 2 * nnz + lCol.length + uCol.length + 17;
    const arena = new KernelArena(arenaBytes(doubles, integers, 17) + (options.extraBytes ?? 0), options.kernel);
    const step = new Int32Array(n);
    for (let k = 0; k < n; k++) step[order[k]] = k;
    this.arrays = {
      n,
      order: arena.hold(order),
      aStart: arena.hold(rowStart),
      aCol: arena.hold(colIndex),
      aStep: arena.hold(colIndex.map((j) => step[j])),
      lStart: arena.hold(lStart),
      lCol: arena.hold(lCol),
      uStart: arena.hold(uStart),
      uCol: arena.hold(uCol),
      values: arena.float64(2 * nnz),
      lx: arena.float64(2 * lCol.length),
      ux: arena.float64(2 * uCol.length),
      dInv: arena.float64(2 * n),
      w: arena.float64(width * n),
      x: arena.float64(width * rows),
      rhs: arena.float64(width * rows),
    };
    const { n: _, ...views } = this.arrays;
    // The order of the constants at the top of packages/core/kernels/complex-lu.ts.
    this.descriptor = arena.describe(n, Object.values(views));
    this.arena = arena;
    this.kernels = arena.kernels;
    this.lanesRhs = this.arrays.rhs;
    this.lanesX = this.arrays.x;
  }

  /** Entries of L and U with one diagonal. */
  get factorNnz_count(): number {
    return this.symbolic.lCol.length + this.symbolic.uCol.length + this.symbolic.n;
  }

  /** Factors new values, in the order of the pattern given to `analyseComplexLu`. */
  factor(values: Float64Array): ComplexLuOutcome {
    const { arrays, kernels, descriptor } = this;
    arrays.values.set(values);
    const step = kernels ? kernels.complexLuFactor(descriptor, PIVOT_FLOOR_FRAC) : complexLuFactor(arrays, PIVOT_FLOOR_FRAC);
    this.factored = step < 0;
    return step < 0 ? { status: 'ok', row: -1 } : { status: 'singular', row: this.symbolic.order[step] };
  }

  /**
   * The numbers of another factorisation with the same symbolic, without the work.
   * @throws {BugError} LINALG_NOT_FACTORED when that has none
   */
  take(other: ComplexLu): void {
    other.assertFactored();
    const [into, from] = [this.arrays, other.arrays];
    into.values.set(from.values);
    into.lx.set(from.lx);
    into.ux.set(from.ux);
    into.dInv.set(from.dInv);
    this.factored = true;
  }

  /**
   * b ← A⁻¹·b
   * @shape b (2n): re, im
   * @throws {BugError} LINALG_NOT_FACTORED
   */
  solveInto(b: Float64Array): void {
    this.assertFactored();
    const { arrays, kernels, descriptor } = this;
    const size = 2 * arrays.n;
    for (let i = 0; i < size; i++) arrays.rhs[i] = b[i];
    if (kernels) kernels.complexLuSolve(descriptor);
    else complexLuSolve(arrays);
    for (let i = 0; i < size; i++) b[i] = arrays.x[i];
  }

  /**
   * lanesX ← A⁻¹·lanesRhs, four at a time
   * @throws {BugError} LINALG_NOT_FACTORED
   */
  solveLanes(): void {
    this.assertFactored();
    if (this.kernels) this.kernels.complexLuSolveLanes(this.descriptor);
    else complexLuSolveLanes(this.arrays);
  }

  /** lanesRhs ← lanesRhs − A·lanesX, with A as it was given. */
  residualLanes(): void {
    if (this.kernels) this.kernels.complexLuResidualLanes(this.descriptor);
    else complexLuResidualLanes(this.arrays);
  }

  private assertFactored(): void {
    if (this.factored) return;
    throw new BugError({
      message: 'complex LU solve without a factor',
      code: 'LINALG_NOT_FACTORED',
      hint: 'Call factor first and look at its status.',
    });
  }
}

/** Rows from entries in any order; entries at the same place are added, the diagonal and the mirror of every entry are stored. */
export class ComplexMatrixBuilder {
  private readonly rows: number[] = [];
  private readonly cols: number[] = [];
  private readonly entries: number[] = [];

  add(row: number, col: number, re: number, im: number): void {
    this.rows.push(row);
    this.cols.push(col);
    this.entries.push(re, im);
  }

  build(n: number): ComplexMatrix {
    const { rows, cols, entries } = this;
    const diagonal = Array.from({ length: n }, (_, i) => i);
    const twice = { from: rows.concat(cols, diagonal), to: cols.concat(rows, diagonal) };
    // Columns of a symmetric pattern are its rows.
    const { colStart, rowIndex } = fromTriplets(n, n, twice.from, twice.to, new Float64Array(twice.from.length));
    const matrix: ComplexMatrix = { n, rowStart: colStart, colIndex: rowIndex, values: new Float64Array(2 * rowIndex.length) };
    for (let k = 0; k < rows.length; k++) {
      const p = entryOf(matrix, rows[k], cols[k]);
      matrix.values[2 * p] += entries[2 * k];
      matrix.values[2 * p + 1] += entries[2 * k + 1];
    }
    return matrix;
  }
}

/** Place of entry (row, col) of the pattern, or −1. */
export function entryOf(matrix: ComplexMatrix, row: number, col: number): number {
  const { rowStart, colIndex } = matrix;
  let low = rowStart[row];
  let high = rowStart[row + 1] - 1;
  while (low <= high) {
    const mid = (low + high) >> 1;
    if (colIndex[mid] === col) return mid;
    if (colIndex[mid] < col) low = mid + 1;
    else high = mid - 1;
  }
  return -1;
}
