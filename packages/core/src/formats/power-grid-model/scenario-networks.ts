import { InputError } from '../../base/errors.ts';
import type { Feeder, Terminal } from '../../network/feeder/feeder.ts';
import type { FeederParts } from '../../network/feeder/feeder-parts.ts';
import { feederOfParts } from '../feeder-case.ts';
import { type ConsumerPowers, phases_count, type ScenarioNetwork, type ScenarioNetworks } from '../scenarios.ts';
import { has, idOf, nameOf, type Row, type Scenario } from './dataset.ts';
import { readParts } from './read.ts';
import { withDistinctNames } from './scenario-checks.ts';
import { type Consumer, type ConsumerPlaces, isConsumer, placesOfConsumers, regulatedIds, type WireChanges } from './update-batch.ts';

/** Components whose change leaves all other elements of a feeder as they are. */
const separate: ReadonlySet<string> = new Set(
  'line asym_line link generic_branch transformer three_winding_transformer source shunt'.split(' '),
);

/** Attributes that name a node. */
const nodeNames = ['node', 'from_node', 'to_node', 'node_1', 'node_2', 'node_3'] as const;

/** For each element of a feeder, the consumer that it is; −1 for none. */
interface ConsumerIndices {
  readonly loads: Int32Array;
  readonly generators: Int32Array;
}

/** Makes the feeders of scenarios out of the input and what an update changes in the wires. */
export class UpdatedNetworks implements ScenarioNetworks {
  private readonly input: Scenario;
  private readonly places: ConsumerPlaces;
  private readonly usual: ConsumerPowers;
  private readonly regulated: ReadonlySet<string>;
  private readonly name: string;
  /** The feeder without changes: undefined until it is wanted, null where none can be made. */
  private unchanged: Feeder | null | undefined;
  /** Those of feeders that share the consumers of the unchanged one. */
  private unchangedIndices: ConsumerIndices | undefined;
  private busOf: ReadonlyMap<string, number> | undefined;

  /** @param usual - one row of powers that the feeders stand with: what is prepared with them serves other powers, too */
  constructor(input: Scenario, usual: ConsumerPowers, name: string) {
    // part of it has to be named as the whole is
    this.input = withDistinctNames(input);
    this.usual = usual;
    this.name = name;
    this.places = placesOfConsumers(input);
    this.regulated = regulatedIds(input);
  }

  network(wires: string, where: string): ScenarioNetwork {
    const feeder = this.feeder(wires === '' ? [] : (JSON.parse(wires) as WireChanges), where);
    const { loads, generators } = this.indicesOf(feeder);
    const { count, sym_gen } = this.places;
    // a regulated load is a generator that takes power
    const signOf = (consumer: number): number => (consumer < sym_gen ? -1 : 1);
    return {
      feeder,
      powersOf: ({ p_kW, q_kvar }, rows) => ({
        loadP_kW: gathered(p_kW, rows, count, loads, () => 1),
        loadQ_kvar: gathered(q_kvar, rows, count, loads, () => 1),
        generatorP_kW: gathered(p_kW, rows, count, generators, signOf),
        generatorQ_kvar: gathered(q_kvar, rows, count, generators, signOf),
      }),
    };
  }

  private feeder(changes: WireChanges, where: string): Feeder {
    const unchanged = this.unchangedFeeder();
    // the delays of tap regulators follow from the way to the source, which any switch may change
    const isSeparate = changes.every(([component]) => separate.has(component)) && !this.input.has('transformer_tap_regulator');
    if (unchanged === null || !isSeparate) return built(readParts(this.changed(changes, where), this.name).parts, where);
    return changes.length === 0 ? unchanged : this.altered(unchanged, changes, where);
  }

  private unchangedFeeder(): Feeder | null {
    if (this.unchanged !== undefined) return this.unchanged;
    try {
      this.unchanged = built(readParts(this.changed([], this.name), this.name).parts, this.name);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.unchanged = null;
    }
    return this.unchanged;
  }

  /** Only what changes is read and checked anew, on the same buses and with all sources. */
  private altered(unchanged: Feeder, changes: WireChanges, where: string): Feeder {
    const some = new Map<string, readonly Row[]>([['source', this.input.get('source') ?? []]]);
    for (const [component, changed] of changes) {
      const rows = this.changedRows(component, changed, where);
      some.set(component, component === 'source' ? rows : changed.map(([k]) => rows[k]));
    }
    const buses = this.busesOf(some);
    const nodes = this.input.get('node') ?? [];
    some.set(
      'node',
      buses.map((b) => nodes[b]),
    );
    const { sources, lines, switches, transformers, shunts } = built(readParts(some, this.name).parts, where);
    const standing = (terminal: Terminal): Terminal => ({ ...terminal, bus: buses[terminal.bus] });
    const ending = <T extends { readonly from: Terminal; readonly to: Terminal }>(one: T): T => ({
      ...one,
      from: standing(one.from),
      to: standing(one.to),
    });
    const hanging = <T extends { readonly terminal: Terminal }>(one: T): T => ({ ...one, terminal: standing(one.terminal) });
    return Object.freeze({
      ...unchanged,
      sources: replaced(unchanged.sources, sources.map(hanging)),
      lines: replaced(unchanged.lines, lines.map(ending)),
      switches: replaced(unchanged.switches, switches.map(ending)),
      transformers: replaced(
        unchanged.transformers,
        transformers.map((one) => ({ ...one, windings: one.windings.map(hanging) })),
      ),
      shunts: replaced(unchanged.shunts, shunts.map(hanging)),
    });
  }

