import { InputError } from '../../base/errors.ts';
import type { RowReader } from '../document-table.ts';
import { feederColumns } from './document.ts';
import { readConductors } from './document-conductors.ts';
import { readMatrix } from './document-matrix.ts';
import type { Conductor, Line, Matrix, PhaseShunt, Switch, Terminal, Transformer, VoltageSource, Winding } from './feeder.ts';
import { constantsOfGeometry, type Geometries } from './read-geometry.ts';
import { phaseMatrixFromSequence } from './sequence-matrices.ts';

/** Finds a bus by its id. @throws {InputError} NETWORK_UNKNOWN_BUS */
export type BusOf = (row: RowReader, id: string, what: string) => { readonly index: number; readonly v_base_kV: number };
/** What lines refer to by name. */
export interface NamedLines extends Geometries {
  readonly codes: ReadonlyMap<string, RowReader>;
}

const km_per_mile = 1.609344;
const km_per_ft = 0.0003048;
const S_per_uS = 1e-6;

export function readSource(row: RowReader, busOf: BusOf): VoltageSource {
  const id = row.id('id');
  const bus = busOf(row, row.id('bus'), `Source "${id}"`);
  const conductors = readConductors(row, 'phases', 'line');
  const n = conductors.length;
  const e_kV = row.numbers('e_kV') ?? conductors.map(() => (row.number('v_set_pu', 1) * bus.v_base_kV) / Math.sqrt(3));
  if (e_kV.length !== n) throw row.wrong('e_kV', `a list of ${n}, one per conductor`);
  const r_ohm = matrixOf(row, 'r', 'ohm', n, 1);
  const x_ohm = matrixOf(row, 'x', 'ohm', n, 1);
  return Object.freeze({
    id,
    terminal: terminal(bus.index, conductors),
    e_kV: Object.freeze(e_kV),
    angle_deg: anglesOf(row, conductors),
    ...(r_ohm === undefined ? {} : { r_ohm }),
    ...(x_ohm === undefined ? {} : { x_ohm }),
    inService: row.flag('in_service', true),
  });
}

/** One angle is that of phase a; b and c lag 120° and 240°. */
function anglesOf(row: RowReader, conductors: readonly Conductor[]): readonly number[] {
  const given = row.numbers('angle_deg') ?? [0];
  if (given.length === conductors.length && (given.length > 1 || conductors[0] === 1)) return given;
  if (given.length !== 1) throw row.wrong('angle_deg', `one angle, or one for each of the ${conductors.length} conductors`);
  return Object.freeze(conductors.map((conductor) => given[0] - (conductor === 2 ? 120 : conductor === 3 ? 240 : 0)));
}

export function readLine(row: RowReader, busOf: BusOf, named: NamedLines): Line {
  const id = row.id('id');
  const { from, to } = endsOf(row, busOf, `Line "${id}"`);
  const n = from.conductors.length;
  const length_km = row.has('length_ft')
    ? row.number('length_ft', 0) * km_per_ft
    : row.has('length_km')
      ? row.number('length_km', 0)
      : undefined;
  const constants = row.has('code')
    ? constantsOfCode(row, named.codes, n, lengthOf(row, length_km, 'code'))
    : row.has('geometry')
      ? constantsAlong(row, n, lengthOf(row, length_km, 'geometry'), named)
      : constantsOfLine(row, n);
  const i_max_A = row.has('i_max_A') ? row.number('i_max_A', 0) : constants.i_max_A;
  const g_S = row.has('g_S') ? readMatrix(row, 'g_S', n) : undefined;
  return Object.freeze({
    id,
    from,
    to,
    r_ohm: constants.r_ohm,
    x_ohm: constants.x_ohm,
    ...(g_S === undefined ? {} : { g_S }),
    ...(constants.b_S === undefined ? {} : { b_S: constants.b_S }),
    ...(length_km === undefined ? {} : { length_km }),
    ...(i_max_A === undefined ? {} : { i_max_A }),
    closedFrom: row.flag('closed_from', true),
    closedTo: row.flag('closed_to', true),
  });
}

interface LineConstants {
  readonly r_ohm: Matrix;
  readonly x_ohm: Matrix;
  readonly b_S?: Matrix | undefined;
  readonly i_max_A?: number | undefined;
}

