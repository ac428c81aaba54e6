import { InputError } from '../../base/errors.ts';
import { checkedGenerator, checkedInverter, checkedLoad, checkedProfile } from './check-consumers.ts';
import { checkedCapacitorControl, checkedInverterControl, checkedRegulator, type Targets } from './check-controls.ts';
import { checkConductors, reportLoops, reportUnfed } from './check-supply.ts';
import { checkedLine, checkedShunt, checkedSource, checkedSwitch, checkedTransformer, shown } from './check-wires.ts';
import type { Feeder, FeederBus } from './feeder.ts';
import type { FeederParts } from './feeder-parts.ts';
import { buildFeederTopology } from './feeder-topology.ts';
import { fail, mustBeFinite, mustBeInOrder, mustBePositive, type Owner, PartCheck, withoutEndlessLimits } from './part-check.ts';

/** The lists of a feeder by name, and what one element of each is called. */
const nouns = {
  buses: 'bus',
  sources: 'source',
  lines: 'line',
  switches: 'switch',
  transformers: 'transformer',
  shunts: 'shunt',
  loads: 'load',
  generators: 'generator',
  inverters: 'inverter',
  regulators: 'regulator',
  capacitorControls: 'capacitor control',
  inverterControls: 'inverter control',
  profiles: 'profile',
} as const;

export type FeederList = keyof typeof nouns;

export interface FeederBuildOptions {
  /** Place of an element in its file, for messages. */
  readonly whereOf?: ((list: FeederList, index: number) => string | undefined) | undefined;
  /** What a negative resistance or conductance is: an error (default), or a warning, as for star equivalents of transmission data. */
  readonly negativeImpedance?: 'error' | 'warning' | undefined;
}

export interface BuiltFeeder {
  readonly feeder: Feeder;
  /** What looks odd but was kept: unfed conductors and loads, islands, loops that do not fit, numbers that look like another unit; and which limits count as none. */
  readonly warnings: readonly string[];
}

/**
 * Checks the parts of a feeder, turns bus names into places and freezes the result. Order is kept.
 *
 * @cost O(elements)
 * @throws {InputError} FEEDER_EMPTY, FEEDER_SOURCE_MISSING, FEEDER_DUPLICATE_ID, FEEDER_UNKNOWN_BUS, FEEDER_UNKNOWN_ELEMENT, FEEDER_ELEMENT_AMBIGUOUS, FEEDER_NUMBER_INVALID,
 *   FEEDER_VALUE_RANGE, FEEDER_MATRIX_SIZE, FEEDER_MATRIX_ASYMMETRIC, FEEDER_CONDUCTOR_INVALID, FEEDER_CONDUCTOR_MISSING, FEEDER_CONDUCTORS_COUNT,
 *   FEEDER_LENGTH_INVALID, FEEDER_IMPEDANCE_SINGULAR, FEEDER_SELF_LOOP, FEEDER_LAW_INVALID, FEEDER_TRANSFORMER_IMPEDANCE, FEEDER_TRANSFORMER_CLOCK
 */
