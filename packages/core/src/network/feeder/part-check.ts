import { didYouMean, InputError } from '../../base/errors.ts';
import type { BusIndex } from '../bus-index.ts';
import type { Conductor, FeederBus, Matrix, Terminal } from './feeder.ts';
import type { BusName, TerminalPart } from './feeder-parts.ts';

/** What is being checked, as messages call it: `line "l1"`, and where it stands in its file. */
export interface Owner {
  readonly what: string;
  readonly where?: string | undefined;
}

/** What the checks of all elements share: the buses by name, and who hears of oddities. */
export class PartCheck {
  readonly buses: readonly FeederBus[];
  private readonly indexOf: ReadonlyMap<string, BusIndex>;
  private readonly warnings: string[];
  private readonly allowsNegative: boolean;

  constructor(buses: readonly FeederBus[], warnings: string[], allowsNegative: boolean) {
    this.buses = buses;
    this.indexOf = new Map(buses.map(({ id }, b) => [id, b]));
    this.warnings = warnings;
    this.allowsNegative = allowsNegative;
  }

  /** Keeps what looks odd but is not impossible. */
  warn(owner: Owner, text: string): void {
    this.warnings.push(remark(owner, text));
  }

  /** @throws {InputError} FEEDER_VALUE_RANGE for a negative resistance or conductance, unless they are allowed */
  negative(value: number, name: string, owner: Owner): void {
    if (value >= 0) return;
    if (!this.allowsNegative) fail('FEEDER_VALUE_RANGE', owner, `has ${name} = ${value}, expected 0 or more`, 'Correct the sign.');
    this.warn(owner, `has ${name} = ${value}`);
  }

  /** @throws {InputError} FEEDER_UNKNOWN_BUS */
  bus(name: BusName, owner: Owner): BusIndex {
    if (typeof name === 'number' && this.buses[name] !== undefined) return name;
    const index = this.indexOf.get(String(name));
    if (index !== undefined) return index;
    throw new InputError({
      code: 'FEEDER_UNKNOWN_BUS',
      message: `${owner.what} stands at bus "${name}", which does not exist`,
      where: owner.where,
      hint: didYouMean(String(name), this.indexOf.keys()) ?? 'Add the bus, or correct the name.',
    });
  }

  /**
   * @param counts - how many conductors are possible; any when absent
   * @throws {InputError} FEEDER_UNKNOWN_BUS, FEEDER_CONDUCTOR_INVALID, FEEDER_CONDUCTORS_COUNT
   */
  terminal({ bus, conductors }: TerminalPart, owner: Owner, counts?: readonly number[]): Terminal {
    const index = this.bus(bus, owner);
    for (const conductor of conductors) {
      if (Number.isInteger(conductor) && conductor >= 0) continue;
      fail(
        'FEEDER_CONDUCTOR_INVALID',
        owner,
        `names conductor ${conductor} at bus "${this.buses[index].id}"`,
        'Conductors are 0 (earth), 1, 2, 3, …',
      );
    }
    if (conductors.length === 0 || (counts !== undefined && !counts.includes(conductors.length))) {
      fail(
        'FEEDER_CONDUCTORS_COUNT',
        owner,
        `has ${conductors.length} conductor${conductors.length === 1 ? '' : 's'} at bus "${this.buses[index].id}", expected ${counts?.join(' or ') ?? 'at least one'}`,
        'Name one conductor per row of its matrices, or per phase and neutral of its connection.',
      );
    }
    return { bus: index, conductors };
  }

  /** A conductor in the words of a user. */
  place(bus: BusIndex, conductor: Conductor): string {
    return `${this.buses[bus].id}.${conductor}`;
  }
}

/** What is odd about an element, as a sentence. */
function remark({ what, where }: Owner, text: string): string {
  return `${what[0].toUpperCase()}${what.slice(1)} ${text}${where === undefined ? '' : ` (${where})`}`;
}

/** @throws {InputError} always */
export function fail(code: string, owner: Owner, message: string, hint: string): never {
  throw new InputError({ code, message: `${owner.what} ${message}`, where: owner.where, hint });
}

