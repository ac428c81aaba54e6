import type { Cell, CostCell, NetworkDocument, Table } from './document.ts';
import type { Case, Generator } from './network.ts';

/**
 * The document of a Case, in per unit so that no digit is lost: `readNetworkDocument(buildDocument(c))` equals `c`.
 * Columns that hold nothing but defaults are left out. `dropped` and `warnings` are not part of a network.
 */
export function buildDocument({ network, operatingPoint }: Case): NetworkDocument {
  const { buses, branches, shunts } = network;
  const point = operatingPoint;
  const idOf = (b: number): string => buses[b].id;
  const isSlack = new Set(point.slacks);
  const isolated = new Set(point.isolated);
  const negative = branches.some((branch) => branch.r_pu < 0 || branch.x_pu < 0);
  return {
    gridflock: 'network/1',
    name: network.name,
    ...(network.source === undefined ? {} : { source: network.source }),
    s_base_kVA: network.s_base_kVA,
    ...(negative ? { negative_impedance: 'allowed' } : {}),
    slacks: table(point.slacks, [
      ['bus', idOf],
      ['v_set_pu', (b) => point.v_start_pu[b]],
      ['angle_deg', (b) => point.angle_start_deg[b]],
    ]),
    buses: table(buses, [
      ['id', (bus) => bus.id],
      ['v_base_kV', (bus) => bus.v_base_kV],
      ['v_min_pu', (bus) => bus.v_min_pu],
      ['v_max_pu', (bus) => bus.v_max_pu],
      ['p_load_kW', (_, b) => 0 - point.p_kW[b]],
      ['q_load_kvar', (_, b) => 0 - point.q_kvar[b]],
      ['v_start_pu', (_, b) => (isSlack.has(b) ? null : point.v_start_pu[b]), 1],
      ['angle_start_deg', (_, b) => (isSlack.has(b) ? null : point.angle_start_deg[b]), 0],
      ['isolated', (_, b) => isolated.has(b), false],
      ['x', (bus) => bus.x ?? null, null],
      ['y', (bus) => bus.y ?? null, null],
    ]),
    branches: table(branches, [
      ['id', (branch) => branch.id],
      ['from', (branch) => idOf(branch.from)],
      ['to', (branch) => idOf(branch.to)],
      ['r_pu', (branch) => branch.r_pu],
      ['x_pu', (branch) => branch.x_pu],
      ['b_pu', (branch) => branch.b_pu, 0],
      ['ratio', (branch) => branch.ratio, 1],
      ['shift_deg', (branch) => branch.shift_deg, 0],
      ['s_max_kVA', (branch) => (branch.s_max_kVA === Infinity ? null : branch.s_max_kVA), null],
      ['angle_min_deg', (branch) => branch.angle_min_deg ?? null, null],
      ['angle_max_deg', (branch) => branch.angle_max_deg ?? null, null],
      ['in_service', (branch) => branch.inService, true],
    ]),
    ...(point.generators.length === 0 ? {} : { generators: generatorTable(point.generators, idOf) }),
    ...(shunts.length === 0
      ? {}
      : {
          shunts: table(shunts, [
            ['bus', (shunt) => idOf(shunt.bus)],
            ['g_pu', (shunt) => shunt.g_pu],
            ['b_pu', (shunt) => shunt.b_pu],
          ]),
        }),
  };
}

function generatorTable(generators: readonly Generator[], idOf: (bus: number) => string): Table {
  return table(generators, [
    ['id', (x) => x.id],
    ['bus', (x) => idOf(x.bus)],
    ['p_kW', (x) => x.p_kW],
    ['q_kvar', (x) => x.q_kvar],
    ['p_min_kW', (x) => x.p_min_kW, 0],
    ['p_max_kW', (x) => x.p_max_kW, Infinity],
    ['q_min_kvar', (x) => x.q_min_kvar, -Infinity],
    ['q_max_kvar', (x) => x.q_max_kvar, Infinity],
    ['v_set_pu', (x) => x.v_set_pu, 1],
    ['holds_voltage', (x) => x.holdsVoltage, false],
    ['in_service', (x) => x.inService, true],
    ['cost', costCell, null],
  ]);
}

function costCell({ cost }: Generator): CostCell | null {
  if (cost === undefined) return null;
  return cost.kind === 'polynomial' ? { polynomial: cost.coefficients } : { p_kW: cost.p_kW, cost_cur_per_h: cost.cost_cur_per_h };
}

type Column<T> = readonly [name: string, cellOf: (item: T, index: number) => Cell, otherwise?: Cell];

/** A column whose every cell is its default or null is left out. */
function table<T>(items: readonly T[], columns: readonly Column<T>[]): Table {
  const cells = columns.map(([, cellOf]) => items.map((item, i) => cellOf(item, i)));
  const kept = columns.flatMap(([, , otherwise], j) =>
    otherwise === undefined || cells[j].some((cell) => cell !== otherwise && cell !== null) ? [j] : [],
  );
  return { columns: kept.map((j) => columns[j][0]), rows: items.map((_, i) => kept.map((j) => cells[j][i])) };
}