function constantsOfLine(row: RowReader, n: number): LineConstants {
  const r_ohm = matrixOf(row, 'r', 'ohm', n, 1);
  const x_ohm = matrixOf(row, 'x', 'ohm', n, 1);
  if (r_ohm === undefined || x_ohm === undefined) {
    throw new InputError({
      code: 'NETWORK_KEY_MISSING',
      message: `Line "${row.id('id')}" has no impedance`,
      where: row.where,
      hint: 'Give a code or a geometry with a length, the matrices r_ohm and x_ohm, or r1_ohm and x1_ohm (and r0_ohm, x0_ohm).',
    });
  }
  return { r_ohm, x_ohm, b_S: matrixOf(row, 'b', 'S', n, 1) };
}

function constantsAlong(row: RowReader, n: number, length_km: number, geometries: Geometries): LineConstants {
  const { r_ohm_per_km, x_ohm_per_km, b_S_per_km } = constantsOfGeometry(row, n, geometries);
  const whole = (matrix: Matrix): Matrix => Object.freeze(matrix.map((value) => value * length_km));
  return { r_ohm: whole(r_ohm_per_km), x_ohm: whole(x_ohm_per_km), b_S: whole(b_S_per_km) };
}

/** The length that a code or a geometry needs, which then says everything. @throws {InputError} NETWORK_KEY_TWICE, NETWORK_CELL_INVALID */
function lengthOf(row: RowReader, length_km: number | undefined, by: 'code' | 'geometry'): number {
  const others = by === 'code' ? ['geometry', ...ownConstants] : ownConstants;
  for (const own of others) {
    if (!row.has(own)) continue;
    throw new InputError({
      code: 'NETWORK_KEY_TWICE',
      message: `Line "${row.id('id')}" gives both a ${by} and "${own}"`,
      where: row.where,
      hint: 'Keep one of the two.',
    });
  }
  if (length_km !== undefined && length_km > 0) return length_km;
  throw row.wrong(row.has('length_ft') ? 'length_ft' : 'length_km', `a positive length, which a ${by} needs`);
}

const ownConstants = ['r_ohm', 'x_ohm', 'b_S', 'r1_ohm', 'x1_ohm', 'b1_S', 'r0_ohm', 'x0_ohm', 'b0_S'];

function constantsOfCode(row: RowReader, codes: ReadonlyMap<string, RowReader>, n: number, length_km: number): LineConstants {
  const code = codes.get(row.id('code'));
  if (code === undefined) throw row.wrong('code', `one of the line codes (${[...codes.keys()].slice(0, 20).join(', ')})`);
  const r_ohm = matrixOf(code, 'r', 'ohm_per_km', n, length_km) ?? matrixOf(code, 'r', 'ohm_per_mile', n, length_km / km_per_mile);
  const x_ohm = matrixOf(code, 'x', 'ohm_per_km', n, length_km) ?? matrixOf(code, 'x', 'ohm_per_mile', n, length_km / km_per_mile);
  if (r_ohm === undefined || x_ohm === undefined) {
    throw new InputError({
      code: 'NETWORK_KEY_MISSING',
      message: `Line code "${code.id('id')}" has no impedance`,
      where: code.where,
      hint: 'Give r_ohm_per_km and x_ohm_per_km, or r1_ohm_per_km and x1_ohm_per_km, or the same per mile.',
    });
  }
  return {
    r_ohm,
    x_ohm,
    b_S: matrixOf(code, 'b', 'S_per_km', n, length_km) ?? matrixOf(code, 'b', 'uS_per_mile', n, (length_km / km_per_mile) * S_per_uS),
    ...(code.has('i_max_A') ? { i_max_A: code.number('i_max_A', 0) } : {}),
  };
}

/** The matrix of a quantity, as it stands or from its sequence values. */
function matrixOf(row: RowReader, quantity: 'r' | 'x' | 'b', unit: string, n: number, factor: number): Matrix | undefined {
  const whole = `${quantity}_${unit}`;
  if (row.has(whole)) return readMatrix(row, whole, n, factor);
  const positive = `${quantity}1_${unit}`;
  if (!row.has(positive)) return undefined;
  const one = row.number(positive, 0);
  const zero = row.number(`${quantity}0_${unit}`, one);
  if (!Number.isFinite(one) || !Number.isFinite(zero)) throw row.wrong(positive, 'a finite number');
  return phaseMatrixFromSequence(one * factor, zero * factor, n);
}

