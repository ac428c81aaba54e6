/**
 * A feeder whose inverters follow commands of reactive power; its voltages are those of a power flow at every moment.
 *
 * dq_i/dt = (clip(q_set,i, ±√(s_i² − p_i²)) − q_i)/T_i,  V = flow(p_load·scale + p, q_load·scale + q)
 *
 * | model | V |
 * |---|---|
 * | full | the power flow, by the method that is given |
 * | linear | V₀ + S^P·Δp + S^Q·Δq about the flow at the start, with the sensitivities of LinDistFlow (radial feeders) |
 *
 * | | names |
 * |---|---|
 * | inputs | `<inverter>.q_set_kvar`, `.p_kW` (its sun) |
 * | outputs | `<inverter>.v_pu`, `.q_kvar`; `bus.<id>.v_pu` |
 * | parameters | `loads.scale_frac` |
 */
import { InputError, NumericalError } from '../../base/errors.ts';
import type { BusIndex, Network, OperatingPoint } from '../../network/network.ts';
import {
  buildPowerFlowBatch,
  type PowerFlowBatch,
  type PowerFlowMethod,
  type PowerFlowResult,
  type PreparedPowerFlow,
} from '../../powerflows/contract.ts';
import { exactSensitivity } from '../../powerflows/exact-sensitivity.ts';
import { linearSensitivity, type SensitivityMatrices, sensitivityMatrices } from '../../powerflows/sensitivity.ts';
import { checkedParameter, type Plant, placeOf, type State } from '../plant.ts';

export interface FeederSystem {
  readonly network: Network;
  /** Loads and slacks. */
  readonly point: OperatingPoint;
  readonly inverters: readonly FollowingInverter[];
  readonly model: 'full' | 'linear';
  readonly method: PowerFlowMethod;
}

/** A grid-following inverter. */
export interface FollowingInverter {
  readonly id: string;
  readonly bus: string;
  /** Of its sun, at the start. */
  readonly p_start_kW: number;
  readonly s_max_kVA: number;
  /** T: how long its reactive power takes to follow. */
  readonly lag_s: number;
}

/** Tighter than the power flow's own, so that derivatives of voltages can be checked by differences. */
const TOLERANCE_PU = 1e-11;

/** @throws {InputError} FEEDER_PART; {NumericalError} FEEDER_NO_SOLUTION when the start has no power flow */
export function feederPlant(system: FeederSystem): Plant {
  return new FeederPlant(system);
}

