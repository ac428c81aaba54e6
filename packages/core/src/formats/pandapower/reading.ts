import { didYouMean, InputError } from '../../base/errors.ts';
import type { FeederBus } from '../../network/feeder/feeder.ts';
import type { FeederParts } from '../../network/feeder/feeder-parts.ts';
import type { Dropped } from '../../network/network.ts';
import { flagOf, has, mustHaveIndices, type Net, numberOf, type Row } from './tables.ts';

type Part<K extends keyof FeederParts> = NonNullable<FeederParts[K]> extends readonly (infer T)[] ? T : never;
export type SourcePart = Part<'sources'>;
export type LinePart = Part<'lines'>;
export type SwitchPart = Part<'switches'>;
export type TransformerPart = Part<'transformers'>;
export type ShuntPart = Part<'shunts'>;
export type LoadPart = Part<'loads'>;
export type GeneratorPart = Part<'generators'>;
export type InverterPart = Part<'inverters'>;

export interface BusAt {
  readonly id: string;
  readonly v_base_kV: number;
  readonly inService: boolean;
}

/** What the readers of all tables share: the buses, the names, the switches at branches, and where they say what they could not carry over. */
export class Reading {
  readonly net: Net;
  readonly buses: FeederBus[] = [];
  readonly dropped: Dropped[] = [];
  private readonly busOf = new Map<number, BusAt>();
  private readonly taken = new Map<string, Set<string>>();
  private readonly ids = new Map<string, string>();
  private readonly namedTables = new Map<string, boolean>();

  /** @throws {InputError} PANDAPOWER_NET_INVALID, PANDAPOWER_CELL_MISSING, PANDAPOWER_CELL_INVALID */
  constructor(net: Net) {
    this.net = net;
    for (const [table, rows] of net.tables) if (!/^res_|characteristic/.test(table)) mustHaveIndices(rows);
    for (const row of this.rows('bus')) {
      const bus = { id: this.idOf(row, 'bus'), v_base_kV: numberOf(row, 'vn_kv'), inService: flagOf(row, 'in_service', true) };
      this.busOf.set(row.index, bus);
      if (!bus.inService) {
        this.drop(`bus ${row.index}`, row, 'it is out of service, and what stands there with it');
        continue;
      }
      this.buses.push({
        id: bus.id,
        v_base_kV: bus.v_base_kV,
        ...(has(row, 'min_vm_pu') ? { v_min_pu: numberOf(row, 'min_vm_pu') } : {}),
        ...(has(row, 'max_vm_pu') ? { v_max_pu: numberOf(row, 'max_vm_pu') } : {}),
        ...pointOf(row),
      });
    }
  }

  rows(table: string): readonly Row[] {
    return this.net.tables.get(table) ?? [];
  }

  /** @throws {InputError} PANDAPOWER_UNKNOWN_BUS */
  bus(row: Row, column = 'bus'): BusAt {
    const index = numberOf(row, column);
    const bus = this.busOf.get(index);
    if (bus !== undefined) return bus;
    throw new InputError({
      code: 'PANDAPOWER_UNKNOWN_BUS',
      message: `"${column}" of ${row.table} ${row.index} names bus ${index}, which does not exist`,
      where: row.where,
      hint:
        didYouMean(
          String(index),
          [...this.busOf.keys()].map((each) => String(each)),
        ) ?? 'Add the bus, or correct the number.',
    });
  }

  /** A bus that the net does not list: an end of a branch that a switch holds open, the inside of an extended ward. */
  ownBus(wish: string, v_base_kV: number): string {
    const name = this.free('bus', wish);
    this.buses.push({ id: name, v_base_kV });
    return name;
  }

  /**
   * The name of a row where all of its table have one and no two the same, else table and index. Unique among what becomes one list of the feeder.
   */
  idOf(row: Row, list: string): string {
    let named = this.namedTables.get(row.table);
    if (named === undefined) {
      const names = this.rows(row.table).map((each) => each.cells.get('name'));
      named =
        names.every((name) => typeof name === 'string' && name.trim() !== '' && name.length <= 200) && new Set(names).size === names.length;
      this.namedTables.set(row.table, named);
    }
    const name = row.cells.get('name');
    const own = row.table === 'bus' ? String(row.index) : `${row.table} ${row.index}`;
    const id = this.free(list, named && typeof name === 'string' ? name : own, own);
    this.ids.set(`${row.table} ${row.index}`, id);
    return id;
  }

  /** The id that a row was given. */
  givenId(table: string, index: number): string | undefined {
    return this.ids.get(`${table} ${index}`);
  }

  private free(list: string, wish: string, otherwise = wish): string {
    let taken = this.taken.get(list);
    if (taken === undefined) {
      taken = new Set();
      this.taken.set(list, taken);
    }
    let id = taken.has(wish) ? otherwise : wish;
    for (let k = 2; taken.has(id); k++) id = `${otherwise} (${k})`;
    taken.add(id);
    return id;
  }

  drop(element: string, row: Row, reason: string): void {
    this.dropped.push({ element, where: row.where, reason });
  }

  /** Read, but not as it is meant. */
  approximated(element: string, row: Row, how: string): void {
    this.dropped.push({ element, where: row.where, reason: `approximated: ${how}` });
  }
}

/** `geo` is a GeoJSON point as text. */
function pointOf(row: Row): { readonly x?: number; readonly y?: number } {
  const match = /"coordinates":\s*\[\s*(-?[\d.eE+-]+)\s*,\s*(-?[\d.eE+-]+)\s*\]/.exec(String(row.cells.get('geo') ?? ''));
  if (match === null) return {};
  const [x, y] = [Number(match[1]), Number(match[2])];
  return Number.isFinite(x) && Number.isFinite(y) ? { x, y } : {};
}
