import type { Matrix } from '../../network/feeder/feeder.ts';
import type { BusAt, Reading, TransformerPart } from './reading.ts';
import { flagOf, has, numberOf, type Row, wordOf } from './tables.ts';
import { readTaps, type Taps } from './taps.ts';

type WindingPart = TransformerPart['windings'][number];
type Connection = 'wye' | 'delta' | 'zigzag';
interface Coil {
  readonly connection: Connection;
  readonly isEarthed: boolean;
}

/** `YNd`, `Dyn`: upper case the winding with the higher voltage; N or n: its star point is earthed. */
function coilsOf(group: string): readonly Coil[] | undefined {
  const match = /^([ydz])(n?)([ydz])(n?)(?:([ydz])(n?))?\d*$/.exec(group.toLowerCase());
  if (match === null) return undefined;
  const coil = (letter: string, n: string | undefined): Coil => ({
    connection: letter === 'y' ? 'wye' : letter === 'd' ? 'delta' : 'zigzag',
    isEarthed: n === 'n',
  });
  return [1, 3, 5].flatMap((k) => (match[k] === undefined ? [] : [coil(match[k], match[k + 1])]));
}

const isOdd = ({ connection }: Coil): boolean => connection !== 'wye';

const star: Coil = { connection: 'wye', isEarthed: true };
const delta: Coil = { connection: 'delta', isEarthed: false };

interface Wiring {
  readonly coils: readonly Coil[];
  /** The coils of the vector group, where others stand in for them: what zero sequence meets. */
  readonly group?: readonly Coil[];
}

/**
 * Coils that give the shift. A vector group that cannot (Dyn with 0°) keeps its shift: stars stand in for its coils, and what the group does to zero sequence is
 * stated. Without a group: earthed stars, and deltas where the shift is odd.
 */
function wiringOf(row: Row, reading: Reading, clocks: readonly number[]): Wiring {
  const first = clocks[0] % 2 === 1 ? delta : star;
  const byShift = [first, ...clocks.map((clock) => ((clock % 2 === 1) !== isOdd(first) ? delta : star))];
  const group = coilsOf(wordOf(row, 'vector_group'));
  if (group === undefined) return { coils: byShift };
  const what = `${row.table} ${row.index}`;
  if (group.length !== byShift.length) {
    reading.approximated(what, row, 'its vector group does not fit the number of windings: chosen by its shift');
    return { coils: byShift };
  }
  if (clocks.every((clock, k) => (clock % 2 === 1) === (isOdd(group[0]) !== isOdd(group[k + 1])))) return { coils: group };
  const shifts = clocks.map((clock) => `${clock * 30}°`).join(' and ');
  if (group.length === 2 && clocks[0] % 2 === 0) {
    reading.approximated(what, row, `its vector group cannot shift by ${shifts}: stars with the zero sequence of the group`);
    return { coils: [star, star], group };
  }
  reading.approximated(what, row, `its vector group cannot shift by ${shifts}: chosen by its shift`);
  return { coils: byShift };
}

/** pandapower lets an unearthed winding float; this much keeps it from being undetermined and is not seen. */
const antifloat_frac = 1e-11;

/** Hours of 30°, reported where the shift is none. */
function clockOf(row: Row, reading: Reading, column: string): number {
  const degrees = numberOf(row, column, 0);
  const hours = Math.round(degrees / 30);
  if (Math.abs(degrees - 30 * hours) > 1e-6) {
    reading.approximated(`${row.table} ${row.index}`, row, `its shift of ${degrees}° is no multiple of 30°: read as ${30 * hours}°`);
  }
  return ((hours % 12) + 12) % 12;
}

const reactance = (z: number, r: number): number => Math.sign(z) * Math.sqrt(Math.max(0, z * z - r * r));

/** The end of a transformer: its bus, or a bus of its own where a switch is open. */
function endOf(row: Row, reading: Reading, column: string, open: ReadonlySet<string>): BusAt {
  const bus = reading.bus(row, column);
  const kind = row.table === 'trafo' ? 't' : 't3';
  if (!open.has(`${kind} ${row.index} ${numberOf(row, column)}`)) return bus;
  return { ...bus, id: reading.ownBus(`${row.table} ${row.index} ${column} open`, bus.v_base_kV) };
}

