import { lineAdmittance } from '../../network/feeder/element-admittance.ts';
import type { Matrix } from '../../network/feeder/feeder.ts';
import type { FeederParts } from '../../network/feeder/feeder-parts.ts';
import { phaseMatrixFromSequence } from '../../network/feeder/sequence-matrices.ts';
import { has, idOf, isOn, limitOf, nameOf, numberOf, type Row } from './dataset.ts';
import type { Reading } from './reading.ts';

type LinePart = NonNullable<FeederParts['lines']>[number];
type SwitchPart = NonNullable<FeederParts['switches']>[number];
type SourcePart = NonNullable<FeederParts['sources']>[number];
type ShuntPart = NonNullable<FeederParts['shunts']>[number];

/** power-grid-model calculates at this frequency unless its caller says otherwise; files do not say. */
export const frequency_Hz = 50;
const omega = 2 * Math.PI * frequency_Hz;
const abc = [1, 2, 3] as const;

/** Short-circuit power from which a source is taken as ideal: files write 1e20 and more for one. */
export const ideal_VA = 1e15;

/** u_ref behind the impedance that gives the short-circuit power sk. */
export function readSource(row: Row, reading: Reading): SourcePart {
  const node = reading.node(row, 'node');
  const sk_VA = has(row, 'sk') ? (limitOf(row, 'sk') ?? Number.POSITIVE_INFINITY) : 1e10;
  const rx = numberOf(row, 'rx_ratio', 0.1);
  const z01 = numberOf(row, 'z01_ratio', 1);
  const z_ohm = (node.u_rated_V * node.u_rated_V) / sk_VA;
  const x_ohm = z_ohm / Math.sqrt(1 + rx * rx);
  const r_ohm = x_ohm * rx;
  const angle_deg = (numberOf(row, 'u_ref_angle', 0) * 180) / Math.PI;
  const e_kV = (numberOf(row, 'u_ref') * node.u_rated_V) / Math.sqrt(3) / 1000;
  return {
    id: nameOf(row),
    terminal: { bus: node.bus, conductors: abc },
    e_kV: [e_kV, e_kV, e_kV],
    angle_deg: [angle_deg, angle_deg - 120, angle_deg + 120],
    ...(sk_VA >= ideal_VA
      ? {}
      : { r_ohm: phaseMatrixFromSequence(r_ohm, r_ohm * z01), x_ohm: phaseMatrixFromSequence(x_ohm, x_ohm * z01) }),
    inService: isOn(row),
  };
}

/** r, x in ohm; shunt admittance ωC·(tan δ + j). A line without zero-sequence impedance was written for balanced calculations: it gets the positive one. */
export function readLine(row: Row, reading: Reading): LinePart | undefined {
  const isBalancedOnly = numberOf(row, 'r0', 0) === 0 && numberOf(row, 'x0', 0) === 0;
  const sequence = (name: string) => {
    const one = numberOf(row, `${name}1`);
    return [one, isBalancedOnly ? one : numberOf(row, `${name}0`, one)] as const;
  };
  const [c1, c0] = sequence('c');
  const tan1 = numberOf(row, 'tan1', 0);
  const tan0 = numberOf(row, 'tan0', tan1);
  return placed(row, reading, {
    r_ohm: phaseMatrixFromSequence(...sequence('r')),
    x_ohm: phaseMatrixFromSequence(...sequence('x')),
    b_S: phaseMatrixFromSequence(omega * c1, omega * c0),
    g_S: phaseMatrixFromSequence(omega * c1 * tan1, omega * c0 * tan0),
  });
}

/** The impedance matrix as it stands; a fourth conductor is the earthed neutral and is reduced away, as power-grid-model does. */
export function readAsymLine(row: Row, reading: Reading): LinePart | undefined {
  const r = triangleOf(row, 'r');
  const x = triangleOf(row, 'x');
  const { r_ohm, x_ohm } = r.length === 16 ? kronReducedImpedance(r, x) : { r_ohm: r, x_ohm: x };
  const c = has(row, 'c_aa')
    ? triangleOf(row, 'c')
    : phaseMatrixFromSequence(numberOf(row, 'c1'), numberOf(row, 'c0', numberOf(row, 'c1')));
  return placed(row, reading, { r_ohm, x_ohm, b_S: c.slice(0, 9).map((value) => omega * value) });
}

/** Z_ij − Z_in·Z_nj/Z_nn, the neutral n being earthed at both ends. */
function kronReducedImpedance(r: Matrix, x: Matrix): { readonly r_ohm: Matrix; readonly x_ohm: Matrix } {
  const [rn, xn] = [r[15], x[15]];
  const size2 = rn * rn + xn * xn;
  const reduced = (part: 're' | 'im'): Matrix =>
    Array.from({ length: 9 }, (_, k) => {
      const [i, j] = [Math.floor(k / 3), k % 3];
      const re = r[4 * i + 3] * r[4 * j + 3] - x[4 * i + 3] * x[4 * j + 3];
      const im = r[4 * i + 3] * x[4 * j + 3] + x[4 * i + 3] * r[4 * j + 3];
      return part === 're' ? r[4 * i + j] - (re * rn + im * xn) / size2 : x[4 * i + j] - (im * rn - re * xn) / size2;
    });
  return { r_ohm: reduced('re'), x_ohm: reduced('im') };
}

