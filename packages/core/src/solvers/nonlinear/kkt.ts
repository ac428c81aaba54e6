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
    const rows: number[] = [];
    const cols: number[] = [];
    const place = (i: number, j: number): number => {
      const isOff = i !== j && ((i < n && fixed[i] === 1) || (j < n && fixed[j] === 1));
      if (isOff) return -1;
      rows.push(Math.min(i, j));
      cols.push(Math.max(i, j));
      return rows.length - 1;
    };
    const { hessianPlaces, equalityPlaces, inequalityPlaces } = program;
    this.places = [hessianPlaces, equalityPlaces, inequalityPlaces];
    const diagonal = Int32Array.from({ length: n + mE }, (_, k) => place(k, k));
    const hessian = hessianPlaces.row.map((row, k) => place(row, hessianPlaces.column[k]));
    const jacobian = equalityPlaces.row.map((row, k) => place(equalityPlaces.column[k], n + row));
    this.rowStart = new Int32Array(mI + 1);
    for (const row of inequalityPlaces.row) this.rowStart[row + 1]++;
    for (let i = 0; i < mI; i++) this.rowStart[i + 1] += this.rowStart[i];
    this.rowEntry = new Int32Array(inequalityPlaces.row.length);
    const next = this.rowStart.slice(0, mI);
    inequalityPlaces.row.forEach((row, k) => {
      this.rowEntry[next[row]++] = k;
    });
    const pairs: number[] = [];
    const times: number[] = [];
    for (let i = 0; i < mI; i++) {
      for (let p = this.rowStart[i]; p < this.rowStart[i + 1]; p++) {
        for (let q = p; q < this.rowStart[i + 1]; q++) {
          const a = inequalityPlaces.column[this.rowEntry[p]];
          const b = inequalityPlaces.column[this.rowEntry[q]];
          pairs.push(place(a, b));
          times.push(p !== q && a === b ? 2 : 1);
        }
      }
    }
    const numbered = fromTriplets(n + mE, n + mE, rows, cols, new Float64Array(rows.length));
    const find = placeFinder(numbered);
    const positions = Int32Array.from(rows, (row, k) => find(row, cols[k]));
    const at = (list: Int32Array | number[]): Int32Array => Int32Array.from(list, (k) => (k < 0 ? -1 : positions[k]));
    this.upper = numbered;
    this.base = numbered.values;
    this.values = new Float64Array(this.base.length);
    this.diagonalAt = at(diagonal);
    this.hessianAt = at(hessian);
    this.jacobianAt = at(jacobian);
    this.pairAt = at(pairs);
    this.pairTimes = Uint8Array.from(times);
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

function placeFinder({ colStart, rowIndex }: SparseMatrix): (row: number, col: number) => number {
  return (row, col) => {
    let low = colStart[col];
    let high = colStart[col + 1] - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (rowIndex[middle] < row) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
