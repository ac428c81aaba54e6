/**
 * Tier A: phasors on admittances, filtered powers and droop. For secondary control, delays and minutes to hours; fixed RK4 steps of 1 to 5 ms.
 *
 * E_i = (v_set,i − n_i·Q_i)·e^(jδ_i),  I = Y_red·E,  p_i + jq_i = E_i·I_i*
 *
 * | state | rate |
 * |---|---|
 * | δ_i | ω_i − ω₁,  ω_i = ω_set,i − m_i·(P_i − p_set,i); the first inverter has none |
 * | P_i, Q_i | ω_c,i·(p_i − P_i), ω_c,i·(q_i − Q_i) |
 *
 * Reactances are those of the nominal frequency. It overstates the damping of the two fastest power-sharing modes by 35 to 60 % (README);
 * settling times of secondary control agree with tier C within 2 %.
 * @unit kW, kvar, V line to line, rad; inside, voltages per unit of their bus
 * @source Schiffer et al., Conditions for stability of droop-controlled inverter-based microgrids, Automatica 50 (2014), section 3
 */
import { baseAt } from '../../network/network.ts';
import type { Plant, State } from '../plant.ts';
import type { Microgrid } from './microgrid.ts';
import { PhasorWires } from './phasor-wires.ts';
import { inputsOf, nominalInputsInto, outputsOf, Settings } from './settings.ts';

export interface QuasiStaticOptions {
  /** Keep the reduced admittance as a full matrix; default up to 12 inverters. */
  readonly isReduced?: boolean | undefined;
}

/** @throws {InputError} MICROGRID_PART */
export function quasiStaticMicrogrid(microgrid: Microgrid, options: QuasiStaticOptions = {}): Plant {
  return new QuasiStaticMicrogrid(microgrid, options.isReduced);
}

