import type { BusIndex } from '../../network/network.ts';
import { checkedParameter, placeOf } from '../plant.ts';
import { type Microgrid, type Placed, placeMicrogrid } from './microgrid.ts';

/**
 * What may change in a microgrid while it runs, and which buses are alive.
 *
 * | name | means |
 * |---|---|
 * | `<inverter>.droop_rad_per_s_per_kW`, `.droop_V_per_kvar`, `.filter_rad_per_s` | the inverter's droop and filter |
 * | `<inverter>.isClosed`, `<branch>.isClosed` | a breaker: 1 closed, 0 open |
 * | `<load>.scale_frac` | admittance of the load as a multiple of its first; 0 switches it off |
 */
export class Settings implements Placed {
  readonly microgrid: Microgrid;
  readonly inverterBus: readonly BusIndex[];
  readonly loadBus: readonly BusIndex[];
  /** Droops and filters by inverter: m, n, ω_c. */
  readonly m: Float64Array;
  readonly n: Float64Array;
  readonly filter: Float64Array;
  /** 1 or 0. */
  readonly inverterClosed: Float64Array;
  readonly branchClosed: Float64Array;
  readonly loadScale: Float64Array;
  readonly names: readonly string[];
  /** 1 where a closed inverter reaches the bus; elsewhere the voltage is zero. */
  readonly alive: Uint8Array;
  private readonly slots: readonly Slot[];

  /** @throws {InputError} as `placeMicrogrid` */
  constructor(microgrid: Microgrid) {
    const { inverters, loads, network } = microgrid;
    this.microgrid = microgrid;
    const placed = placeMicrogrid(microgrid);
    this.inverterBus = placed.inverterBus;
    this.loadBus = placed.loadBus;
    this.m = Float64Array.from(inverters, (each) => each.droop_rad_per_s_per_kW);
    this.n = Float64Array.from(inverters, (each) => each.droop_V_per_kvar);
    this.filter = Float64Array.from(inverters, (each) => each.filter_rad_per_s);
    this.inverterClosed = new Float64Array(inverters.length).fill(1);
    this.branchClosed = Float64Array.from(network.branches, ({ inService }) => (inService ? 1 : 0));
    this.loadScale = new Float64Array(loads.length).fill(1);
    this.alive = new Uint8Array(network.buses.length);
    this.slots = [
      ...inverters.flatMap(({ id }, k): Slot[] => [
        { name: `${id}.droop_rad_per_s_per_kW`, values: this.m, at: k, min: 0, part: 'law' },
        { name: `${id}.droop_V_per_kvar`, values: this.n, at: k, min: 0, part: 'law' },
        { name: `${id}.filter_rad_per_s`, values: this.filter, at: k, min: Number.MIN_VALUE, part: 'law' },
        { name: `${id}.isClosed`, values: this.inverterClosed, at: k, min: 0, part: 'inverter' },
      ]),
      ...network.branches.map(({ id }, l): Slot => ({ name: `${id}.isClosed`, values: this.branchClosed, at: l, min: 0, part: 'branch' })),
      ...loads.map(({ id }, k): Slot => ({ name: `${id}.scale_frac`, values: this.loadScale, at: k, min: 0, part: 'load' })),
    ];
    this.names = this.slots.map(({ name }) => name);
    this.findAlive();
  }

  private slotOf(name: string): Slot {
    return this.slots[placeOf(name, this.names, 'parameter of the microgrid')];
  }

  /** @throws {InputError} SIMULATION_UNKNOWN_NAME */
  read(name: string): number {
    const { values, at } = this.slotOf(name);
    return values[at];
  }

  /**
   * @returns what has changed: a law, or the inverter, branch or load whose place in its list is `at`
   * @throws {InputError} SIMULATION_UNKNOWN_NAME, SIMULATION_PARAMETER
   */
  change(name: string, value: number): { readonly part: Slot['part']; readonly at: number } {
    const { values, at, min, part } = this.slotOf(name);
    const isBreaker = part === 'inverter' || part === 'branch';
    values[at] = isBreaker ? (checkedParameter(name, value, 0) === 0 ? 0 : 1) : checkedParameter(name, value, min);
    if (part !== 'law') this.findAlive();
    return { part, at };
  }

  /** Which inverter a change would close now; −1: none. */
  closedBy(name: string, value: number): number {
    const slot = this.slots[this.names.indexOf(name)];
    return slot?.part === 'inverter' && value !== 0 && slot.values[slot.at] === 0 ? slot.at : -1;
  }

  /** Walks from the buses of closed inverters over closed branches. */
  private findAlive(): void {
    const { alive, inverterBus, inverterClosed, branchClosed } = this;
    const { branches } = this.microgrid.network;
    alive.fill(0);
    inverterBus.forEach((bus, k) => {
      if (inverterClosed[k] === 1) alive[bus] = 1;
    });
    for (let isGrowing = true; isGrowing; ) {
      isGrowing = false;
      branches.forEach(({ from, to }, l) => {
        if (branchClosed[l] === 0 || alive[from] === alive[to]) return;
        alive[from] = alive[to] = 1;
        isGrowing = true;
      });
    }
  }
}

interface Slot {
  readonly name: string;
  readonly values: Float64Array;
  readonly at: number;
  readonly min: number;
  readonly part: 'law' | 'inverter' | 'branch' | 'load';
}
