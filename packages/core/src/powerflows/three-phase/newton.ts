import { analyseLu, LuFactor } from '../../linalg/lu.ts';
import { fromTriplets, type SparseMatrix } from '../../linalg/sparse.ts';
import type { System } from './system.ts';

/** A step shorter than this part of Newton's counts as no step. */
const STEP_MIN_FRAC = 1e-4;
/** Mismatch may not be called smaller unless it falls by this part of what the model promises (Armijo). */
const DECREASE_FRAC = 1e-4;

/** A voltage that a generator holds by its reactive power: one row and one column beside those of the places. */
export interface HeldVoltage {
  /** Elements that share the power equally. */
  readonly elements: readonly number[];
  /** Weight (re, im) of each element's voltage in the held one. */
  readonly weights: Float64Array;
  /** Per unit of the bus. */
  readonly v_set_pu: number;
}

export type NewtonEnd = 'balanced' | 'iterations' | 'stalled' | 'singular';

/**
 * Newton's method on the current mismatch in real and imaginary parts:
 *
 *   J·d = r,   J = Y + Σ over elements [A − y_rated, B·conj]   at its two ends,   u ← u + μ·d
 *
 * and for every held voltage w = Σ weight·U:  Re(conj(w)·dw) = ½(v_set² − |w|²), with the element's reactive power as the unknown.
 * Real, because conj(dU) is not a complex-linear function; 2n + held unknowns. μ is halved while Σ|r|² does not fall.
 * @source da Costa, Martins, Pereira, Developments in the Newton Raphson power flow formulation based on current injections, IEEE Trans. Power Systems 14 (1999)
 */
export class NewtonSolver {
  private readonly system: System;
  private readonly held: readonly HeldVoltage[];
  private readonly pattern: SparseMatrix;
  private readonly factor: LuFactor;
  private readonly step: Float64Array;
  private readonly before: Float64Array;
  private readonly rows: number[] = [];
  private readonly cols: number[] = [];
  private slots: Int32Array;
  private readonly triplets: Float64Array;
  private hasPivots = false;

  constructor(system: System, held: readonly HeldVoltage[]) {
    this.system = system;
    this.held = held;
    this.listEntries();
    const size = 2 * system.nodal.rows.free_count + held.length;
    this.triplets = new Float64Array(this.rows.length);
    this.pattern = fromTriplets(size, size, this.rows, this.cols, this.triplets);
    this.slots = slotsOf(this.pattern, this.rows, this.cols);
    this.factor = new LuFactor(analyseLu(this.pattern));
    this.step = new Float64Array(size);
    this.before = new Float64Array(system.u.length);
  }

  /** Pivots are chosen anew in the next run, so that its rounding does not depend on the runs before it. */
  forget(): void {
    this.hasPivots = false;
  }

  /** Runs from the present voltages (and reactive powers of the held generators). */
  run(tolerance_kVA: number, iterations_max_count: number): { end: NewtonEnd; iterations_count: number } {
    const { system, held } = this;
    system.evaluate();
    for (let iteration = 0; ; iteration++) {
      if (system.isBalanced(tolerance_kVA) && this.heldMiss() <= 1e-10) return { end: 'balanced', iterations_count: iteration };
      if (iteration >= iterations_max_count) return { end: 'iterations', iterations_count: iteration };
      this.fill();
      if (!this.factorise()) return { end: 'singular', iterations_count: iteration };
      const n2 = 2 * system.nodal.rows.free_count;
      for (let i = 0; i < n2; i++) this.step[i] = system.r[i];
      held.forEach((one, g) => {
        this.step[n2 + g] = this.missOf(one);
      });
      this.factor.solveInto(this.step);
      if (!this.takeStep()) return { end: 'stalled', iterations_count: iteration + 1 };
    }
  }

  /** With the pivots of the last factors where they still serve. */
  private factorise(): boolean {
    const { factor, pattern } = this;
    if (this.hasPivots && factor.refactor(pattern.values).status === 'ok') return true;
    this.hasPivots = factor.factor(pattern.values).status === 'ok';
    return this.hasPivots;
  }

  /** Largest ½(v_set² − |w|²). */
  private heldMiss(): number {
    return this.held.reduce((worst, one) => Math.max(worst, Math.abs(this.missOf(one))), 0);
  }

  private missOf(one: HeldVoltage): number {
    const [re, im] = this.voltageOf(one);
    return (one.v_set_pu * one.v_set_pu - re * re - im * im) / 2;
  }

  private voltageOf(one: HeldVoltage): [number, number] {
    const { u, injections } = this.system;
    let re = 0;
    let im = 0;
    one.elements.forEach((e, k) => {
      const ur = u[2 * injections.from[e]] - u[2 * injections.to[e]];
      const ui = u[2 * injections.from[e] + 1] - u[2 * injections.to[e] + 1];
      re += one.weights[2 * k] * ur - one.weights[2 * k + 1] * ui;
      im += one.weights[2 * k] * ui + one.weights[2 * k + 1] * ur;
    });
    return [re, im];
  }

  /** False when no length of the step lowers the mismatch: voltages are put back. */
  private takeStep(): boolean {
    const { system, held, step, before } = this;
    const { u, injections, nodal } = system;
    const n2 = 2 * nodal.rows.free_count;
    before.set(u);
    const merit = () => system.sumOfSquares + this.heldSquares();
    const merit_before = merit();
    const q_before = held.map((one) => injections.q_kvar[one.elements[0]]);
    for (let mu = 1; mu >= STEP_MIN_FRAC; mu /= 2) {
      for (let i = 0; i < n2; i++) u[i] = before[i] + mu * step[i];
      held.forEach((one, g) => {
        for (const e of one.elements) injections.q_kvar[e] = q_before[g] + mu * step[n2 + g];
      });
      system.evaluate();
      if (merit() <= (1 - DECREASE_FRAC * mu) * merit_before) return true;
      if (system.isBalanced(0) && this.heldMiss() <= 1e-10) return true;
    }
    u.set(before);
    held.forEach((one, g) => {
      for (const e of one.elements) injections.q_kvar[e] = q_before[g];
    });
    system.evaluate();
    return false;
  }

