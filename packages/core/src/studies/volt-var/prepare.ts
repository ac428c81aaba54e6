import { InputError } from '../../base/errors.ts';
import type { Device } from '../../devices/contract.ts';
import { at } from '../../problem/affine.ts';
import type { VoltVarCase } from '../../volt-var/case.ts';
import type { Catalog, StudyServices } from '../contract.ts';
import { readSite, type Site } from '../site.ts';
import type { VoltVarDocument } from './document.ts';
import { type Zones, zonesOf } from './zones.ts';

/** Everything the study was told, checked and in house units. */
export interface Prepared extends Site {
  readonly document: VoltVarDocument;
  readonly zones: Zones;
  /** What is decided for: its limits are those of the network, less the margin. */
  readonly given: VoltVarCase;
  /** Load of every zone, then sun of every zone. */
  readonly quantities: readonly Quantity[];
}

/** A factor of a zone: what its loads or its sun are multiplied by. */
export interface Quantity {
  readonly kind: 'load' | 'sun';
  readonly zone: string;
  /** @shape (periods) */
  readonly forecast: Float64Array;
}

/** @throws {InputError} STUDY_*, DEVICE_* with the path of the key */
export async function prepare(document: VoltVarDocument, catalog: Catalog, services: StudyServices): Promise<Prepared> {
  const { tapChanger, hold_min } = document;
  const site = await readSite(
    { ...document, slackBus: { bus: tapChanger.bus, where: 'tapChanger.bus' }, takenIds: () => document.banks.map(({ id }) => id) },
    catalog,
    services,
  );
  const { grid, network } = site;
  const periodsPerHour_count = hold_min / (60 * grid.dt_h);
  if (!Number.isInteger(periodsPerHour_count) || grid.steps_count % periodsPerHour_count !== 0) {
    refuse(
      `Taps and banks stay ${hold_min} min, which ${grid.steps_count} steps of ${60 * grid.dt_h} min do not fill evenly`,
      'hold_min',
      'Give a whole number of steps that divides the horizon.',
    );
  }
  checkFeeder(site);
  checkBanks(document.banks);
  const zones = zonesOf(document, network);
  const scale = site.perStep(document.loads.scale_frac, 'loads.scale_frac');
  const inverters = site.devices.map((device, k) => inverterOf(site, device, `devices[${k}] "${device.id}"`));
  const sun = zones.names.map((name, z) =>
    sunOf(
      name,
      inverters.filter(({ bus }) => zones.zone[bus] === z),
      grid.steps_count,
    ),
  );
  const quantities: Quantity[] = [
    ...zones.names.map((zone): Quantity => ({ kind: 'load', zone, forecast: scale })),
    ...zones.names.map((zone, z): Quantity => ({ kind: 'sun', zone, forecast: sun[z] })),
  ];
  const byPeriod = (values: readonly Float64Array[]): Float64Array =>
    Float64Array.from({ length: grid.steps_count * values.length }, (_, i) => values[i % values.length][Math.floor(i / values.length)]);
  const { operatingPoint } = site.case;
  const given: VoltVarCase = {
    network,
    slack: site.slack,
    hours_count: grid.steps_count / periodsPerHour_count,
    periodsPerHour_count,
    p_load_kW: operatingPoint.p_kW.map((p) => -p),
    q_load_kvar: operatingPoint.q_kvar.map((q) => -q),
    zone: zones.zone,
    zones_count: zones.names.length,
    inverters,
    banks: document.banks.map(({ bus, step_kvar, steps_count }, c) => ({
      bus: busOf(network, bus, `banks[${c}].bus`),
      step_kvar,
      steps_count,
    })),
    taps_pu: Array.from({ length: tapChanger.positions_count }, (_, k) => tapChanger.v_lowest_pu + tapChanger.step_pu * k),
    tapMoves_max_count: tapChanger.moves_max_count,
    bankMoves_max_count: document.bankMoves_max_count,
    tapMove_kWh: tapChanger.move_kWh,
    bankMove_kWh: document.bankMove_kWh,
    load_frac: byPeriod(zones.names.map(() => scale)),
    sun_frac: byPeriod(sun),
    ...limitsOf(site, document.limits.margin_pu),
    tangents_count: document.tangents_count,
  };
  return { ...site, document, zones, given, quantities };
}

