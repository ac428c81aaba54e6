/**
 * Wires and loads as admittances: I = Y_red·E, currents of inverters from the voltages behind their couplings.
 *
 * Y_bus·V = diag(y_c)·E with loads, shunts and couplings y_c = 1/(r_c + jx_c) on its diagonal; I_k = y_c,k·(E_k − V_b(k)). Up to `INVERTERS_FOR_REDUCED`
 * inverters Y_red is kept as a full matrix, beyond that every product is a sparse solve: on feeders Y_bus has little fill, so its cost grows with the number of
 * buses, not with the square of the number of inverters.
 * @unit per unit on the base of the network
 * @source Kron, Tensor Analysis of Networks (1939)
 */
import { NumericalError } from '../../base/errors.ts';
import { zBase_ohm } from '../../base/per-unit.ts';
import { analyseComplexLu, ComplexLu, ComplexMatrixBuilder } from '../../linalg/complex-lu.ts';
import { branchTwoPort } from '../../network/admittance.ts';
import { baseAt } from '../../network/network.ts';
import type { Settings } from './settings.ts';
import { type DependentLoad, VoltageDependentLoads } from './voltage-dependent-loads.ts';

/** Exponent of voltage by which a load differs from an impedance. */
const gammas = { impedance: 0, current: 1, power: 2 } as const;

/** Where the sparse solve becomes as fast (bench/simulation). */
const INVERTERS_FOR_REDUCED = 12;

export class PhasorWires {
  private readonly settings: Settings;
  private readonly n: number;
  private readonly bus: Int32Array;
  private readonly yRe: Float64Array;
  private readonly yIm: Float64Array;
  private readonly isReduced: boolean;
  /** Y_red by rows. @shape [n][n] */
  private readonly g: Float64Array;
  private readonly b: Float64Array;
  private lu!: ComplexLu;
  private readonly side: Float64Array;
  /** Loads of constant power and current; undefined when there are none. */
  private dependent: VoltageDependentLoads | undefined;

  constructor(settings: Settings, isReduced?: boolean) {
    this.settings = settings;
    const { microgrid, inverterBus } = settings;
    this.n = inverterBus.length;
    this.bus = Int32Array.from(inverterBus);
    this.yRe = new Float64Array(this.n);
    this.yIm = new Float64Array(this.n);
    this.isReduced = isReduced ?? this.n <= INVERTERS_FOR_REDUCED;
    const size = this.isReduced ? this.n * this.n : 0;
    this.g = new Float64Array(size);
    this.b = new Float64Array(size);
    this.side = new Float64Array(2 * microgrid.network.buses.length);
    this.rebuild();
  }

  /** Takes breakers and loads as they stand in the settings now. @throws {NumericalError} MICROGRID_WIRES_SINGULAR */
  rebuild(): void {
    const { settings, yRe, yIm, bus } = this;
    const { microgrid, branchClosed, inverterClosed, loadScale, loadBus, alive } = settings;
    const { network, frequency_Hz, inverters, loads } = microgrid;
    const builder = new ComplexMatrixBuilder();
    const add = (i: number, j: number, re: number, im: number): void => {
      if (alive[i] === 1 && alive[j] === 1) builder.add(i, j, re, im);
    };
    network.buses.forEach((_, i) => {
      if (alive[i] === 0) builder.add(i, i, 1, 0);
    });
    network.branches.forEach((branch, l) => {
      if (branchClosed[l] === 0) return;
      const y = branchTwoPort(branch);
      add(branch.from, branch.from, y.g_ff, y.b_ff);
      add(branch.from, branch.to, y.g_ft, y.b_ft);
      add(branch.to, branch.from, y.g_tf, y.b_tf);
      add(branch.to, branch.to, y.g_tt, y.b_tt);
    });
    for (const { bus: at, g_pu, b_pu } of network.shunts) add(at, at, g_pu, b_pu);
    const addSeries = (at: number, r_ohm: number, x_ohm: number, scale: number): [number, number] => {
      const factor = (scale * zBase_ohm(baseAt(network, at))) / (r_ohm * r_ohm + x_ohm * x_ohm);
      const [re, im] = [factor * r_ohm, -factor * x_ohm];
      add(at, at, re, im);
      return [re, im];
    };
    loads.forEach(({ r_ohm, x_ohm, kind }, k) => {
      if (gammas[kind ?? 'impedance'] === 0) addSeries(loadBus[k], r_ohm, x_ohm, loadScale[k]);
    });
    inverters.forEach(({ coupling }, k) => {
      [yRe[k], yIm[k]] = addSeries(bus[k], coupling.r_ohm, 2 * Math.PI * frequency_Hz * coupling.l_H, inverterClosed[k]);
    });
    const matrix = builder.build(network.buses.length);
    this.lu = new ComplexLu(analyseComplexLu(matrix));
    const { status, row } = this.lu.factor(matrix.values);
    if (status !== 'ok') {
      throw new NumericalError({
        code: 'MICROGRID_WIRES_SINGULAR',
        message: `The voltage of bus "${network.buses[row]?.id}" is not determined`,
        hint: 'Look for impedances at this bus that cancel each other.',
      });
    }
    if (this.isReduced) this.reduce();
    this.dependent = this.findDependent();
  }

