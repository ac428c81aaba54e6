import { didYouMean, InputError } from '../../base/errors.ts';
import type { FeederBus, VoltageLaw } from '../../network/feeder/feeder.ts';
import type { FeederParts } from '../../network/feeder/feeder-parts.ts';
import { phaseMatrixFromSequence } from '../../network/feeder/sequence-matrices.ts';
import type { Dropped } from '../../network/network.ts';
import type { Folder } from './files.ts';
import { loadProfiles, plantProfiles, readProfiles, renewableProfiles, storageProfiles } from './profiles.ts';
import { numberOf, optionalTextOf, type Row, textOf } from './tables.ts';

type Part<K extends keyof FeederParts> = NonNullable<FeederParts[K]> extends readonly (infer T)[] ? T : never;

/** SimBench grids are European. */
const frequency_Hz = 50;
const abc = [1, 2, 3] as const;
const abcg = [1, 2, 3, 0] as const;
const constantPower: VoltageLaw = { z_frac: 0, i_frac: 0, p_frac: 1 };
/** A closed switch joins its nodes to one; this impedance is far below any other, on a base of 1 MVA. */
const fused_pu = 1e-7;

/** Types of a row's element by id. */
type Types = ReadonlyMap<string, Row>;

/**
 * Every table as part of a feeder: three alike phases, since SimBench gives positive-sequence values only.
 *
 * @param isAsWritten - no study case is asked for, so that those of the folder are left out and listed
 * @throws {InputError} SIMBENCH_UNKNOWN_ID, SIMBENCH_COLUMN_MISSING, SIMBENCH_NUMBER_INVALID, SIMBENCH_ROW_LENGTH, SIMBENCH_ID_TWICE
 */
