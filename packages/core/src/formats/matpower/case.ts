import { type BranchPart, type BusPart, buildNetwork, type ShuntPart } from '../../network/build.ts';
import type { Case, OperatingPoint } from '../../network/network.ts';
import { branchColumn, busColumn } from './columns.ts';
import { readCosts } from './costs.ts';
import { reportUnused } from './dropped.ts';
import { type BusOfCase, readGenerators } from './generators.ts';
import type { CaseFields } from './run.ts';
import type { SourceText } from './syntax.ts';
import { type CaseTable, missingField, requiredTable, tableOf } from './tables.ts';

const busType = { pq: 1, pv: 2, slack: 3, isolated: 4 } as const;

/**
 * Makes a Case of the fields of a case file: MW to kW, tables to elements.
 *
 * Voltage is held where MATPOWER holds it: at PV and slack buses with a generator in service. A bus without a base
 * voltage gets 1 kV and a warning. Branches at isolated buses are opened, generators there switched off.
 * @throws {InputError} MATPOWER_VERSION, MATPOWER_FIELD_MISSING, MATPOWER_FIELD_INVALID, MATPOWER_COLUMNS,
 *   MATPOWER_NUMBER_INVALID, MATPOWER_BUS_NUMBER, MATPOWER_BUS_TYPE, MATPOWER_SLACK_MISSING, MATPOWER_COST_INVALID,
 *   MATPOWER_RANGE_INVALID and the codes of `buildNetwork`
 */
export function buildCase(source: SourceText, content: CaseFields): Case {
  const warnings: string[] = [];
  const warn = (text: string): void => void warnings.push(text);
  checkVersion(source, content);
  const s_base_kVA = readBase(source, content) * 1000;
  const bus = requiredTable(source, content, 'bus');
  const branch = requiredTable(source, content, 'branch');
  const gen = tableOf(source, content, 'gen');
  if (bus === undefined) throw missingField(source, content, 'bus');

  const nB = bus.rows_count;
  const buses: BusPart[] = [];
  const shunts: ShuntPart[] = [];
  const types = new Uint8Array(nB);
  const p_kW = new Float64Array(nB);
  const q_kvar = new Float64Array(nB);
  const v_start_pu = new Float64Array(nB);
  const angle_start_deg = new Float64Array(nB);
  let baseless_count = 0;
  for (let b = 0; b < nB; b++) {
    const id = bus.busNumber(b, busColumn.id);
    const label = (name: string) => `${name} of bus ${id}`;
    const baseKv = bus.finite(b, busColumn.baseKv, label('BASE_KV'));
    if (baseKv === 0) baseless_count++;
    buses.push({
      id,
      v_base_kV: baseKv === 0 ? 1 : baseKv,
      v_min_pu: bus.finite(b, busColumn.vmin, label('VMIN')),
      v_max_pu: bus.number(b, busColumn.vmax, label('VMAX')),
      where: bus.where(b),
    });
    types[b] = readType(bus, b, id);
    p_kW[b] = 0 - bus.finite(b, busColumn.pd, label('PD')) * 1000;
    q_kvar[b] = 0 - bus.finite(b, busColumn.qd, label('QD')) * 1000;
    const vm = bus.finite(b, busColumn.vm, label('VM'));
    v_start_pu[b] = vm > 0 ? vm : 1;
    angle_start_deg[b] = bus.finite(b, busColumn.va, label('VA'));
    const gs = bus.finite(b, busColumn.gs, label('GS'));
    const bs = bus.finite(b, busColumn.bs, label('BS'));
    if (gs !== 0 || bs !== 0) {
      shunts.push({ bus: id, g_pu: (gs * 1000) / s_base_kVA, b_pu: (bs * 1000) / s_base_kVA, where: bus.where(b) });
    }
  }
  if (baseless_count > 0) {
    warn(`${baseless_count} of ${nB} buses have no base voltage (BASE_KV 0); 1 kV is used, so their volts and amperes mean nothing`);
  }

  const isolatedIds = new Set(buses.filter((_, b) => types[b] === busType.isolated).map(({ id }) => id));
  const network = buildNetwork(
    {
      name: content.functionName ?? 'case',
      s_base_kVA,
      buses,
      branches: branch === undefined ? [] : readBranches(branch, isolatedIds, warn),
      shunts,
      source: `MATPOWER case ${content.functionName ?? source.fileName}`,
    },
    { negativeImpedance: 'warning', warn },
  );
  const busOf = new Map<string, BusOfCase>(
    buses.map(({ id }, b) => [
      id,
      { index: b, holds: types[b] === busType.pv || types[b] === busType.slack, isolated: types[b] === busType.isolated },
    ]),
  );
  const costs = readCosts(source, content, gen?.rows_count ?? 0);
  const generators = gen === undefined ? [] : readGenerators(gen, busOf, costs, warn);
  const held = new Set<number>();
  for (const x of generators) {
    if (!x.holdsVoltage || !x.inService) continue;
    held.add(x.bus);
    v_start_pu[x.bus] = x.v_set_pu;
  }
  const slacks = slackBuses(source, content, types, held, buses, warn);
  const isolated = [...types.keys()].filter((b) => types[b] === busType.isolated);
  const operatingPoint: OperatingPoint = Object.freeze({
    p_kW,
    q_kvar,
    generators: Object.freeze(generators),
    slacks: Object.freeze(slacks),
    v_start_pu,
    angle_start_deg,
    isolated: Object.freeze(isolated),
  });
  const dropped = [...content.dropped, ...reportUnused(source, content)];
  return Object.freeze({ network, operatingPoint, dropped, warnings });
}

