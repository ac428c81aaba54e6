import type { Matrix } from '../../network/feeder/feeder.ts';
import { phaseMatrixFromSequence } from '../../network/feeder/sequence-matrices.ts';
import type { BusAt, LinePart, Reading, ShuntPart, SourcePart, SwitchPart } from './reading.ts';
import { flagOf, has, numberOf, parallelOf, type Row, wordOf, wrong } from './tables.ts';

export const abc = [1, 2, 3] as const;
export const abcg = [1, 2, 3, 0] as const;

/** A switch without impedance joins buses to one; this impedance is far below any other, on a base of 1 MVA. */
export const fused_pu = 1e-7;
/** Positive-sequence impedance of a source that holds its voltage, relative to its negative-sequence one. */
const held_frac = 1e-5;
/** Short-circuit power from which an external grid is ideal for every sequence: the impedance that is left is lost in the rounding of the equations. */
const ideal_MVA = 1e9;
/** Voltage factor c with which pandapower makes an impedance of a short-circuit power. */
export const cMax = 1.1;

/**
 * The voltage of an external grid. pandapower holds it for the positive sequence, whatever flows; its short-circuit power counts only in a
 * three-phase power flow, for the negative and the zero sequence.
 */
export function readExtGrid(row: Row, reading: Reading, list: 'ext_grid' | 'gen' = 'ext_grid'): SourcePart | undefined {
  const bus = reading.bus(row);
  if (!bus.inService) return undefined;
  const angle_deg = numberOf(row, 'va_degree', 0);
  const e_kV = (numberOf(row, 'vm_pu') * bus.v_base_kV) / Math.sqrt(3);
  return {
    id: reading.idOf(row, 'source'),
    terminal: { bus: bus.id, conductors: abc },
    e_kV: [e_kV, e_kV, e_kV],
    angle_deg: [angle_deg, angle_deg - 120, angle_deg + 120],
    ...(list === 'ext_grid' && has(row, 's_sc_max_mva') && has(row, 'rx_max') && numberOf(row, 's_sc_max_mva') < ideal_MVA
      ? impedanceOf(row, bus)
      : {}),
    inService: flagOf(row, 'in_service', true),
  };
}

/** Z = A·diag(Z₀, Z₁, Z₂)·A⁻¹ with Z₁ next to nothing: a circulant, first row [s, m₁, m₂], which no passive network has. */
function impedanceOf(row: Row, bus: BusAt): Pick<SourcePart, 'r_ohm' | 'x_ohm'> {
  const z_ohm = (cMax * bus.v_base_kV * bus.v_base_kV) / numberOf(row, 's_sc_max_mva');
  const rx = numberOf(row, 'rx_max');
  const x2 = z_ohm / Math.sqrt(1 + rx * rx);
  const r2 = rx * x2;
  const x0 = numberOf(row, 'x0x_max', 1) * x2;
  const r0 = numberOf(row, 'r0x0_max', rx) * x0;
  const [r1, x1] = [held_frac * r2, held_frac * x2];
  // e = exp(2πj/3): m₁ = (Z₀ + e·Z₁ + e²·Z₂)/3, m₂ = (Z₀ + e²·Z₁ + e·Z₂)/3
  const h = Math.sqrt(3) / 2;
  const mutual = (sign: 1 | -1): readonly [number, number] => [
    (r0 - r1 / 2 - r2 / 2 - sign * h * (x1 - x2)) / 3,
    (x0 - x1 / 2 - x2 / 2 + sign * h * (r1 - r2)) / 3,
  ];
  const self = [(r0 + r1 + r2) / 3, (x0 + x1 + x2) / 3] as const;
  const [first, second] = [mutual(1), mutual(-1)];
  const circulant = (part: 0 | 1): Matrix => [
    self[part],
    first[part],
    second[part],
    second[part],
    self[part],
    first[part],
    first[part],
    second[part],
    self[part],
  ];
  return { r_ohm: circulant(0), x_ohm: circulant(1) };
}

/** By the kind of element that a switch stands at: its table, and the columns of its ends. */
const endsOf: Readonly<Record<string, readonly [table: string, ...columns: string[]]>> = {
  b: ['bus'],
  l: ['line', 'from_bus', 'to_bus'],
  t: ['trafo', 'hv_bus', 'lv_bus'],
  t3: ['trafo3w', 'hv_bus', 'mv_bus', 'lv_bus'],
};