export function readParts(
  folder: Folder,
  name: string,
  isAsWritten = true,
): { readonly parts: FeederParts; readonly dropped: readonly Dropped[] } {
  const nodes = byId(folder.rows('Node'));
  const typesOf = (table: string): Types => byId(folder.rows(table));
  const at = (row: Row, column: string) => known(nodes, row, column, 'node');
  const coordinates = typesOf('Coordinates');
  const dropped: Dropped[] = [];
  const powers = (row: Row, p: string, q: string) => ({ p_kW: thirds(numberOf(row, p, 0)), q_kvar: thirds(numberOf(row, q, 0)) });
  const element = (row: Row) => {
    const node = at(row, 'node');
    return {
      id: textOf(row, 'id'),
      connection: 'wye' as const,
      terminal: { bus: textOf(node, 'id'), conductors: abcg },
      v_rated_kV: numberOf(node, 'vmR') / Math.sqrt(3),
      inService: true,
    };
  };
  const use = (row: Row, profiles: ReadonlySet<string>) => {
    const profile = optionalTextOf(row, 'profile');
    return profile !== undefined && profiles.has(profile) ? { profile: { yearly: profile } } : {};
  };
  const followed = (tables: readonly string[]): ReadonlySet<string> =>
    new Set(tables.flatMap((table) => folder.rows(table).flatMap((row) => optionalTextOf(row, 'profile') ?? [])));
  const profiles = distinct([
    ...readProfiles(folder, loadProfiles, followed(['Load'])),
    ...readProfiles(folder, renewableProfiles, followed(['RES'])),
    ...readProfiles(folder, plantProfiles, followed(['PowerPlant'])),
    ...readProfiles(folder, storageProfiles, followed(['Storage'])),
  ]);
  const ids = new Set(profiles.map(({ id }) => id));
  const generator = (row: Row, p: string, q: string): Part<'generators'> => {
    const holds = optionalTextOf(row, 'calc_type') === 'pvm';
    return {
      ...element(row),
      ...powers(row, p, q),
      ...(holds ? { v_set_pu: numberOf(at(row, 'node'), 'vmSetp', 1) } : {}),
      ...use(row, ids),
    };
  };
  const isSlack = (row: Row): boolean => optionalTextOf(row, 'calc_type') === 'vavm';
  const supply = [...folder.rows('ExternalNet'), ...folder.rows('PowerPlant'), ...folder.rows('RES')];
  for (const row of folder.rows('ExternalNet').filter((each) => !isSlack(each) && optionalTextOf(each, 'calc_type') !== 'pq')) {
    dropped.push({
      element: `ExternalNet "${textOf(row, 'id')}"`,
      where: row.where,
      reason: `calc_type ${optionalTextOf(row, 'calc_type') ?? 'NULL'} is not read`,
    });
  }
  const parts: FeederParts = {
    name,
    frequency_Hz,
    buses: [...nodes.values()].map((row): FeederBus => {
      const point = coordinates.get(optionalTextOf(row, 'coordID') ?? '');
      return {
        id: textOf(row, 'id'),
        v_base_kV: numberOf(row, 'vmR'),
        ...(optionalTextOf(row, 'vmMin') === undefined ? {} : { v_min_pu: numberOf(row, 'vmMin') }),
        ...(optionalTextOf(row, 'vmMax') === undefined ? {} : { v_max_pu: numberOf(row, 'vmMax') }),
        ...(point === undefined ? {} : { x: numberOf(point, 'x'), y: numberOf(point, 'y') }),
      };
    }),
    sources: supply.filter(isSlack).map((row) => sourceOf(row, at(row, 'node'))),
    lines: folder.rows('Line').flatMap((row) => lineOf(row, at, typesOf('LineType'), dropped)),
    switches: folder.rows('Switch').map((row): Part<'switches'> => {
      const [from, to] = [at(row, 'nodeA'), at(row, 'nodeB')];
      return {
        id: textOf(row, 'id'),
        from: { bus: textOf(from, 'id'), conductors: abc },
        to: { bus: textOf(to, 'id'), conductors: abc },
        closed: numberOf(row, 'cond', 1) !== 0,
        r_ohm: fused_pu * numberOf(from, 'vmR') ** 2,
      };
    }),
    transformers: folder.rows('Transformer').map((row) => transformerOf(row, at, typesOf('TransformerType'))),
    shunts: folder.rows('Shunt').map((row): Part<'shunts'> => {
      const v2 = numberOf(row, 'vmR', numberOf(at(row, 'node'), 'vmR')) ** 2;
      const steps = numberOf(row, 'step', 1);
      const [g, b] = [(numberOf(row, 'p0', 0) * steps) / v2, (-numberOf(row, 'q0', 0) * steps) / v2];
      return {
        id: textOf(row, 'id'),
        terminal: { bus: textOf(at(row, 'node'), 'id'), conductors: abc },
        g_S: phaseMatrixFromSequence(g, g),
        b_S: phaseMatrixFromSequence(b, b),
        inService: true,
      };
    }),
    loads: [
      ...folder.rows('Load').map(
        (row): Part<'loads'> => ({
          ...element(row),
          ...powers(row, 'pLoad', 'qLoad'),
          pLaw: constantPower,
          qLaw: constantPower,
          ...use(row, ids),
        }),
      ),
    ],
    generators: [
      ...folder
        .rows('RES')
        .filter((row) => !isSlack(row))
        .map((row) => generator(row, 'pRES', 'qRES')),
      ...folder
        .rows('PowerPlant')
        .filter((row) => !isSlack(row))
        .map((row) => generator(row, 'pPP', 'qPP')),
      ...folder
        .rows('ExternalNet')
        .filter((row) => optionalTextOf(row, 'calc_type') === 'pq')
        .map((row) => generator(row, 'pExtNet', 'qExtNet')),
    ],
    inverters: folder.rows('Storage').map((row) => ({ ...element(row), ...storageOf(row), ...use(row, ids) })),
    profiles,
  };
  for (const [table, reason] of unread) {
    const rows = folder.rows(table);
    if (rows.length > 0 && (isAsWritten || table !== 'StudyCases'))
      dropped.push({ element: `${rows.length} rows of ${table}.csv`, where: rows[0].where, reason });
  }
  return { parts, dropped };
}

