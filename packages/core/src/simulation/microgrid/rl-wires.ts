/**
 * Wires and loads of resistance and inductance in a frame that turns with ω, and the voltages at their buses.
 *
 * Element e with current i into or through it:  L·di/dt = −R·i − jωL·i + g·Δv, Δv = v_from − v_to (line), v_bus (load); g = 1 closed, 0 open, or the
 * load's scale. Bus voltages, one of two ways:
 *
 * - **With a shunt** R_N at every bus: v = R_N·c, c the sum of the currents into the bus. Modes near −R_N/L, for stiff methods.
 * - **Without**: the time derivative of Kirchhoff's law, ċ = −α·c (Baumgarte), is linear in v: M·v = r with
 *   M = Σ g/L, constant and positive definite, and r = Σ ±(−R/L + α)·i + Σ (what couplings bring). So c = 0 is kept, and left-overs of a switched
 *   current vanish in 1/α. For explicit methods.
 *
 * D and Q parts stand side by side: entry 2b and 2b + 1.
 * @source the shunt: Pogaku, Prodanovic, Green, Modeling, analysis and testing of autonomous operation of an inverter-based microgrid, IEEE Trans.
 *   Power Electronics 22 (2007); stabilisation: Baumgarte, Comput. Methods Appl. Mech. Eng. 1 (1972)
 */
import { CombinationError, NumericalError } from '../../base/errors.ts';
import { zBase_ohm } from '../../base/per-unit.ts';
import { denseLuInto, denseLuSolveInto } from '../../linalg/dense.ts';
import { analyseLu, LuFactor } from '../../linalg/lu.ts';
import { SparseBuilder } from '../../linalg/sparse.ts';
import { baseAt } from '../../network/network.ts';
import type { State } from '../plant.ts';
import type { Settings } from './settings.ts';

/** α in 1/s. */
const BAUMGARTE_PER_S = 2000;

/** Up to this many buses M⁻¹ is kept as a full matrix: its product costs less than a sparse solve (bench/simulation). */
const BUSES_FOR_INVERSE = 40;

export class RlWires {
  readonly inverterBus: Int32Array;
  /** By inverter: R_c/L_c, g/L_c. */
  readonly couplingDecay: Float64Array;
  readonly couplingGain: Float64Array;
  /** A coupling brings weight·i_o + push·v_o to the right side of its bus: i_o with shunts, (α − R_c/L_c)·i_o + g/L_c·v_o without. */
  readonly couplingWeight: Float64Array;
  readonly couplingPush: Float64Array;
  /** 0: no shunts. */
  private readonly shunt_ohm: number;
  private readonly settings: Settings;
  /** Where currents begin among the states: d and q of lines, then of loads. */
  private readonly at: number;
  private readonly lines_count: number;
  private readonly loads_count: number;
  private readonly buses_count: number;
  /** By line, then load: L, R/L, g/L. */
  private readonly inductance: Float64Array;
  private readonly decay: Float64Array;
  private readonly gain: Float64Array;
  /** And what its current weighs in the right side. */
  private readonly weight: Float64Array;
  private readonly from: Int32Array;
  private readonly to: Int32Array;
  private readonly loadBus: Int32Array;
  private readonly inverse: Float64Array | undefined;
  private lu: LuFactor | undefined;
  private readonly half: Float64Array;

  /** @throws {CombinationError} MICROGRID_TIER for wires that are no resistance and inductance in series */
  constructor(settings: Settings, shunt_ohm: number, at: number) {
    this.settings = settings;
    this.shunt_ohm = shunt_ohm;
    this.at = at;
    const { network, frequency_Hz, loads, inverters } = settings.microgrid;
    refuseOtherWires(settings);
    const w = 2 * Math.PI * frequency_Hz;
    this.lines_count = network.branches.length;
    this.loads_count = loads.length;
    this.buses_count = network.buses.length;
    this.from = Int32Array.from(network.branches, ({ from }) => from);
    this.to = Int32Array.from(network.branches, ({ to }) => to);
    this.loadBus = Int32Array.from(settings.loadBus);
    this.inverterBus = Int32Array.from(settings.inverterBus);
    const r = [...network.branches.map(({ r_pu, to }) => r_pu * zBase_ohm(baseAt(network, to))), ...loads.map(({ r_ohm }) => r_ohm)];
    const l = [
      ...network.branches.map(({ x_pu, to }) => (x_pu * zBase_ohm(baseAt(network, to))) / w),
      ...loads.map(({ x_ohm }) => x_ohm / w),
    ];
    this.decay = Float64Array.from(r, (value, e) => value / l[e]);
    this.inductance = Float64Array.from(l);
    this.gain = new Float64Array(l.length);
    this.couplingDecay = Float64Array.from(inverters, ({ coupling }) => coupling.r_ohm / coupling.l_H);
    this.couplingGain = new Float64Array(inverters.length);
    const weightOf = (decay: number): number => (shunt_ohm > 0 ? 1 : BAUMGARTE_PER_S - decay);
    this.weight = this.decay.map(weightOf);
    this.couplingWeight = this.couplingDecay.map(weightOf);
    this.couplingPush = new Float64Array(inverters.length);
    const nB = this.buses_count;
    this.inverse = nB <= BUSES_FOR_INVERSE ? new Float64Array(nB * nB) : undefined;
    this.half = new Float64Array(nB);
    this.rebuild();
  }

