/**
 * A microgrid on direct current.
 *
 * | state | rate |
 * |---|---|
 * | v_b | (Σ i into the bus − Σ i_load(v_b))/C_b |
 * | i_k of a source | (E − r·i − v_b)/L, E = v_set − droop·I |
 * | I_k, its filter | ω_f·(i − I) |
 * | i_l of a cable | (v_from − v_to − r·i)/L, while it is closed |
 *
 * i_load(v): P/v, P/v_n, P·v/v_n² for constant power, current, impedance. ∂i/∂v of constant power is −P/v²: a resistance below zero, which takes the damping away that r and droop
 * give. One source of impedance r + droop (unfiltered) and L on one bus is stable for P < C·v²·r/L and P < v²/r.
 *
 * | | names |
 * |---|---|
 * | inputs | `<source>.v_set_V` |
 * | outputs | `<source>.v_V` (at its bus), `.i_A`, `.p_kW`; `bus.<id>.v_V` |
 * | parameters | `<source>.droop_ohm`, `.filter_rad_per_s`, `.isClosed`; `<cable>.isClosed`; `<load>.scale_frac` |
 * @source Dragičević, Lu, Vasquez, Guerrero, DC microgrids part I, IEEE Trans. Power Electronics 31 (2016); negative resistance: Middlebrook, IEEE IAS 1976
 */
import { checkedParameter, type Plant, placeOf, type State } from '../plant.ts';
import { type DcLoad, type DcMicrogrid, type PlacedDc, placeDc } from './dc-microgrid.ts';

/** @throws {InputError} DC_PART */
export function dcPlant(microgrid: DcMicrogrid): Plant {
  return new DcPlant(microgrid);
}

const OUTPUTS = 3;
const W_PER_KW = 1000;