const unread = [
  ['Transformer3W', 'three-winding transformers of SimBench are not read'],
  ['Measurement', 'measurements are not part of a network'],
  ['StudyCases', 'states of the grid that planners look at; --study-case takes one'],
] as const;

/** @throws {InputError} SIMBENCH_ID_TWICE */
function byId(rows: readonly Row[]): ReadonlyMap<string, Row> {
  const found = new Map<string, Row>();
  for (const row of rows) {
    const id = textOf(row, 'id');
    const earlier = found.get(id);
    if (earlier !== undefined) {
      throw new InputError({
        code: 'SIMBENCH_ID_TWICE',
        message: `"${id}" is there twice`,
        where: row.where,
        hint: `The first is at ${earlier.where}; remove one, or give it its own id.`,
      });
    }
    found.set(id, row);
  }
  return found;
}

/** Tables that every grid has, of which one without rows is more likely lost than meant. */
const usual = ['ExternalNet', 'Line', 'Load'] as const;

export const warningsOf = (folder: Folder): readonly string[] =>
  usual.flatMap((table) =>
    folder.rows(table).length > 0
      ? []
      : [`${table}.csv ${folder.text(table) === undefined ? 'is not in the folder' : 'has no rows'}: the grid is read without`],
  );

const thirds = (mega: number): readonly number[] => {
  const each = (mega * 1000) / 3;
  return [each, each, each];
};

function distinct<T extends { readonly id: string }>(items: readonly T[]): readonly T[] {
  return [...new Map(items.map((item) => [item.id, item])).values()];
}

function known(rows: ReadonlyMap<string, Row>, row: Row, column: string, what: string): Row {
  const id = textOf(row, column);
  const found = rows.get(id);
  if (found !== undefined) return found;
  throw new InputError({
    code: 'SIMBENCH_UNKNOWN_ID',
    message: `"${column}" names the ${what} "${id}", which does not exist`,
    where: row.where,
    hint: didYouMean(id, rows.keys()) ?? `Add the ${what}, or correct the name.`,
  });
}

type At = (row: Row, column: string) => Row;

function sourceOf(row: Row, node: Row): Part<'sources'> {
  const e_kV = (numberOf(node, 'vmSetp', 1) * numberOf(node, 'vmR')) / Math.sqrt(3);
  const angle_deg = numberOf(node, 'vaSetp', 0);
  return {
    id: textOf(row, 'id'),
    terminal: { bus: textOf(node, 'id'), conductors: abc },
    e_kV: [e_kV, e_kV, e_kV],
    angle_deg: [angle_deg, angle_deg - 120, angle_deg + 120],
    inService: true,
  };
}

/** Ohm, siemens·10⁻⁶ and ampere per km. */
function lineOf(row: Row, at: At, types: Types, dropped: Dropped[]): readonly Part<'lines'>[] {
  const type = types.get(textOf(row, 'type'));
  if (type === undefined) {
    dropped.push({
      element: `line "${textOf(row, 'id')}"`,
      where: row.where,
      reason: `its type "${textOf(row, 'type')}" is not in LineType.csv`,
    });
    return [];
  }
  const length_km = numberOf(row, 'length');
  const [r, x, b] = [numberOf(type, 'r') * length_km, numberOf(type, 'x') * length_km, numberOf(type, 'b', 0) * length_km * 1e-6];
  const i_max_A = numberOf(type, 'iMax', 0) * (numberOf(row, 'loadingMax', 100) / 100);
  return [
    {
      id: textOf(row, 'id'),
      from: { bus: textOf(at(row, 'nodeA'), 'id'), conductors: abc },
      to: { bus: textOf(at(row, 'nodeB'), 'id'), conductors: abc },
      r_ohm: phaseMatrixFromSequence(r, r),
      x_ohm: phaseMatrixFromSequence(x, x),
      ...(b === 0 ? {} : { b_S: phaseMatrixFromSequence(b, b) }),
      length_km,
      ...(i_max_A > 0 ? { i_max_A } : {}),
      closedFrom: true,
      closedTo: true,
    },
  ];
}

