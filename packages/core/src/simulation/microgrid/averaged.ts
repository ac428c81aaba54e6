/**
 * Tier C: averaged converters with inner loops, filters and line dynamics, in d and q parts. For inner loops, validation and what happens
 * within 50 ms; fixed RK4 steps of 0.1 to 0.2 ms, or rodas4 when buses have shunts.
 *
 * Own frame of inverter i at angle δ_i to the common frame, which turns with ω = ω₁. In complex form, v = v_d + j·v_q:
 *
 * | state | rate |
 * |---|---|
 * | P, Q | ω_c·(Re(v_o·i_o*) − P), ω_c·(Im(v_o·i_o*) − Q) |
 * | φ | v* − v_o,  v* = v_set − n·Q |
 * | γ | i_l* − i_l,  i_l* = F·i_o + jω_b·C_f·v_o + K_pv·(v* − v_o) + K_iv·φ |
 * | i_l | (v_i − v_o − r_f·i_l)/L_f − jω_i·i_l,  v_i = jω_b·L_f·i_l + K_pc·(i_l* − i_l) + K_ic·γ |
 * | v_o | (i_l − i_o)/C_f − jω_i·v_o |
 * | i_o | (v_o − v_b·e^(−jδ) − r_c·i_o)/L_c − jω_i·i_o |
 * | δ | ω_i − ω₁,  ω_i = ω_set − m·(P − p_set); the first inverter has none |
 *
 * | symbol | unit | | symbol | unit |
 * |---|---|---|---|---|
 * | P, Q | kW, kvar | | φ, γ | V·s, A·s |
 * | v, i | V, A line to line, power-invariant: P = Re(v·i*) | | m, n | rad/s per kW, V per kvar |
 *
 * ω_b is nominal. Lines, loads and bus voltages: rl-wires.ts.
 * @source Pogaku, Prodanovic, Green, IEEE Trans. Power Electronics 22 (2007); parameters and signs as in ORNL GridKit, see reference/simulation
 */
import { CombinationError } from '../../base/errors.ts';
import type { Plant, State } from '../plant.ts';
import type { InnerLoops, Microgrid } from './microgrid.ts';
import { BAUMGARTE_PER_S, RlWires, wireStates } from './rl-wires.ts';
import { inputsOf, nominalInputsInto, outputsOf, Settings } from './settings.ts';

export interface AveragedOptions {
  /** A resistor at every bus, as the stiff form of the literature has it; default none. */
  readonly shunt_ohm?: number | undefined;
}

/** States per inverter; the first lacks the last one. */
const PER_INVERTER = 13;

/** @throws {InputError} MICROGRID_PART; {CombinationError} MICROGRID_TIER */
export function averagedMicrogrid(microgrid: Microgrid, options: AveragedOptions = {}): Plant {
  return new AveragedMicrogrid(microgrid, options.shunt_ohm ?? 0);
}

