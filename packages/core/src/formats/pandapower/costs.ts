import type { Case, Dropped, Generator, GeneratorCost } from '../../network/network.ts';
import type { Reading } from './reading.ts';
import { flagOf, has, numberOf, type Row, wordOf } from './tables.ts';

/** Tables whose rows are generators of the operating point. */
const generating: ReadonlySet<string> = new Set(['gen', 'sgen', 'asymmetric_sgen']);

/**
 * Puts limits and costs of an optimal power flow on the balanced operating point. An external grid with a cost becomes a generator at its slack.
 * Costs in EUR are costs in the currency of the study.
 */
export function withLimitsAndCosts(reading: Reading, value: Case): Case {
  const dropped: Dropped[] = [...value.dropped];
  const costs = costsOf(reading, dropped);
  const limits = new Map<string, Row>();
  for (const table of generating) {
    for (const row of reading.rows(table)) {
      const id = reading.givenId(table, row.index);
      if (id !== undefined && (table === 'gen' || flagOf(row, 'controllable', false))) limits.set(id, row);
    }
  }
  const generators = value.operatingPoint.generators.map((each) => ({
    ...each,
    ...(limits.has(each.id) ? limitsOf(limits.get(each.id) as Row) : {}),
    ...(costs.has(each.id) ? { cost: costs.get(each.id) } : {}),
  }));
  const grids = reading.rows('ext_grid').flatMap((row) => gridWithCost(row, reading, value, costs));
  if (limits.size === 0 && costs.size === 0 && dropped.length === value.dropped.length) return value;
  return Object.freeze({
    ...value,
    dropped: Object.freeze(dropped),
    operatingPoint: Object.freeze({ ...value.operatingPoint, generators: Object.freeze([...generators, ...grids]) }),
  });
}

function limitsOf(row: Row): Partial<Generator> {
  const limit = (column: string) => (has(row, column) ? numberOf(row, column) * 1000 : undefined);
  const [low, high] = [limit('min_p_mw'), limit('max_p_mw')];
  return { ...(low === undefined ? {} : { p_min_kW: low }), ...(high === undefined ? {} : { p_max_kW: high }) };
}

function gridWithCost(row: Row, reading: Reading, value: Case, costs: ReadonlyMap<string, GeneratorCost>): readonly Generator[] {
  const id = reading.givenId('ext_grid', row.index);
  const cost = id === undefined ? undefined : costs.get(id);
  const source = value.feeder?.sources.find((each) => each.id === id);
  if (id === undefined || cost === undefined || source === undefined) return [];
  const limit = (column: string, otherwise: number) => (has(row, column) ? numberOf(row, column) * 1000 : otherwise);
  return [
    {
      id,
      bus: source.terminal.bus,
      p_kW: 0,
      q_kvar: 0,
      p_min_kW: limit('min_p_mw', -Infinity),
      p_max_kW: limit('max_p_mw', Infinity),
      q_min_kvar: limit('min_q_mvar', -Infinity),
      q_max_kvar: limit('max_q_mvar', Infinity),
      v_set_pu: numberOf(row, 'vm_pu', 1),
      holdsVoltage: true,
      inService: source.inService,
      cost,
    },
  ];
}

/** Costs by the id of what they belong to; what a generator cannot have is reported. */
function costsOf(reading: Reading, dropped: Dropped[]): ReadonlyMap<string, GeneratorCost> {
  const costs = new Map<string, GeneratorCost>();
  const put = (row: Row, cost: GeneratorCost): void => {
    const table = wordOf(row, 'et');
    const element = numberOf(row, 'element');
    const id = reading.givenId(table, element);
    if (id !== undefined && (generating.has(table) || table === 'ext_grid')) costs.set(id, cost);
    else dropped.push({ element: `${row.table} ${row.index}`, where: row.where, reason: `a cost of ${table} ${element} has no place` });
  };
  for (const row of reading.rows('poly_cost')) {
    const [c2, c1, c0] = [numberOf(row, 'cp2_eur_per_mw2', 0) / 1e6, numberOf(row, 'cp1_eur_per_mw', 0) / 1e3, numberOf(row, 'cp0_eur', 0)];
    put(row, { kind: 'polynomial', coefficients: [c2, c1, c0] });
    if (['cq0_eur', 'cq1_eur_per_mvar', 'cq2_eur_per_mvar2'].some((name) => numberOf(row, name, 0) !== 0)) {
      dropped.push({ element: `poly_cost ${row.index}`, where: row.where, reason: 'costs of reactive power are not read' });
    }
  }
  for (const row of reading.rows('pwl_cost')) {
    const points = row.cells.get('points');
    if (wordOf(row, 'power_type') === 'q' || !isSegments(points)) {
      dropped.push({ element: `pwl_cost ${row.index}`, where: row.where, reason: 'it is no list of [from, to, slope] for active power' });
      continue;
    }
    const p_kW = [points[0][0] * 1000];
    const cost_cur_per_h = [points[0][0] * points[0][2]];
    for (const [from, to, slope] of points) {
      p_kW.push(to * 1000);
      cost_cur_per_h.push(cost_cur_per_h[cost_cur_per_h.length - 1] + (to - from) * slope);
    }
    put(row, { kind: 'piecewise-linear', p_kW, cost_cur_per_h });
  }
  return costs;
}

const isSegments = (value: unknown): value is readonly (readonly [number, number, number])[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((each) => Array.isArray(each) && each.length === 3 && each.every((x) => typeof x === 'number' && Number.isFinite(x)));
