import { FlexibleGmres } from '../../linalg/gmres.ts';
import { analyseLdlt, LdltFactor, refineInto } from '../../linalg/ldlt.ts';
import { fromTriplets, type SparseMatrix, symmetricMultiplyInto } from '../../linalg/sparse.ts';
import type { NonlinearProgram, Places } from './program.ts';

/** Held against rounding during elimination, removed again by refinement. */
const STATIC_SHIFT = 1e-8;
const REFINEMENTS_MAX_COUNT = 8;
const KRYLOV_MAX_COUNT = 20;
/** The same for the residual of the rows of g alone, and to what fraction it is brought. */
const POLISHES_MAX_COUNT = 2;
const POLISHED_FRAC = 1e-2;
/** What GMRES aims at where plain refinement diverges, as a fraction of the right side. */
const RESIDUAL_AIM_FRAC = 1e-9;
/** A residual above this fraction of the right side is not a solution. */
const RESIDUAL_MAX_FRAC = 1e-6;

/**
 * The Newton system after the slacks and their multipliers are eliminated,
 *
 *   [ W + D + δ_w·I + Jhᵀ·S·Jh    Jgᵀ   ] [Δx]   [ a ]
 *   [ Jg                         −δ_c·I ] [ y ] = [ b ],
 *
 * with diagonal D (bounds of x) and S (ranges of h). Rows of h touch variables that the Hessian couples anyway, so that
 * the elimination costs hardly any fill. The matrix has the right inertia when it has as many negative pivots as rows of g.
 *
 * | symbol | argument |
 * |---|---|
 * | W, Jg, Jh | hessian, jacobianG, jacobianH: entries in the order of the program's places |
 * | D, S | diagonal (n), rangeWeight (rows of h) |
 * @cost analysed once; then one LDLᵀ per factor, a few solves and products per right side
 * @source Nocedal & Wright, Numerical Optimization (2006), section 19.3
 */
export class CondensedSystem {
  readonly n: number;
  readonly mE: number;
  private readonly upper: SparseMatrix;
  private readonly factorLdlt: LdltFactor;
  private readonly base: Float64Array;
  private readonly values: Float64Array;
  private readonly hessianAt: Int32Array;
  private readonly jacobianAt: Int32Array;
  private readonly diagonalAt: Int32Array;
  private readonly fixed: Uint8Array;
  private readonly places: readonly [hessian: Places, equality: Places, inequality: Places];
  /** Entries of Jh by row, and for each pair of them (first ≤ second) its place and how often it counts. */
  private readonly rowStart: Int32Array;
  private readonly rowEntry: Int32Array;
  private readonly pairAt: Int32Array;
  private readonly pairTimes: Uint8Array;
  private readonly signs: Int8Array;
  private readonly work: Float64Array;
  private readonly rest: Float64Array;
  /** The matrix with the shifts of the last `factor`. */
  private readonly current: SparseMatrix;
  private readonly gmres: FlexibleGmres;

