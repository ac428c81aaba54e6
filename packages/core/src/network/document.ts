/**
 * A network as plain data, as it stands in a file: `gridflock: network/1`, units in the keys, compact tables.
 *
 * The built-in networks are written in it, and `formats/gridflock` is its text. `readNetworkDocument` makes a Case of it.
 */
export interface NetworkDocument {
  readonly gridflock: 'network/1';
  readonly name: string;
  readonly source?: string | undefined;
  readonly s_base_kVA: number;
  /** Without it a negative r or x is an error. */
  readonly negative_impedance?: 'allowed' | undefined;
  readonly slacks: Table;
  readonly buses: Table;
  readonly branches: Table;
  readonly generators?: Table | undefined;
  readonly shunts?: Table | undefined;
}

/** `all` holds what is the same in every row. A cell that is null takes its default. */
export interface Table {
  readonly all?: Readonly<Record<string, Cell>> | undefined;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export type Cell = string | number | boolean | null | CostCell;

/** Polynomial: highest power first, currency per hour with p in kW. */
export type CostCell =
  | { readonly polynomial: readonly number[] }
  | { readonly p_kW: readonly number[]; readonly cost_cur_per_h: readonly number[] };

export type CellKind = 'id' | 'number' | 'flag' | 'cost' | 'word' | 'numbers' | 'matrix' | 'ids' | 'rows' | 'cell';

export interface ColumnSpec {
  readonly kind: CellKind;
  readonly about: string;
  readonly required?: true;
  /** The same quantity in another unit or base; only one of the two may be given. */
  readonly instead?: string;
}

export type TableName = 'slacks' | 'buses' | 'branches' | 'generators' | 'shunts';

const number = (about: string, instead?: string): ColumnSpec => ({
  kind: 'number',
  about,
  ...(instead === undefined ? {} : { instead }),
});
const id = (about: string): ColumnSpec => ({ kind: 'id', about, required: true });

/** What may stand in each table. Loads are positive when they consume; every other power is + into the network. */
export const tableColumns: Readonly<Record<TableName, Readonly<Record<string, ColumnSpec>>>> = {
  slacks: {
    bus: id('the bus whose voltage is given'),
    v_set_pu: number('its magnitude; 1 when left out'),
    angle_deg: number('its angle; 0 when left out'),
  },
  buses: {
    id: id('name of the bus'),
    v_base_kV: { kind: 'number', about: 'nominal line-to-line voltage', required: true },
    v_min_pu: number('lowest voltage allowed; 0.9 when left out'),
    v_max_pu: number('highest voltage allowed; 1.1 when left out'),
    p_load_kW: number('active power that the load takes; 0 when left out'),
    q_load_kvar: number('reactive power that the load takes; 0 when left out'),
    v_start_pu: number('start of a power flow; 1 when left out'),
    angle_start_deg: number('start of a power flow; 0 when left out'),
    isolated: { kind: 'flag', about: 'true: out of service' },
    x: number('drawing position'),
    y: number('drawing position'),
  },
  branches: {
    id: id('name of the branch'),
    from: id('bus at the side of the ideal transformer'),
    to: id('bus at the side of the impedance'),
    r_ohm: number('series resistance, on the voltage base of the to bus', 'r_pu'),
    x_ohm: number('series reactance, on the voltage base of the to bus', 'x_pu'),
    b_S: number('total charging susceptance, on the voltage base of the to bus; 0 when left out', 'b_pu'),
    r_pu: number('series resistance', 'r_ohm'),
    x_pu: number('series reactance', 'x_ohm'),
    b_pu: number('total charging susceptance; 0 when left out', 'b_S'),
    ratio: number('off-nominal turns ratio at the from side; 1 when left out'),
    shift_deg: number('phase shift at the from side; 0 when left out'),
    s_max_kVA: number('rating; none when left out', 'i_max_A'),
    i_max_A: number('rating as a current at the from side; none when left out', 's_max_kVA'),
    angle_min_deg: number('least angle across the branch, from minus to; no limit when left out'),
    angle_max_deg: number('largest angle across the branch; no limit when left out'),
    in_service: { kind: 'flag', about: 'false: open; true when left out' },
  },
  generators: {
    id: id('name of the generator'),
    bus: id('where it stands'),
    p_kW: number('active power; 0 when left out'),
    q_kvar: number('reactive power; 0 when left out'),
    p_min_kW: number('0 when left out'),
    p_max_kW: number('no limit when left out'),
    q_min_kvar: number('no limit when left out'),
    q_max_kvar: number('no limit when left out'),
    v_set_pu: number('voltage that it holds; 1 when left out'),
    holds_voltage: { kind: 'flag', about: 'true: holds v_set_pu; false when left out' },
    in_service: { kind: 'flag', about: 'true when left out' },
    cost: { kind: 'cost', about: '{polynomial: [c2, c1, c0]} or {p_kW: […], cost_cur_per_h: […]}' },
  },
  shunts: {
    bus: id('where it stands'),
    g_S: number('conductance; 0 when left out', 'g_pu'),
    b_S: number('susceptance, positive for a capacitor; 0 when left out', 'b_pu'),
    g_pu: number('conductance; 0 when left out', 'g_S'),
    b_pu: number('susceptance, positive for a capacitor; 0 when left out', 'b_S'),
  },
};

export const documentKeys = [
  'gridflock',
  'name',
  'source',
  's_base_kVA',
  'negative_impedance',
  'slacks',
  'buses',
  'branches',
  'generators',
  'shunts',
] as const;
