import { InputError } from '../base/errors.ts';
import type { Network } from '../network/network.ts';

/** A radial feeder with what can move its voltages, and what is expected of loads and sun. */
export interface VoltVarCase {
  readonly network: Network;
  /** Index of the bus that the tap changer feeds. */
  readonly slack: number;
  readonly hours_count: number;
  readonly periodsPerHour_count: number;
  /** Loads at factor 1. @shape per bus */
  readonly p_load_kW: Float64Array;
  readonly q_load_kvar: Float64Array;
  /** Which zone each bus belongs to. @shape per bus */
  readonly zone: Int32Array;
  readonly zones_count: number;
  readonly inverters: readonly { readonly bus: number; readonly p_max_kW: number; readonly s_max_kVA: number }[];
  readonly banks: readonly { readonly bus: number; readonly step_kvar: number; readonly steps_count: number }[];
  /** Voltage of each position of the tap changer. */
  readonly taps_pu: readonly number[];
  /** Moves in the whole horizon. */
  readonly tapMoves_max_count: number;
  readonly bankMoves_max_count: number;
  /** What a position of the tap changer, or a step of a bank, wears: in kWh of losses. Default 0. */
  readonly tapMove_kWh?: number;
  readonly bankMove_kWh?: number;
  /** Forecasts of the factors. @shape [period][zone], flat */
  readonly load_frac: Float64Array;
  readonly sun_frac: Float64Array;
  readonly v_min_pu: number;
  readonly v_max_pu: number;
  /** Tangents per square; 0 is always one of them. */
  readonly tangents_count: number;
}

/** @throws {InputError} VOLT_VAR_INVALID */
export function checkCase(given: VoltVarCase): void {
  const { network, hours_count, periodsPerHour_count, zones_count, zone, taps_pu, inverters, banks } = given;
  const buses_count = network.buses.length;
  const factors_count = hours_count * periodsPerHour_count * zones_count;
  const wrong = (message: string, hint: string): never => {
    throw new InputError({ code: 'VOLT_VAR_INVALID', message, hint });
  };
  if (!(hours_count >= 1) || !(periodsPerHour_count >= 1))
    wrong('There is no period to decide for', 'Give at least one hour and one period per hour.');
  if (taps_pu.length === 0 || taps_pu.some((v) => !(v > 0)))
    wrong('The tap changer has no position with a positive voltage', 'Give taps_pu.');
  for (const name of ['load_frac', 'sun_frac'] as const) {
    if (given[name].length !== factors_count)
      wrong(`${name} has ${given[name].length} values, expected ${factors_count}`, 'Give one per period and zone.');
  }
  if (zone.length !== buses_count || zone.some((z) => !(z >= 0 && z < zones_count)))
    wrong(`The zones do not name one of ${zones_count} for each of ${buses_count} buses`, 'Give a zone per bus.');
  for (const { bus } of [...inverters, ...banks]) {
    if (!(bus in network.buses)) wrong(`There is no bus ${bus} in "${network.name}"`, `Buses count from 0 to ${buses_count - 1}.`);
  }
  for (const { bus, p_max_kW, s_max_kVA } of inverters) {
    const id = network.buses[bus].id;
    if (!(s_max_kVA > 0 && p_max_kW >= 0))
      wrong(`The inverter at bus "${id}" has ${s_max_kVA} kVA for ${p_max_kW} kW`, 'Give a positive rating.');
  }
  if (!(given.tangents_count >= 3)) wrong(`${given.tangents_count} tangents cannot follow a square`, 'Give at least 3.');
}