  constructor(program: NonlinearProgram, fixed: Uint8Array) {
    const { variables_count: n, equalities_count: mE, inequalities_count: mI } = program;
    this.n = n;
    this.mE = mE;
    this.fixed = fixed;
    const { hessianPlaces, equalityPlaces, inequalityPlaces } = program;
    this.places = [hessianPlaces, equalityPlaces, inequalityPlaces];
    const { start, entry } = entriesByRow(inequalityPlaces.row, mI);
    this.rowStart = start;
    this.rowEntry = entry;
    let pairs_count = 0;
    for (let i = 0; i < mI; i++) pairs_count += ((start[i + 1] - start[i]) * (start[i + 1] - start[i] + 1)) / 2;
    this.diagonalAt = new Int32Array(n + mE);
    this.hessianAt = new Int32Array(hessianPlaces.row.length);
    this.jacobianAt = new Int32Array(equalityPlaces.row.length);
    this.pairAt = new Int32Array(pairs_count);
    this.pairTimes = new Uint8Array(pairs_count);
    const most = this.diagonalAt.length + this.hessianAt.length + this.jacobianAt.length + pairs_count;
    const rows = new Int32Array(most);
    const cols = new Int32Array(most);
    let used = 0;
    const place = (i: number, j: number): number => {
      const isOff = i !== j && ((i < n && fixed[i] === 1) || (j < n && fixed[j] === 1));
      if (isOff) return -1;
      rows[used] = i < j ? i : j;
      cols[used] = i < j ? j : i;
      return used++;
    };
    for (let k = 0; k < n + mE; k++) this.diagonalAt[k] = place(k, k);
    for (let k = 0; k < this.hessianAt.length; k++) this.hessianAt[k] = place(hessianPlaces.row[k], hessianPlaces.column[k]);
    for (let k = 0; k < this.jacobianAt.length; k++) this.jacobianAt[k] = place(equalityPlaces.column[k], n + equalityPlaces.row[k]);
    let pair = 0;
    for (let i = 0; i < mI; i++) {
      for (let p = start[i]; p < start[i + 1]; p++) {
        for (let q = p; q < start[i + 1]; q++, pair++) {
          const a = inequalityPlaces.column[entry[p]];
          const b = inequalityPlaces.column[entry[q]];
          this.pairAt[pair] = place(a, b);
          this.pairTimes[pair] = p !== q && a === b ? 2 : 1;
        }
      }
    }
    const numbered = fromTriplets(n + mE, n + mE, rows.subarray(0, used), cols.subarray(0, used), new Float64Array(used));
    for (const list of [this.diagonalAt, this.hessianAt, this.jacobianAt, this.pairAt]) {
      for (let k = 0; k < list.length; k++) if (list[k] >= 0) list[k] = placeOf(numbered, rows[list[k]], cols[list[k]]);
    }
    this.upper = numbered;
    this.base = numbered.values;
    this.values = new Float64Array(this.base.length);
    this.signs = Int8Array.from({ length: n + mE }, (_, k) => (k < n ? 1 : -1));
    this.factorLdlt = new LdltFactor(analyseLdlt(numbered));
    this.work = new Float64Array(n + mE);
    this.rest = new Float64Array(n + mE);
    this.current = { ...numbered, values: this.values };
    this.gmres = new FlexibleGmres(n + mE, KRYLOV_MAX_COUNT);
  }

  /** Whether it was analysed for these places and these fixed variables. */
  suits(program: NonlinearProgram, fixed: Uint8Array): boolean {
    const { hessianPlaces, equalityPlaces, inequalityPlaces, equalities_count, inequalities_count } = program;
    const [hessian, equality, inequality] = this.places;
    return (
      isEqual(fixed, this.fixed) &&
      equalities_count === this.mE &&
      inequalities_count === this.rowStart.length - 1 &&
      arePlacesEqual(hessianPlaces, hessian) &&
      arePlacesEqual(equalityPlaces, equality) &&
      arePlacesEqual(inequalityPlaces, inequality)
    );
  }

  /** Sets the numbers. */
  fill(hessian: Float64Array, jacobianG: Float64Array, jacobianH: Float64Array, diagonal: Float64Array, rangeWeight: Float64Array): void {
    const { base, hessianAt, jacobianAt, diagonalAt, pairAt, pairTimes, rowStart, rowEntry, fixed, n } = this;
    base.fill(0);
    for (let k = 0; k < hessianAt.length; k++) if (hessianAt[k] >= 0) base[hessianAt[k]] += hessian[k];
    for (let k = 0; k < jacobianAt.length; k++) if (jacobianAt[k] >= 0) base[jacobianAt[k]] += jacobianG[k];
    let pair = 0;
    for (let i = 0; i < rangeWeight.length; i++) {
      const weight = rangeWeight[i];
      for (let p = rowStart[i]; p < rowStart[i + 1]; p++) {
        const left = weight * jacobianH[rowEntry[p]];
        for (let q = p; q < rowStart[i + 1]; q++, pair++) {
          if (pairAt[pair] >= 0) base[pairAt[pair]] += pairTimes[pair] * left * jacobianH[rowEntry[q]];
        }
      }
    }
    for (let j = 0; j < n; j++) {
      if (fixed[j]) base[diagonalAt[j]] = 1;
      else base[diagonalAt[j]] += diagonal[j];
    }
  }

