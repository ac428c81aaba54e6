import type { BranchPart, BusPart, ShuntPart } from '../build.ts';
import { rSwitch_ohm } from './element-admittance.ts';
import type { Feeder, Line, Matrix, Switch, Terminal, Transformer } from './feeder.ts';
import type { NominalVoltages } from './nominal-voltages.ts';
import { coilsOfCore, pairImpedance } from './transformer-admittance.ts';
import { clockOf, wireTransformer } from './transformer-wiring.ts';

/** What balanced parts are gathered in, with tallies of what one phase cannot say. */
export interface BalancedDraft {
  readonly feeder: Feeder;
  readonly s_base_kVA: number;
  readonly nominal: NominalVoltages;
  readonly buses: BusPart[];
  readonly branches: BranchPart[];
  readonly shunts: ShuntPart[];
  /** Approximation → ids of the elements that it was made for. */
  readonly approximated: Map<string, string[]>;
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
): { rows: number[]; u: { re: number; im: number }[]; isTurned: boolean } {
  const [u, far] = [draft.nominal.at(from), draft.nominal.at(to)];
  const has = (v: { re: number; im: number }): boolean => Math.hypot(v.re, v.im) > 0.5;
  const rows = u.flatMap((v, k) => (has(v) && has(far[k]) ? [k] : []));
  return {
    rows,
    u,
    isTurned: rows.some(
      (k) => u[k].re * far[k].re + u[k].im * far[k].im < 0.9 * Math.hypot(u[k].re, u[k].im) * Math.hypot(far[k].re, far[k].im),
    ),
  };
}

/** Smallest impedance of a wire: what is below cannot be told from none, but costs the power flow its digits. */
const smallest_pu = 1e-6;

/** Adds a wire, its impedance stretched to what can be solved with. */
export function pushWire(draft: BalancedDraft, wire: BranchPart): void {
  const size = Math.hypot(wire.r_pu, wire.x_pu);
  const stretch = size > 0 && size < smallest_pu ? smallest_pu / size : 1;
  if (stretch > 1) approximate(draft, `Wires of almost no impedance stand with ${smallest_pu} per unit`, wire.id);
  draft.branches.push({ ...wire, r_pu: stretch * wire.r_pu, x_pu: stretch * wire.x_pu });
}

/** Per unit vectors: a conductor at √3 or 2 times the nominal voltage carries its share all the same. */
const directions = (u: readonly { re: number; im: number }[]): { re: number; im: number }[] =>
  u.map(({ re, im }) => {
    const size = Math.hypot(re, im);
    return size > 0 ? { re: re / size, im: im / size } : { re, im };
  });

export function addLine(draft: BalancedDraft, line: Line): void {
  const n = line.from.conductors.length;
  const { rows, u, isTurned } = phasesOf(draft, line.from, line.to);
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
  pushWire(draft, {
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
  });
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
  const { rows } = phasesOf(draft, element.from, element.to);
  if (rows.length === 0 || element.from.bus === element.to.bus) {
    approximate(draft, 'Wires that carry no phase from bus to bus are left out', element.id);
    return;
  }
  const r_ohm = element.r_ohm ?? (element.x_ohm === undefined ? rSwitch_ohm : 0);
  const scale = 3 / rows.length / ohmBase(draft, element.from);
  pushWire(draft, {
    id: element.id,
    from: draft.feeder.buses[element.from.bus].id,
    to: draft.feeder.buses[element.to.bus].id,
    r_pu: r_ohm * scale,
    x_pu: (element.x_ohm ?? 0) * scale,
    ...(element.i_max_A === undefined
      ? {}
      : { s_max_kVA: (element.i_max_A * rows.length * draft.feeder.buses[element.from.bus].v_base_kV) / Math.sqrt(3) }),
    inService: element.closed,
  });
}

