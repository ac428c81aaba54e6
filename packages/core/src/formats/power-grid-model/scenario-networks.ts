import type { Feeder } from '../../network/feeder/feeder.ts';
import { feederOfParts } from '../feeder-case.ts';
import { nameOf, type Row, type Scenario } from './dataset.ts';
import { readParts } from './read.ts';
import {
  type Consumer,
  type ConsumerPlaces,
  type ConsumerPowers,
  isConsumer,
  phases_count,
  placesOfConsumers,
  regulatedIds,
  type WireChanges,
} from './update-batch.ts';

/** Rated powers of the single-phase elements of a feeder, as its power flow takes them. @shape [scenario][element] */
export interface ElementPowers {
  readonly loadP_kW: Float64Array;
  readonly loadQ_kvar: Float64Array;
  readonly generatorP_kW: Float64Array;
  readonly generatorQ_kvar: Float64Array;
}

/** The feeder of some scenarios, and where each of its elements finds its power among the consumers of the dataset. */
export interface ScenarioNetwork {
  readonly feeder: Feeder;
  /** @param rows - of `powers`, one for each scenario that is wanted */
  powersOf(powers: ConsumerPowers, rows: readonly number[]): ElementPowers;
}

/** Makes the feeders of scenarios out of the input and what an update changes in the wires. */
export class ScenarioNetworks {
  private readonly input: Scenario;
  private readonly places: ConsumerPlaces;
  private readonly usual: ConsumerPowers;
  private readonly regulated: ReadonlySet<string>;
  private readonly name: string;

  /** @param usual - one row of powers that the feeders stand with: what is prepared with them serves other powers, too */
  constructor(input: Scenario, usual: ConsumerPowers, name: string) {
    this.input = input;
    this.usual = usual;
    this.name = name;
    this.places = placesOfConsumers(input);
    this.regulated = regulatedIds(input);
  }

  /**
   * @param wires - as `UpdateBatch.read` gives them; @param where - the scenario, for messages
   * @throws {InputError} the codes of the format and of `buildFeeder`
   */
  network(wires: string, where: string): ScenarioNetwork {
    const scenario = this.changed(wires === '' ? [] : (JSON.parse(wires) as WireChanges), where);
    const feeder = feederOfParts(readParts(scenario, this.name).parts, where, { negativeImpedance: 'warning' });
    const loads = this.consumersOf(feeder.loads, ['sym_load', 'asym_load']);
    const generators = this.consumersOf(feeder.generators, ['sym_gen', 'asym_gen', 'sym_load', 'asym_load']);
    const isLoad = (consumer: number): boolean => consumer < this.places.sym_gen;
    return {
      feeder,
      powersOf: (powers, rows) => ({
        loadP_kW: gathered(powers.p_kW, rows, this.places.count, loads, () => 1),
        loadQ_kvar: gathered(powers.q_kvar, rows, this.places.count, loads, () => 1),
        // a regulated load is a generator that takes power
        generatorP_kW: gathered(powers.p_kW, rows, this.places.count, generators, (consumer) => (isLoad(consumer) ? -1 : 1)),
        generatorQ_kvar: gathered(powers.q_kvar, rows, this.places.count, generators, (consumer) => (isLoad(consumer) ? -1 : 1)),
      }),
    };
  }

  private changed(changes: WireChanges, where: string): Scenario {
    const scenario = new Map(this.input);
    for (const [component, rows] of this.input)
      if (isConsumer(component))
        scenario.set(
          component,
          rows.map((row, k) => this.standing(component, row, k)),
        );
    for (const [component, changed] of changes) {
      const rows = [...(scenario.get(component) ?? [])];
      for (const [k, values] of changed) rows[k] = { where: `${where}.${component}`, values: { ...rows[k].values, ...values } };
      scenario.set(component, rows);
    }
    return scenario;
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