  /** Names and equations of the currents, lines first. */
  states(): State[] {
    const { network, loads } = this.settings.microgrid;
    const pair = (id: string, equation: string): State[] => ['d', 'q'].map((part) => ({ name: `${id}.i_${part}_A`, equation }));
    return [
      ...network.branches.flatMap(({ id }) => pair(id, `L·di/dt = −R·i − jωL·i + v_from − v_to of branch "${id}"`)),
      ...loads.flatMap(({ id }) => pair(id, `L·di/dt = −R·i − jωL·i + v of load "${id}"`)),
    ];
  }

  /** Where the current of a branch or a load stands among the states: its d part, then its q part. */
  currentAt(part: 'branch' | 'load', place: number): number {
    return this.at + 2 * (part === 'branch' ? place : this.lines_count + place);
  }

  /** Takes breakers and loads as they stand in the settings now. @throws {NumericalError} MICROGRID_WIRES_SINGULAR */
  rebuild(): void {
    const { settings, gain, couplingGain, inductance, lines_count } = this;
    const { inverters } = settings.microgrid;
    for (let e = 0; e < gain.length; e++) {
      gain[e] = (e < lines_count ? settings.branchClosed[e] : settings.loadScale[e - lines_count]) / inductance[e];
    }
    for (let k = 0; k < couplingGain.length; k++) couplingGain[k] = settings.inverterClosed[k] / inverters[k].coupling.l_H;
    if (this.shunt_ohm > 0) return;
    this.couplingPush.set(couplingGain);
    this.factor();
  }

  /** M⁻¹, or the factor of M. A dead bus has the row v = 0. */
  private factor(): void {
    const { settings, gain, couplingGain, from, to, loadBus, inverterBus, lines_count, buses_count: nB, inverse } = this;
    const { alive } = settings;
    const builder = new SparseBuilder();
    const add = (i: number, j: number, value: number): void => {
      if (alive[i] === 1 && alive[j] === 1) builder.add(i, j, value);
    };
    for (let b = 0; b < nB; b++) builder.add(b, b, alive[b] === 1 ? 0 : 1);
    for (let l = 0; l < lines_count; l++) {
      const [a, b, g] = [from[l], to[l], gain[l]];
      add(a, a, g);
      add(b, b, g);
      add(a, b, -g);
      add(b, a, -g);
    }
    for (let k = 0; k < loadBus.length; k++) add(loadBus[k], loadBus[k], gain[lines_count + k]);
    for (let k = 0; k < inverterBus.length; k++) add(inverterBus[k], inverterBus[k], couplingGain[k]);
    const matrix = builder.build(nB, nB);
    if (inverse === undefined) {
      this.lu = new LuFactor(analyseLu(matrix));
      if (this.lu.factor(matrix.values).status !== 'ok') throw singular();
      return;
    }
    const full = new Float64Array(nB * nB);
    for (let j = 0; j < nB; j++)
      for (let p = matrix.colStart[j]; p < matrix.colStart[j + 1]; p++) full[matrix.rowIndex[p] * nB + j] = matrix.values[p];
    const pivotRow = new Int32Array(nB);
    if (denseLuInto(full, nB, pivotRow) >= 0) throw singular();
    inverse.fill(0);
    for (let b = 0; b < nB; b++) inverse[b * nB + b] = 1;
    denseLuSolveInto(full, nB, pivotRow, inverse, nB);
    for (let b = 0; b < nB; b++) if (alive[b] === 0) inverse[b * nB + b] = 0;
  }

