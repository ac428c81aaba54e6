import { didYouMean, InputError } from '../../base/errors.ts';
import type { BusIndex, Network } from '../../network/network.ts';

/**
 * An islanded grid that inverters form: wires, grid-forming inverters, loads. The three tiers of models are built from it:
 * quasi-static, dynamic-phasor and averaged. Voltages are line to line, powers of three phases, + into the network.
 *
 * A branch of the network is resistance and reactance at `frequency_Hz`. Breakers, droops and loads may change while a model
 * runs; names are `<id>.<what>`, see settings.ts.
 */
export interface Microgrid {
  readonly network: Network;
  /** Nominal; reactances of the network belong to it. */
  readonly frequency_Hz: number;
  readonly inverters: readonly FormingInverter[];
  readonly loads: readonly MicrogridLoad[];
}

/**
 * A grid-forming inverter with droop:  ω = ω_set − m·(P − p_set),  |E| = v_set − n·Q, P and Q behind a first-order filter.
 * ω_set, v_set and p_set are inputs of the plant.
 */
export interface FormingInverter {
  readonly id: string;
  /** Id of its bus. */
  readonly bus: string;
  readonly droop_rad_per_s_per_kW: number;
  readonly droop_V_per_kvar: number;
  /** Line-to-line voltage that it forms at Q = 0. */
  readonly v_set_V: number;
  /** Corner of the filter of measured powers: what an inverter has instead of inertia. */
  readonly filter_rad_per_s: number;
  /** Coupling between the voltage that it forms and its bus. */
  readonly coupling: { readonly r_ohm: number; readonly l_H: number };
  /** Inner loops and filter; only the averaged tier reads them. */
  readonly loops?: InnerLoops | undefined;
}

/** PI control of the capacitor's voltage and of the filter's current. */
export interface InnerLoops {
  readonly r_filter_ohm: number;
  readonly l_filter_H: number;
  readonly c_filter_F: number;
  readonly kp_A_per_V: number;
  readonly ki_A_per_Vs: number;
  readonly kp_V_per_A: number;
  readonly ki_V_per_As: number;
  /** Share of the output current that is fed forward. */
  readonly feedforward_frac: number;
}

/** Resistance and reactance in series, from a bus to ground, at nominal frequency. */
export interface ImpedanceLoad {
  readonly id: string;
  readonly bus: string;
  readonly r_ohm: number;
  readonly x_ohm: number;
}

/**
 * A load that takes at its nominal voltage what its impedance takes there, and at other voltages what its kind says: the same impedance, the same power, or the same current at the
 * same power factor. Other kinds than impedance are for the quasi-static tier.
 */
export interface MicrogridLoad extends ImpedanceLoad {
  /** Default: impedance. */
  readonly kind?: 'impedance' | 'power' | 'current' | undefined;
  /** Line to line; default: the base voltage of its bus. */
  readonly v_nominal_V?: number | undefined;
}

/** Places of inverters and loads in the network. */
export interface Placed {
  readonly inverterBus: readonly BusIndex[];
  readonly loadBus: readonly BusIndex[];
}

/**
 * Checks a microgrid and says where its parts stand.
 * @throws {InputError} MICROGRID_PART, NETWORK_UNKNOWN_BUS, NETWORK_DUPLICATE_ID
 */
export function placeMicrogrid({ network, frequency_Hz, inverters, loads }: Microgrid): Placed {
  if (inverters.length === 0) throw badPart('A microgrid needs at least one inverter that forms its voltage', 'inverters');
  above('frequency_Hz', frequency_Hz, 0, 'the microgrid');
  const ids = new Set(network.branches.map(({ id }) => id));
  const indexOf = new Map(network.buses.map(({ id }, b) => [id, b]));
  const busOf = ({ id, bus }: { readonly id: string; readonly bus: string }): BusIndex => {
    if (ids.has(id)) {
      throw new InputError({
        code: 'NETWORK_DUPLICATE_ID',
        message: `"${id}" is there twice among branches, inverters and loads`,
        hint: 'Give each its own id: their breakers and settings are named after it.',
      });
    }
    ids.add(id);
    const at = indexOf.get(bus);
    if (at !== undefined) return at;
    throw new InputError({
      code: 'NETWORK_UNKNOWN_BUS',
      message: `"${id}" stands at bus "${bus}", which does not exist`,
      hint: didYouMean(bus, indexOf.keys()) ?? 'Add the bus, or correct the name.',
    });
  };
  const inverterBus = inverters.map((inverter) => {
    checkInverter(inverter);
    return busOf(inverter);
  });
  const loadBus = loads.map((load) => {
    const { id, r_ohm, x_ohm } = load;
    atLeast('r_ohm', r_ohm, 0, id);
    atLeast('x_ohm', x_ohm, 0, id);
    if (load.v_nominal_V !== undefined) above('v_nominal_V', load.v_nominal_V, 0, id);
    if (r_ohm === 0 && x_ohm === 0) throw badPart(`Load "${id}" is a short circuit: r_ohm and x_ohm are both zero`, id);
    return busOf(load);
  });
  return { inverterBus, loadBus };
}

function checkInverter(inverter: FormingInverter): void {
  const { id, coupling, loops, droop_rad_per_s_per_kW, droop_V_per_kvar, v_set_V, filter_rad_per_s } = inverter;
  atLeast('droop_rad_per_s_per_kW', droop_rad_per_s_per_kW, 0, id);
  atLeast('droop_V_per_kvar', droop_V_per_kvar, 0, id);
  above('v_set_V', v_set_V, 0, id);
  above('filter_rad_per_s', filter_rad_per_s, 0, id);
  atLeast('coupling.r_ohm', coupling.r_ohm, 0, id);
  above('coupling.l_H', coupling.l_H, 0, id);
  if (loops === undefined) return;
  for (const name of ['l_filter_H', 'c_filter_F'] as const) above(`loops.${name}`, loops[name], 0, id);
  for (const name of ['r_filter_ohm', 'kp_A_per_V', 'ki_A_per_Vs', 'kp_V_per_A', 'ki_V_per_As', 'feedforward_frac'] as const) {
    atLeast(`loops.${name}`, loops[name], 0, id);
  }
}

function above(name: string, value: number, limit: number, id: string): void {
  if (!(value > limit && value < Infinity)) throw badPart(`"${name}" must be above ${limit}, got ${value}`, id);
}

function atLeast(name: string, value: number, limit: number, id: string): void {
  if (!(value >= limit && value < Infinity)) throw badPart(`"${name}" must be at least ${limit}, got ${value}`, id);
}

function badPart(message: string, where: string): InputError {
  return new InputError({
    code: 'MICROGRID_PART',
    message,
    where,
    hint: 'A negative droop drives inverters apart, and without filter, inductance or capacitance a state would have no inertia.',
  });
}