export function readSwitch(row: RowReader, busOf: BusOf): Switch {
  const id = row.id('id');
  return Object.freeze({
    id,
    ...endsOf(row, busOf, `Switch "${id}"`),
    closed: row.flag('closed', true),
    ...(row.has('r_ohm') ? { r_ohm: row.number('r_ohm', 0) } : {}),
    ...(row.has('x_ohm') ? { x_ohm: row.number('x_ohm', 0) } : {}),
    ...(row.has('i_max_A') ? { i_max_A: row.number('i_max_A', 0) } : {}),
  });
}

function endsOf(row: RowReader, busOf: BusOf, what: string): { readonly from: Terminal; readonly to: Terminal } {
  const conductors = readConductors(row, 'phases', 'line');
  const far = readConductors(row, 'phases_to', 'line', conductors);
  if (far.length !== conductors.length) throw row.wrong('phases_to', `as many conductors as phases (${conductors.length})`);
  return {
    from: terminal(busOf(row, row.id('from'), what).index, conductors),
    to: terminal(busOf(row, row.id('to'), what).index, far),
  };
}

export function readTransformer(row: RowReader, busOf: BusOf): Transformer {
  const id = row.id('id');
  const windings = row.rows('windings', feederColumns.windings).map((each) => readWinding(each, busOf, `Transformer "${id}"`));
  if (windings.length < 2) throw row.wrong('windings', 'a list of two windings or more');
  const x_frac = row.numbers('x_frac') ?? [];
  const pairs = (windings.length * (windings.length - 1)) / 2;
  if (x_frac.length !== pairs) throw row.wrong('x_frac', `a list of ${pairs}, one per pair of windings`);
  const cores = row.number('cores_count', coilsOf(windings[0]));
  if (cores !== 1 && cores !== 2 && cores !== 3) throw row.wrong('cores_count', '1, 2 or 3');
  const zeroSequence =
    row.has('zero_g_frac') || row.has('zero_b_frac')
      ? Object.freeze({ g_frac: readMatrix(row, 'zero_g_frac', windings.length), b_frac: readMatrix(row, 'zero_b_frac', windings.length) })
      : undefined;
  return Object.freeze({
    id,
    cores_count: cores,
    windings: Object.freeze(windings),
    x_frac,
    ...(row.has('no_load_loss_frac') ? { noLoadLoss_frac: row.number('no_load_loss_frac', 0) } : {}),
    ...(row.has('magnetising_frac') ? { magnetising_frac: row.number('magnetising_frac', 0) } : {}),
    ...(row.has('magnetising_at')
      ? { magnetisingAt: row.word('magnetising_at', ['first', 'second', 'last', 'split', 'star'] as const, 'last') }
      : {}),
    ...(zeroSequence === undefined ? {} : { zeroSequence }),
    ...(row.has('antifloat_frac') ? { antifloat_frac: row.number('antifloat_frac', 0) } : {}),
    inService: row.flag('in_service', true),
  });
}

const connections = ['wye', 'delta', 'zigzag', 'coils'] as const;

function readWinding(row: RowReader, busOf: BusOf, what: string): Winding {
  const connection = row.word('connection', connections, 'wye');
  return Object.freeze({
    connection,
    terminal: terminal(busOf(row, row.id('bus'), what).index, readConductors(row, 'phases', connection)),
    v_rated_kV: row.number('v_rated_kV', Number.NaN),
    s_rated_kVA: row.number('s_rated_kVA', Number.NaN),
    r_frac: row.number('r_frac', 0),
    tap_pu: row.number('tap_pu', 1),
    ...(row.has('clock') ? { clock: row.number('clock', 0) } : {}),
    ...(row.has('turn_deg') ? { turn_deg: row.number('turn_deg', 0) } : {}),
    ...(row.has('closed') ? { closed: row.flag('closed', true) } : {}),
    ...(row.has('r_neutral_ohm') ? { rNeutral_ohm: row.number('r_neutral_ohm', 0) } : {}),
    ...(row.has('x_neutral_ohm') ? { xNeutral_ohm: row.number('x_neutral_ohm', 0) } : {}),
    ...(row.has('tap_min_pu') ? { tapMin_pu: row.number('tap_min_pu', 0) } : {}),
    ...(row.has('tap_max_pu') ? { tapMax_pu: row.number('tap_max_pu', 0) } : {}),
    ...(row.has('tap_steps_count') ? { tapSteps_count: row.number('tap_steps_count', 0) } : {}),
  });
}

