import type { FeederDocument, FeederRecord } from '../network/feeder/document.ts';

/**
 * A test feeder as its IEEE document prints it: configurations per mile, segments in feet, spot and distributed loads, regulators. `feederDocumentOf`
 * makes our own document of it.
 */
export interface FeederTables {
  readonly name: string;
  readonly source: string;
  /** Nominal voltage between phases, of every bus that `otherVoltages_kV` does not name. */
  readonly v_base_kV: number;
  readonly otherVoltages_kV?: Readonly<Record<string, number>>;
  /** Ideal three-phase source. */
  readonly supply: { readonly bus: string; readonly e_pu: number };
  readonly configurations: Readonly<Record<string, Configuration>>;
  readonly segments: readonly Segment[];
  /** Of phases a, b and c where none are named. */
  readonly switches: readonly (readonly [from: string, to: string, closed: boolean, phases?: string])[];
  readonly transformers: readonly StepDown[];
  readonly regulators: readonly Regulator[];
  /** Earthed wye, kvar of each phase at nominal voltage. */
  readonly capacitors: readonly (readonly [bus: string, a_kvar: number, b_kvar: number, c_kvar: number])[];
  readonly loads: readonly (readonly [bus: string, kind: LoadKind, ...powers: Powers])[];
  readonly distributedLoads?: readonly (readonly [from: string, to: string, kind: LoadKind, ...powers: Powers])[];
}

/** Phase impedances and shunt susceptance, neutral already eliminated. @shape lower triangle, row by row, in the order of `phases` */
export interface Configuration {
  readonly phases: string;
  readonly r_ohm_per_mile: readonly number[];
  readonly x_ohm_per_mile: readonly number[];
  readonly b_uS_per_mile?: readonly number[];
}

export type Segment = readonly [from: string, to: string, length_ft: number, configuration: string];

/** Wye or delta; constant power, current or impedance. */
export type LoadKind = `${'Y' | 'D'}-${'PQ' | 'I' | 'Z'}`;

/** Wye: phases a, b, c to earth; delta: ab, bc, ca. */
export type Powers = readonly [a_kW: number, a_kvar: number, b_kW: number, b_kvar: number, c_kW: number, c_kvar: number];

export interface StepDown {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly connections: readonly ['wye' | 'delta', 'wye' | 'delta'];
  readonly s_rated_kVA: number;
  /** Of both windings together. */
  readonly r_frac: number;
  readonly x_frac: number;
}

/** Single-phase regulators in wye, one per phase, 32 steps of 5/8 %; or one gang that looks at one phase. */
export interface Regulator {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly phases: string;
  readonly gangedAt?: string;
  readonly v_set_V: number;
  readonly band_V: number;
  readonly ptRatio: number;
  readonly ctRating_A: number;
  /** Compensator, volts at rated current, per phase of `phases`. */
  readonly r_V: readonly number[];
  readonly x_V: readonly number[];
  /** The documents give none; those nearer to the source are meant to act first. */
  readonly delay_s: number;
}

export function feederDocumentOf(tables: FeederTables): FeederDocument {
  const regulators = tables.regulators.flatMap((each) => regulatorRecords(each, tables.v_base_kV));
  return {
    gridflock: 'feeder/1',
    name: tables.name,
    source: tables.source,
    frequency_Hz: 60,
    buses: {
      columns: ['id', 'v_base_kV'],
      rows: busesOf(tables).map((bus) => [bus, voltageOf(tables, bus)]),
    },
    sources: [{ id: 'source', bus: tables.supply.bus, v_set_pu: tables.supply.e_pu }],
    line_codes: Object.entries(tables.configurations).map(([id, { r_ohm_per_mile, x_ohm_per_mile, b_uS_per_mile }]) => ({
      id,
      r_ohm_per_mile: triangle(r_ohm_per_mile),
      x_ohm_per_mile: triangle(x_ohm_per_mile),
      ...(b_uS_per_mile === undefined ? {} : { b_uS_per_mile: triangle(b_uS_per_mile) }),
    })),
    lines: {
      columns: ['id', 'from', 'to', 'phases', 'code', 'length_ft'],
      rows: segmentsOf(tables).map(([from, to, length_ft, code]) => [`${from}-${to}`, from, to, phasesOf(tables, code), code, length_ft]),
    },
    switches: tables.switches.map(([from, to, closed, phases = letters]) => ({ id: `${from}-${to}`, from, to, phases, closed })),
    transformers: [...regulators.map((each) => each.transformer), ...tables.transformers.map((each) => stepDownRecord(each, tables))],
    shunts: tables.capacitors.map(([bus, ...kvar]) => {
      const phases = present(kvar.map((each) => [each]));
      return { id: `C${bus}`, bus, phases: phases.map(letterOf).join(''), capacitor_kvar: phases.map((k) => kvar[k]) };
    }),
    loads: loadsOf(tables),
    regulators: regulators.map((each) => each.control),
  };
}

const letters = 'abc';
const letterOf = (phase: number): string => letters[phase];
/** The phases in which something stands. */
const present = (values: readonly (readonly number[])[]): number[] => values.flatMap((each, k) => (each.some((x) => x !== 0) ? [k] : []));

const voltageOf = ({ v_base_kV, otherVoltages_kV }: FeederTables, bus: string): number => otherVoltages_kV?.[bus] ?? v_base_kV;