interface Inverter {
  readonly id: string;
  readonly bus: number;
  readonly p_max_kW: number;
  readonly s_max_kVA: number;
  readonly p_available_kW: Float64Array;
}

function inverterOf({ grid, network }: Site, { id, kind, bus, values }: Device, where: string): Inverter {
  const { p_available_kW: available, s_max_kVA: rating, pf_min_frac: factor } = values as Readonly<Record<string, unknown>>;
  if (available === undefined || typeof rating !== 'number') {
    refuse(
      `A ${kind.kind} has no available power behind an inverter with a rating`,
      `${where}.kind`,
      'Volt/var is decided for sources such as pv.',
    );
  }
  if (rating <= 0)
    refuse(`The inverter of "${id}" has no rating, so it cannot give reactive power`, `${where}.s_max_kVA`, 'Give s_max_kVA.');
  if (typeof factor === 'number' && factor > 0)
    refuse(`"${id}" has a least power factor, which volt/var does not keep`, `${where}.pf_min_frac`, 'Leave it out.');
  const p_available_kW = Float64Array.from({ length: grid.steps_count }, (_, t) => at(available as number | Float64Array, t));
  return {
    id,
    bus: network.buses.findIndex((each) => each.id === bus),
    p_max_kW: Math.max(...p_available_kW),
    s_max_kVA: rating,
    p_available_kW,
  };
}

/** The factor that all sources of a zone share. */
function sunOf(zone: string, sources: readonly Inverter[], steps_count: number): Float64Array {
  const most_kW = sources.reduce((sum, { p_max_kW }) => sum + p_max_kW, 0);
  if (most_kW === 0) return new Float64Array(steps_count);
  const factor = Float64Array.from({ length: steps_count }, (_, t) => sources.reduce((sum, s) => sum + s.p_available_kW[t], 0) / most_kW);
  for (const { id, p_max_kW, p_available_kW } of sources) {
    if (p_available_kW.some((p, t) => Math.abs(p - factor[t] * p_max_kW) > 1e-6 * Math.max(1, p_max_kW))) {
      refuse(
        `The sun of "${id}" has another course than that of its zone "${zone}"`,
        'zones',
        'Sources of a zone deviate together, so they share one profile: give it a zone of its own.',
      );
    }
  }
  return factor;
}

function checkFeeder({ case: { operatingPoint }, slack }: Site): void {
  const other = operatingPoint.generators.find(({ inService, bus }) => inService && bus !== slack);
  if (other)
    refuse(
      `Generator "${other.id}" of the network file stands on the feeder, and loads alone are scaled`,
      'network',
      'Make it a device of the study.',
    );
}

function checkBanks(banks: VoltVarDocument['banks']): void {
  const twice = banks.findIndex(({ id }, c) => banks.findIndex((other) => other.id === id) < c);
  if (twice < 0) return;
  throw new InputError({
    code: 'STUDY_DUPLICATE_ID',
    message: `The id "${banks[twice].id}" is taken`,
    where: `banks[${twice}].id`,
    hint: 'Give every bank an id of its own.',
  });
}

/** The tightest limits of all buses but the slack, less the margin. */
function limitsOf({ network, slack }: Site, margin_pu: number): Pick<VoltVarCase, 'v_min_pu' | 'v_max_pu'> {
  const others = network.buses.filter((_, b) => b !== slack);
  const v_min_pu = Math.max(...others.map((bus) => bus.v_min_pu)) + margin_pu;
  const v_max_pu = Math.min(...others.map((bus) => bus.v_max_pu)) - margin_pu;
  if (v_min_pu >= v_max_pu)
    refuse(
      `A margin of ${margin_pu} pu leaves nothing between the limits of voltage`,
      'limits.margin_pu',
      'Lower it, or widen the limits.',
    );
  return { v_min_pu, v_max_pu };
}

function busOf(network: Site['network'], id: string | number, where: string): number {
  const bus = network.buses.findIndex((each) => each.id === String(id));
  if (bus >= 0) return bus;
  throw new InputError({
    code: 'STUDY_UNKNOWN_BUS',
    message: `The network has no bus "${String(id).slice(0, 40)}"`,
    where,
    hint: `It has ${network.buses.length} buses. See \`gridflock inspect\`.`,
  });
}

function refuse(message: string, where: string, hint: string): never {
  throw new InputError({ code: 'STUDY_VALUE_INVALID', message, where, hint });
}