/** Coils of a winding: one per phase; a star point has none. Two conductors of a delta are the ends of one coil. */
function coilsOf({ connection, terminal: { conductors } }: Winding): number {
  if (connection === 'coils') return conductors.length / 2;
  if (connection === 'delta') return conductors.length === 2 ? 1 : conductors.length;
  return conductors.some((each) => each === 0 || each > 3) ? conductors.length - 1 : conductors.length;
}

export function readShunt(row: RowReader, busOf: BusOf): PhaseShunt {
  const id = row.id('id');
  const bus = busOf(row, row.id('bus'), `Shunt "${id}"`);
  const { conductors, g_S, b_S, q_rated_kvar } = row.has('capacitor_kvar') ? capacitorOf(row, bus.v_base_kV) : admittanceOf(row);
  return Object.freeze({
    id,
    terminal: terminal(bus.index, conductors),
    g_S,
    b_S,
    ...(row.has('steps_count') ? { steps_count: row.number('steps_count', 1) } : {}),
    ...(row.has('closed_count') ? { closed_count: row.number('closed_count', 1) } : {}),
    ...(q_rated_kvar === undefined ? {} : { q_rated_kvar }),
    inService: row.flag('in_service', true),
  });
}

type ShuntParts = Pick<PhaseShunt, 'g_S' | 'b_S' | 'q_rated_kvar'> & { readonly conductors: readonly Conductor[] };

function admittanceOf(row: RowReader): ShuntParts {
  const conductors = readConductors(row, 'phases', 'line');
  const n = conductors.length;
  const zero = Object.freeze(new Array<number>(n * n).fill(0));
  return {
    conductors,
    g_S: row.has('g_S') ? readMatrix(row, 'g_S', n) : zero,
    b_S: row.has('b_S') ? readMatrix(row, 'b_S', n) : zero,
    q_rated_kvar: row.has('q_rated_kvar') ? row.number('q_rated_kvar', 0) : undefined,
  };
}

/** b = Q/v² of each element, between a phase and the neutral or between two phases. */
function capacitorOf(row: RowReader, v_base_kV: number): ShuntParts {
  const connection = row.word('connection', ['wye', 'delta'] as const, 'wye');
  const conductors = readConductors(row, 'phases', connection);
  const pairs = elementsOf(conductors, connection);
  const kvar = row.numbers('capacitor_kvar') ?? [];
  if (kvar.length !== pairs.length) throw row.wrong('capacitor_kvar', `a list of ${pairs.length}, one per element`);
  const v_kV = row.number('v_rated_kV', connection === 'wye' ? v_base_kV / Math.sqrt(3) : v_base_kV);
  if (!(v_kV > 0)) throw row.wrong('v_rated_kV', 'a positive voltage');
  const n = conductors.length;
  const b_S = new Array<number>(n * n).fill(0);
  pairs.forEach(([i, j], k) => {
    const b = kvar[k] / (v_kV * v_kV * 1000);
    b_S[i * n + i] += b;
    b_S[j * n + j] += b;
    b_S[i * n + j] -= b;
    b_S[j * n + i] -= b;
  });
  // earth needs no row of its own
  const kept = conductors.flatMap((conductor, k) => (conductor === 0 ? [] : [k]));
  return {
    conductors: Object.freeze(kept.map((k) => conductors[k])),
    g_S: Object.freeze(new Array<number>(kept.length ** 2).fill(0)),
    b_S: Object.freeze(kept.flatMap((i) => kept.map((j) => b_S[i * n + j]))),
    q_rated_kvar: kvar.reduce((sum, q) => sum + q, 0),
  };
}

/** Positions in the terminal between which each element stands. */
export function elementsOf(conductors: readonly Conductor[], connection: 'wye' | 'delta'): readonly (readonly [number, number])[] {
  const n = conductors.length;
  if (connection === 'wye') return Array.from({ length: n - 1 }, (_, k) => [k, n - 1] as const);
  if (n === 2) return [[0, 1]];
  return Array.from({ length: n }, (_, k) => [k, (k + 1) % n] as const);
}

export const terminal = (bus: number, conductors: readonly Conductor[]): Terminal => Object.freeze({ bus, conductors });
