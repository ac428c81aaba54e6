import { didYouMean, InputError } from '../../base/errors.ts';
import { type ConsumerPowers, phases_count, type ScenarioBatch } from '../scenarios.ts';
import { perPhase } from './batch.ts';
import {
  componentsOf,
  idOf,
  invalid,
  isGiven,
  isOn,
  isRecord,
  type OpenDataset,
  phasesOf,
  placeOfScenario,
  type Row,
  recordReader,
  type Scenario,
  wrong,
} from './dataset.ts';

/** Components whose powers differ from scenario to scenario without a change of the wires. */
const consumers = ['sym_load', 'asym_load', 'sym_gen', 'asym_gen'] as const;
export type Consumer = (typeof consumers)[number];

/**
 * What an update may change, besides which power-grid-model passes over what records of an update carry.
 * @source power-grid-model documentation, user manual, components (column "update")
 */
const changeable: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    ...{ line: 'from_status to_status', asym_line: 'from_status to_status', link: 'from_status to_status' },
    ...{ generic_branch: 'from_status to_status', transformer: 'from_status to_status tap_pos' },
    three_winding_transformer: 'status_1 status_2 status_3 tap_pos',
    source: 'status u_ref u_ref_angle sk rx_ratio z01_ratio',
    shunt: 'status g1 b1 g0 b0',
    ...Object.fromEntries(consumers.map((component) => [component, 'status p_specified q_specified'])),
    voltage_regulator: 'status u_ref q_min q_max',
    transformer_tap_regulator: 'status u_set u_band line_drop_compensation_r line_drop_compensation_x',
  }).map(([component, names]) => [component, new Set(names.split(' '))]),
);

/** Where the rows of a component that has powers begin among all of them. */
export type ConsumerPlaces = Readonly<Record<Consumer, number>> & { readonly count: number };

export function placesOfConsumers(input: Scenario): ConsumerPlaces {
  let count = 0;
  const places = Object.fromEntries(
    consumers.map((component) => {
      const first = count;
      count += input.get(component)?.length ?? 0;
      return [component, first];
    }),
  ) as Record<Consumer, number>;
  return { ...places, count };
}

export const isConsumer = (component: string): component is Consumer => (consumers as readonly string[]).includes(component);

/** Loads and generators that a voltage regulator names: they belong to the wires, as being off they hold nothing. */
export const regulatedIds = (input: Scenario): ReadonlySet<string> =>
  new Set((input.get('voltage_regulator') ?? []).map((row) => idOf(row, 'regulated_object')));

/** Changed attributes by component and row of the input. */
export type WireChanges = readonly (readonly [component: string, rows: readonly (readonly [row: number, values: Row['values']])[]])[];

/**
 * The scenarios of an update against their input: for each, the powers of all loads and generators, and what else it changes as a text, `wires`, that is equal
 * where that is. Most batches have few different wires, and what is prepared for one scenario serves all with the same.
 *
 * Scenarios are independent of each other: each changes the input, not the scenario before. Absent values stay. Where the records of a component carry no ids,
 * there must be as many as the input has, in its order; attributes that an update cannot change are passed over, and listed.
 */
export class UpdateBatch implements ScenarioBatch {
  readonly scenarios_count: number;
  readonly consumers_count: number;
  private readonly input: Scenario;
  private readonly update: OpenDataset;
  private readonly places: ConsumerPlaces;
  private readonly rowOf: ReadonlyMap<string, ReadonlyMap<string, number>>;
  private readonly regulated: ReadonlySet<string>;
  /** The input's own. @shape [consumer · phase], isOn [consumer] */
  private readonly own: ConsumerPowers;
  private readonly ownOn: Uint8Array;
  private readonly on: Uint8Array;
  private readonly unknown = new Map<string, string>();

  /** Components whose records are read as plain numbers, where they are. */
  private readonly plain = new Map<string, PlainRecords>();

  /** @throws {InputError} PGM_DATASET_INVALID, PGM_ATTRIBUTE_INVALID */
  constructor(input: Scenario, update: OpenDataset) {
    if (update.type !== 'update')
      throw invalid(`The dataset is of type "${update.type}", not an update`, update.fileName, 'Give the update dataset of this input.');
    this.input = input;
    this.update = update;
    this.scenarios_count = update.scenarios.length;
    this.places = placesOfConsumers(input);
    this.consumers_count = this.places.count;
    this.rowOf = new Map([...input].map(([component, rows]) => [component, new Map(rows.map((row, k) => [idOf(row), k]))]));
    this.regulated = regulatedIds(input);
    const size = phases_count * this.consumers_count;
    this.own = { p_kW: new Float64Array(size), q_kvar: new Float64Array(size) };
    this.ownOn = new Uint8Array(this.consumers_count);
    this.on = new Uint8Array(this.consumers_count);
    for (const component of consumers) {
      if (this.regulated.size === 0) this.plain.set(component, this.plainRecords(component));
      input.get(component)?.forEach((row, k) => {
        this.takeConsumer(component, row, this.places[component] + k, this.own, 0);
        this.ownOn[this.places[component] + k] = isOn(row) ? 1 : 0;
      });
    }
  }