/** Beyond every quantity of a feeder; a limit beyond it stands for none. */
const most = 1e30;

/** The names of limits that an element may leave out: −1 for least values, 1 for largest. */
const signOfLimit: ReadonlyMap<string, -1 | 1> = new Map([
  ['v_min_pu', -1],
  ['q_min_kvar', -1],
  ['v_max_pu', 1],
  ['q_max_kvar', 1],
  ['i_max_A', 1],
  ['qInject_max_kvar', 1],
  ['qAbsorb_max_kvar', 1],
  ['v_limit_V', 1],
]);

/** The same part without limits that nothing reaches, ±1e99 and the like, by which files say that there is none; each is noted. */
export function withoutEndlessLimits<P extends object>(part: P, owner: Owner, warnings: string[]): P {
  const endless = new Map<string, number>();
  for (const [name, value] of Object.entries(part)) {
    const sign = signOfLimit.get(name);
    if (sign !== undefined && sign * value > most) endless.set(name, value);
  }
  if (endless.size === 0) return part;
  for (const [name, value] of endless) warnings.push(remark(owner, `has ${name} = ${value}, which is taken for no limit`));
  return Object.fromEntries(Object.entries(part).filter(([name]) => !endless.has(name))) as P;
}

/** Every number in a part, however deep, is finite and not absurd. @throws {InputError} FEEDER_NUMBER_INVALID */
export function mustBeFinite(value: unknown, owner: Owner, path = ''): void {
  if (typeof value === 'number') {
    if (Math.abs(value) <= most) return;
    fail(
      'FEEDER_NUMBER_INVALID',
      owner,
      `has ${path} = ${value}, which is ${Number.isFinite(value) ? 'beyond every quantity of a feeder' : 'not a finite number'}`,
      'Replace it by a number; leave a limit out where there is none.',
    );
  }
  if (Array.isArray(value)) {
    for (let k = 0; k < value.length; k++)
      if (typeof value[k] !== 'number' || !(Math.abs(value[k]) <= most)) mustBeFinite(value[k], owner, `${path}[${k}]`);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) mustBeFinite(inner, owner, path === '' ? key : `${path}.${key}`);
  }
}

/** @throws {InputError} FEEDER_VALUE_RANGE */
export function mustBePositive(value: number | undefined, name: string, owner: Owner): void {
  if (value === undefined || value > 0) return;
  fail(
    'FEEDER_VALUE_RANGE',
    owner,
    `has ${name} = ${value}, expected more than 0`,
    'Correct the number; leave a rating out where there is none.',
  );
}

/** @throws {InputError} FEEDER_VALUE_RANGE */
export function mustBeInOrder(low: number | undefined, high: number | undefined, names: string, owner: Owner): void {
  if (low === undefined || high === undefined || low <= high) return;
  fail('FEEDER_VALUE_RANGE', owner, `has ${names} the wrong way round: ${low} and ${high}`, 'Exchange the two.');
}

/** @throws {InputError} FEEDER_MATRIX_SIZE */
export function mustHaveLength(values: readonly number[] | undefined, length: number, name: string, owner: Owner): void {
  if (values === undefined || values.length === length) return;
  fail(
    'FEEDER_MATRIX_SIZE',
    owner,
    `has ${values.length} numbers in ${name}, expected ${length}`,
    'Give full matrices, row by row: n · n numbers for n conductors.',
  );
}

/** The same seen from both sides, to a millionth of its largest number. @throws {InputError} FEEDER_MATRIX_ASYMMETRIC */
export function mustBeSymmetric(matrix: Matrix | undefined, n: number, name: string, owner: Owner): void {
  if (matrix === undefined) return;
  const largest = matrix.reduce((size, value) => Math.max(size, Math.abs(value)), 0);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      if (Math.abs(matrix[i * n + j] - matrix[j * n + i]) <= 1e-6 * largest) continue;
      fail(
        'FEEDER_MATRIX_ASYMMETRIC',
        owner,
        `has ${name} with ${matrix[i * n + j]} in row ${i + 1}, column ${j + 1}, and ${matrix[j * n + i]} across the diagonal`,
        'Conductors act on each other equally; correct one of the two.',
      );
    }
  }
}
