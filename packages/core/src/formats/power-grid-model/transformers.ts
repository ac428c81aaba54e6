import type { Matrix } from '../../network/feeder/feeder.ts';
import type { FeederParts } from '../../network/feeder/feeder-parts.ts';
import { codeOf, has, isOn, nameOf, numberOf, type Row } from './dataset.ts';
import type { Reading } from './reading.ts';

type TransformerPart = NonNullable<FeederParts['transformers']>[number];
type WindingPart = TransformerPart['windings'][number];

/** `WindingType`: wye, wye with neutral, delta, zigzag, zigzag with neutral. */
const wyeN = 1;
const delta = 2;
const zigzagN = 4;
const windingTypes = [0, 1, 2, 3, 4] as const;
type WindingType = (typeof windingTypes)[number];

const connectionOf = (type: WindingType): WindingPart['connection'] => (type <= wyeN ? 'wye' : type === delta ? 'delta' : 'zigzag');
/** A star point that is not connected ends nowhere. */
const conductorsOf = (type: WindingType): readonly number[] => (type === wyeN || type === zigzagN ? [1, 2, 3, 0] : [1, 2, 3]);

/** power-grid-model lets an unearthed winding float; this much keeps it from being undetermined and is not seen. */
const antifloat_frac = 1e-11;

/** Turns of the tapped winding relative to its rated voltage. */
interface Tap {
  readonly side: number;
  readonly position: number;
  readonly nominal: number;
  readonly min: number;
  readonly max: number;
  /** Change of the rated voltage per position, towards tap_max positive. */
  readonly step_V: number;
}

function tapOf(row: Row, sides: number): Tap {
  const min = numberOf(row, 'tap_min', 0);
  const max = numberOf(row, 'tap_max', 0);
  const nominal = numberOf(row, 'tap_nom', 0);
  const position = numberOf(row, 'tap_pos', nominal);
  return {
    side: codeOf(row, 'tap_side', sides === 2 ? ([0, 1] as const) : ([0, 1, 2] as const), 0),
    position: Math.min(Math.max(position, Math.min(min, max)), Math.max(min, max)),
    nominal,
    min,
    max,
    step_V: numberOf(row, 'tap_size', 0) * (max >= min ? 1 : -1),
  };
}

const tapAt = (tap: Tap, position: number, u_V: number): number => 1 + ((position - tap.nominal) * tap.step_V) / u_V;

/** What a winding has from the changer, if it is the tapped one. */
function tapValues(tap: Tap, side: number, u_V: number): Partial<WindingPart> & { readonly tap_pu: number } {
  if (tap.side !== side || tap.step_V === 0 || tap.min === tap.max)
    return { tap_pu: tap.side === side ? tapAt(tap, tap.position, u_V) : 1 };
  const ends = [tapAt(tap, tap.min, u_V), tapAt(tap, tap.max, u_V)];
  return {
    tap_pu: tapAt(tap, tap.position, u_V),
    tapMin_pu: Math.min(...ends),
    tapMax_pu: Math.max(...ends),
    tapSteps_count: Math.abs(tap.max - tap.min),
  };
}

/** A value that changes with the tap: linear between its values at the lowest, nominal and highest position. */
function atTap(row: Row, tap: Tap, name: string): number {
  const nominal = numberOf(row, name);
  const isTowardsMax = tap.position <= Math.max(tap.nominal, tap.max) && tap.position >= Math.min(tap.nominal, tap.max);
  const end = isTowardsMax ? tap.max : tap.min;
  if (end === tap.nominal) return nominal;
  const atEnd = numberOf(row, `${name}_${isTowardsMax ? 'max' : 'min'}`, nominal);
  return nominal + ((tap.position - tap.nominal) * (atEnd - nominal)) / (end - tap.nominal);
}

/** √(z² − r²), with the sign of z. */
const reactance = (z: number, r: number): number => Math.sign(z) * Math.sqrt(Math.max(0, z * z - r * r));

/**
 * uk and pk are what is left of the rated voltage and lost of the rated power in the short-circuit test, i0 and p0 the current and the loss without
 * load, as fractions of the rating and in W. Half of the magnetising branch stands at each end.
 */