  get passedOver(): readonly string[] {
    return [...this.unknown].map(([name, where]) => `${name} is not changed by an update (first at ${where})`);
  }

  /** @throws {InputError} PGM_DATASET_INVALID, PGM_UNKNOWN_ID, PGM_ATTRIBUTE_INVALID */
  read(s: number, powers: ConsumerPowers, row: number): string {
    const { own, on } = this;
    const first = row * own.p_kW.length;
    powers.p_kW.set(own.p_kW, first);
    powers.q_kvar.set(own.q_kvar, first);
    on.set(this.ownOn);
    const where = placeOfScenario(this.update, s);
    const changes = new Map<string, Map<number, Record<string, unknown>>>();
    for (const [component, records] of componentsOf(this.update.scenarios[s], where)) {
      const rows = new Map<number, Record<string, unknown>>();
      this.readComponent(component, records, where, powers, first, rows);
      if (rows.size > 0) changes.set(component, rows);
    }
    for (let k = 0; k < on.length; k++) {
      if (on[k] !== 0) continue;
      const at = first + phases_count * k;
      powers.p_kW.fill(0, at, at + phases_count);
      powers.q_kvar.fill(0, at, at + phases_count);
    }
    return textOf(changes);
  }

  private readComponent(
    component: string,
    records: readonly unknown[],
    where: string,
    powers: ConsumerPowers,
    first: number,
    changes: Map<number, Record<string, unknown>>,
  ): void {
    const rows = this.input.get(component) ?? [];
    const read = recordReader(component, this.update.attributes);
    const isPlain = records.every((record, k) => !isGiven('id', read(record, where, k)['id']));
    if (isPlain && records.length > 0 && records.length !== rows.length) {
      throw invalid(
        `${records.length} updates of "${component}" have no ids, and the input has ${rows.length}`,
        `${where}.${component}`,
        'Give ids, or one update for each component in its order.',
      );
    }
    const known = changeable.get(component);
    const plain = this.plain.get(component);
    records.forEach((record, n) => {
      if (plain !== undefined && this.takePlain(plain, record, isPlain ? n : undefined, powers, first)) return;
      const change: Row = { where: `${where}.${component}[${n}]`, values: read(record, where, n) };
      const k = isPlain ? n : this.rowNamed(component, change);
      if (known === undefined) return;
      const isFree = isConsumer(component) && !this.regulated.has(idOf(rows[k]));
      if (isConsumer(component)) {
        const consumer = this.places[component] + k;
        this.takeConsumer(component, change, consumer, powers, first);
        if (isFree && isGiven('status', change.values['status'])) this.on[consumer] = isOn(change) ? 1 : 0;
      }
      for (const name of Object.keys(change.values)) {
        const value = change.values[name];
        if (name === 'id' || name === 'p_specified' || name === 'q_specified' || (isFree && name === 'status') || !isGiven(name, value))
          continue;
        if (known.has(name)) put(changes, k, name, value, rows[k].values[name]);
        else if (!this.unknown.has(`${component}.${name}`)) this.unknown.set(`${component}.${name}`, change.where);
      }
    });
  }

  private plainRecords(component: Consumer): PlainRecords {
    const names = this.update.attributes[component];
    const listed = Array.isArray(names) ? names : [];
    return {
      firstConsumer: this.places[component],
      isSymmetric: component === 'sym_load' || component === 'sym_gen',
      rowOf: new Map((this.input.get(component) ?? []).map((row, k) => [row.values['id'], k])),
      width: listed.every((name) => plainNames.has(name)) ? listed.length : -1,
      at: {
        id: listed.indexOf('id'),
        p: listed.indexOf('p_specified'),
        q: listed.indexOf('q_specified'),
        status: listed.indexOf('status'),
      },
    };
  }

