import type { Feeder, Terminal } from '../../network/feeder/feeder.ts';
import { Losses } from '../losses.ts';

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