class DcPlant implements Plant {
  readonly title = 'microgrid on direct current';
  readonly states: readonly State[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly parameters: readonly string[];
  private readonly microgrid: DcMicrogrid;
  private readonly places: PlacedDc;
  /** Where currents of sources, their filters, and currents of cables begin among the states. */
  private readonly currentsAt: number;
  private readonly filtersAt: number;
  private readonly cablesAt: number;
  private readonly droop: Float64Array;
  private readonly filter: Float64Array;
  private readonly sourceClosed: Float64Array;
  private readonly cableClosed: Float64Array;
  private readonly loadScale: Float64Array;
  private readonly slots: ReadonlyMap<string, Slot>;

  constructor(microgrid: DcMicrogrid) {
    const { buses, cables, sources, loads } = microgrid;
    this.places = placeDc(microgrid);
    this.microgrid = microgrid;
    this.currentsAt = buses.length;
    this.filtersAt = this.currentsAt + sources.length;
    this.cablesAt = this.filtersAt + sources.length;
    this.states = [
      ...buses.map(({ id }) => ({ name: `bus.${id}.voltage_V`, equation: `C·dv/dt = Σ i − i_load(v) of bus "${id}"` })),
      ...sources.map(({ id }) => ({ name: `${id}.current_A`, equation: `L·di/dt = E − r·i − v of source "${id}"` })),
      ...sources.map(({ id }) => ({ name: `${id}.filtered_A`, equation: `dI/dt = ω·(i − I) of source "${id}"` })),
      ...cables.map(({ id }) => ({ name: `${id}.current_A`, equation: `L·di/dt = v_from − v_to − r·i of cable "${id}"` })),
    ];
    this.inputs = sources.map(({ id }) => `${id}.v_set_V`);
    this.outputs = [...sources.flatMap(({ id }) => [`${id}.v_V`, `${id}.i_A`, `${id}.p_kW`]), ...buses.map(({ id }) => `bus.${id}.v_V`)];
    this.droop = Float64Array.from(sources, ({ droop_ohm }) => droop_ohm);
    this.filter = Float64Array.from(sources, ({ filter_rad_per_s }) => filter_rad_per_s);
    this.sourceClosed = new Float64Array(sources.length).fill(1);
    this.cableClosed = new Float64Array(cables.length).fill(1);
    this.loadScale = new Float64Array(loads.length).fill(1);
    this.slots = new Map<string, Slot>([
      ...sources.flatMap(({ id }, at): [string, Slot][] => [
        [`${id}.droop_ohm`, { values: this.droop, at, min: 0 }],
        [`${id}.filter_rad_per_s`, { values: this.filter, at, min: Number.MIN_VALUE }],
        [`${id}.isClosed`, { values: this.sourceClosed, at, min: 0, currentAt: this.currentsAt + at }],
      ]),
      ...cables.map(({ id }, at): [string, Slot] => [
        `${id}.isClosed`,
        { values: this.cableClosed, at, min: 0, currentAt: this.cablesAt + at },
      ]),
      ...loads.map(({ id }, at): [string, Slot] => [`${id}.scale_frac`, { values: this.loadScale, at, min: 0 }]),
    ]);
    this.parameters = [...this.slots.keys()];
  }

  /** All buses at the voltage of the first source, no current: sources pick the loads up. */
  startInto(x: Float64Array): void {
    x.fill(0);
    x.fill(this.microgrid.sources[0].v_set_V, 0, this.microgrid.buses.length);
  }

  inputsInto(u: Float64Array): void {
    this.microgrid.sources.forEach(({ v_set_V }, k) => {
      u[k] = v_set_V;
    });
  }

  /** What is linear in x and u: all but the loads. Serves values and directions. */
  private wiresInto(x: Float64Array, u: Float64Array, rate: Float64Array): void {
    const { microgrid, places, currentsAt, filtersAt, cablesAt, droop, filter, sourceClosed, cableClosed } = this;
    const { buses, sources, cables } = microgrid;
    for (let b = 0; b < buses.length; b++) rate[b] = 0;
    for (let k = 0; k < sources.length; k++) {
      const { r_ohm, l_H } = sources[k];
      const bus = places.sourceBus[k];
      const i = x[currentsAt + k];
      const formed = u[k] - droop[k] * x[filtersAt + k];
      rate[bus] += i;
      rate[currentsAt + k] = (sourceClosed[k] * (formed - r_ohm * i - x[bus])) / l_H;
      rate[filtersAt + k] = filter[k] * (i - x[filtersAt + k]);
    }
    for (let l = 0; l < cables.length; l++) {
      const { r_ohm, l_H } = cables[l];
      const from = places.cableFrom[l];
      const to = places.cableTo[l];
      const i = x[cablesAt + l];
      rate[from] -= i;
      rate[to] += i;
      rate[cablesAt + l] = (cableClosed[l] * (x[from] - x[to] - r_ohm * i)) / l_H;
    }
  }

  derivativeInto(x: Float64Array, u: Float64Array, rate: Float64Array): void {
    this.wiresInto(x, u, rate);
    const { buses, loads } = this.microgrid;
    const { loadBus } = this.places;
    for (let k = 0; k < loads.length; k++) rate[loadBus[k]] -= this.loadScale[k] * loadCurrent(loads[k], x[loadBus[k]]);
    for (let b = 0; b < buses.length; b++) rate[b] /= buses[b].c_F;
  }

  outputsInto(x: Float64Array, _u: Float64Array, y: Float64Array): void {
    const { currentsAt, places } = this;
    const { buses, sources } = this.microgrid;
    for (let k = 0; k < sources.length; k++) {
      const v = x[places.sourceBus[k]];
      const i = x[currentsAt + k];
      y[OUTPUTS * k] = v;
      y[OUTPUTS * k + 1] = i;
      y[OUTPUTS * k + 2] = (v * i) / W_PER_KW;
    }
    for (let b = 0; b < buses.length; b++) y[OUTPUTS * sources.length + b] = x[b];
  }

  tangentInto(x: Float64Array, _u: Float64Array, dx: Float64Array, du: Float64Array, dRate: Float64Array, dOutputs: Float64Array): void {
    this.wiresInto(dx, du, dRate);
    const { currentsAt, places } = this;
    const { buses, sources, loads } = this.microgrid;
    for (let k = 0; k < loads.length; k++) {
      const bus = places.loadBus[k];
      dRate[bus] -= this.loadScale[k] * loadConductance(loads[k], x[bus]) * dx[bus];
    }
    for (let b = 0; b < buses.length; b++) dRate[b] /= buses[b].c_F;
    for (let k = 0; k < sources.length; k++) {
      const bus = places.sourceBus[k];
      dOutputs[OUTPUTS * k] = dx[bus];
      dOutputs[OUTPUTS * k + 1] = dx[currentsAt + k];
      dOutputs[OUTPUTS * k + 2] = (x[bus] * dx[currentsAt + k] + x[currentsAt + k] * dx[bus]) / W_PER_KW;
    }
    for (let b = 0; b < buses.length; b++) dOutputs[OUTPUTS * sources.length + b] = dx[b];
  }

  readParameter(name: string): number {
    const { values, at } = this.slotOf(name);
    return values[at];
  }

  /** What is opened carries nothing from that moment on. */
  change(name: string, value: number, x: Float64Array): void {
    const { values, at, min, currentAt } = this.slotOf(name);
    const checked = checkedParameter(name, value, min);
    values[at] = currentAt !== undefined && checked !== 0 ? 1 : checked;
    if (currentAt !== undefined && checked === 0) x[currentAt] = 0;
  }

  private slotOf(name: string): Slot {
    placeOf(name, this.parameters, 'parameter of the microgrid');
    return this.slots.get(name)!;
  }
}

interface Slot {
  readonly values: Float64Array;
  readonly at: number;
  readonly min: number;
  /** Of a breaker: the state that it interrupts. */
  readonly currentAt?: number;
}

/** Current of a load, A. */
function loadCurrent({ kind, p_kW, v_nominal_V, v_drop_V = v_nominal_V / 2 }: DcLoad, v: number): number {
  const p = W_PER_KW * p_kW;
  if (kind === 'impedance') return (p * v) / (v_nominal_V * v_nominal_V);
  if (kind === 'current') return p / v_nominal_V;
  return v > v_drop_V ? p / v : (p * v) / (v_drop_V * v_drop_V);
}

/** Its derivative by the voltage: below zero for constant power. */
function loadConductance({ kind, p_kW, v_nominal_V, v_drop_V = v_nominal_V / 2 }: DcLoad, v: number): number {
  const p = W_PER_KW * p_kW;
  if (kind === 'impedance') return p / (v_nominal_V * v_nominal_V);
  if (kind === 'current') return 0;
  return v > v_drop_V ? -p / (v * v) : p / (v_drop_V * v_drop_V);
}