function checkVersion(source: SourceText, content: CaseFields): void {
  const version = content.fields.get('version');
  const text = version?.value.kind === 'text' ? version.value.text : undefined;
  if (text === '2') return;
  if (version === undefined && !content.fields.has('bus')) throw missingField(source, content, 'bus');
  throw source.error(
    'MATPOWER_VERSION',
    `A case must be of version 2, got ${text === undefined ? 'none' : `"${text.slice(0, 20)}"`}`,
    version?.at ?? 0,
    "Convert it in MATPOWER with savecase; a case in the layout of version 2 only lacks mpc.version = '2';",
  );
}

function readBase(source: SourceText, content: CaseFields): number {
  const field = content.fields.get('baseMVA');
  if (field === undefined) throw missingField(source, content, 'baseMVA');
  const value = field.value.kind === 'matrix' && field.value.data.length === 1 ? field.value.data[0] : Number.NaN;
  if (value > 0 && Number.isFinite(value)) return value;
  throw source.error('MATPOWER_FIELD_INVALID', '"baseMVA" must be one positive number', field.at, 'Usually it is 100.');
}

function readType(bus: CaseTable, b: number, id: string): number {
  const type = bus.cell(b, busColumn.type);
  if (type === 1 || type === 2 || type === 3 || type === 4) return type;
  throw bus.error(
    'MATPOWER_BUS_TYPE',
    `The type of bus ${id} must be 1 (PQ), 2 (PV), 3 (slack) or 4 (isolated), got ${type}`,
    b,
    'Correct the second column of bus.',
  );
}

function readBranches(branch: CaseTable, isolatedIds: ReadonlySet<string>, warn: (text: string) => void): BranchPart[] {
  const parts: BranchPart[] = [];
  for (let l = 0; l < branch.rows_count; l++) {
    const id = `br${l + 1}`;
    const label = (name: string) => `${name} of branch ${id}`;
    const from = branch.busNumber(l, branchColumn.from);
    const to = branch.busNumber(l, branchColumn.to);
    const rate_MVA = branch.number(l, branchColumn.rateA, label('RATE_A'));
    const ratio = branch.finite(l, branchColumn.tap, label('TAP'));
    let inService = branch.number(l, branchColumn.status, label('BR_STATUS')) > 0;
    if (inService && (isolatedIds.has(from) || isolatedIds.has(to))) {
      inService = false;
      warn(`Branch ${id} ends at an isolated bus and is taken as open (${branch.where(l)})`);
    }
    parts.push({
      id,
      from,
      to,
      r_pu: branch.finite(l, branchColumn.r, label('BR_R')),
      x_pu: branch.finite(l, branchColumn.x, label('BR_X')),
      b_pu: branch.finite(l, branchColumn.b, label('BR_B')),
      ratio: ratio === 0 ? 1 : ratio,
      shift_deg: branch.finite(l, branchColumn.shift, label('SHIFT')),
      s_max_kVA: rate_MVA === 0 ? Infinity : rate_MVA * 1000,
      ...readAngleLimits(branch, l, id),
      inService,
      where: branch.where(l),
    });
  }
  return parts;
}

/** Both zero, or 360° and more, means no limit. */
function readAngleLimits(branch: CaseTable, l: number, id: string): { angle_min_deg?: number; angle_max_deg?: number } {
  if (branch.cols_count <= branchColumn.angmax) return {};
  const low = branch.number(l, branchColumn.angmin, `ANGMIN of branch ${id}`);
  const high = branch.number(l, branchColumn.angmax, `ANGMAX of branch ${id}`);
  if (low === 0 && high === 0) return {};
  return { ...(low > -360 ? { angle_min_deg: low } : {}), ...(high < 360 ? { angle_max_deg: high } : {}) };
}

/** The buses of type 3; without one the first bus that holds voltage, as MATPOWER chooses. */
function slackBuses(
  source: SourceText,
  content: CaseFields,
  types: Uint8Array,
  held: ReadonlySet<number>,
  buses: readonly BusPart[],
  warn: (text: string) => void,
): number[] {
  const slacks = [...types.keys()].filter((b) => types[b] === busType.slack);
  for (const b of slacks) {
    if (!held.has(b)) warn(`Slack bus ${buses[b].id} has no generator in service; its voltage is held at VM (${buses[b].where})`);
  }
  for (let b = 0; b < types.length; b++) {
    if (types[b] === busType.pv && !held.has(b)) {
      warn(`Bus ${buses[b].id} is PV but has no generator in service; it is taken as PQ (${buses[b].where})`);
    }
  }
  if (slacks.length > 0) return slacks;
  const first = [...held].sort((a, b) => a - b)[0];
  if (first === undefined) {
    throw source.error(
      'MATPOWER_SLACK_MISSING',
      'No bus is of type 3 (slack), and no generator holds voltage',
      content.fields.get('bus')?.at ?? 0,
      'Give the bus that is connected to the outside world type 3.',
    );
  }
  warn(`No bus is of type 3; bus ${buses[first].id} is taken as the slack`);
  return [first];
}