  /** Loads that are not in the admittances, with what the wires between them and the inverters do. */
  private findDependent(): VoltageDependentLoads | undefined {
    const { settings, n, side, lu, bus, yRe, yIm } = this;
    const { network, loads } = settings.microgrid;
    const places = loads
      .map((_, k) => k)
      .filter((k) => gammas[loads[k].kind ?? 'impedance'] > 0 && settings.alive[settings.loadBus[k]] === 1);
    const m = places.length;
    if (m === 0) return undefined;
    const complex = (size: number): { re: Float64Array; im: Float64Array } => ({ re: new Float64Array(size), im: new Float64Array(size) });
    const [ofE, ofDrawn, brought] = [complex(m * n), complex(m * m), complex(n * m)];
    const at = places.map((k) => settings.loadBus[k]);
    const read = (into: { re: Float64Array; im: Float64Array }, columns: number, column: number): void => {
      at.forEach((b, l) => {
        into.re[l * columns + column] = side[2 * b];
        into.im[l * columns + column] = side[2 * b + 1];
      });
    };
    for (let j = 0; j < n; j++) {
      side.fill(0);
      side[2 * bus[j]] = yRe[j];
      side[2 * bus[j] + 1] = yIm[j];
      lu.solveInto(side);
      read(ofE, n, j);
    }
    for (let l = 0; l < m; l++) {
      side.fill(0);
      side[2 * at[l]] = 1;
      lu.solveInto(side);
      read(ofDrawn, m, l);
      for (let k = 0; k < n; k++) {
        const [re, im] = [side[2 * bus[k]], side[2 * bus[k] + 1]];
        brought.re[k * m + l] = yRe[k] * re - yIm[k] * im;
        brought.im[k * m + l] = yRe[k] * im + yIm[k] * re;
      }
    }
    const dependent = places.map((k, l): DependentLoad => {
      const { r_ohm, x_ohm, kind, v_nominal_V } = loads[k];
      const base = baseAt(network, at[l]);
      const factor = (settings.loadScale[k] * zBase_ohm(base)) / (r_ohm * r_ohm + x_ohm * x_ohm);
      const v_nominal_pu = v_nominal_V === undefined ? 1 : v_nominal_V / (1000 * base.v_base_kV);
      return { g: factor * r_ohm, b: -factor * x_ohm, gamma: gammas[kind ?? 'impedance'], v_nominal_pu };
    });
    return new VoltageDependentLoads(dependent, { ofE, ofDrawn, brought }, n);
  }

  private reduce(): void {
    const { n, g, b } = this;
    const unit = new Float64Array(n);
    const zero = new Float64Array(n);
    const re = new Float64Array(n);
    const im = new Float64Array(n);
    for (let j = 0; j < n; j++) {
      unit[j] = 1;
      this.solveCurrentsInto(unit, zero, re, im);
      unit[j] = 0;
      for (let k = 0; k < n; k++) {
        g[k * n + j] = re[k];
        b[k * n + j] = im[k];
      }
    }
  }

  /** I ← currents of the inverters at these formed voltages */
  currentsInto(eRe: Float64Array, eIm: Float64Array, iRe: Float64Array, iIm: Float64Array): void {
    this.linearInto(eRe, eIm, iRe, iIm);
    this.dependent?.addCurrentsInto(eRe, eIm, iRe, iIm);
  }

  /** The same along a direction, at the voltages of the last `currentsInto`. */
  tangentsInto(deRe: Float64Array, deIm: Float64Array, diRe: Float64Array, diIm: Float64Array): void {
    this.linearInto(deRe, deIm, diRe, diIm);
    this.dependent?.addTangentsInto(deRe, deIm, diRe, diIm);
  }

  /** I ← Y_red·E */
  private linearInto(eRe: Float64Array, eIm: Float64Array, iRe: Float64Array, iIm: Float64Array): void {
    if (!this.isReduced) {
      this.solveCurrentsInto(eRe, eIm, iRe, iIm);
      return;
    }
    const { n, g, b } = this;
    for (let k = 0, at = 0; k < n; k++) {
      let re = 0;
      let im = 0;
      for (let j = 0; j < n; j++, at++) {
        re += g[at] * eRe[j] - b[at] * eIm[j];
        im += g[at] * eIm[j] + b[at] * eRe[j];
      }
      iRe[k] = re;
      iIm[k] = im;
    }
  }

  /** Angle of the voltage where inverter k stands, loads of constant power and current left out; undefined where there is none. */
  angleAt_rad(k: number, eRe: Float64Array, eIm: Float64Array): number | undefined {
    const { n, bus, side } = this;
    this.solveCurrentsInto(eRe, eIm, new Float64Array(n), new Float64Array(n));
    const [re, im] = [side[2 * bus[k]], side[2 * bus[k] + 1]];
    return re === 0 && im === 0 ? undefined : Math.atan2(im, re);
  }

  private solveCurrentsInto(eRe: Float64Array, eIm: Float64Array, iRe: Float64Array, iIm: Float64Array): void {
    const { n, bus, yRe, yIm, side } = this;
    side.fill(0);
    for (let k = 0; k < n; k++) {
      side[2 * bus[k]] += yRe[k] * eRe[k] - yIm[k] * eIm[k];
      side[2 * bus[k] + 1] += yRe[k] * eIm[k] + yIm[k] * eRe[k];
    }
    this.lu.solveInto(side);
    for (let k = 0; k < n; k++) {
      const re = eRe[k] - side[2 * bus[k]];
      const im = eIm[k] - side[2 * bus[k] + 1];
      iRe[k] = yRe[k] * re - yIm[k] * im;
      iIm[k] = yRe[k] * im + yIm[k] * re;
    }
  }
}