class AveragedMicrogrid implements Plant {
  readonly title = 'microgrid of averaged converters';
  readonly states: readonly State[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly parameters: readonly string[];
  private readonly settings: Settings;
  private readonly wires: RlWires;
  private readonly loops: readonly InnerLoops[];
  private readonly couplingDecay: Float64Array;
  private readonly wiresAt: number;
  private readonly wNominal: number;
  private readonly side: Float64Array;
  private readonly v: Float64Array;
  private readonly dSide: Float64Array;
  private readonly dv: Float64Array;
  private readonly cos: Float64Array;
  private readonly sin: Float64Array;

  constructor(microgrid: Microgrid, shunt_ohm: number) {
    this.settings = new Settings(microgrid);
    this.wires = new RlWires(this.settings, shunt_ohm);
    const { inverters } = microgrid;
    this.loops = inverters.map(({ id, loops }) => {
      if (loops !== undefined) return loops;
      throw new CombinationError({
        code: 'MICROGRID_TIER',
        message: `The averaged tier needs the inner loops of every inverter; "${id}" has none`,
        hint: 'Give its `loops`, or use the quasi-static tier.',
      });
    });
    this.couplingDecay = Float64Array.from(inverters, ({ coupling }) => coupling.r_ohm / coupling.l_H);
    this.wiresAt = PER_INVERTER * inverters.length - 1;
    this.wNominal = 2 * Math.PI * microgrid.frequency_Hz;
    this.states = [...inverters.flatMap(({ id }, k) => inverterStates(id, k === 0)), ...wireStates(microgrid)];
    this.inputs = inputsOf(microgrid);
    this.outputs = outputsOf(microgrid);
    this.parameters = this.settings.names;
    const buses = 2 * microgrid.network.buses.length;
    this.side = new Float64Array(buses);
    this.v = new Float64Array(buses);
    this.dSide = new Float64Array(buses);
    this.dv = new Float64Array(buses);
    this.cos = new Float64Array(inverters.length);
    this.sin = new Float64Array(inverters.length);
  }

  /** Everything at zero: the inverters start together. */
  startInto(x: Float64Array): void {
    x.fill(0);
  }

  inputsInto(u: Float64Array): void {
    nominalInputsInto(this.settings.microgrid, u);
  }

  readParameter(name: string): number {
    return this.settings.read(name);
  }

  change(name: string, value: number, x: Float64Array): void {
    const { part, at } = this.settings.change(name, value);
    if (part === 'law') return;
    this.wires.rebuild();
    if (value !== 0) return;
    const current = part === 'inverter' ? offsetOf(at) + 10 : this.wiresAt + 2 * (part === 'branch' ? at : this.wires.lines_count + at);
    x[current] = 0;
    x[current + 1] = 0;
  }

  /** Bus voltages into v, and cos δ, sin δ. */
  private voltages(x: Float64Array): void {
    const { wires, side, cos, sin, couplingDecay } = this;
    const { inverterBus, couplingGain, shunt_ohm } = wires;
    side.fill(0);
    for (let k = 0; k < inverterBus.length; k++) {
      const o = offsetOf(k);
      const delta = k === 0 ? 0 : x[o + 12];
      const c = Math.cos(delta);
      const s = Math.sin(delta);
      cos[k] = c;
      sin[k] = s;
      const weight = shunt_ohm > 0 ? 1 : BAUMGARTE_PER_S - couplingDecay[k];
      const push = shunt_ohm > 0 ? 0 : couplingGain[k];
      const d = weight * x[o + 10] + push * x[o + 8];
      const q = weight * x[o + 11] + push * x[o + 9];
      side[2 * inverterBus[k]] += c * d - s * q;
      side[2 * inverterBus[k] + 1] += s * d + c * q;
    }
    wires.addWiresInto(x, this.wiresAt, side);
    wires.voltagesInto(side, this.v);
  }

  derivativeInto(x: Float64Array, u: Float64Array, rate: Float64Array): void {
    this.voltages(x);
    const { settings, wires, v, cos, sin, loops, wNominal, couplingDecay } = this;
    const { m, n, filter } = settings;
    const { inverterBus, couplingGain } = wires;
    const w_com = u[0] - m[0] * (x[0] - u[2]);
    for (let k = 0; k < inverterBus.length; k++) {
      const o = offsetOf(k);
      const { r_filter_ohm, l_filter_H, c_filter_F, kp_A_per_V, ki_A_per_Vs, kp_V_per_A, ki_V_per_As, feedforward_frac } = loops[k];
      const ild = x[o + 6];
      const ilq = x[o + 7];
      const vod = x[o + 8];
      const voq = x[o + 9];
      const iod = x[o + 10];
      const ioq = x[o + 11];
      const w = u[3 * k] - m[k] * (x[o] - u[3 * k + 2]);
      rate[o] = filter[k] * (1e-3 * (vod * iod + voq * ioq) - x[o]);
      rate[o + 1] = filter[k] * (1e-3 * (voq * iod - vod * ioq) - x[o + 1]);
      const missd = u[3 * k + 1] - n[k] * x[o + 1] - vod;
      const missq = -voq;
      rate[o + 2] = missd;
      rate[o + 3] = missq;
      const lackd = feedforward_frac * iod - wNominal * c_filter_F * voq + kp_A_per_V * missd + ki_A_per_Vs * x[o + 2] - ild;
      const lackq = feedforward_frac * ioq + wNominal * c_filter_F * vod + kp_A_per_V * missq + ki_A_per_Vs * x[o + 3] - ilq;
      rate[o + 4] = lackd;
      rate[o + 5] = lackq;
      const vid = -wNominal * l_filter_H * ilq + kp_V_per_A * lackd + ki_V_per_As * x[o + 4];
      const viq = wNominal * l_filter_H * ild + kp_V_per_A * lackq + ki_V_per_As * x[o + 5];
      rate[o + 6] = (vid - vod - r_filter_ohm * ild) / l_filter_H + w * ilq;
      rate[o + 7] = (viq - voq - r_filter_ohm * ilq) / l_filter_H - w * ild;
      rate[o + 8] = (ild - iod) / c_filter_F + w * voq;
      rate[o + 9] = (ilq - ioq) / c_filter_F - w * vod;
      const vD = v[2 * inverterBus[k]];
      const vQ = v[2 * inverterBus[k] + 1];
      rate[o + 10] = couplingGain[k] * (vod - cos[k] * vD - sin[k] * vQ) - couplingDecay[k] * iod + w * ioq;
      rate[o + 11] = couplingGain[k] * (voq + sin[k] * vD - cos[k] * vQ) - couplingDecay[k] * ioq - w * iod;
      if (k > 0) rate[o + 12] = w - w_com;
    }
    wires.ratesInto(x, this.wiresAt, w_com, v, rate);
  }

  outputsInto(x: Float64Array, u: Float64Array, y: Float64Array): void {
    const { m } = this.settings;
    for (let k = 0; k < m.length; k++) {
      const o = offsetOf(k);
      y[4 * k] = u[3 * k] - m[k] * (x[o] - u[3 * k + 2]);
      y[4 * k + 1] = x[o + 8];
      y[4 * k + 2] = x[o];
      y[4 * k + 3] = x[o + 1];
    }
  }

  tangentInto(x: Float64Array, u: Float64Array, dx: Float64Array, du: Float64Array, dRate: Float64Array, dOutputs: Float64Array): void {
    this.voltages(x);
    const { settings, wires, v, dv, dSide, cos, sin, loops, wNominal, couplingDecay } = this;
    const { m, n, filter } = settings;
    const { inverterBus, couplingGain, shunt_ohm } = wires;
    dSide.fill(0);
    for (let k = 0; k < inverterBus.length; k++) {
      const o = offsetOf(k);
      const weight = shunt_ohm > 0 ? 1 : BAUMGARTE_PER_S - couplingDecay[k];
      const push = shunt_ohm > 0 ? 0 : couplingGain[k];
      const d = weight * x[o + 10] + push * x[o + 8];
      const q = weight * x[o + 11] + push * x[o + 9];
      const turn = k === 0 ? 0 : dx[o + 12];
      const dd = weight * dx[o + 10] + push * dx[o + 8] - turn * q;
      const dq = weight * dx[o + 11] + push * dx[o + 9] + turn * d;
      dSide[2 * inverterBus[k]] += cos[k] * dd - sin[k] * dq;
      dSide[2 * inverterBus[k] + 1] += sin[k] * dd + cos[k] * dq;
    }
    wires.addWiresInto(dx, this.wiresAt, dSide);
    wires.voltagesInto(dSide, dv);

    const w_com = u[0] - m[0] * (x[0] - u[2]);
    const dw_com = du[0] - m[0] * (dx[0] - du[2]);
    for (let k = 0; k < inverterBus.length; k++) {
      const o = offsetOf(k);
      const { r_filter_ohm, l_filter_H, c_filter_F, kp_A_per_V, ki_A_per_Vs, kp_V_per_A, ki_V_per_As, feedforward_frac } = loops[k];
      const [ild, ilq, vod, voq, iod, ioq] = [x[o + 6], x[o + 7], x[o + 8], x[o + 9], x[o + 10], x[o + 11]];
      const [dild, dilq, dvod, dvoq, diod, dioq] = [dx[o + 6], dx[o + 7], dx[o + 8], dx[o + 9], dx[o + 10], dx[o + 11]];
      const w = u[3 * k] - m[k] * (x[o] - u[3 * k + 2]);
      const dw = du[3 * k] - m[k] * (dx[o] - du[3 * k + 2]);
      dRate[o] = filter[k] * (1e-3 * (dvod * iod + vod * diod + dvoq * ioq + voq * dioq) - dx[o]);
      dRate[o + 1] = filter[k] * (1e-3 * (dvoq * iod + voq * diod - dvod * ioq - vod * dioq) - dx[o + 1]);
      const missd = du[3 * k + 1] - n[k] * dx[o + 1] - dvod;
      const missq = -dvoq;
      dRate[o + 2] = missd;
      dRate[o + 3] = missq;
      const lackd = feedforward_frac * diod - wNominal * c_filter_F * dvoq + kp_A_per_V * missd + ki_A_per_Vs * dx[o + 2] - dild;
      const lackq = feedforward_frac * dioq + wNominal * c_filter_F * dvod + kp_A_per_V * missq + ki_A_per_Vs * dx[o + 3] - dilq;
      dRate[o + 4] = lackd;
      dRate[o + 5] = lackq;
      const vid = -wNominal * l_filter_H * dilq + kp_V_per_A * lackd + ki_V_per_As * dx[o + 4];
      const viq = wNominal * l_filter_H * dild + kp_V_per_A * lackq + ki_V_per_As * dx[o + 5];
      dRate[o + 6] = (vid - dvod - r_filter_ohm * dild) / l_filter_H + dw * ilq + w * dilq;
      dRate[o + 7] = (viq - dvoq - r_filter_ohm * dilq) / l_filter_H - dw * ild - w * dild;
      dRate[o + 8] = (dild - diod) / c_filter_F + dw * voq + w * dvoq;
      dRate[o + 9] = (dilq - dioq) / c_filter_F - dw * vod - w * dvod;
      const b = 2 * inverterBus[k];
      // v_b·e^(−jδ) turns by −dδ
      const vbd = cos[k] * v[b] + sin[k] * v[b + 1];
      const vbq = cos[k] * v[b + 1] - sin[k] * v[b];
      const turn = k === 0 ? 0 : dx[o + 12];
      const dvbd = cos[k] * dv[b] + sin[k] * dv[b + 1] + turn * vbq;
      const dvbq = cos[k] * dv[b + 1] - sin[k] * dv[b] - turn * vbd;
      dRate[o + 10] = couplingGain[k] * (dvod - dvbd) - couplingDecay[k] * diod + dw * ioq + w * dioq;
      dRate[o + 11] = couplingGain[k] * (dvoq - dvbq) - couplingDecay[k] * dioq - dw * iod - w * diod;
      if (k > 0) dRate[o + 12] = dw - dw_com;
      dOutputs[4 * k] = dw;
      dOutputs[4 * k + 1] = dvod;
      dOutputs[4 * k + 2] = dx[o];
      dOutputs[4 * k + 3] = dx[o + 1];
    }
    wires.tangentRatesInto(x, dx, this.wiresAt, w_com, dw_com, dv, dRate);
  }
}

/** Where the states of inverter k begin. */
const offsetOf = (k: number): number => (k === 0 ? 0 : PER_INVERTER * k - 1);

function inverterStates(id: string, isFirst: boolean): State[] {
  const own: [string, string][] = [
    ['p_kW', 'dP/dt = ω_c·(Re(v_o·i_o*) − P)'],
    ['q_kvar', 'dQ/dt = ω_c·(Im(v_o·i_o*) − Q)'],
    ['phi_d_Vs', 'dφ/dt = v* − v_o'],
    ['phi_q_Vs', 'dφ/dt = v* − v_o'],
    ['gamma_d_As', 'dγ/dt = i_l* − i_l'],
    ['gamma_q_As', 'dγ/dt = i_l* − i_l'],
    ['i_l_d_A', 'L_f·di_l/dt = v_i − v_o − r_f·i_l − jω·L_f·i_l'],
    ['i_l_q_A', 'L_f·di_l/dt = v_i − v_o − r_f·i_l − jω·L_f·i_l'],
    ['v_o_d_V', 'C_f·dv_o/dt = i_l − i_o − jω·C_f·v_o'],
    ['v_o_q_V', 'C_f·dv_o/dt = i_l − i_o − jω·C_f·v_o'],
    ['i_o_d_A', 'L_c·di_o/dt = v_o − v_b − r_c·i_o − jω·L_c·i_o'],
    ['i_o_q_A', 'L_c·di_o/dt = v_o − v_b − r_c·i_o − jω·L_c·i_o'],
    ['delta_rad', 'dδ/dt = ω − ω₁'],
  ];
  return own
    .slice(0, isFirst ? 12 : 13)
    .map(([name, equation]) => ({ name: `${id}.${name}`, equation: `${equation} of inverter "${id}"` }));
}
