import type { ElementAdmittance } from '../../network/feeder/element-admittance.ts';
import type { Feeder } from '../../network/feeder/feeder.ts';
import type { Places } from './contract.ts';
import { type Settings, settingsOf, type Wire, wireAdmittance, wiresOf } from './elements.ts';

/** How the current of a branch is found: from its whole Y (0), from the voltage along it, or so for three conductors written out. */
const series = 1;
const threeSeries = 2;

/**
 * Currents and losses of lines, switches and transformers at voltages that are known, moment after moment and without allocation.
 *
 *   i = Y·v,   loss = Σ Re(v·conj(i));   where Y has no path to earth, i = y·(v_from − v_to) at one end and −i at the other
 *
 * | symbol | array |
 * |---|---|
 * | i | `i_re_A`, `i_im_A`: a row per conductor of every end; + from the bus into the branch |
 * | loss | `loss_kW`: a number per branch: lines, then switches, then transformers |
 * @cost n² products per branch with n conductors at all ends; a quarter of that for lines without charging
 */
export class BranchMeter {
  readonly i_re_A: Float64Array;
  readonly i_im_A: Float64Array;
  readonly loss_kW: Float64Array;
  /** First row of each branch, and the number of rows at the end. @shape [branch + 1] */
  readonly firstRow: Int32Array;
  private feeder: Feeder;
  private readonly settings: Settings;
  private readonly wires: readonly Wire[];
  /** Place of each row; earth is the one after all. */
  private readonly placeOf: Int32Array;
  private readonly firstEntry: Int32Array;
  private readonly g_S: Float64Array;
  private readonly b_S: Float64Array;
  private readonly shape: Uint8Array;
  private readonly v_re: Float64Array;
  private readonly v_im: Float64Array;

  constructor(feeder: Feeder, places: Places) {
    this.feeder = feeder;
    this.settings = settingsOf(feeder);
    this.wires = wiresOf(feeder, places, this.settings).filter(
      ({ kind }) => kind === 'lines' || kind === 'switches' || kind === 'transformers',
    );
    const sizes = this.wires.map((wire) => wire.places.length);
    this.firstRow = sumsOf(sizes);
    this.firstEntry = sumsOf(sizes.map((n) => n * n));
    const rows_count = this.firstRow[sizes.length];
    this.placeOf = new Int32Array(rows_count);
    this.wires.forEach((wire, b) => {
      this.placeOf.set(wire.places, this.firstRow[b]);
    });
    this.g_S = new Float64Array(this.firstEntry[sizes.length]);
    this.b_S = new Float64Array(this.firstEntry[sizes.length]);
    this.shape = new Uint8Array(sizes.length);
    this.i_re_A = new Float64Array(rows_count);
    this.i_im_A = new Float64Array(rows_count);
    this.loss_kW = new Float64Array(sizes.length);
    const widest = sizes.reduce((most, n) => Math.max(most, n), 0);
    this.v_re = new Float64Array(widest);
    this.v_im = new Float64Array(widest);
    this.wires.forEach((_, b) => {
      this.takeAdmittance(b);
    });
  }

  /** Takes the branches of a feeder that differs in what is switched and tapped; only what has changed is computed anew. */
  take(feeder: Feeder): void {
    const before = this.feeder;
    this.feeder = feeder;
    const settings = settingsOf(feeder);
    this.wires.forEach((wire, b) => {
      const { kind, index } = wire;
      const isTapped = kind === 'transformers' && settings.tap_pu[index].some((tap, w) => tap !== this.settings.tap_pu[index][w]);
      if (before[kind][index] === feeder[kind][index] && !isTapped) return;
      wire.admittance = wireAdmittance(feeder, kind, index, settings);
      this.takeAdmittance(b);
    });
    settings.tap_pu.forEach((taps, t) => {
      this.settings.tap_pu[t].set(taps);
    });
  }

  /** Takes the taps of step t; only what has moved is computed anew. @shape tap_pu [t][winding], transformers one after another */
  useTaps(tap_pu: Float64Array, t: number): void {
    const mine = this.settings.tap_pu;
    const first = this.feeder.lines.length + this.feeder.switches.length;
    let width = 0;
    for (const taps of mine) width += taps.length;
    let at = t * width;
    for (let k = 0; k < mine.length; k++) {
      let moved = false;
      for (let w = 0; w < mine[k].length; w++, at++) {
        if (mine[k][w] === tap_pu[at]) continue;
        mine[k][w] = tap_pu[at];
        moved = true;
      }
      if (!moved) continue;
      this.wires[first + k].admittance = wireAdmittance(this.feeder, 'transformers', k, this.settings);
      this.takeAdmittance(first + k);
    }
  }

  /** Currents and losses at the voltages of step t. @shape v_re_V, v_im_V [t][place] */
  measure(v_re_V: Float64Array, v_im_V: Float64Array, t: number, places_count: number): void {
    const { placeOf, firstRow, shape, v_re, v_im } = this;
    const offset = t * places_count;
    for (let b = 0; b < shape.length; b++) {
      const row = firstRow[b];
      const n = firstRow[b + 1] - row;
      if (shape[b] === threeSeries) {
        this.measureThree(b, row, v_re_V, v_im_V, offset);
        continue;
      }
      for (let k = 0; k < n; k++) {
        const place = placeOf[row + k];
        v_re[k] = place < 0 ? 0 : v_re_V[offset + place];
        v_im[k] = place < 0 ? 0 : v_im_V[offset + place];
      }
      if (shape[b] === series) this.measureSeries(b, row, n / 2);
      else this.measureWhole(b, row, n);
    }
  }

