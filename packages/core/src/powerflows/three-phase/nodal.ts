import { NumericalError } from '../../base/errors.ts';
import { analyseComplexLu, ComplexLu, type ComplexMatrix, ComplexMatrixBuilder, entryOf } from '../../linalg/complex-lu.ts';
import type { Feeder } from '../../network/feeder/feeder.ts';
import type { Places } from './contract.ts';
import type { Wire } from './elements.ts';
import type { Energised } from './energised.ts';
import type { Injections } from './injections.ts';
import { placeName, placesOf } from './places.ts';

/** Admittance to earth, as a part of its own row, that holds a conductor which the wires alone would leave floating. */
const HOLD_FRAC = 1e-9;

/** Rows of the solver: free places, places with a given voltage, earth. Every place has its own, fed or not, so that a switch moves none. */
export interface Rows {
  readonly free_count: number;
  readonly fixed_count: number;
  readonly ownRow: Int32Array;
  /** Row of a place; −1 while nothing feeds it. */
  readonly rowOf: Int32Array;
  readonly earth: number;
}

/** Ideal sources give their places a voltage, all others are free. `rowOf` is that of a feeder in which everything is fed. */
export function buildRows(places: Places, isFixed: Uint8Array): Rows {
  const ownRow = new Int32Array(places.count);
  let free_count = 0;
  for (let i = 0; i < places.count; i++) if (isFixed[i] === 0) ownRow[i] = free_count++;
  let next = free_count;
  for (let i = 0; i < places.count; i++) if (isFixed[i] === 1) ownRow[i] = next++;
  return { free_count, fixed_count: next - free_count, ownRow, rowOf: ownRow.slice(), earth: next };
}

/** 1 where an ideal source in service gives the voltage. @shape [place] */
export function givenVoltages(feeder: Feeder, places: Places): Uint8Array {
  const isFixed = new Uint8Array(places.count);
  for (const source of feeder.sources) {
    if (!source.inService || source.r_ohm !== undefined || source.x_ohm !== undefined) continue;
    for (const place of placesOf(places, source.terminal)) if (place >= 0) isFixed[place] = 1;
  }
  return isFixed;
}

/**
 * The nodal equations of the free places (those that nothing feeds: u = 0), in powers at nominal voltage: Y·u = i₀ − Σ (currents of the elements beyond what Y holds of them).
 *
 *   Y_kl = Σ y_kl·v_base,k·v_base,l,   i₀ = Σ Y_source·e − Y_free,fixed·u_fixed
 *
 * | symbol | array |
 * |---|---|
 * | Y | `matrix` (rows), factored in `lu` |
 * | i₀ at the sources' own voltage | `sourceCurrent` (re, im) |
 * | u_fixed | `fixedVoltage` (re, im), per unit |
 * @unit kVA, per unit of the nominal voltage to earth of each bus
 */
export class Nodal {
  readonly rows: Rows;
  readonly matrix: ComplexMatrix;
  readonly sourceCurrent: Float64Array;
  readonly fixedVoltage: Float64Array;
  /** Σ_l |Re Y_kl| + |Im Y_kl|: what rounding is measured by. @shape [free] */
  readonly rowScale: Float64Array;
  /** Rows held by a tiny admittance because nothing else holds them. */
  readonly held: number[] = [];
  private factorOf: ComplexLu | undefined;
  /** Rows of free places that nothing feeds. */
  private dead: number[] = [];
  /** Wires that have moved, and the sums of all others. */
  private readonly moving = new Set<number>();
  private standing: { readonly values: Float64Array; readonly sourceCurrent: Float64Array } | undefined;
  private readonly wires: readonly Wire[];
  private readonly injections: Injections;
  /** Per wire, entry by entry: place in `matrix.values`, or −2 − row of u for a given voltage, or −1 for nothing. */
  private readonly wireSlots: Int32Array[];
  private readonly injectionSlots: Int32Array;
  private readonly places: Places;
  /** e of each source, per unit (re, im). */
  private sourceVoltages: Float64Array[] = [];
  private feeder: Feeder;

