import type { RowReader } from '../document-table.ts';
import { readConductors } from './document-conductors.ts';
import type {
  BeyondLimits,
  Inverter,
  Load,
  PhaseGenerator,
  Profile,
  ProfileUse,
  StorageOfInverter,
  Terminal,
  VoltageLaw,
} from './feeder.ts';
import { type BusOf, elementsOf, terminal } from './read-wires.ts';

interface ElementParts {
  readonly id: string;
  readonly connection: 'wye' | 'delta';
  readonly terminal: Terminal;
  readonly v_rated_kV: number;
  readonly inService: boolean;
}

function elementParts(row: RowReader, busOf: BusOf, kind: string): ElementParts {
  const id = row.id('id');
  const bus = busOf(row, row.id('bus'), `${kind} "${id}"`);
  const connection = row.word('connection', ['wye', 'delta'] as const, 'wye');
  const conductors = readConductors(row, 'phases', connection);
  if (conductors.length < 2) throw row.wrong('phases', 'two conductors or more');
  return {
    id,
    connection,
    terminal: terminal(bus.index, conductors),
    v_rated_kV: row.number('v_rated_kV', connection === 'wye' ? bus.v_base_kV / Math.sqrt(3) : bus.v_base_kV),
    inService: row.flag('in_service', true),
  };
}

/** One number per element; 0 for each when left out. */
function perElement(row: RowReader, column: string, { connection, terminal: { conductors } }: ElementParts): readonly number[] {
  const n = elementsOf(conductors, connection).length;
  const values = row.numbers(column) ?? Object.freeze(new Array<number>(n).fill(0));
  if (values.length !== n) throw row.wrong(column, `a list of ${n}, one per element of a ${connection} on ${conductors.length} conductors`);
  return values;
}

const named: Readonly<Record<'power' | 'current' | 'impedance', VoltageLaw>> = {
  power: Object.freeze({ z_frac: 0, i_frac: 0, p_frac: 1 }),
  current: Object.freeze({ z_frac: 0, i_frac: 1, p_frac: 0 }),
  impedance: Object.freeze({ z_frac: 1, i_frac: 0, p_frac: 0 }),
};

function lawOf(row: RowReader, quantity: 'p' | 'q'): VoltageLaw {
  const zip = row.numbers(`${quantity}_zip`);
  if (zip !== undefined) {
    if (zip.length !== 3) throw row.wrong(`${quantity}_zip`, 'three shares [z, i, p]');
    return Object.freeze({ z_frac: zip[0], i_frac: zip[1], p_frac: zip[2] });
  }
  if (row.has(`${quantity}_exponent`)) return Object.freeze({ exponent: row.number(`${quantity}_exponent`, 0) });
  return named[row.word('law', ['power', 'current', 'impedance'] as const, 'power')];
}

function voltageRange(row: RowReader): { readonly v_min_pu?: number; readonly v_max_pu?: number } {
  return {
    ...(row.has('v_min_pu') ? { v_min_pu: row.number('v_min_pu', 0) } : {}),
    ...(row.has('v_max_pu') ? { v_max_pu: row.number('v_max_pu', 0) } : {}),
  };
}

/** Both exponents or none. */
function beyondLimits(row: RowReader): { readonly beyond?: BeyondLimits } {
  const [p, q] = [row.has('p_beyond_exponent'), row.has('q_beyond_exponent')];
  if (!p && !q) return {};
  const missing = p ? 'q_beyond_exponent' : 'p_beyond_exponent';
  if (p !== q) throw row.wrong(missing, 'a number where the other of p_beyond_exponent and q_beyond_exponent is given');
  return {
    beyond: Object.freeze({
      pExponent: row.number('p_beyond_exponent', 0),
      qExponent: row.number('q_beyond_exponent', 0),
      stepsAtLow: row.flag('steps_at_low', false),
    }),
  };
}

function profileUse(row: RowReader): { readonly profile?: ProfileUse } {
  const use = {
    ...(row.has('daily') ? { daily: row.id('daily') } : {}),
    ...(row.has('yearly') ? { yearly: row.id('yearly') } : {}),
    ...(row.has('duty') ? { duty: row.id('duty') } : {}),
  };
  return Object.keys(use).length === 0 ? {} : { profile: Object.freeze(use) };
}

export function readLoad(row: RowReader, busOf: BusOf): Load {
  const parts = elementParts(row, busOf, 'Load');
  return Object.freeze({
    ...parts,
    p_kW: perElement(row, 'p_kW', parts),
    q_kvar: perElement(row, 'q_kvar', parts),
    pLaw: lawOf(row, 'p'),
    qLaw: lawOf(row, 'q'),
    ...voltageRange(row),
    ...(row.has('v_low_pu') ? { v_low_pu: row.number('v_low_pu', 0) } : {}),
    ...beyondLimits(row),
    ...profileUse(row),
  });
}

