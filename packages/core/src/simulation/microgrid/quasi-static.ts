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
import type { Plant } from '../plant.ts';
import type { Microgrid } from './microgrid.ts';
import { frequencyOf, MicrogridPlant, voltageOf } from './microgrid-plant.ts';
import { PhasorWires } from './phasor-wires.ts';
import { Settings } from './settings.ts';

export interface QuasiStaticOptions {
  /** Keep the reduced admittance as a full matrix; default up to 12 inverters. */
  readonly isReduced?: boolean | undefined;
}

/** @throws {InputError} MICROGRID_PART */
export function quasiStaticMicrogrid(microgrid: Microgrid, options: QuasiStaticOptions = {}): Plant {
  return new QuasiStaticMicrogrid(microgrid, options.isReduced);
}

class QuasiStaticMicrogrid extends MicrogridPlant {
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
    const { inverters, network } = microgrid;
    const n = inverters.length;
    const states = [
      ...inverters.slice(1).map(({ id }) => ({ name: `${id}.delta_rad`, equation: `dδ/dt = ω − ω₁ of inverter "${id}"` })),
      ...inverters.map(({ id }) => ({ name: `${id}.p_kW`, equation: `dP/dt = ω_c·(p − P) of inverter "${id}"` })),
      ...inverters.map(({ id }) => ({ name: `${id}.q_kvar`, equation: `dQ/dt = ω_c·(q − Q) of inverter "${id}"` })),
    ];
    super('quasi-static microgrid', new Settings(microgrid), states, {
      pAt: Int32Array.from(inverters, (_, k) => n - 1 + k),
      qAt: Int32Array.from(inverters, (_, k) => 2 * n - 1 + k),
    });
    this.wires = new PhasorWires(this.settings, isReduced);
    this.n = n;
    this.s_kVA = network.s_base_kVA;
    this.perVolt = Float64Array.from(this.settings.inverterBus, (bus) => 1 / (1000 * baseAt(network, bus).v_base_kV));
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

  protected angleOf_rad(k: number, x: Float64Array): number {
    return k === 0 ? 0 : x[k - 1];
  }

  protected turn(k: number, by_rad: number, x: Float64Array): void {
    if (k > 0) x[k - 1] += by_rad;
    else for (let i = 0; i < this.n - 1; i++) x[i] -= by_rad;
  }

  protected apply(name: string, value: number): void {
    if (this.settings.change(name, value).part !== 'law') this.wires.rebuild();
  }

  private phasors(x: Float64Array, u: Float64Array): void {
    const { n, eRe, eIm, cos, sin, perVolt } = this;
    const droop = this.settings.n;
    const q = 2 * n - 1;
    for (let k = 0; k < n; k++) {
      const delta = k === 0 ? 0 : x[k - 1];
      const size = voltageOf(droop, k, x[q + k], u) * perVolt[k];
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
    const w_com = frequencyOf(m, 0, x[p], u);
    for (let k = 0; k < n; k++) {
      if (k > 0) rate[k - 1] = frequencyOf(m, k, x[p + k], u) - w_com;
      rate[p + k] = filter[k] * (s_kVA * (eRe[k] * iRe[k] + eIm[k] * iIm[k]) - x[p + k]);
      rate[q + k] = filter[k] * (s_kVA * (eIm[k] * iRe[k] - eRe[k] * iIm[k]) - x[q + k]);
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
      const grow = voltageOf(droop, k, dx[q + k], du) * perVolt[k];
      deRe[k] = grow * cos[k] - turn * eIm[k];
      deIm[k] = grow * sin[k] + turn * eRe[k];
    }
    this.wires.tangentsInto(deRe, deIm, diRe, diIm);
    const dw_com = frequencyOf(m, 0, dx[p], du);
    for (let k = 0; k < n; k++) {
      if (k > 0) dRate[k - 1] = frequencyOf(m, k, dx[p + k], du) - dw_com;
      const dp = deRe[k] * iRe[k] + eRe[k] * diRe[k] + deIm[k] * iIm[k] + eIm[k] * diIm[k];
      const dq = deIm[k] * iRe[k] + eIm[k] * diRe[k] - deRe[k] * iIm[k] - eRe[k] * diIm[k];
      dRate[p + k] = filter[k] * (s_kVA * dp - dx[p + k]);
      dRate[q + k] = filter[k] * (s_kVA * dq - dx[q + k]);
    }
    this.outputsInto(dx, du, dOutputs);
  }
}