  /**
   * What nearly all records of a long batch are: numbers that need no second look.
   * @param row - undefined: the record has an id
   * @returns false, with nothing taken, where it is anything else
   */
  private takePlain(
    plain: PlainRecords,
    record: unknown,
    row: number | undefined,
    { p_kW, q_kvar }: ConsumerPowers,
    first: number,
  ): boolean {
    const { isSymmetric, at, width } = plain;
    let [id, p, q, status]: unknown[] = [];
    if (Array.isArray(record)) {
      if (record.length !== width) return false;
      [id, p, q, status] = [record[at.id], record[at.p], record[at.q], record[at.status]];
    } else if (isRecord(record)) {
      for (const name in record) if (!plainNames.has(name)) return false;
      ({ id, p_specified: p, q_specified: q, status } = record);
    }
    const k = row ?? plain.rowOf.get(id);
    if (k === undefined || !isPlainPower(p, isSymmetric) || !isPlainPower(q, isSymmetric)) return false;
    if (status !== undefined && status !== 0 && status !== 1) return false;
    const consumer = plain.firstConsumer + k;
    putPlain(p, p_kW, first + phases_count * consumer);
    putPlain(q, q_kvar, first + phases_count * consumer);
    if (status !== undefined) this.on[consumer] = status;
    return true;
  }

  /** Powers of one record, where it has them. */
  private takeConsumer(component: Consumer, row: Row, consumer: number, powers: ConsumerPowers, first: number): void {
    const at = first + phases_count * consumer;
    const isSymmetric = component === 'sym_load' || component === 'sym_gen';
    this.takePower(row, 'p_specified', isSymmetric, powers.p_kW, at);
    this.takePower(row, 'q_specified', isSymmetric, powers.q_kvar, at);
  }

  private takePower(row: Row, name: string, isSymmetric: boolean, into: Float64Array, at: number): void {
    const value = row.values[name];
    if (!isGiven(name, value)) return;
    if (isSymmetric) {
      if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong(row, name, 'a number');
      into.fill(value / 3000, at, at + phases_count);
      return;
    }
    const before = Array.from(into.subarray(at, at + phases_count), (each) => 1000 * each);
    const whole = Array.isArray(value) && value.includes(null) ? { ...row, values: { [name]: perPhase(before, value) } } : row;
    const given = phasesOf(whole, name);
    for (let phase = 0; phase < phases_count; phase++) into[at + phase] = given[phase] / 1000;
  }

  private rowNamed(component: string, change: Row): number {
    const id = idOf(change);
    const rows = this.rowOf.get(component);
    const k = rows?.get(id);
    if (k !== undefined) return k;
    throw new InputError({
      code: 'PGM_UNKNOWN_ID',
      message: `An update of "${component}" names ${id}, which the input does not have`,
      where: change.where,
      hint: didYouMean(id, rows?.keys() ?? []) ?? 'Correct the id.',
    });
  }
}

/** How records of a consumer are found and laid out, as lists of these values or by name. */
interface PlainRecords {
  readonly firstConsumer: number;
  readonly isSymmetric: boolean;
  readonly rowOf: ReadonlyMap<unknown, number>;
  /** Values of a list; −1 where lists have others, too. */
  readonly width: number;
  /** Place of each in a list; −1 for none. */
  readonly at: Readonly<Record<'id' | 'p' | 'q' | 'status', number>>;
}

const plainNames: ReadonlySet<unknown> = new Set(['id', 'p_specified', 'q_specified', 'status']);

const isPlainPower = (value: unknown, isSymmetric: boolean): value is PlainPower =>
  value === undefined ||
  (isSymmetric
    ? Number.isFinite(value)
    : Array.isArray(value) &&
      value.length === phases_count &&
      Number.isFinite(value[0]) &&
      Number.isFinite(value[1]) &&
      Number.isFinite(value[2]));

/** One number for all phases together, or one for each. */
type PlainPower = number | readonly number[] | undefined;

function putPlain(watts: PlainPower, into: Float64Array, at: number): void {
  if (watts === undefined) return;
  if (typeof watts === 'number') into.fill(watts / 3000, at, at + phases_count);
  else for (let phase = 0; phase < phases_count; phase++) into[at + phase] = watts[phase] / 1000;
}

/** Notes a new value, or takes back what an earlier record said when this is the input's own. */
function put(changes: Map<number, Record<string, unknown>>, row: number, name: string, value: unknown, own: unknown): void {
  const values = changes.get(row) ?? {};
  if (value === own) delete values[name];
  else values[name] = value;
  if (Object.keys(values).length === 0) changes.delete(row);
  else changes.set(row, values);
}

function textOf(changes: ReadonlyMap<string, ReadonlyMap<number, Record<string, unknown>>>): string {
  if (changes.size === 0) return '';
  const sorted: WireChanges = [...changes]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([component, rows]) => [
      component,
      [...rows]
        .sort(([a], [b]) => a - b)
        .map(([row, values]) => [row, Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)))]),
    ]);
  return JSON.stringify(sorted);
}