  /** Held voltages weigh in the merit as the power that an error of them is worth. */
  private heldSquares(): number {
    const { nodal } = this.system;
    let sum = 0;
    for (const one of this.held) {
      const row = this.system.injections.from[one.elements[0]];
      const weight = row < nodal.rows.free_count ? nodal.rowScale[row] : 1;
      const miss = weight * this.missOf(one);
      sum += miss * miss;
    }
    return sum;
  }

  /** Rows and columns of every entry, in the order in which `fill` writes them. */
  private listEntries(): void {
    const { nodal, injections } = this.system;
    const n = nodal.rows.free_count;
    const { rowStart, colIndex } = nodal.matrix;
    const block = (i: number, j: number) => {
      this.rows.push(2 * i, 2 * i, 2 * i + 1, 2 * i + 1);
      this.cols.push(2 * j, 2 * j + 1, 2 * j, 2 * j + 1);
    };
    for (let i = 0; i < n; i++) for (let p = rowStart[i]; p < rowStart[i + 1]; p++) block(i, colIndex[p]);
    for (let e = 0; e < injections.count; e++) {
      const ends = [injections.from[e], injections.to[e]];
      for (const i of ends) for (const j of ends) if (i < n && j < n) block(i, j);
    }
    this.held.forEach((one, g) => {
      for (const e of one.elements) {
        for (const i of [injections.from[e], injections.to[e]]) {
          if (i >= n) continue;
          this.rows.push(2 * i, 2 * i + 1, 2 * n + g, 2 * n + g);
          this.cols.push(2 * n + g, 2 * n + g, 2 * i, 2 * i + 1);
        }
      }
    });
  }

  /** Numbers of J, with y and v·y′ of the last `evaluate`. */
  private fill(): void {
    const { nodal, injections, u } = this.system;
    const n = nodal.rows.free_count;
    const { values: y } = nodal.matrix;
    const { triplets, slots, pattern } = this;
    let at = 0;
    const nnz = nodal.matrix.rowStart[n];
    for (let p = 0; p < nnz; p++) {
      triplets[at++] = y[2 * p];
      triplets[at++] = -y[2 * p + 1];
      triplets[at++] = y[2 * p + 1];
      triplets[at++] = y[2 * p];
    }
    for (let e = 0; e < injections.count; e++) {
      const i = injections.from[e];
      const j = injections.to[e];
      const re = u[2 * i] - u[2 * j];
      const im = u[2 * i + 1] - u[2 * j + 1];
      const size = re * re + im * im;
      const halfRe = injections.vdy[2 * e] / 2;
      const halfIm = injections.vdy[2 * e + 1] / 2;
      const aRe = injections.y[2 * e] - injections.yRated[2 * e] + halfRe;
      const aIm = injections.y[2 * e + 1] - injections.yRated[2 * e + 1] + halfIm;
      // U/conj(U) = U²/|U|²
      const turnRe = size > 0 ? (re * re - im * im) / size : 0;
      const turnIm = size > 0 ? (2 * re * im) / size : 0;
      const bRe = halfRe * turnRe - halfIm * turnIm;
      const bIm = halfRe * turnIm + halfIm * turnRe;
      for (const k of [i, j]) {
        for (const l of [i, j]) {
          if (k >= n || l >= n) continue;
          const sign = k === l ? 1 : -1;
          triplets[at++] = sign * (aRe + bRe);
          triplets[at++] = sign * (bIm - aIm);
          triplets[at++] = sign * (aIm + bIm);
          triplets[at++] = sign * (aRe - bRe);
        }
      }
    }
    for (const one of this.held) at = this.fillHeld(one, at);
    pattern.values.fill(0);
    for (let k = 0; k < at; k++) pattern.values[slots[k]] += triplets[k];
  }

  private fillHeld(one: HeldVoltage, start: number): number {
    const { nodal, injections, u } = this.system;
    const n = nodal.rows.free_count;
    const [wr, wi] = this.voltageOf(one);
    let at = start;
    one.elements.forEach((e, k) => {
      const i = injections.from[e];
      const j = injections.to[e];
      const re = u[2 * i] - u[2 * j];
      const im = u[2 * i + 1] - u[2 * j + 1];
      // d(y)/dQ = −j·c/u_r²: the current is −j·c/u_r²·U per kvar that is taken.
      const c = injections.reactivePerKvar(e, u);
      const weightRe = wr * one.weights[2 * k] + wi * one.weights[2 * k + 1];
      const weightIm = wi * one.weights[2 * k] - wr * one.weights[2 * k + 1];
      for (const [row, sign] of [
        [i, 1],
        [j, -1],
      ]) {
        if (row >= n) continue;
        this.triplets[at++] = sign * c * im;
        this.triplets[at++] = -sign * c * re;
        this.triplets[at++] = sign * weightRe;
        this.triplets[at++] = sign * weightIm;
      }
    });
    return at;
  }
}

function slotsOf(pattern: SparseMatrix, rows: readonly number[], cols: readonly number[]): Int32Array {
  const { colStart, rowIndex } = pattern;
  return Int32Array.from(rows, (row, k) => {
    let low = colStart[cols[k]];
    let high = colStart[cols[k] + 1] - 1;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (rowIndex[mid] < row) low = mid + 1;
      else high = mid;
    }
    return low;
  });
}
