import type { BranchPart, BusPart, ShuntPart } from '../build.ts';
import { rSwitch_ohm } from './element-admittance.ts';
import type { Feeder, Line, Matrix, Switch, Terminal } from './feeder.ts';
import type { NominalVoltages } from './nominal-voltages.ts';

/** What balanced parts are gathered in, with tallies of what one phase cannot say. */
export interface BalancedDraft {
  readonly feeder: Feeder;
  readonly s_base_kVA: number;
  readonly nominal: NominalVoltages;
  readonly buses: BusPart[];
  readonly branches: BalancedBranch[];
  readonly shunts: ShuntPart[];
  /** Middles of banks of single cores of three windings, by their buses, with the phases of the cores. */
  readonly banks: Map<string, { readonly star: string; readonly phases: string[] }>;
  /** Approximation → ids of the elements that it was made for. */
  readonly approximated: Map<string, string[]>;
}

/** A branch of the network of one phase with what it carries of the three. */
export interface BalancedBranch {
  readonly part: BranchPart;
  /** Id of the element that it is, or is a part of. */
  readonly element: string;
  /** Each phase that it carries, by the conductors at both ends (`1>1`, or `1,2>1` between phases); none for all three of a transformer. */
  readonly phases: readonly string[];
}

export function approximate(draft: BalancedDraft, how: string, id: string): void {
  const ids = draft.approximated.get(how);
  if (ids === undefined) draft.approximated.set(how, [id]);
  else ids.push(id);
}

/**
 * What a matrix of m conductors is to one phase of three, when each carries a like share of the power: (3/m²)·Σ z_ij·cos(θ_i − θ_j) for a series impedance,
 * (1/3)·Σ y_ij·u_i·u_j·cos(θ_i − θ_j) for an admittance. Three phases: own less mutual. One phase: three times its impedance, which loses the same power and voltage.
 */
function asOnePhase(
  matrix: Matrix,
  n: number,
  u: readonly { re: number; im: number }[],
  rows: readonly number[],
  kind: 'series' | 'shunt',
): number {
  let sum = 0;
  for (const i of rows) for (const j of rows) sum += matrix[i * n + j] * (u[i].re * u[j].re + u[i].im * u[j].im);
  return kind === 'series' ? (3 * sum) / rows.length ** 2 : sum / 3;
}

const ohmBase = (draft: BalancedDraft, { bus }: Terminal): number => (draft.feeder.buses[bus].v_base_kV ** 2 * 1000) / draft.s_base_kVA;

/** Conductors of a wire that have a voltage at both ends: its phases. */
function phasesOf(
  draft: BalancedDraft,
  from: Terminal,
  to: Terminal,
): { rows: number[]; u: { re: number; im: number }[]; isTurned: boolean; phases: string[] } {
  const [u, far] = [draft.nominal.at(from), draft.nominal.at(to)];
  const has = (v: { re: number; im: number }): boolean => Math.hypot(v.re, v.im) > 0.5;
  const rows = u.flatMap((v, k) => (has(v) && has(far[k]) ? [k] : []));
  return {
    rows,
    u,
    phases: rows.map((k) => [from, to].map(({ conductors }) => conductors[k]).join('>')),
    isTurned: rows.some(
      (k) => u[k].re * far[k].re + u[k].im * far[k].im < 0.9 * Math.hypot(u[k].re, u[k].im) * Math.hypot(far[k].re, far[k].im),
    ),
  };
}

/** Smallest impedance of a wire: what is below cannot be told from none, but costs the power flow its digits. */
const smallest_pu = 1e-6;

/** Adds a wire, its impedance stretched to what can be solved with. */
export function pushWire(draft: BalancedDraft, wire: BranchPart, phases: readonly string[] = []): void {
  const size = Math.hypot(wire.r_pu, wire.x_pu);
  const stretch = size > 0 && size < smallest_pu ? smallest_pu / size : 1;
  if (stretch > 1) approximate(draft, `Wires of almost no impedance stand with ${smallest_pu} per unit`, wire.id);
  draft.branches.push({ part: { ...wire, r_pu: stretch * wire.r_pu, x_pu: stretch * wire.x_pu }, element: wire.id, phases });
}

/** Per unit vectors: a conductor at √3 or 2 times the nominal voltage carries its share all the same. */
const directions = (u: readonly { re: number; im: number }[]): { re: number; im: number }[] =>
  u.map(({ re, im }) => {
    const size = Math.hypot(re, im);
    return size > 0 ? { re: re / size, im: im / size } : { re, im };
  });

