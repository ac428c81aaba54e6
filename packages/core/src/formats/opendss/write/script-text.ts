import type { Feeder, Terminal } from '../../../network/feeder/feeder.ts';
import type { Loss } from '../../contract.ts';
import { Losses } from '../../losses.ts';

/** Fifteen digits: what OpenDSS and this reader give back without change. */
export const numberText = (value: number): string => String(Number(value.toPrecision(15)));
export const numbersText = (values: readonly number[]): string => `[${values.map(numberText).join(' ')}]`;

/** Lower triangle of a square matrix. @shape [n · n] */
export function matrixText(matrix: readonly number[], n: number): string {
  const rows = Array.from({ length: n }, (_, i) =>
    matrix
      .slice(i * n, i * n + i + 1)
      .map(numberText)
      .join(' '),
  );
  return `[${rows.join(' | ')}]`;
}

export const percentText = (value_frac: number): string => numberText(value_frac * 100);

const renamedReason = 'written as OpenDSS needs it: in lower case, without blanks, the class of the element in front';

/** The script while it is written: its lines, the names that are taken, and what gets lost. */
export class ScriptText {
  readonly feeder: Feeder;
  readonly lines: string[] = [];
  private readonly losses = new Losses();
  private readonly buses: readonly string[];
  private readonly names = new Map<string, Set<string>>();
  private readonly idOf = new Map<string, string>();
  private readonly renamed: [id: string, reason: string][] = [];

  constructor(feeder: Feeder) {
    this.feeder = feeder;
    const taken = new Set<string>();
    this.buses = feeder.buses.map(({ id }) => this.distinct(id, plainName(id).replaceAll('.', '_'), taken));
  }

  /** Command, then `name=value` pairs; undefined values are left out. */
  put(command: string, properties: Readonly<Record<string, string | number | boolean | undefined>>): void {
    const words = Object.entries(properties).flatMap(([name, value]) => {
      if (value === undefined) return [];
      return [`${name}=${typeof value === 'number' ? numberText(value) : typeof value === 'boolean' ? (value ? 'yes' : 'no') : value}`];
    });
    this.lines.push([command, ...words].join(' '));
  }

  comment(text: string): void {
    this.lines.push('', `! ${text.replace(/[\r\n]+/g, ' ').slice(0, 200)}`);
  }

  /** @param kind - what the element is called in front of its id */
  lost(kind: string, id: string, reason: string): void {
    this.losses.add(kind, id, reason);
  }

  busName(bus: number): string {
    return this.buses[bus];
  }

  terminal({ bus, conductors }: Terminal): string {
    return [this.buses[bus], ...conductors].join('.');
  }

  /**
   * The name of an element in its class, made of its id; the rest of the script may ask for it with `elementName`.
   * @param kind - what a feeder calls it, where OpenDSS calls it otherwise: elements of two kinds may share an id
   */
  nameFor(className: string, id: string, kind: string = className): string {
    const own = id.toLowerCase().startsWith(`${className}.`) ? id.slice(className.length + 1) : id;
    const taken = this.names.get(className) ?? new Set<string>();
    this.names.set(className, taken);
    const name = this.distinct(id, plainName(own), taken, className === 'circuit' ? '' : `${className}.`);
    this.idOf.set(`${kind} ${id}`, `${className}.${name}`);
    return name;
  }

  /** `class.name` of an element that was written, by its kind and id. */
  elementName(kind: string, id: string): string | undefined {
    return this.idOf.get(`${kind} ${id}`);
  }

  private distinct(id: string, wanted: string, taken: Set<string>, prefix = ''): string {
    let name = wanted;
    for (let k = 2; taken.has(name); k++) name = `${wanted}_${k}`;
    taken.add(name);
    if (prefix + name !== id) this.renamed.push([id, renamedReason]);
    return name;
  }

  finish(more: readonly Loss[]): { text: string; losses: readonly Loss[] } {
    for (const [id, name] of this.renamed) this.lost('name', id, name);
    return { text: `${this.lines.join('\n')}\n`, losses: [...this.losses.list(), ...more] };
  }
}

/** Lower case, without what separates words in a script. */
const plainName = (id: string): string => id.toLowerCase().replace(/[\s,=!"'()[\]{}~@|]+|\/{2,}/g, '_') || '_';
