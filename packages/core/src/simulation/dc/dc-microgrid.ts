import { didYouMean, InputError } from '../../base/errors.ts';

/** A microgrid on direct current: buses with capacitance, cables, sources with droop, loads of three kinds. + is into the network. */
export interface DcMicrogrid {
  readonly buses: readonly DcBus[];
  readonly cables: readonly DcCable[];
  readonly sources: readonly DcSource[];
  readonly loads: readonly DcLoad[];
}

export interface DcBus {
  readonly id: string;
  /** All input and output filters at the bus. */
  readonly c_F: number;
}

export interface DcCable {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly r_ohm: number;
  readonly l_H: number;
}

/** A converter that forms E = v_set − droop·I behind a resistance and an inductance; I is its current behind a filter. */
export interface DcSource {
  readonly id: string;
  readonly bus: string;
  readonly v_set_V: number;
  readonly droop_ohm: number;
  readonly filter_rad_per_s: number;
  readonly r_ohm: number;
  readonly l_H: number;
}

/**
 * Takes p_kW at v_nominal_V; at other voltages what its kind says: the same power (a converter that regulates its output), the same current, or that of a resistance.
 * Below `v_drop_V` constant power is given up and the load is the resistance that it is there.
 */
export interface DcLoad {
  readonly id: string;
  readonly bus: string;
  readonly kind: 'power' | 'current' | 'impedance';
  readonly p_kW: number;
  readonly v_nominal_V: number;
  /** Default: half of nominal. */
  readonly v_drop_V?: number | undefined;
}

export interface PlacedDc {
  readonly cableFrom: readonly number[];
  readonly cableTo: readonly number[];
  readonly sourceBus: readonly number[];
  readonly loadBus: readonly number[];
}

/** @throws {InputError} DC_PART */
export function placeDc({ buses, cables, sources, loads }: DcMicrogrid): PlacedDc {
  if (sources.length === 0) throw badPart('A microgrid on direct current needs at least one source', 'sources');
  const ids = new Set<string>();
  for (const { id } of [...buses, ...cables, ...sources, ...loads]) {
    if (ids.has(id)) throw badPart(`"${id}" is there twice`, id);
    ids.add(id);
  }
  const names = buses.map(({ id }) => id);
  const busOf = (name: string, id: string): number => {
    const at = names.indexOf(name);
    if (at >= 0) return at;
    throw badPart(`"${id}" is at bus "${name}", which does not exist`, id, didYouMean(name, names) ?? 'Correct the name.');
  };
  for (const { id, c_F } of buses) above('c_F', c_F, id);
  for (const { id, r_ohm, l_H, from, to } of cables) {
    atLeast('r_ohm', r_ohm, id);
    above('l_H', l_H, id);
    if (from === to) throw badPart(`Cable "${id}" leads from bus "${from}" to itself`, id);
  }
  for (const { id, v_set_V, droop_ohm, filter_rad_per_s, r_ohm, l_H } of sources) {
    above('v_set_V', v_set_V, id);
    atLeast('droop_ohm', droop_ohm, id);
    above('filter_rad_per_s', filter_rad_per_s, id);
    atLeast('r_ohm', r_ohm, id);
    above('l_H', l_H, id);
  }
  for (const { id, p_kW, v_nominal_V, v_drop_V } of loads) {
    atLeast('p_kW', p_kW, id);
    above('v_nominal_V', v_nominal_V, id);
    if (v_drop_V !== undefined) above('v_drop_V', v_drop_V, id);
  }
  return {
    cableFrom: cables.map(({ id, from }) => busOf(from, id)),
    cableTo: cables.map(({ id, to }) => busOf(to, id)),
    sourceBus: sources.map(({ id, bus }) => busOf(bus, id)),
    loadBus: loads.map(({ id, bus }) => busOf(bus, id)),
  };
}

function above(name: string, value: number, id: string): void {
  if (!(value > 0 && value < Infinity)) throw badPart(`"${name}" of "${id}" must be above 0, got ${value}`, id);
}

function atLeast(name: string, value: number, id: string): void {
  if (!(value >= 0 && value < Infinity)) throw badPart(`"${name}" of "${id}" must be at least 0, got ${value}`, id);
}

const badPart = (
  message: string,
  where: string,
  hint = 'A negative droop drives sources apart, and without capacitance, inductance or filter a state would move at once.',
): InputError => new InputError({ code: 'DC_PART', message, where, hint });