export function addLine(draft: BalancedDraft, line: Line): void {
  const n = line.from.conductors.length;
  const { rows, u, isTurned, phases } = phasesOf(draft, line.from, line.to);
  if (rows.length === 0 || line.from.bus === line.to.bus) {
    approximate(draft, 'Wires that carry no phase from bus to bus are left out', line.id);
    return;
  }
  if (rows.length < 3)
    approximate(draft, 'Lines of one or two phases stand as three-phase lines that lose as much power and voltage', line.id);
  if (isTurned && line.closedFrom && line.closedTo)
    approximate(draft, 'Lines that join phases which do not point alike stand as if they did', line.id);
  const base_ohm = ohmBase(draft, line.from);
  const share = directions(u);
  const b_pu = line.b_S === undefined ? 0 : asOnePhase(line.b_S, n, u, rows, 'shunt') * base_ohm;
  const isClosed = line.closedFrom && line.closedTo;
  const r_pu = asOnePhase(line.r_ohm, n, share, rows, 'series') / base_ohm;
  const x_pu = asOnePhase(line.x_ohm, n, share, rows, 'series') / base_ohm;
  pushWire(
    draft,
    {
      id: line.id,
      from: draft.feeder.buses[line.from.bus].id,
      to: draft.feeder.buses[line.to.bus].id,
      r_pu,
      x_pu,
      b_pu,
      ...(line.i_max_A === undefined
        ? {}
        : { s_max_kVA: (line.i_max_A * rows.length * draft.feeder.buses[line.from.bus].v_base_kV) / Math.sqrt(3) }),
      inService: isClosed,
    },
    phases,
  );
  const g_pu = line.g_S === undefined ? 0 : asOnePhase(line.g_S, n, u, rows, 'shunt') * base_ohm;
  if (isClosed) {
    for (const { bus } of [line.from, line.to]) addShunt(draft, bus, g_pu / 2, 0);
  } else if (line.closedFrom || line.closedTo) {
    const [g, b] = behind([g_pu / 2, b_pu / 2], [r_pu, x_pu]);
    addShunt(draft, (line.closedFrom ? line.from : line.to).bus, g_pu / 2 + g, b_pu / 2 + b);
  }
}

/** An admittance behind an impedance: y/(1 + z·y). */
function behind([g, b]: readonly [number, number], [r, x]: readonly [number, number]): [g: number, b: number] {
  const re = 1 + r * g - x * b;
  const im = r * b + x * g;
  const size2 = re * re + im * im;
  return [(g * re + b * im) / size2, (b * re - g * im) / size2];
}

export function addSwitch(draft: BalancedDraft, element: Switch): void {
  const { rows, phases } = phasesOf(draft, element.from, element.to);
  if (rows.length === 0 || element.from.bus === element.to.bus) {
    approximate(draft, 'Wires that carry no phase from bus to bus are left out', element.id);
    return;
  }
  const r_ohm = element.r_ohm ?? (element.x_ohm === undefined ? rSwitch_ohm : 0);
  const scale = 3 / rows.length / ohmBase(draft, element.from);
  pushWire(
    draft,
    {
      id: element.id,
      from: draft.feeder.buses[element.from.bus].id,
      to: draft.feeder.buses[element.to.bus].id,
      r_pu: r_ohm * scale,
      x_pu: (element.x_ohm ?? 0) * scale,
      ...(element.i_max_A === undefined
        ? {}
        : { s_max_kVA: (element.i_max_A * rows.length * draft.feeder.buses[element.from.bus].v_base_kV) / Math.sqrt(3) }),
      inService: element.closed,
    },
    phases,
  );
}

/** @param bus - place in the feeder */
export function addShunt(draft: BalancedDraft, bus: number, g_pu: number, b_pu: number): void {
  if (g_pu !== 0 || b_pu !== 0) draft.shunts.push({ bus: draft.feeder.buses[bus].id, g_pu, b_pu });
}

/** Capacitors, reactors: the power that the phases take at nominal voltage. */
export function admittanceAtNominal(draft: BalancedDraft, terminal: Terminal, matrix: Float64Array): number {
  const u = draft.nominal.at(terminal);
  const all = u.map((_, k) => k);
  return asOnePhase([...matrix], u.length, u, all, 'shunt') * ohmBase(draft, terminal);
}

/** The impedance of a source as one phase of three has it, per unit. */
export function impedanceAsOnePhase(draft: BalancedDraft, terminal: Terminal, matrix: Matrix): number {
  const u = directions(draft.nominal.at(terminal));
  const rows = u.flatMap(({ re, im }, k) => (Math.hypot(re, im) > 0.5 ? [k] : []));
  return asOnePhase(matrix, u.length, u, rows, 'series') / ohmBase(draft, terminal);
}
