/**
 * Tier B: inverters whose inner loops are ideal, on wires and loads with their line dynamics. For droop and filters on feeders of
 * resistance and inductance alike; fixed RK4 steps of 0.5 to 1 ms.
 *
 * v_o,i = (v_set,i − n_i·Q_i)·e^(jδ_i) in the common frame, which turns with ω = ω₁.
 *
 * | state | rate |
 * |---|---|
 * | P, Q | ω_c·(Re(v_o·i_o*) − P), ω_c·(Im(v_o·i_o*) − Q) |
 * | i_o | (v_o − v_b − r_c·i_o)/L_c − jω·i_o, in the common frame |
 * | δ | ω_i − ω₁,  ω_i = ω_set − m·(P − p_set); the first inverter has none |
 *
 * Lines, loads and bus voltages: rl-wires.ts. Power-invariant d and q: P = Re(v·i*).
 * @unit kW, kvar, V line to line, A, rad
 * @source the reduction of Pogaku, Prodanovic, Green (2007) with ideal inner loops: Mariani, Vasca, Vásquez, Guerrero, Model order reductions for
 *   stability analysis of islanded microgrids with droop control, IEEE Trans. Industrial Electronics 62 (2015)
 */
import type { Plant } from '../plant.ts';
import type { Microgrid } from './microgrid.ts';
import { frequencyOf, voltageOf } from './microgrid-plant.ts';
import { type InverterStates, offsetOf, RlMicrogrid } from './rl-microgrid.ts';

const STATES: InverterStates = [
  ['p_kW', 'dP/dt = ω_c·(Re(v_o·i_o*) − P)'],
  ['q_kvar', 'dQ/dt = ω_c·(Im(v_o·i_o*) − Q)'],
  ['i_o_d_A', 'L_c·di_o/dt = v_o − v_b − r_c·i_o − jω·L_c·i_o'],
  ['i_o_q_A', 'L_c·di_o/dt = v_o − v_b − r_c·i_o − jω·L_c·i_o'],
  ['delta_rad', 'dδ/dt = ω − ω₁'],
];
const PER_INVERTER = STATES.length;

/** @throws {InputError} MICROGRID_PART; {CombinationError} MICROGRID_TIER */
export function dynamicPhasorMicrogrid(microgrid: Microgrid): Plant {
  return new DynamicPhasorMicrogrid(microgrid);
}

class DynamicPhasorMicrogrid extends RlMicrogrid {
  /** v_o of every inverter, D and Q part. */
  private readonly formed: Float64Array;
  private readonly dFormed: Float64Array;

  constructor(microgrid: Microgrid) {
    super('microgrid of dynamic phasors', microgrid, 0, STATES, true);
    this.formed = new Float64Array(2 * microgrid.inverters.length);
    this.dFormed = new Float64Array(2 * microgrid.inverters.length);
  }

  /** Formed voltages, and with them the voltages of the buses. */
  private voltages(x: Float64Array, u: Float64Array): void {
    const { wires, side, formed } = this;
    const { n } = this.settings;
    for (let k = 0; k < n.length; k++) {
      const o = offsetOf(k, PER_INVERTER);
      const delta = k === 0 ? 0 : x[o + 4];
      const size = voltageOf(n, k, x[o + 1], u);
      formed[2 * k] = size * Math.cos(delta);
      formed[2 * k + 1] = size * Math.sin(delta);
    }
    side.fill(0);
    this.addCouplingsInto(x, formed, side);
    wires.addWiresInto(x, side);
    wires.voltagesInto(side, this.v);
  }

  /** Linear in x and v_o: serves values and tangents. */
  private addCouplingsInto(x: Float64Array, formed: Float64Array, side: Float64Array): void {
    const { inverterBus, couplingWeight, couplingPush } = this.wires;
    for (let k = 0; k < inverterBus.length; k++) {
      const o = offsetOf(k, PER_INVERTER);
      const b = 2 * inverterBus[k];
      side[b] += couplingWeight[k] * x[o + 2] + couplingPush[k] * formed[2 * k];
      side[b + 1] += couplingWeight[k] * x[o + 3] + couplingPush[k] * formed[2 * k + 1];
    }
  }

