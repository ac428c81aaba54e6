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
import type { Plant } from '../plant.ts';
import type { InnerLoops, Microgrid } from './microgrid.ts';
import { frequencyOf, voltageOf } from './microgrid-plant.ts';
import { type InverterStates, offsetOf, RlMicrogrid } from './rl-microgrid.ts';

export interface AveragedOptions {
  /** A resistor at every bus, as the stiff form of the literature has it; default none. */
  readonly shunt_ohm?: number | undefined;
}

const STATES: InverterStates = [
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
const PER_INVERTER = STATES.length;

/** @throws {InputError} MICROGRID_PART; {CombinationError} MICROGRID_TIER */
export function averagedMicrogrid(microgrid: Microgrid, options: AveragedOptions = {}): Plant {
  return new AveragedMicrogrid(microgrid, options.shunt_ohm ?? 0);
}

class AveragedMicrogrid extends RlMicrogrid {
  private readonly loops: readonly InnerLoops[];
  private readonly wNominal: number;
  private readonly cos: Float64Array;
  private readonly sin: Float64Array;

  constructor(microgrid: Microgrid, shunt_ohm: number) {
    super('microgrid of averaged converters', microgrid, shunt_ohm, STATES, false);
    const { inverters, frequency_Hz } = microgrid;
    this.loops = inverters.map(({ id, loops }) => {
      if (loops !== undefined) return loops;
      throw new CombinationError({
        code: 'MICROGRID_TIER',
        message: `The averaged tier needs the inner loops of every inverter; "${id}" has none`,
        hint: 'Give its `loops`, or use the quasi-static tier.',
      });
    });
    this.wNominal = 2 * Math.PI * frequency_Hz;
    this.cos = new Float64Array(inverters.length);
    this.sin = new Float64Array(inverters.length);
  }

  /** Bus voltages into v, and cos δ, sin δ. */
  private voltages(x: Float64Array): void {
    const { wires, side, cos, sin } = this;
    const { inverterBus, couplingWeight, couplingPush } = wires;
    side.fill(0);
    for (let k = 0; k < inverterBus.length; k++) {
      const o = offsetOf(k, PER_INVERTER);
      const delta = k === 0 ? 0 : x[o + 12];
      const c = Math.cos(delta);
      const s = Math.sin(delta);
      cos[k] = c;
      sin[k] = s;
      const d = couplingWeight[k] * x[o + 10] + couplingPush[k] * x[o + 8];
      const q = couplingWeight[k] * x[o + 11] + couplingPush[k] * x[o + 9];
      side[2 * inverterBus[k]] += c * d - s * q;
      side[2 * inverterBus[k] + 1] += s * d + c * q;
    }
    wires.addWiresInto(x, side);
    wires.voltagesInto(side, this.v);
  }

  /** The tangent of `voltages`, which must have been called. */
  private tangentVoltages(x: Float64Array, dx: Float64Array): void {
    const { wires, dSide, cos, sin } = this;
    const { inverterBus, couplingWeight, couplingPush } = wires;
    dSide.fill(0);
    for (let k = 0; k < inverterBus.length; k++) {
      const o = offsetOf(k, PER_INVERTER);
      const turn = k === 0 ? 0 : dx[o + 12];
      const d = couplingWeight[k] * x[o + 10] + couplingPush[k] * x[o + 8];
      const q = couplingWeight[k] * x[o + 11] + couplingPush[k] * x[o + 9];
      const dd = couplingWeight[k] * dx[o + 10] + couplingPush[k] * dx[o + 8] - turn * q;
      const dq = couplingWeight[k] * dx[o + 11] + couplingPush[k] * dx[o + 9] + turn * d;
      dSide[2 * inverterBus[k]] += cos[k] * dd - sin[k] * dq;
      dSide[2 * inverterBus[k] + 1] += sin[k] * dd + cos[k] * dq;
    }
    wires.addWiresInto(dx, dSide);
    wires.voltagesInto(dSide, this.dv);
  }

  /** Rates of φ, γ, i_l and v_o but for the turning of their frames. Linear: serves values and directions. */
  private loopsInto(x: Float64Array, u: Float64Array, rate: Float64Array): void {
    const { loops, wNominal } = this;
    const { n } = this.settings;
    for (let k = 0; k < loops.length; k++) {
      const o = offsetOf(k, PER_INVERTER);
      const { r_filter_ohm, l_filter_H, c_filter_F, kp_A_per_V, ki_A_per_Vs, kp_V_per_A, ki_V_per_As, feedforward_frac } = loops[k];
      const ild = x[o + 6];
      const ilq = x[o + 7];
      const vod = x[o + 8];
      const voq = x[o + 9];
      const iod = x[o + 10];
      const ioq = x[o + 11];
      const missd = voltageOf(n, k, x[o + 1], u) - vod;
      const missq = -voq;
      rate[o + 2] = missd;
      rate[o + 3] = missq;
      const lackd = feedforward_frac * iod - wNominal * c_filter_F * voq + kp_A_per_V * missd + ki_A_per_Vs * x[o + 2] - ild;
      const lackq = feedforward_frac * ioq + wNominal * c_filter_F * vod + kp_A_per_V * missq + ki_A_per_Vs * x[o + 3] - ilq;
      rate[o + 4] = lackd;
      rate[o + 5] = lackq;
      const vid = -wNominal * l_filter_H * ilq + kp_V_per_A * lackd + ki_V_per_As * x[o + 4];
      const viq = wNominal * l_filter_H * ild + kp_V_per_A * lackq + ki_V_per_As * x[o + 5];
      rate[o + 6] = (vid - vod - r_filter_ohm * ild) / l_filter_H;
      rate[o + 7] = (viq - voq - r_filter_ohm * ilq) / l_filter_H;
      rate[o + 8] = (ild - iod) / c_filter_F;
      rate[o + 9] = (ilq - ioq) / c_filter_F;
    }
  }

  derivativeInto(x: Float64Array, u: Float64Array, rate: Float64Array): void {
    this.voltages(x);
    const { wires, v, cos, sin } = this;
    const { m, filter } = this.settings;
    const { inverterBus, couplingDecay, couplingGain } = wires;
    this.loopsInto(x, u, rate);
    const w_com = frequencyOf(m, 0, x[0], u);
    for (let k = 0; k < inverterBus.length; k++) {
      const o = offsetOf(k, PER_INVERTER);
      const vod = x[o + 8];
      const voq = x[o + 9];
      const iod = x[o + 10];
      const ioq = x[o + 11];
      const w = frequencyOf(m, k, x[o], u);
      rate[o] = filter[k] * (1e-3 * (vod * iod + voq * ioq) - x[o]);
      rate[o + 1] = filter[k] * (1e-3 * (voq * iod - vod * ioq) - x[o + 1]);
      rate[o + 6] += w * x[o + 7];
      rate[o + 7] -= w * x[o + 6];
      rate[o + 8] += w * voq;
      rate[o + 9] -= w * vod;
      const vD = v[2 * inverterBus[k]];
      const vQ = v[2 * inverterBus[k] + 1];
      rate[o + 10] = couplingGain[k] * (vod - cos[k] * vD - sin[k] * vQ) - couplingDecay[k] * iod + w * ioq;
      rate[o + 11] = couplingGain[k] * (voq + sin[k] * vD - cos[k] * vQ) - couplingDecay[k] * ioq - w * iod;
      if (k > 0) rate[o + 12] = w - w_com;
    }
    wires.ratesInto(x, w_com, v, rate);
  }

  /** The voltage is that of the filter, which follows the one that droop asks for. */
  override outputsInto(x: Float64Array, u: Float64Array, y: Float64Array): void {
    super.outputsInto(x, u, y);
    for (let k = 0; k < this.loops.length; k++) y[4 * k + 1] = x[offsetOf(k, PER_INVERTER) + 8];
  }

  tangentInto(x: Float64Array, u: Float64Array, dx: Float64Array, du: Float64Array, dRate: Float64Array, dOutputs: Float64Array): void {
    this.voltages(x);
    this.tangentVoltages(x, dx);
    const { wires, v, dv, cos, sin } = this;
    const { m, filter } = this.settings;
    const { inverterBus, couplingDecay, couplingGain } = wires;
    const w_com = frequencyOf(m, 0, x[0], u);
    const dw_com = frequencyOf(m, 0, dx[0], du);
    this.loopsInto(dx, du, dRate);
    for (let k = 0; k < inverterBus.length; k++) {
      const o = offsetOf(k, PER_INVERTER);
      const ild = x[o + 6];
      const ilq = x[o + 7];
      const vod = x[o + 8];
      const voq = x[o + 9];
      const iod = x[o + 10];
      const ioq = x[o + 11];
      const dild = dx[o + 6];
      const dilq = dx[o + 7];
      const dvod = dx[o + 8];
      const dvoq = dx[o + 9];
      const diod = dx[o + 10];
      const dioq = dx[o + 11];
      const w = frequencyOf(m, k, x[o], u);
      const dw = frequencyOf(m, k, dx[o], du);
      dRate[o] = filter[k] * (1e-3 * (dvod * iod + vod * diod + dvoq * ioq + voq * dioq) - dx[o]);
      dRate[o + 1] = filter[k] * (1e-3 * (dvoq * iod + voq * diod - dvod * ioq - vod * dioq) - dx[o + 1]);
      dRate[o + 6] = dRate[o + 6] + dw * ilq + w * dilq;
      dRate[o + 7] = dRate[o + 7] - dw * ild - w * dild;
      dRate[o + 8] = dRate[o + 8] + dw * voq + w * dvoq;
      dRate[o + 9] = dRate[o + 9] - dw * vod - w * dvod;
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
    }
    wires.tangentRatesInto(x, dx, w_com, dw_com, dv, dRate);
    this.outputsInto(dx, du, dOutputs);
  }
}