export function readGenerator(row: RowReader, busOf: BusOf): PhaseGenerator {
  const parts = elementParts(row, busOf, 'Generator');
  const follows = (quantity: 'p' | 'q') => row.has('law') || row.has(`${quantity}_zip`) || row.has(`${quantity}_exponent`);
  return Object.freeze({
    ...parts,
    p_kW: perElement(row, 'p_kW', parts),
    q_kvar: perElement(row, 'q_kvar', parts),
    ...(row.has('v_set_pu') ? { v_set_pu: row.number('v_set_pu', 1) } : {}),
    ...(row.has('q_min_kvar') ? { q_min_kvar: row.number('q_min_kvar', 0) } : {}),
    ...(row.has('q_max_kvar') ? { q_max_kvar: row.number('q_max_kvar', 0) } : {}),
    ...voltageRange(row),
    ...(follows('p') ? { pLaw: lawOf(row, 'p') } : {}),
    ...(follows('q') ? { qLaw: lawOf(row, 'q') } : {}),
    ...beyondLimits(row),
    ...profileUse(row),
  });
}

export function readInverter(row: RowReader, busOf: BusOf): Inverter {
  const kind = row.word('kind', ['pv', 'storage'] as const, 'pv');
  const s_rated_kVA = row.number('s_rated_kVA', Number.NaN);
  const p_rated_kW = row.number('p_rated_kW', s_rated_kVA);
  return Object.freeze({
    ...elementParts(row, busOf, 'Inverter'),
    kind,
    s_rated_kVA,
    p_kW: row.number('p_kW', 0),
    p_rated_kW,
    q_kvar: row.number('q_kvar', 0),
    ...(row.has('power_factor_frac') ? { powerFactor_frac: row.number('power_factor_frac', 1) } : {}),
    ...(row.has('q_inject_max_kvar') ? { qInject_max_kvar: row.number('q_inject_max_kvar', 0) } : {}),
    ...(row.has('q_absorb_max_kvar') ? { qAbsorb_max_kvar: row.number('q_absorb_max_kvar', 0) } : {}),
    priority: row.word('priority', ['watt', 'var', 'powerFactor'] as const, 'watt'),
    ...voltageRange(row),
    ...(kind === 'storage' ? { storage: storageOf(row, p_rated_kW) } : {}),
    ...profileUse(row),
  });
}

function storageOf(row: RowReader, p_rated_kW: number): StorageOfInverter {
  if (!row.has('e_rated_kWh')) throw row.wrong('e_rated_kWh', 'a capacity, which a storage needs');
  const e_rated_kWh = row.number('e_rated_kWh', 0);
  return Object.freeze({
    e_rated_kWh,
    e_start_kWh: row.number('e_start_kWh', e_rated_kWh),
    e_reserve_kWh: row.number('e_reserve_kWh', 0),
    p_charge_max_kW: row.number('p_charge_max_kW', p_rated_kW),
    p_discharge_max_kW: row.number('p_discharge_max_kW', p_rated_kW),
    eta_charge_frac: row.number('eta_charge_frac', 1),
    eta_discharge_frac: row.number('eta_discharge_frac', 1),
    idle_kW: row.number('idle_kW', 0),
    ...inverterEta(row),
    ...triggersOf(row),
  });
}

function inverterEta(row: RowReader): Pick<StorageOfInverter, 'inverterEta'> {
  const [x, y] = [row.numbers('inverter_eta_x'), row.numbers('inverter_eta_y')];
  if (x === undefined && y === undefined) return {};
  if (x === undefined || x.length === 0 || x.some((value, k) => k > 0 && value < x[k - 1]))
    throw row.wrong('inverter_eta_x', 'a list of rising numbers');
  if (y?.length !== x.length || y.some((eta) => !(eta > 0)))
    throw row.wrong('inverter_eta_y', `as many numbers above 0 as x (${x.length})`);
  return { inverterEta: Object.freeze({ x, y }) };
}

function triggersOf(row: RowReader): Pick<StorageOfInverter, 'triggers'> {
  const triggers = {
    ...(row.has('charge_below_frac') ? { charge_frac: row.number('charge_below_frac', 0) } : {}),
    ...(row.has('discharge_above_frac') ? { discharge_frac: row.number('discharge_above_frac', 0) } : {}),
    ...(row.has('charge_from_h') ? { charge_h: row.number('charge_from_h', 0) } : {}),
  };
  return Object.keys(triggers).length === 0 ? {} : { triggers: Object.freeze(triggers) };
}

export function readProfile(row: RowReader): Profile {
  const p = row.numbers('p') ?? [];
  const q = row.numbers('q');
  if (p.length === 0) throw row.wrong('p', 'a list of one number or more');
  if (q !== undefined && q.length !== p.length) throw row.wrong('q', `as many numbers as p (${p.length})`);
  const step_s = row.number('step_s', Number.NaN);
  if (!(step_s > 0) || !Number.isFinite(step_s)) throw row.wrong('step_s', 'a positive number of seconds');
  return Object.freeze({ id: row.id('id'), step_s, p, ...(q === undefined ? {} : { q }), actual: row.flag('actual', false) });
}
