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
import type { Plant, State } from '../plant.ts';
import type { Microgrid } from './microgrid.ts';
import { BAUMGARTE_PER_S, RlWires, wireStates } from './rl-wires.ts';
import { inputsOf, nominalInputsInto, outputsOf, Settings } from './settings.ts';

/** States per inverter; the first lacks the last one. */
const PER_INVERTER = 5;

/** @throws {InputError} MICROGRID_PART; {CombinationError} MICROGRID_TIER */
export function dynamicPhasorMicrogrid(microgrid: Microgrid): Plant {
  return new DynamicPhasorMicrogrid(microgrid);
}

class DynamicPhasorMicrogrid implements Plant {
  readonly title = 'microgrid of dynamic phasors';
  readonly states: readonly State[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly parameters: readonly string[];
  private readonly settings: Settings;
  private readonly wires: RlWires;
  private readonly decay: Float64Array;
  private readonly wiresAt: number;
  private readonly side: Float64Array;
  private readonly v: Float64Array;
  private readonly dSide: Float64Array;
  private readonly dv: Float64Array;
  /** v_o of every inverter, D and Q part. */
  private readonly formed: Float64Array;
  private readonly dFormed: Float64Array;

  constructor(microgrid: Microgrid) {
    this.settings = new Settings(microgrid);
    this.wires = new RlWires(this.settings, 0);
    const { inverters } = microgrid;
    this.decay = Float64Array.from(inverters, ({ coupling }) => coupling.r_ohm / coupling.l_H);
    this.wiresAt = PER_INVERTER * inverters.length - 1;
    this.states = [...inverters.flatMap(({ id }, k) => inverterStates(id, k === 0)), ...wireStates(microgrid)];
    this.inputs = inputsOf(microgrid);
    this.outputs = outputsOf(microgrid);
    this.parameters = this.settings.names;
    const buses = 2 * microgrid.network.buses.length;
    this.side = new Float64Array(buses);
    this.v = new Float64Array(buses);
    this.dSide = new Float64Array(buses);
    this.dv = new Float64Array(buses);
    this.formed = new Float64Array(2 * inverters.length);
    this.dFormed = new Float64Array(2 * inverters.length);
  }

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
    const current = part === 'inverter' ? offsetOf(at) + 2 : this.wiresAt + 2 * (part === 'branch' ? at : this.wires.lines_count + at);
    x[current] = 0;
    x[current + 1] = 0;
  }

  /** Formed voltages, and with them the voltages of the buses. */
  private voltages(x: Float64Array, u: Float64Array): void {
    const { settings, wires, side, formed } = this;
    for (let k = 0; k < settings.n.length; k++) {
      const o = offsetOf(k);
      const delta = k === 0 ? 0 : x[o + 4];
      const size = u[3 * k + 1] - settings.n[k] * x[o + 1];
      formed[2 * k] = size * Math.cos(delta);
      formed[2 * k + 1] = size * Math.sin(delta);
    }
    side.fill(0);
    this.addCouplingsInto(x, formed, side);
    wires.addWiresInto(x, this.wiresAt, side);
    wires.voltagesInto(side, this.v);
  }

  /** Linear in x and v_o: serves values and tangents. */
  private addCouplingsInto(x: Float64Array, formed: Float64Array, side: Float64Array): void {
    const { inverterBus, couplingGain } = this.wires;
    for (let k = 0; k < inverterBus.length; k++) {
      const o = offsetOf(k);
      const b = 2 * inverterBus[k];
      const weight = BAUMGARTE_PER_S - this.decay[k];
      side[b] += weight * x[o + 2] + couplingGain[k] * formed[2 * k];
      side[b + 1] += weight * x[o + 3] + couplingGain[k] * formed[2 * k + 1];
    }
  }