  /** The pattern of all wires and injections, in service or not; numbers come with `take`. */
  constructor(feeder: Feeder, places: Places, wires: readonly Wire[], rows: Rows, injections: Injections) {
    this.feeder = feeder;
    this.rows = rows;
    this.wires = wires;
    this.injections = injections;
    this.places = places;
    const n = rows.free_count;
    const builder = new ComplexMatrixBuilder();
    const row = (place: number) => (place < 0 ? rows.earth : rows.ownRow[place]);
    for (const wire of wires) {
      const at = wire.places.map(row);
      for (let k = 0; k < at.length; k++) for (let l = 0; l < k; l++) if (at[k] < n && at[l] < n) builder.add(at[k], at[l], 0, 0);
    }
    for (const { from, to } of injections.list) if (row(from) < n && row(to) < n) builder.add(row(from), row(to), 0, 0);
    this.matrix = builder.build(n);
    const slotsOf = (at: ArrayLike<number>) => slotsOfBlock(this.matrix, rows, at);
    this.wireSlots = wires.map((wire) => slotsOf(wire.places.map(row)));
    this.injectionSlots = new Int32Array(8 * injections.count);
    injections.list.forEach(({ from, to }, e) => {
      this.injectionSlots.set(slotsOf([row(from), row(to)]), 8 * e);
    });
    this.sourceCurrent = new Float64Array(2 * n);
    this.rowScale = new Float64Array(n);
    this.fixedVoltage = new Float64Array(2 * rows.fixed_count);
  }

  /** Takes the sources of a feeder, and what is fed in it; all wires are added up anew. */
  take(feeder: Feeder, { byAny }: Energised): void {
    const { rows, places, fixedVoltage } = this;
    const n = rows.free_count;
    this.feeder = feeder;
    this.moving.clear();
    this.standing = undefined;
    this.dead = [];
    for (let i = 0; i < places.count; i++) {
      rows.rowOf[i] = byAny[i] ? rows.ownRow[i] : -1;
      if (!byAny[i]) this.dead.push(rows.ownRow[i]);
    }
    fixedVoltage.fill(0);
    feeder.sources.forEach((source) => {
      placesOf(places, source.terminal).forEach((place, k) => {
        if (place < 0 || rows.rowOf[place] < n) return;
        const at = 2 * (rows.rowOf[place] - n);
        const [re, im] = sourceVoltage(source.e_kV[k], source.angle_deg[k], places.v_base_V[place]);
        fixedVoltage[at] = re;
        fixedVoltage[at + 1] = im;
      });
    });
    this.sourceVoltages = feeder.sources.map((source) =>
      Float64Array.from(
        source.e_kV.flatMap((e, k) => {
          const place = places.indexOf(source.terminal.bus, source.terminal.conductors[k]);
          return place < 0 ? [0, 0] : sourceVoltage(e, source.angle_deg[k], places.v_base_V[place]);
        }),
      ),
    );
  }

  get lu(): ComplexLu {
    this.factorOf ??= new ComplexLu(analyseComplexLu(this.matrix));
    return this.factorOf;
  }

  /**
   * Adds up wires and the rated part of the injections and factors; a row without a pivot is held by a tiny admittance to earth.
   * @throws {NumericalError} THREE_PHASE_NOT_FINITE
   */
  assemble(): void {
    this.held.length = 0;
    this.addUp();
    for (;;) {
      const { status, row } = this.lu.factor(this.matrix.values);
      if (status === 'ok') return;
      if (this.held.includes(row) || !Number.isFinite(this.rowScale[row])) {
        throw new NumericalError({
          message: `The admittances at ${placeName(this.feeder, this.places, this.rows.ownRow.indexOf(row))} do not add up to a number that can be used`,
          code: 'THREE_PHASE_NOT_FINITE',
          hint: 'Look for a length, rating or unit there that is out by many powers of ten.',
        });
      }
      this.held.push(row);
      this.addUp();
    }
  }

  /** out ← Y·u over the free rows. @shape u, out by row (re, im) */
  multiplyInto(u: Float64Array, out: Float64Array): void {
    const { n, rowStart, colIndex, values } = this.matrix;
    for (let i = 0; i < n; i++) {
      let re = 0;
      let im = 0;
      for (let p = rowStart[i]; p < rowStart[i + 1]; p++) {
        const j = 2 * colIndex[p];
        re += values[2 * p] * u[j] - values[2 * p + 1] * u[j + 1];
        im += values[2 * p] * u[j + 1] + values[2 * p + 1] * u[j];
      }
      out[2 * i] = re;
      out[2 * i + 1] = im;
    }
  }

  /** Wire w has a new admittance, and may have others again: from now on it is added last, so that only such wires are added up anew. */
  renew(w: number): void {
    if (this.moving.has(w)) return;
    this.moving.add(w);
    this.standing = undefined;
  }