/** A switch that switches nothing is listed. */
function mustStandAtItsEnd(row: Row, reading: Reading, [table, ...columns]: readonly [table: string, ...columns: string[]]): void {
  const element = reading.rows(table).find(({ index }) => index === numberOf(row, 'element'));
  const bus = numberOf(row, 'bus');
  if (element === undefined)
    reading.drop(`switch ${row.index}`, row, `it stands at ${table} ${numberOf(row, 'element')}, which does not exist`);
  else if (!columns.some((column) => numberOf(element, column) === bus))
    reading.drop(`switch ${row.index}`, row, `it stands at bus ${bus}, where ${table} ${element.index} does not end`);
}

/** Which ends of branches are held open by switches: `l 12 3` is the end of line 12 at bus 3. */
export function openEnds(reading: Reading): ReadonlySet<string> {
  const open = reading.rows('switch').filter((row) => {
    const et = wordOf(row, 'et');
    if (!Object.hasOwn(endsOf, et)) throw wrong(row, 'et', `one of ${Object.keys(endsOf).join(', ')}`);
    if (et !== 'b') mustStandAtItsEnd(row, reading, endsOf[et]);
    return et !== 'b' && !flagOf(row, 'closed');
  });
  return new Set(open.map((row) => `${wordOf(row, 'et')} ${numberOf(row, 'element')} ${numberOf(row, 'bus')}`));
}

/** Values per km of one line times length over (series) or times (shunt) the number of parallel lines. */
export function readLine(row: Row, reading: Reading, open: ReadonlySet<string>): LinePart | undefined {
  const from = reading.bus(row, 'from_bus');
  const to = reading.bus(row, 'to_bus');
  const id = reading.idOf(row, 'line');
  if (!from.inService || !to.inService) return undefined;
  const length_km = numberOf(row, 'length_km');
  if (length_km < 0) throw wrong(row, 'length_km', 'greater than 0');
  const parallel = parallelOf(row);
  const [r1, x1, c1] = [numberOf(row, 'r_ohm_per_km'), numberOf(row, 'x_ohm_per_km'), numberOf(row, 'c_nf_per_km', 0)];
  const hasZero = has(row, 'r0_ohm_per_km') && has(row, 'x0_ohm_per_km');
  const [r0, x0] = hasZero ? [numberOf(row, 'r0_ohm_per_km'), numberOf(row, 'x0_ohm_per_km')] : [r1, x1];
  const c0 = numberOf(row, 'c0_nf_per_km', hasZero ? 0 : c1);
  const omega = 2 * Math.PI * reading.net.f_Hz * 1e-9;
  const g_S = numberOf(row, 'g_us_per_km', 0) * 1e-6;
  const whole = (positive: number, zero: number, factor: number): Matrix => phaseMatrixFromSequence(positive * factor, zero * factor);
  const inService = flagOf(row, 'in_service', true);
  const isOpen = (bus: string): boolean => !inService || open.has(`l ${row.index} ${numberOf(row, bus)}`);
  return {
    id,
    from: { bus: from.id, conductors: abc },
    to: { bus: to.id, conductors: abc },
    r_ohm: whole(r1, r0, length_km / parallel),
    x_ohm: whole(x1, x0, length_km / parallel),
    ...(c1 === 0 && c0 === 0 ? {} : { b_S: whole(omega * c1, omega * c0, length_km * parallel) }),
    ...(g_S === 0 ? {} : { g_S: whole(g_S, hasZero ? 0 : g_S, length_km * parallel) }),
    ...(length_km > 0 ? { length_km } : {}),
    ...(numberOf(row, 'max_i_ka', 0) > 0 ? { i_max_A: numberOf(row, 'max_i_ka') * 1000 * numberOf(row, 'df', 1) * parallel } : {}),
    closedFrom: !isOpen('from_bus'),
    closedTo: !isOpen('to_bus'),
  };
}

/** Between two buses; those at branches are ends of the branch. */
export function readSwitch(row: Row, reading: Reading): SwitchPart | undefined {
  if (wordOf(row, 'et') !== 'b') return undefined;
  const from = reading.bus(row);
  const to = reading.bus(row, 'element');
  if (from.id === to.id) reading.drop(`switch ${row.index}`, row, 'it joins a bus to itself');
  if (!from.inService || !to.inService || from.id === to.id) return undefined;
  const z_ohm = numberOf(row, 'z_ohm', 0);
  if (z_ohm < 0) throw wrong(row, 'z_ohm', '0 or more');
  return {
    id: reading.idOf(row, 'switch'),
    from: { bus: from.id, conductors: abc },
    to: { bus: to.id, conductors: abc },
    closed: flagOf(row, 'closed'),
    r_ohm: z_ohm > 0 ? z_ohm : fused_pu * from.v_base_kV * from.v_base_kV,
    ...(has(row, 'in_ka') && numberOf(row, 'in_ka') > 0 ? { i_max_A: numberOf(row, 'in_ka') * 1000 } : {}),
  };
}