  /**
   * Adds what lines and loads bring to the right side: c with a shunt, r without. Couplings must have been added before.
   * Linear in the currents, so it serves values and tangents alike.
   * @shape side (2·buses)
   */
  addWiresInto(x: Float64Array, side: Float64Array): void {
    const { at, lines_count, loads_count, from, to, loadBus, weight } = this;
    for (let l = 0; l < lines_count; l++) {
      const d = weight[l] * x[at + 2 * l];
      const q = weight[l] * x[at + 2 * l + 1];
      const a = 2 * from[l];
      const b = 2 * to[l];
      side[a] -= d;
      side[a + 1] -= q;
      side[b] += d;
      side[b + 1] += q;
    }
    const first = at + 2 * lines_count;
    for (let k = 0; k < loads_count; k++) {
      const e = lines_count + k;
      const b = 2 * loadBus[k];
      side[b] -= weight[e] * x[first + 2 * k];
      side[b + 1] -= weight[e] * x[first + 2 * k + 1];
    }
  }

  /** v ← R_N·c or M⁻¹·r */
  voltagesInto(side: Float64Array, v: Float64Array): void {
    const { buses_count: nB, shunt_ohm, inverse, half } = this;
    if (shunt_ohm > 0) {
      for (let b = 0; b < 2 * nB; b++) v[b] = shunt_ohm * side[b];
    } else if (inverse !== undefined) {
      for (let i = 0; i < nB; i++) {
        let d = 0;
        let q = 0;
        const row = i * nB;
        for (let j = 0; j < nB; j++) {
          d += inverse[row + j] * side[2 * j];
          q += inverse[row + j] * side[2 * j + 1];
        }
        v[2 * i] = d;
        v[2 * i + 1] = q;
      }
    } else {
      const { alive } = this.settings;
      for (let part = 0; part < 2; part++) {
        for (let b = 0; b < nB; b++) half[b] = alive[b] * side[2 * b + part];
        this.lu!.solveInto(half);
        for (let b = 0; b < nB; b++) v[2 * b + part] = half[b];
      }
    }
  }

  /** Rates of the currents of lines and loads: −(R/L + jω)·i + g/L·Δv. */
  ratesInto(x: Float64Array, w: number, v: Float64Array, rate: Float64Array): void {
    const { at, lines_count, loads_count, from, to, loadBus, decay, gain } = this;
    for (let l = 0; l < lines_count; l++) {
      const p = at + 2 * l;
      const a = 2 * from[l];
      const b = 2 * to[l];
      rate[p] = -decay[l] * x[p] + w * x[p + 1] + gain[l] * (v[a] - v[b]);
      rate[p + 1] = -decay[l] * x[p + 1] - w * x[p] + gain[l] * (v[a + 1] - v[b + 1]);
    }
    for (let k = 0; k < loads_count; k++) {
      const e = lines_count + k;
      const p = at + 2 * e;
      const b = 2 * loadBus[k];
      rate[p] = -decay[e] * x[p] + w * x[p + 1] + gain[e] * v[b];
      rate[p + 1] = -decay[e] * x[p + 1] - w * x[p] + gain[e] * v[b + 1];
    }
  }

  /** The tangent of `ratesInto`: linear in (dx, dv), and ω turns x by dw. */
  tangentRatesInto(x: Float64Array, dx: Float64Array, w: number, dw: number, dv: Float64Array, dRate: Float64Array): void {
    const { at } = this;
    this.ratesInto(dx, w, dv, dRate);
    const end = at + 2 * (this.lines_count + this.loads_count);
    for (let p = at; p < end; p += 2) {
      dRate[p] += dw * x[p + 1];
      dRate[p + 1] -= dw * x[p];
    }
  }
}

function refuseOtherWires({ microgrid: { network, loads } }: Settings): void {
  const branch = network.branches.find(({ b_pu, ratio, shift_deg, x_pu }) => b_pu !== 0 || ratio !== 1 || shift_deg !== 0 || !(x_pu > 0));
  const load = loads.find(({ x_ohm }) => !(x_ohm > 0));
  const other = loads.find(({ kind = 'impedance' }) => kind !== 'impedance');
  const what =
    branch !== undefined
      ? `branch "${branch.id}" has charging, a ratio, a shift or no reactance`
      : load !== undefined
        ? `load "${load.id}" has no reactance`
        : other !== undefined
          ? `load "${other.id}" is of constant ${other.kind}`
          : network.shunts.length > 0
            ? `there is a shunt at bus "${network.buses[network.shunts[0].bus].id}"`
            : undefined;
  if (what === undefined) return;
  throw new CombinationError({
    code: 'MICROGRID_TIER',
    message: `This tier models resistance and inductance in series only: ${what}`,
    hint: 'Use the quasi-static tier, or give the part a small reactance.',
  });
}

const singular = (): NumericalError =>
  new NumericalError({
    code: 'MICROGRID_WIRES_SINGULAR',
    message: 'The voltages of the buses are not determined',
    hint: 'Look for impedances that are not finite.',
  });