function winding(end: BusAt, coil: Coil, side: string, v_rated_kV: number, s_rated_kVA: number, r_frac: number, taps: Taps): WindingPart {
  const range = taps.range?.side === side ? taps.range : undefined;
  return {
    connection: coil.connection,
    terminal: { bus: end.id, conductors: coil.isEarthed && coil.connection !== 'delta' ? [1, 2, 3, 0] : [1, 2, 3] },
    v_rated_kV,
    s_rated_kVA,
    r_frac,
    tap_pu: taps.turnsOf(side),
    ...(range === undefined ? {} : { tapMin_pu: range.min_pu, tapMax_pu: range.max_pu, tapSteps_count: range.steps_count }),
  };
}

/** A T with half of its impedance on each side and the magnetising branch in the middle. */
export function readTrafo(row: Row, reading: Reading, open: ReadonlySet<string>): TransformerPart | undefined {
  const id = reading.idOf(row, 'transformer');
  if (!reading.bus(row, 'hv_bus').inService || !reading.bus(row, 'lv_bus').inService) return undefined;
  const ends = [endOf(row, reading, 'hv_bus', open), endOf(row, reading, 'lv_bus', open)];
  const taps = readTaps(row, reading, ['hv', 'lv']);
  const clock = clockOf(row, reading, 'shift_degree');
  const { coils, group } = wiringOf(row, reading, [clock]);
  const sn_kVA = numberOf(row, 'sn_mva') * 1000;
  const r_frac = (taps.vkr_percent ?? numberOf(row, 'vkr_percent')) / 100;
  const loss_frac = numberOf(row, 'pfe_kw', 0) / sn_kVA;
  const zeroSequence = zeroSequenceOf(row, group ?? coils, group !== undefined);
  const s_kVA = sn_kVA * numberOf(row, 'parallel', 1);
  return {
    id,
    cores_count: 3,
    windings: [
      winding(ends[0], coils[0], 'hv', numberOf(row, 'vn_hv_kv'), s_kVA, r_frac / 2, taps),
      { ...winding(ends[1], coils[1], 'lv', numberOf(row, 'vn_lv_kv'), s_kVA, r_frac / 2, taps), clock },
    ],
    x_frac: [reactance((taps.vk_percent ?? numberOf(row, 'vk_percent')) / 100, r_frac)],
    noLoadLoss_frac: loss_frac,
    magnetising_frac: reactance(numberOf(row, 'i0_percent', 0) / 100, loss_frac),
    magnetisingAt: 'star',
    ...(zeroSequence === undefined ? {} : { zeroSequence }),
    antifloat_frac,
    inService: flagOf(row, 'in_service', true),
  };
}

/**
 * A T of its own for zero sequence: vk0 split by si0_hv_partial, and a magnetising impedance of mag0_percent of vk0 between. A delta closes its leg, a star
 * that is not earthed leaves it open.
 */
function zeroSequenceOf(row: Row, coils: readonly Coil[], isNeeded: boolean): TransformerPart['zeroSequence'] {
  const isStated = ['vk0_percent', 'vkr0_percent', 'mag0_percent', 'mag0_rx', 'si0_hv_partial'].every((name) => has(row, name));
  if (!isStated && !isNeeded) return undefined;
  const vk0 = nonZero(row, 'vk0_percent', 'vk_percent');
  const r0 = nonZero(row, 'vkr0_percent', 'vkr_percent') / 100;
  const x0 = reactance(vk0 / 100, r0);
  const share = numberOf(row, 'si0_hv_partial', 0.9);
  const rx = numberOf(row, 'mag0_rx', 0);
  const xm = ((vk0 / 100) * numberOf(row, 'mag0_percent', 100)) / 100 / Math.sqrt(1 + rx * rx);
  const legs: readonly Complex[] = [
    [share * r0, share * x0],
    [(1 - share) * r0, (1 - share) * x0],
  ];
  const middle: Complex = [rx * xm, xm];
  // what stands between the middle and earth at the far side of each leg
  const isThrough = (w: number): boolean => coils[w].connection === 'wye' && coils[w].isEarthed;
  if (!isThrough(0) && !isThrough(1)) return isNeeded ? matrixOf([0, 0], [0, 0], [0, 0]) : undefined;
  if (isThrough(0) && isThrough(1)) return throughT(legs, middle);
  const own = isThrough(0) ? 0 : 1;
  const other = 1 - own;
  const shunt = coils[other].connection === 'wye' ? middle : parallel(middle, legs[other]);
  const y = inverse(plus(legs[own], shunt));
  return own === 0 ? matrixOf(y, [0, 0], [0, 0]) : matrixOf([0, 0], [0, 0], y);
}