export function readTransformer(row: Row, reading: Reading): TransformerPart {
  const id = nameOf(row);
  const sn_VA = numberOf(row, 'sn');
  const tap = tapOf(row, 2);
  const types = [codeOf(row, 'winding_from', windingTypes), codeOf(row, 'winding_to', windingTypes)] as const;
  const r_frac = atTap(row, tap, 'pk') / sn_VA;
  const x_frac = reactance(atTap(row, tap, 'uk'), r_frac);
  const loss_frac = numberOf(row, 'p0', 0) / sn_VA;
  const magnetising_frac = reactance(numberOf(row, 'i0', 0), loss_frac);
  const closed = [isOn(row, 'from_status'), isOn(row, 'to_status')] as const;
  const winding = (side: 0 | 1): WindingPart => {
    const u_V = numberOf(row, side === 0 ? 'u1' : 'u2');
    return {
      connection: connectionOf(types[side]),
      terminal: { bus: reading.node(row, side === 0 ? 'from_node' : 'to_node').bus, conductors: conductorsOf(types[side]) },
      v_rated_kV: u_V / 1000,
      s_rated_kVA: sn_VA / 1000,
      r_frac: r_frac / 2,
      ...tapValues(tap, side, u_V),
      ...(side === 1 ? { clock: numberOf(row, 'clock') } : {}),
      ...groundingOf(row, side === 0 ? 'from' : 'to', types[side]),
      ...(closed[side] ? {} : { closed: false }),
    };
  };
  const zero = zeroSequenceOf(types, admittanceOf(r_frac, x_frac), [loss_frac, -magnetising_frac]);
  return {
    id,
    cores_count: 3,
    windings: [winding(0), winding(1)],
    x_frac: [x_frac],
    noLoadLoss_frac: loss_frac,
    magnetising_frac,
    magnetisingAt: 'split',
    ...(zero === undefined ? {} : { zeroSequence: zero }),
    antifloat_frac: types.every((type) => type === wyeN) ? 0 : antifloat_frac,
    inService: closed[0] || closed[1],
  };
}

type Complex = readonly [re: number, im: number];

function admittanceOf(r: number, x: number): Complex {
  const z2 = r * r + x * x;
  return [r / z2, -x / z2];
}

/**
 * In zero sequence power-grid-model lets a winding with an earthed star point see the other one only where that has one, too; against a delta it is
 * short-circuited behind its impedance, against anything else open. A zigzag has a tenth of its impedance and needs nothing said.
 */
export function zeroSequenceOf(
  [from, to]: readonly [WindingType, WindingType],
  series: Complex,
  magnetising: Complex,
): TransformerPart['zeroSequence'] {
  const own = (type: WindingType, other: WindingType): Complex =>
    type === wyeN && other === delta ? [series[0] + magnetising[0], series[1] + magnetising[1]] : [0, 0];
  if ((from === wyeN && to === wyeN) || (from !== wyeN && to !== wyeN)) return undefined;
  const ends = [own(from, to), own(to, from)];
  const matrix = (part: 0 | 1): Matrix => [ends[0][part], 0, 0, ends[1][part]];
  return { g_frac: matrix(0), b_frac: matrix(1) };
}

function groundingOf(row: Row, side: string, type: WindingType): Partial<WindingPart> {
  if (type !== wyeN && type !== zigzagN) return {};
  const r = numberOf(row, `r_grounding_${side}`, 0);
  const x = numberOf(row, `x_grounding_${side}`, 0);
  return { ...(r === 0 ? {} : { rNeutral_ohm: r }), ...(x === 0 ? {} : { xNeutral_ohm: x }) };
}

/** What belongs to each of three windings of what is known of 12, 13 and 23. */
export const starOf = ([of12, of13, of23]: readonly number[]): number[] => [
  (of12 + of13 - of23) / 2,
  (of12 + of23 - of13) / 2,
  (of13 + of23 - of12) / 2,
];