  /** @returns negative pivots too many (> 0) or too few (< 0); undefined when the factorisation broke down */
  factor(deltaW: number, deltaC: number): number | undefined {
    const { values, base, diagonalAt, n, mE, signs } = this;
    values.set(base);
    for (let j = 0; j < n; j++) values[diagonalAt[j]] += deltaW;
    for (let i = 0; i < mE; i++) values[diagonalAt[n + i]] -= deltaC;
    const outcome = this.factorLdlt.factor(values, { signs, staticRegularisation: STATIC_SHIFT });
    if (outcome.status !== 'ok') return undefined;
    return this.factorLdlt.negativePivots_count - mE;
  }

  /** Overwrites b with the solution; false when it is not one. Entries of fixed variables come back zero. */
  solveInto(b: Float64Array): boolean {
    const { work, n, fixed } = this;
    for (let j = 0; j < n; j++) if (fixed[j]) b[j] = 0;
    work.set(b);
    let size = 1e-300;
    for (let k = 0; k < b.length; k++) size = Math.max(size, Math.abs(b[k]));
    this.factorLdlt.solveInto(b);
    let residual = refineInto(this.upper, this.values, this.factorLdlt, work, b, REFINEMENTS_MAX_COUNT);
    if (!(residual <= RESIDUAL_MAX_FRAC * size)) {
      if (!allFinite(b)) b.fill(0);
      residual = this.gmres.solveInto(work, b, this.multiplyInto, this.precondition, RESIDUAL_AIM_FRAC * size);
    }
    this.polishRows(b);
    return residual <= RESIDUAL_MAX_FRAC * size && allFinite(b);
  }

  /**
   * Near a solution the right side of the variables is so much larger than that of the rows that refinement, which looks at
   * the largest residual, stops before the rows of g are met. One more solve, for their residual alone.
   */
  private polishRows(x: Float64Array): void {
    const { work, rest, n } = this;
    rest.set(work);
    symmetricMultiplyInto(this.current, x, rest, -1, 1);
    rest.fill(0, 0, n);
    work.set(rest);
    this.factorLdlt.solveInto(rest);
    let size = 0;
    for (let k = n; k < rest.length; k++) size = Math.max(size, Math.abs(work[k]));
    const residual = refineInto(this.upper, this.values, this.factorLdlt, work, rest, POLISHES_MAX_COUNT);
    if (residual > POLISHED_FRAC * size) this.gmres.solveInto(work, rest, this.multiplyInto, this.precondition, POLISHED_FRAC * size);
    if (!allFinite(rest)) return;
    for (let k = 0; k < x.length; k++) x[k] += rest[k];
  }

  private readonly multiplyInto = (x: Float64Array, out: Float64Array): void => symmetricMultiplyInto(this.current, x, out);
  private readonly precondition = (x: Float64Array): void => this.factorLdlt.solveInto(x);

  release(): void {
    this.factorLdlt.release();
  }
}

function allFinite(b: Float64Array): boolean {
  for (let k = 0; k < b.length; k++) if (!Number.isFinite(b[k])) return false;
  return true;
}

function arePlacesEqual(a: Places, b: Places): boolean {
  return isEqual(a.row, b.row) && isEqual(a.column, b.column);
}

function isEqual(a: Int32Array | Uint8Array, b: Int32Array | Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return false;
  return true;
}

/** Entries of each row, in the order given. */
function entriesByRow(row: Int32Array, rows_count: number): { readonly start: Int32Array; readonly entry: Int32Array } {
  const start = new Int32Array(rows_count + 1);
  for (let k = 0; k < row.length; k++) start[row[k] + 1]++;
  for (let i = 0; i < rows_count; i++) start[i + 1] += start[i];
  const next = start.slice(0, rows_count);
  const entry = new Int32Array(row.length);
  for (let k = 0; k < row.length; k++) entry[next[row[k]]++] = k;
  return { start, entry };
}

/** Where an entry stands; it must exist. */
function placeOf({ colStart, rowIndex }: SparseMatrix, row: number, col: number): number {
  let low = colStart[col];
  let high = colStart[col + 1] - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rowIndex[middle] < row) low = middle + 1;
    else high = middle;
  }
  return low;
}
