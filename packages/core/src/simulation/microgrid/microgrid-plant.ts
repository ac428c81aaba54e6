import { baseAt } from '../../network/network.ts';
import type { Plant, State } from '../plant.ts';
import type { Microgrid } from './microgrid.ts';
import { PhasorWires } from './phasor-wires.ts';
import type { Settings } from './settings.ts';

/** Filtered powers among the states of a tier, by inverter. */
export interface PowerPlaces {
  readonly pAt: Int32Array;
  readonly qAt: Int32Array;
}

/**
 * What the three tiers of a microgrid have in common: names, settings, and droop between them.
 *
 * | | per inverter, in this order |
 * |---|---|
 * | inputs | ω_set, v_set, p_set |
 * | outputs | ω, size of the formed voltage, filtered powers |
 */
export abstract class MicrogridPlant implements Plant {
  readonly title: string;
  readonly states: readonly State[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly parameters: readonly string[];
  protected readonly settings: Settings;
  private readonly pAt: Int32Array;
  private readonly qAt: Int32Array;

  constructor(title: string, settings: Settings, states: readonly State[], { pAt, qAt }: PowerPlaces) {
    const { inverters } = settings.microgrid;
    this.title = title;
    this.settings = settings;
    this.states = states;
    this.inputs = inverters.flatMap(({ id }) => [`${id}.w_set_rad_per_s`, `${id}.v_set_V`, `${id}.p_set_kW`]);
    this.outputs = inverters.flatMap(({ id }) => [`${id}.w_rad_per_s`, `${id}.v_V`, `${id}.p_kW`, `${id}.q_kvar`]);
    this.parameters = settings.names;
    this.pAt = pAt;
    this.qAt = qAt;
  }

  /** Everything at zero: the inverters start together. */
  startInto(x: Float64Array): void {
    x.fill(0);
  }

  /** Inverters left to their droop. */
  inputsInto(u: Float64Array): void {
    const { inverters, frequency_Hz }: Microgrid = this.settings.microgrid;
    inverters.forEach(({ v_set_V }, k) => {
      u[3 * k] = 2 * Math.PI * frequency_Hz;
      u[3 * k + 1] = v_set_V;
      u[3 * k + 2] = 0;
    });
  }

  readParameter(name: string): number {
    return this.settings.read(name);
  }

  /**
   * Breakers of inverters close in phase, as behind a synchroniser: before one closes its angle becomes that of its bus, by the phasors of all others.
   */
  change(name: string, value: number, x: Float64Array): void {
    const closing = this.settings.closedBy(name, value);
    if (closing >= 0) this.synchronise(closing, x);
    this.apply(name, value, x);
  }

  private synchronise(k: number, x: Float64Array): void {
    const { settings, qAt } = this;
    const { inverters, network } = settings.microgrid;
    const re = new Float64Array(inverters.length);
    const im = new Float64Array(inverters.length);
    inverters.forEach(({ v_set_V }, i) => {
      const size_pu = (v_set_V - settings.n[i] * x[qAt[i]]) / (1000 * baseAt(network, settings.inverterBus[i]).v_base_kV);
      const delta_rad = this.angleOf_rad(i, x);
      re[i] = size_pu * Math.cos(delta_rad);
      im[i] = size_pu * Math.sin(delta_rad);
    });
    const angle_rad = new PhasorWires(settings, false).angleAt_rad(k, re, im);
    if (angle_rad !== undefined) this.turn(k, angle_rad - this.angleOf_rad(k, x), x);
  }

  /** Angle of an inverter in the common frame, which is that of the first. */
  protected abstract angleOf_rad(k: number, x: Float64Array): number;
  /** Turns one inverter by an angle; turning the first turns the frame, and so all others the other way. */
  protected abstract turn(k: number, by_rad: number, x: Float64Array): void;
  protected abstract apply(name: string, value: number, x: Float64Array): void;
  abstract derivativeInto(x: Float64Array, u: Float64Array, rate: Float64Array): void;
  abstract tangentInto(
    x: Float64Array,
    u: Float64Array,
    dx: Float64Array,
    du: Float64Array,
    dRate: Float64Array,
    dOutputs: Float64Array,
  ): void;

  /** Linear in x and u: serves values and directions. */
  outputsInto(x: Float64Array, u: Float64Array, y: Float64Array): void {
    const { pAt, qAt } = this;
    const { m, n } = this.settings;
    for (let k = 0; k < pAt.length; k++) {
      const p = x[pAt[k]];
      const q = x[qAt[k]];
      y[4 * k] = frequencyOf(m, k, p, u);
      y[4 * k + 1] = voltageOf(n, k, q, u);
      y[4 * k + 2] = p;
      y[4 * k + 3] = q;
    }
  }
}

/** ω = ω_set − m·(P − p_set) of inverter k. Linear in P and u: serves values and directions. */
export const frequencyOf = (m: Float64Array, k: number, p_kW: number, u: Float64Array): number => u[3 * k] - m[k] * (p_kW - u[3 * k + 2]);

/** |E| = v_set − n·Q of inverter k. Linear in Q and u: serves values and directions. */
export const voltageOf = (n: Float64Array, k: number, q_kvar: number, u: Float64Array): number => u[3 * k + 1] - n[k] * q_kvar;
