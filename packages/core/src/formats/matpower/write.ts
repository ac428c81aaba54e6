import type { Bus, Case, Generator, GeneratorCost } from '../../network/network.ts';
import type { Loss, Written } from '../contract.ts';

/** What the reader calls a case without a function. */
const unnamed = 'case';

type Row = readonly (number | string)[];

/**
 * The case file, version 2, of the balanced network: one row per line, MW and per unit.
 *
 * Bus numbers are the ids where these are whole numbers, else the places of the buses with their names beside. A generator that holds no voltage at a bus where another
 * one does has no place and counts as a negative load.
 */
export function writeCase(value: Case): Written {
  const { network, operatingPoint: point } = value;
  const losses: Loss[] = [];
  const lose = (element: string, reason: string): void => void losses.push({ element, reason });
  const isNumbered = network.buses.every(({ id }) => /^[1-9]\d{0,8}$/.test(id));
  const numberOf = (b: number): number => (isNumbered ? Number(network.buses[b].id) : b + 1);
  if (value.feeder !== undefined) {
    lose(`feeder "${value.feeder.name}"`, 'a case is balanced: its equivalent is written, without phases, controls and profiles');
  }
  if (!isNumbered) lose('names of buses', 'buses are numbers there: 1, 2, … in order; the names stand in bus_name');
  if (network.branches.some(({ id }, l) => id !== `br${l + 1}`)) lose('names of branches', 'branches have none');
  if (point.generators.some(({ id }, g) => id !== `gen${g + 1}`)) lose('names of generators', 'generators have none');
  if (network.buses.some(({ x }) => x !== undefined)) lose('positions of buses', 'buses have none');
  const name = identifier(network.name);
  if (name !== network.name) lose('name', `a case is a function: it is called ${name}`);
  if (network.source !== undefined && !network.source.startsWith('MATPOWER case '))
    lose('source', 'where the numbers come from stands in a comment');

  const holding = new Set(point.generators.filter(({ holdsVoltage }) => holdsVoltage).map(({ bus }) => bus));
  const slacks = new Set(point.slacks);
  const isolated = new Set(point.isolated);
  const [p_kW, q_kvar] = [Float64Array.from(point.p_kW), Float64Array.from(point.q_kvar)];
  const generators = point.generators.filter((generator) => {
    const { id, bus, holdsVoltage, inService } = generator;
    if (holdsVoltage || (!holding.has(bus) && !slacks.has(bus))) return true;
    lose(`generator "${id}"`, 'it stands where a voltage is held, and holds none: a negative load');
    if (inService) {
      p_kW[bus] += generator.p_kW;
      q_kvar[bus] += generator.q_kvar;
    }
    return false;
  });
  const [g_pu, b_pu] = [new Float64Array(p_kW.length), new Float64Array(p_kW.length)];
  for (const shunt of network.shunts) {
    g_pu[shunt.bus] += shunt.g_pu;
    b_pu[shunt.bus] += shunt.b_pu;
  }
  const typeOf = (b: number): number => (isolated.has(b) ? 4 : slacks.has(b) ? 3 : holding.has(b) ? 2 : 1);
  const mega = (b: Float64Array, k: number): number => (b[k] * network.s_base_kVA) / 1000;
  const buses = network.buses.map(
    (bus: Bus, b): Row => [
      ...[numberOf(b), typeOf(b), 0 - p_kW[b] / 1000, 0 - q_kvar[b] / 1000, mega(g_pu, b), mega(b_pu, b), 1],
      ...[point.v_start_pu[b], point.angle_start_deg[b], bus.v_base_kV, 1, bus.v_max_pu, bus.v_min_pu],
    ],
  );
  const branches = network.branches.map(
    (branch): Row => [
      ...[numberOf(branch.from), numberOf(branch.to), branch.r_pu, branch.x_pu, branch.b_pu],
      ...[Number.isFinite(branch.s_max_kVA) ? branch.s_max_kVA / 1000 : 0, 0, 0, branch.ratio, branch.shift_deg, branch.inService ? 1 : 0],
      ...[branch.angle_min_deg ?? -360, branch.angle_max_deg ?? 360],
    ],
  );
  const machines = generators.map(
    (x: Generator): Row => [
      ...[numberOf(x.bus), x.p_kW / 1000, x.q_kvar / 1000, x.q_max_kvar / 1000, x.q_min_kvar / 1000, x.v_set_pu, network.s_base_kVA / 1000],
      ...[x.inService ? 1 : 0, x.p_max_kW / 1000, x.p_min_kW / 1000],
    ],
  );
  const sections = [
    table('bus', 'bus_i type Pd Qd Gs Bs area Vm Va baseKV zone Vmax Vmin', buses),
    table('gen', 'bus Pg Qg Qmax Qmin Vg mBase status Pmax Pmin', machines),
    table('branch', 'fbus tbus r x b rateA rateB rateC ratio angle status angmin angmax', branches),
    ...costs(generators, lose),
    ...(isNumbered ? [] : [`mpc.bus_name = {\n${network.buses.map(({ id }) => `\t'${id.replaceAll("'", "''")}';`).join('\n')}\n};\n`]),
  ];
  const head = [
    ...(name === unnamed ? [] : [`function mpc = ${name}`]),
    ...(network.source === undefined ? [] : [`% ${network.source.replace(/\s+/g, ' ')}`]),
    "mpc.version = '2';",
    `mpc.baseMVA = ${numberText(network.s_base_kVA / 1000)};`,
  ];
  return { text: `${head.join('\n')}\n\n${sections.join('\n')}`, losses };
}

const table = (name: string, columns: string, rows: readonly Row[]): string =>
  `% ${columns}\nmpc.${name} = [\n${rows.map((row) => `\t${row.map(cellText).join('\t')};`).join('\n')}\n];\n`;

const cellText = (cell: number | string): string => (typeof cell === 'number' ? numberText(cell) : cell);

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value === 0 ? 0 : value);
  return value > 0 ? 'Inf' : '-Inf';
}

/** All generators have a cost, or none has. A coefficient of degree d is multiplied by 1000^d. */
function costs(generators: readonly Generator[], lose: (element: string, reason: string) => void): readonly string[] {
  if (generators.every(({ cost }) => cost === undefined)) return [];
  const none = generators.filter(({ cost }) => cost === undefined);
  if (none.length > 0) lose(`generators without cost (${none.length})`, 'all generators of a case have one: 0');
  const free: GeneratorCost = { kind: 'polynomial', coefficients: [0] };
  const rows = generators.map(({ cost = free }): Row => {
    if (cost.kind === 'polynomial') {
      const n = cost.coefficients.length;
      return [2, 0, 0, n, ...cost.coefficients.map((c, k) => c * 1000 ** (n - 1 - k))];
    }
    return [1, 0, 0, cost.p_kW.length, ...cost.p_kW.flatMap((p, k) => [p / 1000, cost.cost_cur_per_h[k]])];
  });
  const width = Math.max(...rows.map((row) => row.length));
  return [
    table(
      'gencost',
      'model startup shutdown n c(n-1) … c0, or p1 f1 p2 f2 …',
      rows.map((row) => [...row, ...new Array<number>(width - row.length).fill(0)]),
    ),
  ];
}

/** A name that a function can have. */
function identifier(name: string): string {
  const plain = name.replace(/\W/g, '_');
  return /^[A-Za-z]/.test(plain) ? plain.slice(0, 60) : `case_${plain}`.slice(0, 60);
}