  /** Numbers of the matrix and of the sources' currents; what stands is added up once. */
  addUp(): void {
    const { matrix, sourceCurrent, rowScale, wires, moving } = this;
    if (this.standing === undefined) {
      matrix.values.fill(0);
      sourceCurrent.fill(0);
      wires.forEach((_, w) => {
        if (!moving.has(w)) this.addWire(w);
      });
      this.addInjections();
      for (const row of this.dead) matrix.values[2 * entryOf(matrix, row, row)] = 1;
      this.standing = { values: matrix.values.slice(), sourceCurrent: sourceCurrent.slice() };
    } else {
      matrix.values.set(this.standing.values);
      sourceCurrent.set(this.standing.sourceCurrent);
    }
    for (const w of moving) this.addWire(w);
    const { n, rowStart, values } = matrix;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let p = 2 * rowStart[i]; p < 2 * rowStart[i + 1]; p++) sum += Math.abs(values[p]);
      rowScale[i] = sum;
    }
    for (const row of this.held) {
      const p = entryOf(matrix, row, row);
      values[2 * p] += rowScale[row] > 0 ? HOLD_FRAC * rowScale[row] : 1;
    }
  }

  private addWire(w: number): void {
    const { sourceCurrent, rows } = this;
    const { v_base_V } = this.places;
    const { admittance, places, kind, index } = this.wires[w];
    if (admittance === undefined) return;
    const { n, g_S, b_S } = admittance;
    const slots = this.wireSlots[w];
    const e = kind === 'sources' ? this.sourceVoltages[index] : undefined;
    for (let i = 0; i < n; i++) {
      if (places[i] >= 0 && rows.rowOf[places[i]] < 0) continue;
      for (let j = 0; j < n; j++) {
        const at = i * n + j;
        const row = slots[2 * at];
        if (row < 0 || places[j] < 0) continue;
        const scale = (v_base_V[places[i]] * v_base_V[places[j]]) / 1000;
        this.addEntry(row, slots[2 * at + 1], g_S[at] * scale, b_S[at] * scale);
        if (e === undefined) continue;
        sourceCurrent[2 * row] += scale * (g_S[at] * e[2 * j] - b_S[at] * e[2 * j + 1]);
        sourceCurrent[2 * row + 1] += scale * (g_S[at] * e[2 * j + 1] + b_S[at] * e[2 * j]);
      }
    }
  }

  private addInjections(): void {
    const { yRated, count, from, to } = this.injections;
    for (let e = 0; e < count; e++) {
      // neither end is fed
      if (from[e] === to[e]) continue;
      for (let k = 0; k < 4; k++) {
        const row = this.injectionSlots[8 * e + 2 * k];
        const sign = k === 0 || k === 3 ? 1 : -1;
        if (row >= 0) this.addEntry(row, this.injectionSlots[8 * e + 2 * k + 1], sign * yRated[2 * e], sign * yRated[2 * e + 1]);
      }
    }
  }

  private addEntry(row: number, slot: number, re: number, im: number): void {
    const { matrix, sourceCurrent, fixedVoltage, rows } = this;
    if (slot >= 0) {
      matrix.values[2 * slot] += re;
      matrix.values[2 * slot + 1] += im;
    } else if (slot <= -2) {
      const at = 2 * (-2 - slot - rows.free_count);
      sourceCurrent[2 * row] -= re * fixedVoltage[at] - im * fixedVoltage[at + 1];
      sourceCurrent[2 * row + 1] -= re * fixedVoltage[at + 1] + im * fixedVoltage[at];
    }
  }
}

/** For every entry of a block between these rows: its row, and its place in the matrix (or −2 − row of a given voltage); −1 for nothing. */
function slotsOfBlock(matrix: ComplexMatrix, { free_count, earth }: Rows, at: ArrayLike<number>): Int32Array {
  const slots = new Int32Array(2 * at.length * at.length);
  let next = 0;
  for (let k = 0; k < at.length; k++) {
    const i = at[k];
    for (let l = 0; l < at.length; l++) {
      const j = at[l];
      slots[next++] = i >= free_count ? -1 : i;
      slots[next++] = i >= free_count || j >= earth ? -1 : j < free_count ? entryOf(matrix, i, j) : -2 - j;
    }
  }
  return slots;
}

function sourceVoltage(e_kV: number, angle_deg: number, v_base_V: number): [number, number] {
  const size = (e_kV * 1000) / v_base_V;
  const angle = (angle_deg * Math.PI) / 180;
  return [size * Math.cos(angle), size * Math.sin(angle)];
}