const conductors = ['a', 'b', 'c', 'n'] as const;

/** A symmetric matrix from its lower triangle `r_aa`, `r_ba`, …; of 4 where the neutral is given. */
function triangleOf(row: Row, quantity: string): Matrix {
  const n = has(row, `${quantity}_nn`) ? 4 : 3;
  return Array.from({ length: n * n }, (_, k) => {
    const [low, high] = [Math.min(k % n, Math.floor(k / n)), Math.max(k % n, Math.floor(k / n))];
    return numberOf(row, `${quantity}_${conductors[high]}${conductors[low]}`);
  });
}

/** A line between two nodes; one from a node to itself is a shunt there. */
function placed(row: Row, reading: Reading, constants: Pick<LinePart, 'r_ohm' | 'x_ohm' | 'g_S' | 'b_S'>): LinePart | undefined {
  const from = reading.node(row, 'from_node');
  const to = reading.node(row, 'to_node');
  const i_max_A = limitOf(row, 'i_n');
  const withoutCharging = [constants.g_S, constants.b_S].every((matrix) => matrix === undefined || matrix.every((value) => value === 0));
  const line = {
    id: nameOf(row),
    from: { bus: from.bus, conductors: abc },
    to: { bus: to.bus, conductors: abc },
    r_ohm: constants.r_ohm,
    x_ohm: constants.x_ohm,
    ...(withoutCharging ? {} : { b_S: constants.b_S, ...(constants.g_S?.some((g) => g !== 0) ? { g_S: constants.g_S } : {}) }),
    ...(i_max_A === undefined || i_max_A <= 0 ? {} : { i_max_A }),
    closedFrom: isOn(row, 'from_status'),
    closedTo: isOn(row, 'to_status'),
  };
  if (from.bus !== to.bus) return line;
  reading.addShunt(chargingOf({ ...line, from: { bus: 0, conductors: abc }, to: { bus: 0, conductors: abc } }, from.bus));
  reading.approximated(`line ${line.id}`, row, 'it joins a node to itself: read as a shunt with its charging');
  return undefined;
}

/** What a line from a bus to itself draws there: all its terminals at one voltage. */
function chargingOf(line: Parameters<typeof lineAdmittance>[0], bus: string): ShuntPart {
  const { n, g_S, b_S } = lineAdmittance(line);
  const folded = (matrix: Float64Array): Matrix =>
    Array.from({ length: 9 }, (_, k) => {
      let sum = 0;
      for (const i of [0, 3]) for (const j of [0, 3]) sum += matrix[(i + Math.floor(k / 3)) * n + j + (k % 3)];
      return sum;
    });
  return {
    id: `line ${line.id}`,
    terminal: { bus, conductors: abc },
    g_S: folded(g_S).map(notBelowZero),
    b_S: folded(b_S),
    inService: true,
  };
}

/** Series terms cancel to rounding. */
const notBelowZero = (g: number, k: number): number => (k % 4 === 0 ? Math.max(g, 0) : g);

/** A link has 1e6 + 1e6j of a base of 1 MVA: a switch with an impedance of that size. */
export const link_pu = Math.SQRT1_2 * 1e-6;

export function readLink(row: Row, reading: Reading): SwitchPart | undefined {
  const from = reading.node(row, 'from_node');
  const to = reading.node(row, 'to_node');
  if (from.bus === to.bus) {
    reading.drop(`link ${idOf(row)}`, row, 'it joins a node to itself');
    return undefined;
  }
  const zBase_ohm = (from.u_rated_V * from.u_rated_V) / 1e6;
  return {
    id: nameOf(row),
    from: { bus: from.bus, conductors: abc },
    to: { bus: to.bus, conductors: abc },
    closed: isOn(row, 'from_status') && isOn(row, 'to_status'),
    r_ohm: zBase_ohm * link_pu,
  };
}

/** g + jb in siemens; b > 0 is a capacitor. */
export function readShunt(row: Row, reading: Reading): ShuntPart {
  const g1 = numberOf(row, 'g1');
  const b1 = numberOf(row, 'b1');
  return {
    id: nameOf(row),
    terminal: { bus: reading.node(row, 'node').bus, conductors: abc },
    g_S: phaseMatrixFromSequence(g1, numberOf(row, 'g0', 0)),
    b_S: phaseMatrixFromSequence(b1, numberOf(row, 'b0', 0)),
    inService: isOn(row),
  };
}
