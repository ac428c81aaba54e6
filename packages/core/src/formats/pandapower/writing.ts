import type { Feeder } from '../../network/feeder/feeder.ts';
import { Losses } from '../losses.ts';
import type { TableName } from './columns.ts';

export type Cell = string | number | boolean | null | readonly (readonly number[])[];
export type Values = Readonly<Record<string, Cell>>;

/** What the writers of all tables share: the tables that grow, the buses, and what is lost. */
export class Writing {
  readonly feeder: Feeder;
  readonly losses = new Losses();
  readonly tables = new Map<TableName, Values[]>();
  /** Whether a power flow has to be three-phase: then transformers and sources need their zero sequence. */
  readonly isUnbalanced: boolean;
  private readonly places = new Map<string, number>();

  constructor(feeder: Feeder) {
    this.feeder = feeder;
    const isUneven = ({ p_kW, q_kvar }: { readonly p_kW: readonly number[]; readonly q_kvar: readonly number[] }): boolean =>
      [p_kW, q_kvar].some((values) => values.length !== 3 || values.some((value) => value !== values[0]));
    this.isUnbalanced = [...feeder.loads, ...feeder.generators].some(isUneven);
  }

  /** Adds a row and returns its index; its name is the id of the element. */
  add(table: TableName, id: string, record: Values): number {
    const rows = this.tables.get(table) ?? [];
    this.tables.set(table, rows);
    rows.push({ name: id, ...record });
    this.places.set(`${table} ${id}`, rows.length - 1);
    return rows.length - 1;
  }

  /** Index of the row of an element, if it has one. */
  indexOf(table: TableName, id: string): number | undefined {
    return this.places.get(`${table} ${id}`);
  }
}
