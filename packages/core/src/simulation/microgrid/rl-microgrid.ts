import type { State } from '../plant.ts';
import type { Microgrid } from './microgrid.ts';
import { MicrogridPlant } from './microgrid-plant.ts';
import { RlWires } from './rl-wires.ts';
import { Settings } from './settings.ts';

/**
 * The states of one inverter: name and equation. P, Q come first and δ last, which the first inverter has not: its frame is the common one.
 * Currents of couplings, `i_o_d_A` and `i_o_q_A`, stand side by side.
 */
export type InverterStates = readonly (readonly [name: string, equation: string])[];

/** What the two tiers with line dynamics have in common: states of one inverter after the other, then wires (rl-wires.ts) and what their voltages need. */
export abstract class RlMicrogrid extends MicrogridPlant {
  protected readonly wires: RlWires;
  /** Right sides of bus voltages, and these: values and directions. */
  protected readonly side: Float64Array;
  protected readonly v: Float64Array;
  protected readonly dSide: Float64Array;
  protected readonly dv: Float64Array;
  private readonly perInverter: number;
  private readonly couplingAt: number;
  private readonly areCouplingsCommon: boolean;

  /** @param areCouplingsCommon - currents of couplings are in the common frame, not in that of their inverter */
  constructor(title: string, microgrid: Microgrid, shunt_ohm: number, own: InverterStates, areCouplingsCommon: boolean) {
    const settings = new Settings(microgrid);
    const { inverters } = microgrid;
    const wires = new RlWires(settings, shunt_ohm, offsetOf(inverters.length, own.length));
    const pAt = Int32Array.from(inverters, (_, k) => offsetOf(k, own.length));
    super(title, settings, [...inverterStates(microgrid, own), ...wires.states()], { pAt, qAt: pAt.map((at) => at + 1) });
    this.wires = wires;
    this.perInverter = own.length;
    this.areCouplingsCommon = areCouplingsCommon;
    this.couplingAt = own.findIndex(([name]) => name === 'i_o_d_A');
    const buses = 2 * microgrid.network.buses.length;
    this.side = new Float64Array(buses);
    this.v = new Float64Array(buses);
    this.dSide = new Float64Array(buses);
    this.dv = new Float64Array(buses);
  }

  protected angleOf_rad(k: number, x: Float64Array): number {
    return k === 0 ? 0 : x[offsetOf(k, this.perInverter) + this.perInverter - 1];
  }

  protected turn(k: number, by_rad: number, x: Float64Array): void {
    const { perInverter, couplingAt, areCouplingsCommon } = this;
    const { inverters } = this.settings.microgrid;
    if (k > 0) {
      x[offsetOf(k, perInverter) + perInverter - 1] += by_rad;
      return;
    }
    const turnPair = (at: number): void => {
      const [d, q] = [x[at], x[at + 1]];
      x[at] = Math.cos(by_rad) * d + Math.sin(by_rad) * q;
      x[at + 1] = Math.cos(by_rad) * q - Math.sin(by_rad) * d;
    };
    for (let i = 1; i < inverters.length; i++) {
      x[offsetOf(i, perInverter) + perInverter - 1] -= by_rad;
      if (areCouplingsCommon) turnPair(offsetOf(i, perInverter) + couplingAt);
    }
    for (let at = offsetOf(inverters.length, perInverter); at < x.length; at += 2) turnPair(at);
  }

  protected apply(name: string, value: number, x: Float64Array): void {
    const { part, at } = this.settings.change(name, value);
    if (part === 'law') return;
    this.wires.rebuild();
    if (value !== 0) return;
    const current = part === 'inverter' ? offsetOf(at, this.perInverter) + this.couplingAt : this.wires.currentAt(part, at);
    x[current] = 0;
    x[current + 1] = 0;
  }
}

/** Where the states of inverter k begin; the first has one less. */
export const offsetOf = (k: number, perInverter: number): number => (k === 0 ? 0 : perInverter * k - 1);

const inverterStates = ({ inverters }: Microgrid, own: InverterStates): State[] =>
  inverters.flatMap(({ id }, k) =>
    (k === 0 ? own.slice(0, -1) : own).map(([name, equation]) => ({
      name: `${id}.${name}`,
      equation: `${equation} of inverter "${id}"`,
    })),
  );
