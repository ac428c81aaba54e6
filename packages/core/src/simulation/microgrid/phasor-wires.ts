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
    loads.forEach(({ r_ohm, x_ohm }, k) => addSeries(loadBus[k], r_ohm, x_ohm, loadScale[k]));
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

  /** I ← Y_red·E */
  currentsInto(eRe: Float64Array, eIm: Float64Array, iRe: Float64Array, iIm: Float64Array): void {
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

  /** Angle of the voltage where inverter k stands; undefined where there is none. */
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