class QuasiStaticMicrogrid implements Plant {
  readonly title = 'quasi-static microgrid';
  readonly states: readonly State[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly parameters: readonly string[];
  private readonly settings: Settings;
  private readonly wires: PhasorWires;
  private readonly n: number;
  private readonly s_kVA: number;
  private readonly perVolt: Float64Array;
  private readonly eRe: Float64Array;
  private readonly eIm: Float64Array;
  private readonly iRe: Float64Array;
  private readonly iIm: Float64Array;
  private readonly deRe: Float64Array;
  private readonly deIm: Float64Array;
  private readonly diRe: Float64Array;
  private readonly diIm: Float64Array;
  private readonly cos: Float64Array;
  private readonly sin: Float64Array;

  constructor(microgrid: Microgrid, isReduced: boolean | undefined) {
    this.settings = new Settings(microgrid);
    this.wires = new PhasorWires(this.settings, isReduced);
    const { inverters, network } = microgrid;
    const n = inverters.length;
    this.n = n;
    this.s_kVA = network.s_base_kVA;
    this.perVolt = Float64Array.from(this.settings.inverterBus, (bus) => 1 / (1000 * baseAt(network, bus).v_base_kV));
    this.states = [
      ...inverters.slice(1).map(({ id }) => ({ name: `${id}.delta_rad`, equation: `dδ/dt = ω − ω₁ of inverter "${id}"` })),
      ...inverters.map(({ id }) => ({ name: `${id}.p_kW`, equation: `dP/dt = ω_c·(p − P) of inverter "${id}"` })),
      ...inverters.map(({ id }) => ({ name: `${id}.q_kvar`, equation: `dQ/dt = ω_c·(q − Q) of inverter "${id}"` })),
    ];
    this.inputs = inputsOf(microgrid);
    this.outputs = outputsOf(microgrid);
    this.parameters = this.settings.names;
    const vector = (): Float64Array => new Float64Array(n);
    this.eRe = vector();
    this.eIm = vector();
    this.iRe = vector();
    this.iIm = vector();
    this.deRe = vector();
    this.deIm = vector();
    this.diRe = vector();
    this.diIm = vector();
    this.cos = vector();
    this.sin = vector();
  }

  /** All angles and powers zero: the inverters start together. */
  startInto(x: Float64Array): void {
    x.fill(0);
  }

  inputsInto(u: Float64Array): void {
    nominalInputsInto(this.settings.microgrid, u);
  }

  readParameter(name: string): number {
    return this.settings.read(name);
  }

  change(name: string, value: number, _x: Float64Array): void {
    if (this.settings.change(name, value).part !== 'law') this.wires.rebuild();
  }

  private phasors(x: Float64Array, u: Float64Array): void {
    const { n, eRe, eIm, cos, sin, perVolt } = this;
    const droop = this.settings.n;
    const q = 2 * n - 1;
    for (let k = 0; k < n; k++) {
      const delta = k === 0 ? 0 : x[k - 1];
      const size = (u[3 * k + 1] - droop[k] * x[q + k]) * perVolt[k];
      cos[k] = Math.cos(delta);
      sin[k] = Math.sin(delta);
      eRe[k] = size * cos[k];
      eIm[k] = size * sin[k];
    }
    this.wires.currentsInto(eRe, eIm, this.iRe, this.iIm);
  }

  derivativeInto(x: Float64Array, u: Float64Array, rate: Float64Array): void {
    this.phasors(x, u);
    const { n, s_kVA, eRe, eIm, iRe, iIm } = this;
    const { m, filter } = this.settings;
    const p = n - 1;
    const q = 2 * n - 1;
    const w_com = u[0] - m[0] * (x[p] - u[2]);
    for (let k = 0; k < n; k++) {
      if (k > 0) rate[k - 1] = u[3 * k] - m[k] * (x[p + k] - u[3 * k + 2]) - w_com;
      rate[p + k] = filter[k] * (s_kVA * (eRe[k] * iRe[k] + eIm[k] * iIm[k]) - x[p + k]);
      rate[q + k] = filter[k] * (s_kVA * (eIm[k] * iRe[k] - eRe[k] * iIm[k]) - x[q + k]);
    }
  }

  outputsInto(x: Float64Array, u: Float64Array, y: Float64Array): void {
    const { n } = this;
    const { m, n: droop } = this.settings;
    const p = n - 1;
    const q = 2 * n - 1;
    for (let k = 0; k < n; k++) {
      y[4 * k] = u[3 * k] - m[k] * (x[p + k] - u[3 * k + 2]);
      y[4 * k + 1] = u[3 * k + 1] - droop[k] * x[q + k];
      y[4 * k + 2] = x[p + k];
      y[4 * k + 3] = x[q + k];
    }
  }

  tangentInto(x: Float64Array, u: Float64Array, dx: Float64Array, du: Float64Array, dRate: Float64Array, dOutputs: Float64Array): void {
    this.phasors(x, u);
    const { n, s_kVA, eRe, eIm, iRe, iIm, deRe, deIm, diRe, diIm, cos, sin, perVolt } = this;
    const { m, n: droop, filter } = this.settings;
    const p = n - 1;
    const q = 2 * n - 1;
    for (let k = 0; k < n; k++) {
      const turn = k === 0 ? 0 : dx[k - 1];
      const grow = (du[3 * k + 1] - droop[k] * dx[q + k]) * perVolt[k];
      deRe[k] = grow * cos[k] - turn * eIm[k];
      deIm[k] = grow * sin[k] + turn * eRe[k];
    }
    this.wires.currentsInto(deRe, deIm, diRe, diIm);
    const dw_com = du[0] - m[0] * (dx[p] - du[2]);
    for (let k = 0; k < n; k++) {
      const dw = du[3 * k] - m[k] * (dx[p + k] - du[3 * k + 2]);
      if (k > 0) dRate[k - 1] = dw - dw_com;
      const dp = deRe[k] * iRe[k] + eRe[k] * diRe[k] + deIm[k] * iIm[k] + eIm[k] * diIm[k];
      const dq = deIm[k] * iRe[k] + eIm[k] * diRe[k] - deRe[k] * iIm[k] - eRe[k] * diIm[k];
      dRate[p + k] = filter[k] * (s_kVA * dp - dx[p + k]);
      dRate[q + k] = filter[k] * (s_kVA * dq - dx[q + k]);
      dOutputs[4 * k] = dw;
      dOutputs[4 * k + 1] = du[3 * k + 1] - droop[k] * dx[q + k];
      dOutputs[4 * k + 2] = dx[p + k];
      dOutputs[4 * k + 3] = dx[q + k];
    }
  }
}