class FeederPlant implements Plant {
  readonly title: string;
  readonly states: readonly State[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly parameters = ['loads.scale_frac'];
  private readonly system: FeederSystem;
  private readonly bus: Int32Array;
  private readonly flow: PreparedPowerFlow;
  private readonly p_kW: Float64Array;
  private readonly q_kvar: Float64Array;
  private readonly v: Float64Array;
  private readonly batch: PowerFlowBatch;
  private scale = 1;
  /** Linear model: start and sensitivities. */
  private readonly linear:
    | { readonly v: Float64Array; readonly p: Float64Array; readonly q: Float64Array; readonly by: SensitivityMatrices }
    | undefined;
  /** Full model: sensitivities at the point at which they were last asked for. */
  private known: { readonly p: Float64Array; readonly q: Float64Array; readonly by: SensitivityMatrices } | undefined;

  constructor(system: FeederSystem) {
    const { network, point, inverters, method, model } = system;
    this.system = system;
    this.bus = placeInverters(system);
    this.title = `feeder "${network.name}"`;
    this.states = inverters.map(({ id }) => ({ name: `${id}.q_follow_kvar`, equation: `dq/dt = (q_set − q)/T of inverter "${id}"` }));
    this.inputs = inverters.flatMap(({ id }) => [`${id}.q_set_kvar`, `${id}.p_kW`]);
    this.outputs = [...inverters.flatMap(({ id }) => [`${id}.v_pu`, `${id}.q_kvar`]), ...network.buses.map(({ id }) => `bus.${id}.v_pu`)];
    this.flow = method.prepare(network, point, { tolerance_pu: TOLERANCE_PU });
    const n = network.buses.length;
    this.p_kW = new Float64Array(n);
    this.q_kvar = new Float64Array(n);
    this.v = new Float64Array(n);
    this.batch = buildPowerFlowBatch(1, n);
    const u = new Float64Array(this.inputs.length);
    this.inputsInto(u);
    this.powersInto(new Float64Array(inverters.length), u);
    this.solve();
    if (model === 'linear') {
      const by = sensitivityMatrices(linearSensitivity(network, point));
      this.linear = { v: this.batch.v_pu.slice(), p: this.p_kW.slice(), q: this.q_kvar.slice(), by };
    }
  }

  /** No reactive power. */
  startInto(x: Float64Array): void {
    x.fill(0);
  }

  inputsInto(u: Float64Array): void {
    u.fill(0);
    this.system.inverters.forEach(({ p_start_kW }, k) => {
      u[2 * k + 1] = p_start_kW;
    });
  }

  /** this.p_kW, this.q_kvar ← injections of all buses */
  private powersInto(x: Float64Array, u: Float64Array): void {
    const { p_kW, q_kvar, bus, scale } = this;
    const { point } = this.system;
    for (let b = 0; b < p_kW.length; b++) {
      p_kW[b] = scale * point.p_kW[b];
      q_kvar[b] = scale * point.q_kvar[b];
    }
    for (let k = 0; k < bus.length; k++) {
      p_kW[bus[k]] += u[2 * k + 1];
      q_kvar[bus[k]] += x[k];
    }
  }

  /** this.batch.v_pu ← voltages; cold, so that they do not depend on what was solved before. @throws {NumericalError} FEEDER_NO_SOLUTION */
  private solve(): void {
    const { p_kW, q_kvar, flow, batch } = this;
    flow.solveBatch(p_kW, q_kvar, 1, batch);
    if (batch.converged[0] === 0) this.solved();
  }

  /** The same with all its results. @throws {NumericalError} FEEDER_NO_SOLUTION */
  private solved(): PowerFlowResult {
    const { p_kW, q_kvar, flow } = this;
    const { point, network } = this.system;
    const result = flow.solve({ ...point, p_kW, q_kvar });
    if (result.status === 'converged') return result;
    throw new NumericalError({
      code: 'FEEDER_NO_SOLUTION',
      message: `The power flow of "${network.name}" has no solution at these powers${result.diagnosis === undefined ? '' : `: ${result.diagnosis}`}`,
      hint: 'Lower the loads or the sun, or look whether the control has gone unstable.',
    });
  }

  private voltagesInto(x: Float64Array, u: Float64Array, v: Float64Array): void {
    this.powersInto(x, u);
    const { linear, p_kW, q_kvar } = this;
    if (linear === undefined) {
      this.solve();
      v.set(this.batch.v_pu);
      return;
    }
    const n = v.length;
    v.set(linear.v);
    for (let j = 0; j < n; j++) {
      const dp = p_kW[j] - linear.p[j];
      const dq = q_kvar[j] - linear.q[j];
      if (dp === 0 && dq === 0) continue;
      addColumns(linear.by, j, dp, dq, v);
    }
  }

  /** Sensitivities at the point of this.p_kW and this.q_kvar. */
  private sensitivities(): SensitivityMatrices {
    const { linear, known, p_kW, q_kvar } = this;
    if (linear !== undefined) return linear.by;
    if (known !== undefined && same(known.p, p_kW) && same(known.q, q_kvar)) return known.by;
    const { network, point } = this.system;
    const by = sensitivityMatrices(exactSensitivity(network, { ...point, p_kW, q_kvar }, this.solved()));
    this.known = { p: p_kW.slice(), q: q_kvar.slice(), by };
    return by;
  }

  derivativeInto(x: Float64Array, u: Float64Array, rate: Float64Array): void {
    const { inverters } = this.system;
    for (let k = 0; k < inverters.length; k++) {
      const most = this.mostReactive(k, u);
      rate[k] = (Math.min(most, Math.max(-most, u[2 * k])) - x[k]) / inverters[k].lag_s;
    }
  }

  /** √(s² − p²), what the sun leaves for reactive power. */
  private mostReactive(k: number, u: Float64Array): number {
    const { s_max_kVA } = this.system.inverters[k];
    return Math.sqrt(Math.max(0, s_max_kVA * s_max_kVA - u[2 * k + 1] * u[2 * k + 1]));
  }

  outputsInto(x: Float64Array, u: Float64Array, y: Float64Array): void {
    const { v, bus } = this;
    this.voltagesInto(x, u, v);
    for (let k = 0; k < bus.length; k++) {
      y[2 * k] = v[bus[k]];
      y[2 * k + 1] = x[k];
    }
    y.set(v, 2 * bus.length);
  }

  tangentInto(x: Float64Array, u: Float64Array, dx: Float64Array, du: Float64Array, dRate: Float64Array, dOutputs: Float64Array): void {
    const { bus, v } = this;
    const { inverters } = this.system;
    this.powersInto(x, u);
    const by = this.sensitivities();
    v.fill(0);
    for (let k = 0; k < bus.length; k++) addColumns(by, bus[k], du[2 * k + 1], dx[k], v);
    for (let k = 0; k < bus.length; k++) {
      const most = this.mostReactive(k, u);
      const command = u[2 * k];
      // at its limit the command no longer counts, but the sun does
      const dLimit = most > 0 ? (-u[2 * k + 1] / most) * du[2 * k + 1] : 0 * du[2 * k + 1];
      const dCommand = (Math.abs(command) < most ? 1 : 0) * du[2 * k] + (Math.abs(command) < most ? 0 : Math.sign(command)) * dLimit;
      dRate[k] = (dCommand - dx[k]) / inverters[k].lag_s;
      dOutputs[2 * k] = v[bus[k]];
      dOutputs[2 * k + 1] = dx[k];
    }
    dOutputs.set(v, 2 * bus.length);
  }

  readParameter(name: string): number {
    placeOf(name, this.parameters, `parameter of ${this.title}`);
    return this.scale;
  }

  change(name: string, value: number): void {
    placeOf(name, this.parameters, `parameter of ${this.title}`);
    this.scale = checkedParameter(name, value, 0);
  }
}

/** v += ∂V/∂p_j·dp + ∂V/∂q_j·dq */
function addColumns(
  { active_pu_per_kW, reactive_pu_per_kvar, buses_count: n }: SensitivityMatrices,
  j: number,
  dp: number,
  dq: number,
  v: Float64Array,
): void {
  for (let i = 0; i < n; i++) v[i] += active_pu_per_kW[i * n + j] * dp + reactive_pu_per_kvar[i * n + j] * dq;
}

function same(a: Float64Array, b: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function placeInverters({ network, point, inverters, method }: FeederSystem): Int32Array {
  const bad = (message: string, where: string): InputError =>
    new InputError({ code: 'FEEDER_PART', message, where, hint: 'Correct the inverter, or the feeder.' });
  if (inverters.length === 0) throw bad('A feeder under control needs at least one inverter', 'inverters');
  const refusal = method.refuses(network, point);
  if (refusal !== undefined) throw bad(refusal, network.name);
  const indexOf = new Map(network.buses.map(({ id }, b) => [id, b]));
  const ids = new Set<string>();
  return Int32Array.from(inverters, ({ id, bus, s_max_kVA, lag_s }): BusIndex => {
    const at = indexOf.get(bus);
    if (at === undefined) throw bad(`Inverter "${id}" stands at bus "${bus}", which does not exist`, id);
    if (ids.has(id)) throw bad(`Inverter "${id}" is there twice`, id);
    ids.add(id);
    if (!(s_max_kVA > 0 && s_max_kVA < Infinity)) throw bad(`"s_max_kVA" of "${id}" must be above 0, got ${s_max_kVA}`, id);
    if (!(lag_s > 0 && lag_s < Infinity)) throw bad(`"lag_s" of "${id}" must be above 0, got ${lag_s}`, id);
    return at;
  });
}