  derivativeInto(x: Float64Array, u: Float64Array, rate: Float64Array): void {
    this.voltages(x, u);
    const { settings, wires, v, formed, decay } = this;
    const { m, filter } = settings;
    const { inverterBus, couplingGain } = wires;
    const w_com = u[0] - m[0] * (x[0] - u[2]);
    for (let k = 0; k < m.length; k++) {
      const o = offsetOf(k);
      const b = 2 * inverterBus[k];
      const d = x[o + 2];
      const q = x[o + 3];
      rate[o] = filter[k] * (1e-3 * (formed[2 * k] * d + formed[2 * k + 1] * q) - x[o]);
      rate[o + 1] = filter[k] * (1e-3 * (formed[2 * k + 1] * d - formed[2 * k] * q) - x[o + 1]);
      rate[o + 2] = couplingGain[k] * (formed[2 * k] - v[b]) - decay[k] * d + w_com * q;
      rate[o + 3] = couplingGain[k] * (formed[2 * k + 1] - v[b + 1]) - decay[k] * q - w_com * d;
      if (k > 0) rate[o + 4] = u[3 * k] - m[k] * (x[o] - u[3 * k + 2]) - w_com;
    }
    wires.ratesInto(x, this.wiresAt, w_com, v, rate);
  }

  outputsInto(x: Float64Array, u: Float64Array, y: Float64Array): void {
    const { m, n } = this.settings;
    for (let k = 0; k < m.length; k++) {
      const o = offsetOf(k);
      y[4 * k] = u[3 * k] - m[k] * (x[o] - u[3 * k + 2]);
      y[4 * k + 1] = u[3 * k + 1] - n[k] * x[o + 1];
      y[4 * k + 2] = x[o];
      y[4 * k + 3] = x[o + 1];
    }
  }

  tangentInto(x: Float64Array, u: Float64Array, dx: Float64Array, du: Float64Array, dRate: Float64Array, dOutputs: Float64Array): void {
    this.voltages(x, u);
    const { settings, wires, dv, dSide, formed, dFormed, decay } = this;
    const { m, n, filter } = settings;
    const { inverterBus, couplingGain } = wires;
    for (let k = 0; k < m.length; k++) {
      const o = offsetOf(k);
      const delta = k === 0 ? 0 : x[o + 4];
      const turn = k === 0 ? 0 : dx[o + 4];
      const grow = du[3 * k + 1] - n[k] * dx[o + 1];
      dFormed[2 * k] = grow * Math.cos(delta) - turn * formed[2 * k + 1];
      dFormed[2 * k + 1] = grow * Math.sin(delta) + turn * formed[2 * k];
      dOutputs[4 * k + 1] = grow;
    }
    dSide.fill(0);
    this.addCouplingsInto(dx, dFormed, dSide);
    wires.addWiresInto(dx, this.wiresAt, dSide);
    wires.voltagesInto(dSide, dv);
    const w_com = u[0] - m[0] * (x[0] - u[2]);
    const dw_com = du[0] - m[0] * (dx[0] - du[2]);
    for (let k = 0; k < m.length; k++) {
      const o = offsetOf(k);
      const b = 2 * inverterBus[k];
      const [vD, vQ, d, q] = [formed[2 * k], formed[2 * k + 1], x[o + 2], x[o + 3]];
      const [dvD, dvQ, dd, dq] = [dFormed[2 * k], dFormed[2 * k + 1], dx[o + 2], dx[o + 3]];
      const dw = du[3 * k] - m[k] * (dx[o] - du[3 * k + 2]);
      dRate[o] = filter[k] * (1e-3 * (dvD * d + vD * dd + dvQ * q + vQ * dq) - dx[o]);
      dRate[o + 1] = filter[k] * (1e-3 * (dvQ * d + vQ * dd - dvD * q - vD * dq) - dx[o + 1]);
      dRate[o + 2] = couplingGain[k] * (dvD - dv[b]) - decay[k] * dd + w_com * dq + dw_com * q;
      dRate[o + 3] = couplingGain[k] * (dvQ - dv[b + 1]) - decay[k] * dq - w_com * dd - dw_com * d;
      if (k > 0) dRate[o + 4] = dw - dw_com;
      dOutputs[4 * k] = dw;
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
    ['i_o_d_A', 'L_c·di_o/dt = v_o − v_b − r_c·i_o − jω·L_c·i_o'],
    ['i_o_q_A', 'L_c·di_o/dt = v_o − v_b − r_c·i_o − jω·L_c·i_o'],
    ['delta_rad', 'dδ/dt = ω − ω₁'],
  ];
  return own.slice(0, isFirst ? 4 : 5).map(([name, equation]) => ({ name: `${id}.${name}`, equation: `${equation} of inverter "${id}"` }));
}