const phasesOf = ({ configurations }: FeederTables, code: string): string => configurations[code].phases;

const triangle = (values: readonly number[]): number[][] => {
  const rows: number[][] = [];
  for (let start = 0; start < values.length; start += rows.length) rows.push(values.slice(start, start + rows.length + 1));
  return rows;
};

/** In the order in which they first appear, from the supply on. */
function busesOf(tables: FeederTables): string[] {
  const ids = new Set([tables.supply.bus]);
  for (const { from, to } of tables.regulators.slice(0, 1)) ids.add(from).add(to);
  for (const [from, to] of segmentsOf(tables)) ids.add(from).add(to);
  for (const [from, to] of tables.switches) ids.add(from).add(to);
  for (const { from, to } of [...tables.regulators, ...tables.transformers]) ids.add(from).add(to);
  return [...ids];
}

/**
 * A distributed load is drawn all along its segment: two thirds of it at a point a quarter of the way and one third at the end give the same voltage drop
 * and losses.
 * @source W. H. Kersting, Distribution System Modeling and Analysis, section 3.4 (exact lumped load model)
 */
function segmentsOf({ segments, distributedLoads = [] }: FeederTables): Segment[] {
  return segments.flatMap((segment): Segment[] => {
    const [from, to, length_ft, code] = segment;
    if (!distributedLoads.some(([a, b]) => a === from && b === to)) return [segment];
    const middle = quarterOf(from, to);
    return [
      [from, middle, length_ft / 4, code],
      [middle, to, (3 * length_ft) / 4, code],
    ];
  });
}

const quarterOf = (from: string, to: string): string => `${from}/${to}`;

function loadsOf({ loads, distributedLoads = [] }: FeederTables): FeederRecord[] {
  return [
    ...loads.map(([bus, kind, ...powers]) => loadRecord(`L${bus}`, bus, kind, powers, 1)),
    ...distributedLoads.flatMap(([from, to, kind, ...powers]) => [
      loadRecord(`D${from}-${to} near`, quarterOf(from, to), kind, powers, 2 / 3),
      loadRecord(`D${from}-${to} far`, to, kind, powers, 1 / 3),
    ]),
  ];
}

const laws = { PQ: 'power', I: 'current', Z: 'impedance' } as const;

function loadRecord(id: string, bus: string, kind: LoadKind, powers: readonly number[], part: number): FeederRecord {
  const elements = present([0, 1, 2].map((k) => powers.slice(2 * k, 2 * k + 2)));
  const isDelta = kind.startsWith('D');
  return {
    id,
    bus,
    connection: isDelta ? 'delta' : 'wye',
    phases: isDelta ? deltaPhases(elements) : elements.map(letterOf).join(''),
    p_kW: (isDelta && elements.length > 1 ? [0, 1, 2] : elements).map((k) => powers[2 * k] * part),
    q_kvar: (isDelta && elements.length > 1 ? [0, 1, 2] : elements).map((k) => powers[2 * k + 1] * part),
    law: laws[kind.slice(2) as keyof typeof laws],
  };
}

/** One element lies between two phases; more stand around all three. */
const deltaPhases = (elements: readonly number[]): string =>
  elements.length === 1 ? `${letterOf(elements[0])}${letterOf((elements[0] + 1) % 3)}` : letters;

function stepDownRecord({ id, from, to, connections, s_rated_kVA, r_frac, x_frac }: StepDown, tables: FeederTables): FeederRecord {
  const winding = (bus: string, connection: 'wye' | 'delta'): FeederRecord => ({
    bus,
    connection,
    v_rated_kV: voltageOf(tables, bus),
    s_rated_kVA,
    r_frac: r_frac / 2,
  });
  return { id, x_frac: [x_frac], windings: [winding(from, connections[0]), winding(to, connections[1])] };
}

/** The documents take regulators as ideal; a transformer needs some impedance: this is far below the digits they print. */
const ideal_frac = 1e-5;
const regulatorRating_kVA = 5000;

function regulatorRecords(regulator: Regulator, v_base_kV: number): { transformer: FeederRecord; control: FeederRecord }[] {
  const { id, from, to, gangedAt, v_set_V, band_V, ptRatio, ctRating_A, r_V, x_V, delay_s } = regulator;
  const units = gangedAt === undefined ? [...regulator.phases] : [regulator.phases];
  return units.map((phases, k) => {
    const name = units.length > 1 || gangedAt === undefined ? `${id}${phases}` : id;
    const sides = {
      phases,
      v_rated_kV: phases.length > 1 ? v_base_kV : v_base_kV / Math.sqrt(3),
      s_rated_kVA: (regulatorRating_kVA * phases.length) / 3,
    };
    return {
      transformer: {
        id: name,
        x_frac: [ideal_frac],
        windings: [
          { bus: from, ...sides },
          { bus: to, ...sides, tap_min_pu: 0.9, tap_max_pu: 1.1, tap_steps_count: 32 },
        ],
      },
      control: {
        id: name,
        transformer: name,
        v_set_V,
        band_V,
        pt_ratio: ptRatio,
        ct_rating_A: ctRating_A,
        r_V: r_V[k],
        x_V: x_V[k],
        delay_s,
        phase: gangedAt === undefined ? 0 : phases.indexOf(gangedAt),
      },
    };
  });
}