  /** Buses that some rows name, in their order. */
  private busesOf(some: Scenario): readonly number[] {
    this.busOf ??= new Map((this.input.get('node') ?? []).map((row, b) => [idOf(row), b]));
    const named = new Set<number>();
    for (const rows of some.values()) {
      for (const row of rows) {
        for (const name of nodeNames) {
          const bus = has(row, name) ? this.busOf.get(idOf(row, name)) : undefined;
          if (bus !== undefined) named.add(bus);
        }
      }
    }
    return [...named].sort((a, b) => a - b);
  }

  private changed(changes: WireChanges, where: string): Scenario {
    const scenario = new Map(this.input);
    for (const [component, rows] of this.input)
      if (isConsumer(component))
        scenario.set(
          component,
          rows.map((row, k) => this.standing(component, row, k)),
        );
    for (const [component, changed] of changes)
      scenario.set(component, this.changedRows(component, changed, where, scenario.get(component)));
    return scenario;
  }

  /** All rows of a component, some of them with other values. */
  private changedRows(
    component: string,
    changed: WireChanges[number][1],
    where: string,
    all: readonly Row[] = this.input.get(component) ?? [],
  ): readonly Row[] {
    const rows = [...all];
    for (const [k, values] of changed) rows[k] = { where: `${where}.${component}`, values: { ...rows[k].values, ...values } };
    return rows;
  }

  /** A consumer with its usual powers, switched on: one that is off is one without power. */
  private standing(component: Consumer, row: Row, k: number): Row {
    const at = phases_count * this.indexOf(component, k);
    const value = (list: Float64Array): number | readonly number[] => {
      const watts = Array.from(list.subarray(at, at + phases_count), (each) => 1000 * each);
      return component.startsWith('sym') ? watts.reduce((sum, each) => sum + each, 0) : watts;
    };
    const status = this.regulated.has(String(row.values['id'])) ? {} : { status: 1 };
    return { ...row, values: { ...row.values, ...status, p_specified: value(this.usual.p_kW), q_specified: value(this.usual.q_kvar) } };
  }

  private indexOf(component: Consumer, row: number): number {
    return this.places[component] + row;
  }

  private indicesOf(feeder: Feeder): ConsumerIndices {
    const isUnchanged = feeder.loads === this.unchanged?.loads && feeder.generators === this.unchanged.generators;
    if (isUnchanged && this.unchangedIndices !== undefined) return this.unchangedIndices;
    const found = {
      loads: this.consumersOf(feeder.loads, ['sym_load', 'asym_load']),
      generators: this.consumersOf(feeder.generators, ['sym_gen', 'asym_gen', 'sym_load', 'asym_load']),
    };
    if (isUnchanged) this.unchangedIndices = found;
    return found;
  }

  /** The consumer that each element of a list is, by name. */
  private consumersOf(list: readonly { readonly id: string }[], components: readonly Consumer[]): Int32Array {
    const byName = new Map<string, number>();
    for (const component of components) {
      this.input.get(component)?.forEach((row, k) => {
        const name = nameOf(row);
        if (!byName.has(name)) byName.set(name, this.indexOf(component, k));
      });
    }
    return Int32Array.from(list, ({ id }) => byName.get(id) ?? -1);
  }
}

const built = (parts: FeederParts, where: string): Feeder => feederOfParts(parts, where, { negativeImpedance: 'warning' });

/** The list with those of `others` in the place of those with their ids. */
function replaced<T extends { readonly id: string }>(list: readonly T[], others: readonly T[]): readonly T[] {
  if (others.length === 0) return list;
  const byId = new Map(others.map((other) => [other.id, other]));
  return list.map((each) => byId.get(each.id) ?? each);
}

/** Rows of consumers as rows of elements: three of each consumer in `which`. */
function gathered(
  values: Float64Array,
  rows: readonly number[],
  consumers_count: number,
  which: Int32Array,
  signOf: (consumer: number) => number,
): Float64Array {
  const into = new Float64Array(rows.length * phases_count * which.length);
  let at = 0;
  for (const row of rows) {
    for (const consumer of which) {
      const sign = signOf(consumer);
      const from = phases_count * (row * consumers_count + consumer);
      for (let phase = 0; phase < phases_count; phase++) into[at++] = sign * values[from + phase];
    }
  }
  return into;
}