/** Per unit on its own sn_mva and the voltage of its from bus. */
export function readImpedance(row: Row, reading: Reading): LinePart | undefined {
  const from = reading.bus(row, 'from_bus');
  const to = reading.bus(row, 'to_bus');
  const id = reading.idOf(row, 'line');
  if (!from.inService || !to.inService) return undefined;
  if (Math.abs(from.v_base_kV - to.v_base_kV) > 1e-6 * from.v_base_kV) {
    reading.drop(`impedance ${row.index}`, row, 'it joins two voltage levels, which a line cannot');
    return undefined;
  }
  const zBase_ohm = (from.v_base_kV * from.v_base_kV) / numberOf(row, 'sn_mva');
  const mean = (there: string, back: string): number => (numberOf(row, there) + numberOf(row, back, numberOf(row, there))) / 2;
  const zero = (name: string, positive: number): number => (has(row, name) ? numberOf(row, name) : positive);
  const [r, x] = [mean('rft_pu', 'rtf_pu'), mean('xft_pu', 'xtf_pu')];
  const [g, b] = [numberOf(row, 'gf_pu', 0) + numberOf(row, 'gt_pu', 0), numberOf(row, 'bf_pu', 0) + numberOf(row, 'bt_pu', 0)];
  const isOneWay = ['r', 'x'].some((q) => numberOf(row, `${q}tf_pu`, numberOf(row, `${q}ft_pu`)) !== numberOf(row, `${q}ft_pu`));
  const isLopsided = ['g', 'b'].some((q) => numberOf(row, `${q}f_pu`, 0) !== numberOf(row, `${q}t_pu`, 0));
  if (isOneWay || isLopsided) reading.approximated(`impedance ${row.index}`, row, 'it differs between its directions: the mean of the two');
  const inService = flagOf(row, 'in_service', true);
  return {
    id,
    from: { bus: from.id, conductors: abc },
    to: { bus: to.id, conductors: abc },
    r_ohm: phaseMatrixFromSequence(r * zBase_ohm, zero('rft0_pu', r) * zBase_ohm),
    x_ohm: phaseMatrixFromSequence(x * zBase_ohm, zero('xft0_pu', x) * zBase_ohm),
    ...(g === 0 ? {} : { g_S: phaseMatrixFromSequence(g / zBase_ohm, g / zBase_ohm) }),
    ...(b === 0 ? {} : { b_S: phaseMatrixFromSequence(b / zBase_ohm, b / zBase_ohm) }),
    closedFrom: inService,
    closedTo: inService,
  };
}

/** Consumes p and q per step at its rated voltage. */
export function readShunt(row: Row, reading: Reading): ShuntPart | undefined {
  const bus = reading.bus(row);
  const id = reading.idOf(row, 'shunt');
  if (!bus.inService) return undefined;
  const v_kV = numberOf(row, 'vn_kv', bus.v_base_kV);
  const steps = Math.max(1, Math.round(numberOf(row, 'max_step', 1)));
  const closed = Math.round(numberOf(row, 'step', 1));
  const most = Math.max(steps, closed);
  return {
    ...constantAdmittance(id, bus, numberOf(row, 'p_mw', 0) * most, numberOf(row, 'q_mvar', 0) * most, v_kV),
    ...(most === 1 ? {} : { steps_count: most, closed_count: closed }),
    inService: flagOf(row, 'in_service', true),
  };
}

/** Takes p and q (MW, Mvar) at v_kV between phases, alike in all phases and to earth. */
export function constantAdmittance(id: string, bus: BusAt, p_MW: number, q_Mvar: number, v_kV: number): ShuntPart {
  const [g, b] = [p_MW / (v_kV * v_kV), -q_Mvar / (v_kV * v_kV)];
  return {
    id,
    terminal: { bus: bus.id, conductors: abc },
    g_S: phaseMatrixFromSequence(g, g),
    b_S: phaseMatrixFromSequence(b, b),
    ...(p_MW === 0 ? { q_rated_kvar: -q_Mvar * 1000 } : {}),
    inService: true,
  };
}