type Complex = readonly [re: number, im: number];
const plus = (a: Complex, b: Complex): Complex => [a[0] + b[0], a[1] + b[1]];
const times = (a: Complex, b: Complex): Complex => [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]];
const inverse = ([re, im]: Complex): Complex => [re / (re * re + im * im), -im / (re * re + im * im)];
const parallel = (a: Complex, b: Complex): Complex => times(times(a, b), inverse(plus(a, b)));

/** Y of a T seen from its two ends: with d = z₁z₂ + z₁z₃ + z₂z₃, y₁₁ = (z₂ + z₃)/d, y₁₂ = −z₃/d. */
function throughT([one, two]: readonly Complex[], three: Complex): TransformerPart['zeroSequence'] {
  const d = inverse(plus(times(one, two), times(three, plus(one, two))));
  const between = times(three, d);
  return matrixOf(times(plus(two, three), d), [-between[0], -between[1]], times(plus(one, three), d));
}

function matrixOf(first: Complex, between: Complex, second: Complex): TransformerPart['zeroSequence'] {
  const part = (k: 0 | 1): Matrix => [first[k], between[k], between[k], second[k]];
  return { g_frac: part(0), b_frac: part(1) };
}

/** pandapower takes the positive-sequence value where the zero-sequence one is zero. */
function nonZero(row: Row, zero: string, positive: string): number {
  const value = numberOf(row, zero, 0);
  return Math.abs(value) > 1e-8 ? value : numberOf(row, positive);
}

/** Pairs of windings are tested on the smaller rating of the two; the magnetising branch stands on the side of the losses. */
export function readTrafo3w(row: Row, reading: Reading, open: ReadonlySet<string>): TransformerPart | undefined {
  const id = reading.idOf(row, 'transformer');
  const sides = ['hv', 'mv', 'lv'] as const;
  if (sides.some((side) => !reading.bus(row, `${side}_bus`).inService)) return undefined;
  const ends = sides.map((side) => endOf(row, reading, `${side}_bus`, open));
  const taps = readTaps(row, reading, sides);
  const clocks = [clockOf(row, reading, 'shift_mv_degree'), clockOf(row, reading, 'shift_lv_degree')];
  const { coils } = wiringOf(row, reading, clocks);
  const s_kVA = sides.map((side) => numberOf(row, `sn_${side}_mva`) * 1000);
  // vk_hv is the test hv–mv, vk_mv mv–lv, vk_lv lv–hv
  const tests = [
    ['hv', 0, 1],
    ['lv', 0, 2],
    ['mv', 1, 2],
  ] as const;
  const pairs = tests.map(([name, w, k]) => {
    const toFirst = s_kVA[0] / Math.min(s_kVA[w], s_kVA[k]) / 100;
    const r = numberOf(row, `vkr_${name}_percent`) * toFirst;
    return { r, x: reactance(numberOf(row, `vk_${name}_percent`) * toFirst, r) };
  });
  const [r12, r13, r23] = pairs.map(({ r }) => r);
  const legs = [(r12 + r13 - r23) / 2, (r12 + r23 - r13) / 2, (r13 + r23 - r12) / 2];
  const loss_frac = numberOf(row, 'pfe_kw', 0) / s_kVA[0];
  const lossSide = wordOf(row, 'loss_side') || 'hv';
  return {
    id,
    cores_count: 3,
    windings: sides.map((side, w) => ({
      ...winding(ends[w], coils[w], side, numberOf(row, `vn_${side}_kv`), s_kVA[w], legs[w], taps),
      ...(w === 0 ? {} : { clock: clocks[w - 1] }),
    })),
    x_frac: pairs.map(({ x }) => x),
    noLoadLoss_frac: loss_frac,
    magnetising_frac: reactance(numberOf(row, 'i0_percent', 0) / 100, loss_frac),
    magnetisingAt: lossSide === 'star' ? 'star' : lossSide === 'mv' ? 'second' : lossSide === 'lv' ? 'last' : 'first',
    antifloat_frac,
    inService: flagOf(row, 'in_service', true),
  };
}
