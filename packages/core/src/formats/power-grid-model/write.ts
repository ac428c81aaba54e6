import type { Feeder, Terminal } from '../../network/feeder/feeder.ts';
import { feederOfCase } from '../../network/feeder/lift.ts';
import type { Case } from '../../network/network.ts';
import type { Written } from '../contract.ts';
import { lossesOfFeeder } from '../feeder-losses.ts';
import { Losses } from '../losses.ts';
import { writeConsumers } from './write-consumers.ts';
import { writeTransformers } from './write-transformers.ts';
import { writeWires } from './write-wires.ts';

export type Component = Record<string, string | number | readonly (number | null)[]>;

/** What the writers of all components share: the dataset that grows, the ids, and what is lost. */
export class Writing {
  readonly feeder: Feeder;
  readonly losses = new Losses();
  readonly data: Record<string, Component[]> = {};
  private readonly numbers = new Map<string, number>();
  private readonly isNumbered: boolean;
  private next = 1;

  constructor(feeder: Feeder) {
    this.feeder = feeder;
    const ids = [
      ...[feeder.buses, feeder.sources, feeder.lines, feeder.switches, feeder.transformers, feeder.shunts],
      ...[feeder.loads, feeder.generators, feeder.inverters, feeder.regulators],
    ].flatMap((list) => list.map(({ id }) => id));
    this.isNumbered = ids.every((id) => /^(0|[1-9]\d{0,8})$/.test(id)) && new Set(ids).size === ids.length;
    if (this.isNumbered) this.next = 1 + ids.reduce((most, id) => Math.max(most, Number(id)), 0);
  }

  /** The number of an element; a bus, line or load each have their own. Names stay beside the number. */
  identity(kind: string, id: string): Component {
    const key = `${kind} ${id}`;
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.isNumbered && kind !== 'voltage regulator' && !id.includes('#') ? Number(id) : this.next++;
      this.numbers.set(key, number);
    }
    return this.isNumbered || kind === 'voltage regulator' ? { id: number } : { id: number, name: id };
  }

  node({ bus }: Terminal): number {
    return this.identity('bus', this.feeder.buses[bus].id)['id'] as number;
  }

  add(component: string, record: Component): void {
    this.data[component] ??= [];
    this.data[component].push(record);
  }
}

/** The input dataset of a case: its feeder, or the feeder that its balanced network makes. */
export function writeDataset(value: Case): Written {
  const feeder = value.feeder ?? feederOfCase(value);
  const writing = new Writing(feeder);
  for (const bus of feeder.buses) {
    writing.add('node', { ...writing.identity('bus', bus.id), u_rated: bus.v_base_kV * 1000 });
    if (bus.v_min_pu !== undefined || bus.v_max_pu !== undefined)
      writing.losses.add('voltage limits of bus', bus.id, 'nodes have none: left out');
    if (bus.x !== undefined || bus.y !== undefined) writing.losses.add('position of bus', bus.id, 'nodes have none: left out');
  }
  writeWires(writing);
  writeTransformers(writing);
  writeConsumers(writing);
  if (feeder.frequency_Hz !== 50) {
    writing.losses.add(
      'frequency of',
      feeder.name,
      `a dataset has none: calculate with system_frequency = ${feeder.frequency_Hz}, not 50; charging keeps its susceptance`,
    );
  }
  if (feeder.source !== undefined) writing.losses.add('source of', feeder.name, 'a dataset has no place for where its numbers come from');
  return { text: textOf(writing.data), losses: [...writing.losses.list(), ...lossesOfFeeder(value)] };
}

/** One component per line. */
function textOf(data: Readonly<Record<string, readonly Component[]>>): string {
  const components = Object.entries(data).map(
    ([name, records]) => `    ${JSON.stringify(name)}: [\n${records.map((record) => `      ${JSON.stringify(record)}`).join(',\n')}\n    ]`,
  );
  const head = ['"version": "1.0"', '"type": "input"', '"is_batch": false', '"attributes": {}'].map((line) => `  ${line},`).join('\n');
  return `{\n${head}\n  "data": {\n${components.join(',\n')}\n  }\n}\n`;
}