/** A π: half of its magnetising branch at each end. vmImp, iNoLoad in percent of the rating, pCu and pFe in kW, va0 in degrees. */
function transformerOf(row: Row, at: At, types: Types): Part<'transformers'> {
  const type = known(types, row, 'type', 'transformer type');
  const sR_kVA = numberOf(type, 'sR') * 1000;
  const r_frac = numberOf(type, 'pCu') / sR_kVA;
  const z_frac = numberOf(type, 'vmImp') / 100;
  const loss_frac = numberOf(type, 'pFe', 0) / sR_kVA;
  const clock = (((Math.round(numberOf(type, 'va0', 0) / 30) % 12) + 12) % 12) as number;
  const isDelta = clock % 2 === 1;
  const turns = (position: number): number => 1 + ((position - numberOf(type, 'tapNeutr', 0)) * numberOf(type, 'dVm', 0)) / 100;
  const tapped = (side: string) => {
    if (optionalTextOf(type, 'tapside')?.toUpperCase() !== side) return { tap_pu: 1 };
    const [low, high] = [numberOf(type, 'tapMin', 0), numberOf(type, 'tapMax', 0)];
    const range = high > low && numberOf(type, 'dVm', 0) !== 0;
    return {
      tap_pu: turns(numberOf(row, 'tappos', 0)),
      ...(range
        ? { tapMin_pu: Math.min(turns(low), turns(high)), tapMax_pu: Math.max(turns(low), turns(high)), tapSteps_count: high - low }
        : {}),
    };
  };
  return {
    id: textOf(row, 'id'),
    cores_count: 3,
    windings: [
      {
        connection: isDelta ? 'delta' : 'wye',
        terminal: { bus: textOf(at(row, 'nodeHV'), 'id'), conductors: isDelta ? abc : abcg },
        v_rated_kV: numberOf(type, 'vmHV'),
        s_rated_kVA: sR_kVA,
        r_frac: r_frac / 2,
        ...tapped('HV'),
      },
      {
        connection: 'wye',
        terminal: { bus: textOf(at(row, 'nodeLV'), 'id'), conductors: abcg },
        v_rated_kV: numberOf(type, 'vmLV'),
        s_rated_kVA: sR_kVA,
        r_frac: r_frac / 2,
        ...tapped('LV'),
        clock,
      },
    ],
    x_frac: [Math.sqrt(Math.max(0, z_frac ** 2 - r_frac ** 2))],
    noLoadLoss_frac: loss_frac,
    magnetising_frac: Math.sqrt(Math.max(0, (numberOf(type, 'iNoLoad', 0) / 100) ** 2 - loss_frac ** 2)),
    magnetisingAt: 'split',
    inService: true,
  };
}

/** pStor > 0 charges. */
function storageOf(row: Row) {
  const p_kW = 0 - numberOf(row, 'pStor', 0) * 1000;
  const q_kvar = 0 - numberOf(row, 'qStor', 0) * 1000;
  const s_kVA = Math.max(numberOf(row, 'sR', 0) * 1000, Math.hypot(p_kW, q_kvar), 1e-3);
  const e_rated_kWh = numberOf(row, 'eStore', 0) * 1000;
  const eta = Math.sqrt(numberOf(row, 'etaStore', 100) / 100);
  return {
    kind: 'storage' as const,
    s_rated_kVA: s_kVA,
    p_kW,
    p_rated_kW: s_kVA,
    q_kvar,
    priority: 'watt' as const,
    storage: {
      e_rated_kWh,
      e_start_kWh: (numberOf(row, 'chargeLevel', 100) / 100) * e_rated_kWh,
      e_reserve_kWh: 0,
      p_charge_max_kW: s_kVA,
      p_discharge_max_kW: s_kVA,
      eta_charge_frac: eta,
      eta_discharge_frac: eta,
      idle_kW: 0,
    },
  };
}