/** Two windings: a branch. Three: a star of three branches about a bus of its own. More: a branch between every two. */
export function addTransformer(draft: BalancedDraft, transformer: Transformer): void {
  const { windings, inService } = transformer;
  if (windings.every(({ terminal }) => terminal.bus === windings[0].terminal.bus)) {
    approximate(draft, 'Transformers with all windings at one bus are left out', transformer.id);
    return;
  }
  const ends = windings.map((_, w) => endOf(draft, transformer, w));
  const perUnit = draft.s_base_kVA / windings[0].s_rated_kVA;
  const rating = { s_max_kVA: windings[0].s_rated_kVA };
  const add = (id: string, w: number, k: number, r: number, x: number): void => {
    if (ends[w].bus === ends[k].bus) return;
    const scale = perUnit * ends[k].ratio ** 2;
    const shift_deg = ((ends[k].lag_deg - ends[w].lag_deg + 540) % 360) - 180;
    draft.branches.push({
      id,
      from: ends[w].bus,
      to: ends[k].bus,
      r_pu: r * scale,
      x_pu: x * scale,
      ratio: ends[w].ratio / ends[k].ratio,
      shift_deg,
      ...rating,
      inService: inService && ends[w].isClosed && ends[k].isClosed,
    });
  };
  if (transformer.cores_count < 3)
    approximate(draft, 'Transformers of one or two cores stand as three-phase transformers of the same rating', transformer.id);
  const count = windings.length;
  if (count === 2 && transformer.magnetisingAt === 'star' && isMagnetised(transformer) && ends.every(({ isClosed }) => isClosed)) {
    const { series, shunts } = piOfT(transformer);
    add(transformer.id, 0, 1, ...series);
    shunts.forEach(([g, b], w) => {
      const scale = 1 / perUnit / ends[w].ratio ** 2;
      if (inService) draft.shunts.push({ bus: ends[w].bus, g_pu: g * scale, b_pu: b * scale });
    });
    return;
  }
  if (count === 2) add(transformer.id, 0, 1, ...pairImpedance(transformer, 0, 1));
  else if (count === 3 && starLegs(transformer).every(([r, x]) => Math.hypot(r, x) > 1e-9)) {
    const star = `${transformer.id} star`;
    draft.buses.push({ id: star, v_base_kV: windings[0].v_rated_kV, v_min_pu: 0, v_max_pu: 2 });
    ends.push({ bus: star, ratio: 1, lag_deg: ends[0].lag_deg, isClosed: true });
    starLegs(transformer).forEach(([r, x], w) => add(`${transformer.id} ${w + 1}`, w, 3, r, x));
    approximate(draft, 'Transformers of three windings stand as a star about a bus of their own', transformer.id);
  } else {
    const y = coilsOfCore({ ...transformer, noLoadLoss_frac: 0, magnetising_frac: 0 });
    for (let w = 0; w < count; w++) {
      for (let k = w + 1; k < count; k++) {
        const [re, im] = [-y.re[w * count + k], -y.im[w * count + k]];
        const size2 = re * re + im * im;
        if (size2 > 0) add(`${transformer.id} ${w + 1}${k + 1}`, w, k, re / size2, -im / size2);
      }
    }
    approximate(draft, 'Transformers of many windings stand as a branch between every two', transformer.id);
  }
  if (inService) addMagnetising(draft, transformer, ends, perUnit);
}

const isMagnetised = ({ noLoadLoss_frac = 0, magnetising_frac = 0 }: Transformer): boolean =>
  noLoadLoss_frac !== 0 || magnetising_frac !== 0;

type Complex = readonly [re: number, im: number];
const product = (a: Complex, b: Complex): [number, number] => [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]];
const quotient = (a: Complex, b: Complex): [number, number] => {
  const size2 = b[0] * b[0] + b[1] * b[1];
  return [(a[0] * b[0] + a[1] * b[1]) / size2, (a[1] * b[0] - a[0] * b[1]) / size2];
};

/** The π of a T with legs z₁, z₂ and y in the middle: z = z₁ + z₂ + z₁·z₂·y between the ends, y·z₂/z at the first, y·z₁/z at the second. Per unit of the rating. */
function piOfT(transformer: Transformer): { readonly series: [number, number]; readonly shunts: readonly [Complex, Complex] } {
  const [r, x] = pairImpedance(transformer, 0, 1);
  const [first, second] = transformer.windings;
  const share = r === 0 ? 0.5 : first.r_frac / (first.r_frac + second.r_frac);
  const legs: readonly [Complex, Complex] = [
    [r * share, x / 2],
    [r * (1 - share), x / 2],
  ];
  const y: Complex = [transformer.noLoadLoss_frac ?? 0, -(transformer.magnetising_frac ?? 0)];
  const coupled = product(product(legs[0], legs[1]), y);
  const series: [number, number] = [r + coupled[0], x + coupled[1]];
  return { series, shunts: [quotient(product(y, legs[1]), series), quotient(product(y, legs[0]), series)] };
}