  /** `measureSeries` for three conductors, which most lines have, written out. */
  private measureThree(b: number, row: number, v_re_V: Float64Array, v_im_V: Float64Array, offset: number): void {
    const { g_S, b_S, i_re_A, i_im_A, placeOf } = this;
    const at = offset + placeOf[row];
    const bt = offset + placeOf[row + 1];
    const ct = offset + placeOf[row + 2];
    const aEnd = offset + placeOf[row + 3];
    const bEnd = offset + placeOf[row + 4];
    const cEnd = offset + placeOf[row + 5];
    const aRe = v_re_V[at] - v_re_V[aEnd];
    const aIm = v_im_V[at] - v_im_V[aEnd];
    const bRe = v_re_V[bt] - v_re_V[bEnd];
    const bIm = v_im_V[bt] - v_im_V[bEnd];
    const cRe = v_re_V[ct] - v_re_V[cEnd];
    const cIm = v_im_V[ct] - v_im_V[cEnd];
    let loss_W = 0;
    for (let k = 0, e = this.firstEntry[b]; k < 3; k++, e += 6) {
      const re = g_S[e] * aRe - b_S[e] * aIm + g_S[e + 1] * bRe - b_S[e + 1] * bIm + g_S[e + 2] * cRe - b_S[e + 2] * cIm;
      const im = g_S[e] * aIm + b_S[e] * aRe + g_S[e + 1] * bIm + b_S[e + 1] * bRe + g_S[e + 2] * cIm + b_S[e + 2] * cRe;
      i_re_A[row + k] = re;
      i_im_A[row + k] = im;
      i_re_A[row + 3 + k] = -re;
      i_im_A[row + 3 + k] = -im;
      loss_W += k === 0 ? aRe * re + aIm * im : k === 1 ? bRe * re + bIm * im : cRe * re + cIm * im;
    }
    this.loss_kW[b] = loss_W / 1000;
  }

  private measureSeries(b: number, row: number, n: number): void {
    const { g_S, b_S, i_re_A, i_im_A, v_re, v_im } = this;
    const entry = this.firstEntry[b];
    for (let k = 0; k < n; k++) {
      v_re[k] -= v_re[n + k];
      v_im[k] -= v_im[n + k];
    }
    let loss_W = 0;
    for (let k = 0; k < n; k++) {
      let re = 0;
      let im = 0;
      for (let l = 0, at = entry + 2 * n * k; l < n; l++, at++) {
        re += g_S[at] * v_re[l] - b_S[at] * v_im[l];
        im += g_S[at] * v_im[l] + b_S[at] * v_re[l];
      }
      i_re_A[row + k] = re;
      i_im_A[row + k] = im;
      i_re_A[row + n + k] = -re;
      i_im_A[row + n + k] = -im;
      loss_W += v_re[k] * re + v_im[k] * im;
    }
    this.loss_kW[b] = loss_W / 1000;
  }

  private measureWhole(b: number, row: number, n: number): void {
    const { g_S, b_S, i_re_A, i_im_A, v_re, v_im } = this;
    const entry = this.firstEntry[b];
    let loss_W = 0;
    for (let k = 0; k < n; k++) {
      let re = 0;
      let im = 0;
      for (let l = 0, at = entry + n * k; l < n; l++, at++) {
        re += g_S[at] * v_re[l] - b_S[at] * v_im[l];
        im += g_S[at] * v_im[l] + b_S[at] * v_re[l];
      }
      i_re_A[row + k] = re;
      i_im_A[row + k] = im;
      loss_W += v_re[k] * re + v_im[k] * im;
    }
    this.loss_kW[b] = loss_W / 1000;
  }

  private takeAdmittance(b: number): void {
    const { kind, admittance, places } = this.wires[b];
    const entry = this.firstEntry[b];
    if (admittance === undefined) {
      this.g_S.fill(0, entry, this.firstEntry[b + 1]);
      this.b_S.fill(0, entry, this.firstEntry[b + 1]);
      return;
    }
    this.g_S.set(admittance.g_S, entry);
    this.b_S.set(admittance.b_S, entry);
    if (kind === 'transformers' || !hasNoPathToEarth(admittance)) return;
    this.shape[b] = places.length === 6 && places.every((place) => place >= 0) ? threeSeries : series;
  }
}

/** 0, a, a + b, … */
function sumsOf(sizes: readonly number[]): Int32Array {
  const sums = new Int32Array(sizes.length + 1);
  for (let k = 0; k < sizes.length; k++) sums[k + 1] = sums[k] + sizes[k];
  return sums;
}

/** Whether Y = [y, −y; −y, y], to the bit. */
function hasNoPathToEarth({ n, g_S, b_S }: ElementAdmittance): boolean {
  const half = n / 2;
  for (let k = 0; k < half; k++) {
    for (let l = 0; l < half; l++) {
      const [own, across, back, other] = [k * n + l, k * n + half + l, (half + k) * n + l, (half + k) * n + half + l];
      for (const y of [g_S, b_S]) if (y[own] !== -y[across] || y[own] !== -y[back] || y[own] !== y[other]) return false;
    }
  }
  return true;
}