export function buildFeeder(parts: FeederParts, options: FeederBuildOptions = {}): BuiltFeeder {
  const warnings: string[] = [];
  const { frequency_Hz } = parts;
  const whole: Owner = { what: `feeder "${parts.name}"` };
  if (parts.buses.length === 0) fail('FEEDER_EMPTY', whole, 'has no buses', 'Add at least one bus and a source.');
  mustBePositive(frequency_Hz, 'frequency_Hz', whole);
  mustBeFinite(frequency_Hz, whole, 'frequency_Hz');
  const owner = (list: FeederList, id: string, k: number): Owner => ({ what: `${nouns[list]} "${id}"`, where: options.whereOf?.(list, k) });
  const each = <P extends { readonly id: string }, T>(
    list: FeederList,
    from: readonly P[] | undefined,
    checked: (part: P, owner: Owner) => T,
  ): readonly T[] => {
    const first = new Map<string, number>();
    const built = (from ?? []).map((part, k) => {
      const mine = owner(list, part.id, k);
      const earlier = first.get(part.id);
      if (earlier !== undefined) throw duplicate(mine, options.whereOf?.(list, earlier));
      first.set(part.id, k);
      return frozen(checked(withoutEndlessLimits(part, mine, warnings), mine));
    });
    return Object.freeze(built);
  };
  const buses = each('buses', parts.buses, checkedBus);
  const check = new PartCheck(buses, warnings, options.negativeImpedance === 'warning');
  if (frequency_Hz < 10 || frequency_Hz > 1000) check.warn(whole, `has a frequency of ${frequency_Hz} Hz`);
  buses.forEach((bus, b) => {
    if (bus.v_base_kV < 0.02 || bus.v_base_kV > 1200)
      check.warn(owner('buses', bus.id, b), `has a nominal voltage of ${shown(bus.v_base_kV)} kV; are its units right?`);
  });
  const profiles = each('profiles', parts.profiles, checkedProfile);
  const profileOf = new Map(profiles.map((profile) => [profile.id, profile]));
  const wires = {
    sources: each('sources', parts.sources, (part, mine) => checkedSource(part, mine, check)),
    lines: each('lines', parts.lines, (part, mine) => checkedLine(part, mine, check)),
    switches: each('switches', parts.switches, (part, mine) => checkedSwitch(part, mine, check)),
    transformers: each('transformers', parts.transformers, (part, mine) => checkedTransformer(part, mine, check)),
    shunts: each('shunts', parts.shunts, (part, mine) => checkedShunt(part, mine, check)),
  };
  const consumers = {
    loads: each('loads', parts.loads, (part, mine) => checkedLoad(part, mine, check, profileOf)),
    generators: each('generators', parts.generators, (part, mine) => checkedGenerator(part, mine, check, profileOf)),
    inverters: each('inverters', parts.inverters, (part, mine) => checkedInverter(part, mine, check, profileOf)),
  };
  const targets = targetsOf({ ...wires, inverters: consumers.inverters });
  const feeder: Feeder = Object.freeze({
    name: parts.name,
    frequency_Hz,
    buses,
    ...wires,
    ...consumers,
    regulators: each('regulators', parts.regulators, (part, mine) => checkedRegulator(part, mine, check, targets)),
    capacitorControls: each('capacitorControls', parts.capacitorControls, (part, mine) =>
      checkedCapacitorControl(part, mine, check, targets),
    ),
    inverterControls: each('inverterControls', parts.inverterControls, (part, mine) => checkedInverterControl(part, mine, check, targets)),
    profiles,
    ...(parts.source === undefined ? {} : { source: parts.source }),
  });
  if (!feeder.sources.some(({ inService }) => inService)) {
    fail('FEEDER_SOURCE_MISSING', whole, 'has no source in service', 'Add the voltage at which it is connected to the rest of the grid.');
  }
  const topology = buildFeederTopology(feeder);
  checkConductors(feeder, topology, check);
  reportUnfed(feeder, topology, check);
  reportLoops(feeder, check);
  return { feeder, warnings };
}

function checkedBus(part: FeederBus, owner: Owner): FeederBus {
  mustBeFinite(part, owner);
  mustBePositive(part.v_base_kV, 'v_base_kV', owner);
  if (part.v_base_kV < 1e-9 || part.v_base_kV > 1e9)
    fail('FEEDER_VALUE_RANGE', owner, `has v_base_kV = ${part.v_base_kV}`, 'Look at its units, or at the ratings it was worked out from.');
  mustBeInOrder(0, part.v_min_pu, '0 and v_min_pu', owner);
  mustBeInOrder(part.v_min_pu, part.v_max_pu, 'v_min_pu and v_max_pu', owner);
  return part;
}

function targetsOf(feeder: Pick<Feeder, 'sources' | 'lines' | 'switches' | 'transformers' | 'shunts' | 'inverters'>): Targets {
  const byId = <T extends { readonly id: string }>(list: readonly T[]): ReadonlyMap<string, T> =>
    new Map(list.map((element) => [element.id, element]));
  const counted = (list: readonly { readonly id: string }[], ends_count: number) => new Map(list.map(({ id }) => [id, ends_count]));
  return {
    transformers: byId(feeder.transformers),
    shunts: byId(feeder.shunts),
    inverters: byId(feeder.inverters),
    ends_count: {
      line: counted(feeder.lines, 2),
      switch: counted(feeder.switches, 2),
      transformer: new Map(feeder.transformers.map(({ id, windings }) => [id, windings.length])),
      shunt: counted(feeder.shunts, 1),
      source: counted(feeder.sources, 1),
    },
  };
}

function duplicate(owner: Owner, first: string | undefined): InputError {
  return new InputError({
    code: 'FEEDER_DUPLICATE_ID',
    message: `${owner.what} is there twice`,
    where: owner.where,
    hint: first === undefined ? 'Give each its own id.' : `The first is at ${first}; give each its own id.`,
  });
}

/** Freezes an element with all that it holds, except long lists of numbers, whose type says that they are not written to. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || (Array.isArray(value) && value.length > 256)) return value;
  for (const inner of Object.values(value)) frozen(inner);
  return Object.freeze(value);
}