interface WindingEnd {
  readonly bus: string;
  /** Rated voltage over the nominal voltage of the bus, taps included. */
  readonly ratio: number;
  /** Behind winding 1. */
  readonly lag_deg: number;
  readonly isClosed: boolean;
}

function endOf(draft: BalancedDraft, transformer: Transformer, w: number): WindingEnd {
  const { windings, cores_count } = transformer;
  const winding = windings[w];
  const { v_base_kV, id } = draft.feeder.buses[winding.terminal.bus];
  const wiring = wireTransformer(transformer);
  const offset = windings.slice(0, w).reduce((sum, { terminal }) => sum + terminal.conductors.length, 0);
  const u = draft.nominal.at(winding.terminal);
  // the coil's voltage at nominal voltage of the bus, mean over the cores
  const across = wiring.coils[w].map((coil) => {
    let [re, im] = [0, 0];
    for (const { node, factor } of coil) {
      re += factor * (u[node - offset]?.re ?? 0);
      im += factor * (u[node - offset]?.im ?? 0);
    }
    return Math.hypot(re, im);
  });
  const mean = across.reduce((sum, size) => sum + size, 0) / across.length;
  const nominal_V = ((v_base_kV * 1000) / Math.sqrt(3)) * (mean > 0.1 ? mean : 1);
  // a bank of single cores turns nothing that one phase could follow
  return {
    bus: id,
    ratio: (wiring.vCoil_V[w] * winding.tap_pu) / nominal_V,
    lag_deg: cores_count === 3 ? 30 * clockOf(transformer, w) + (winding.turn_deg ?? 0) : 0,
    isClosed: winding.closed !== false,
  };
}

function starLegs(transformer: Transformer): [r: number, x: number][] {
  const [a, b, c] = [pairImpedance(transformer, 0, 1), pairImpedance(transformer, 0, 2), pairImpedance(transformer, 1, 2)];
  const leg = (p: readonly number[], q: readonly number[], other: readonly number[]): [number, number] => [
    (p[0] + q[0] - other[0]) / 2,
    (p[1] + q[1] - other[1]) / 2,
  ];
  return [leg(a, b, c), leg(a, c, b), leg(b, c, a)];
}

function addMagnetising(draft: BalancedDraft, transformer: Transformer, ends: readonly WindingEnd[], perUnit: number): void {
  const { noLoadLoss_frac: g = 0, magnetising_frac: b = 0, magnetisingAt: at = 'last', windings } = transformer;
  if (g === 0 && b === 0) return;
  const count = windings.length;
  const closed = ends.findIndex(({ isClosed }) => isClosed);
  if (closed < 0) return;
  const put = (end: number, share: number): void => {
    const own = [share * g, -share * b] as const;
    // what stands at an open winding is fed from the first closed one, through the impedance between them
    const at = ends[end].isClosed ? end : closed;
    const [g_pu, b_pu] = at === end ? own : behind(own, pairImpedance(transformer, end, closed));
    const scale = 1 / perUnit / ends[at].ratio ** 2;
    draft.shunts.push({ bus: ends[at].bus, g_pu: g_pu * scale, b_pu: b_pu * scale });
  };
  if (at === 'first') put(0, 1);
  else if (at === 'second') put(1, 1);
  else if (at === 'last') put(count - 1, 1);
  else if (at === 'star' && count === 3 && ends.length > count) put(count, 1);
  else {
    put(0, 0.5);
    put(ends.length > count ? count : count - 1, 0.5);
    if (at === 'star')
      approximate(draft, 'Transformers have their magnetising branch split between both ends instead of in the middle', transformer.id);
  }
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