/** Pairs of windings are tested on the smaller rating of the two. */
export function readThreeWindingTransformer(row: Row, reading: Reading): TransformerPart {
  const id = nameOf(row);
  const tap = tapOf(row, 3);
  const s_VA = [1, 2, 3].map((w) => numberOf(row, `sn_${w}`));
  const u_V = [1, 2, 3].map((w) => numberOf(row, `u${w}`));
  const types = [1, 2, 3].map((w) => codeOf(row, `winding_${w}`, windingTypes));
  const pairs = [
    [0, 1],
    [0, 2],
    [1, 2],
  ] as const;
  const tests = pairs.map(([w, k]) => {
    const rated_VA = Math.min(s_VA[w], s_VA[k]);
    const r = (atTap(row, tap, `pk_${w + 1}${k + 1}`) / rated_VA / rated_VA) * s_VA[0];
    const z = (atTap(row, tap, `uk_${w + 1}${k + 1}`) / rated_VA) * s_VA[0];
    return { r, z };
  });
  // as there, resistances and sizes of impedance are shared out to the windings first, and reactances follow from both
  const r = starOf(tests.map((test) => test.r));
  const x = starOf(tests.map((test) => test.z)).map((z, w) => reactance(z, r[w]));
  const p0_frac = numberOf(row, 'p0', 0) / s_VA[0];
  const statuses = [1, 2, 3].map((w) => isOn(row, `status_${w}`));
  return {
    id,
    cores_count: 3,
    windings: types.map((type, w) => ({
      connection: connectionOf(type),
      terminal: { bus: reading.node(row, `node_${w + 1}`).bus, conductors: conductorsOf(type) },
      v_rated_kV: u_V[w] / 1000,
      s_rated_kVA: s_VA[w] / 1000,
      r_frac: r[w],
      ...tapValues(tap, w, u_V[w]),
      ...(w === 0 ? {} : { clock: numberOf(row, `clock_1${w + 1}`) }),
      ...groundingOf(row, `${w + 1}`, type),
      ...(statuses[w] ? {} : { closed: false }),
    })),
    x_frac: pairs.map(([w, k]) => x[w] + x[k]),
    noLoadLoss_frac: p0_frac,
    magnetising_frac: reactance(numberOf(row, 'i0', 0), p0_frac),
    magnetisingAt: 'split',
    antifloat_frac,
    inService: statuses.some((on) => on),
  };
}

/**
 * A branch in ohm and siemens on the voltage of its to node behind an ideal transformer of ratio k and shift θ at its from node: two earthed stars, turned by coils in series
 * where θ is no multiple of 60°. Balanced or not, its zero sequence is like its positive one.
 */
export function readGenericBranch(row: Row, reading: Reading): TransformerPart {
  const id = nameOf(row);
  const from = reading.node(row, 'from_node');
  const to = reading.node(row, 'to_node');
  const theta_deg = (numberOf(row, 'theta', 0) * 180) / Math.PI;
  const hours = 2 * Math.round(theta_deg / 60);
  const isWhole = Math.abs(theta_deg - 30 * hours) < 1e-7;
  const sn_VA = has(row, 'sn') && numberOf(row, 'sn') > 0 ? numberOf(row, 'sn') : 1e6;
  const zBase_ohm = (to.u_rated_V * to.u_rated_V) / sn_VA;
  const r_frac = numberOf(row, 'r1') / zBase_ohm;
  return {
    id,
    cores_count: 3,
    windings: [
      {
        connection: 'wye',
        terminal: { bus: from.bus, conductors: [1, 2, 3, 0] },
        v_rated_kV: from.u_rated_V / 1000,
        s_rated_kVA: sn_VA / 1000,
        r_frac: r_frac / 2,
        tap_pu: numberOf(row, 'k', 1),
      },
      {
        connection: 'wye',
        terminal: { bus: to.bus, conductors: [1, 2, 3, 0] },
        v_rated_kV: to.u_rated_V / 1000,
        s_rated_kVA: sn_VA / 1000,
        r_frac: r_frac / 2,
        tap_pu: 1,
        ...(isWhole ? { clock: ((hours % 12) + 12) % 12 } : { turn_deg: theta_deg }),
      },
    ],
    x_frac: [numberOf(row, 'x1') / zBase_ohm],
    noLoadLoss_frac: numberOf(row, 'g1', 0) * zBase_ohm,
    magnetising_frac: -numberOf(row, 'b1', 0) * zBase_ohm,
    magnetisingAt: 'split',
    antifloat_frac: 0,
    inService: isOn(row, 'from_status') && isOn(row, 'to_status'),
  };
}