  derivativeInto(x: Float64Array, u: Float64Array, rate: Float64Array): void {
    this.voltages(x, u);
    const { wires, v, formed } = this;
    const { m, filter } = this.settings;
    const { inverterBus, couplingDecay, couplingGain } = wires;
    const w_com = frequencyOf(m, 0, x[0], u);
    for (let k = 0; k < inverterBus.length; k++) {
      const o = offsetOf(k, PER_INVERTER);
      const b = 2 * inverterBus[k];
      const d = x[o + 2];
      const q = x[o + 3];
      rate[o] = filter[k] * (1e-3 * (formed[2 * k] * d + formed[2 * k + 1] * q) - x[o]);
      rate[o + 1] = filter[k] * (1e-3 * (formed[2 * k + 1] * d - formed[2 * k] * q) - x[o + 1]);
      rate[o + 2] = couplingGain[k] * (formed[2 * k] - v[b]) - couplingDecay[k] * d + w_com * q;
      rate[o + 3] = couplingGain[k] * (formed[2 * k + 1] - v[b + 1]) - couplingDecay[k] * q - w_com * d;
      if (k > 0) rate[o + 4] = frequencyOf(m, k, x[o], u) - w_com;
    }
    wires.ratesInto(x, w_com, v, rate);
  }

  tangentInto(x: Float64Array, u: Float64Array, dx: Float64Array, du: Float64Array, dRate: Float64Array, dOutputs: Float64Array): void {
    this.voltages(x, u);
    const { wires, dv, dSide, formed, dFormed } = this;
    const { m, n, filter } = this.settings;
    const { inverterBus, couplingDecay, couplingGain } = wires;
    for (let k = 0; k < inverterBus.length; k++) {
      const o = offsetOf(k, PER_INVERTER);
      const delta = k === 0 ? 0 : x[o + 4];
      const turn = k === 0 ? 0 : dx[o + 4];
      const grow = voltageOf(n, k, dx[o + 1], du);
      dFormed[2 * k] = grow * Math.cos(delta) - turn * formed[2 * k + 1];
      dFormed[2 * k + 1] = grow * Math.sin(delta) + turn * formed[2 * k];
    }
    dSide.fill(0);
    this.addCouplingsInto(dx, dFormed, dSide);
    wires.addWiresInto(dx, dSide);
    wires.voltagesInto(dSide, dv);
    const w_com = frequencyOf(m, 0, x[0], u);
    const dw_com = frequencyOf(m, 0, dx[0], du);
    for (let k = 0; k < inverterBus.length; k++) {
      const o = offsetOf(k, PER_INVERTER);
      const b = 2 * inverterBus[k];
      const [vD, vQ, d, q] = [formed[2 * k], formed[2 * k + 1], x[o + 2], x[o + 3]];
      const [dvD, dvQ, dd, dq] = [dFormed[2 * k], dFormed[2 * k + 1], dx[o + 2], dx[o + 3]];
      dRate[o] = filter[k] * (1e-3 * (dvD * d + vD * dd + dvQ * q + vQ * dq) - dx[o]);
      dRate[o + 1] = filter[k] * (1e-3 * (dvQ * d + vQ * dd - dvD * q - vD * dq) - dx[o + 1]);
      dRate[o + 2] = couplingGain[k] * (dvD - dv[b]) - couplingDecay[k] * dd + w_com * dq + dw_com * q;
      dRate[o + 3] = couplingGain[k] * (dvQ - dv[b + 1]) - couplingDecay[k] * dq - w_com * dd - dw_com * d;
      if (k > 0) dRate[o + 4] = frequencyOf(m, k, dx[o], du) - dw_com;
    }
    wires.tangentRatesInto(x, dx, w_com, dw_com, dv, dRate);
    this.outputsInto(dx, du, dOutputs);
  }
}
