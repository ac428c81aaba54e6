import type { Matrix } from '../../network/feeder/feeder.ts';
import type { Reading, TransformerPart } from './reading.ts';
import { flagOf, has, numberOf, parallelOf, type Row, wordOf, wrong } from './tables.ts';
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
  /** Of the windings after the first: whole hours that their coils give, and what coils in series turn further. */
  readonly turns: readonly Pick<WindingPart, 'clock' | 'turn_deg'>[];
  /** The coils of the vector group, where stars stand in for them: what zero sequence meets. */
  readonly group?: readonly Coil[];
}

/**
 * Coils that give the shift. What the coils of the vector group cannot turn (Dyn with 0°), the star does by coils in series; where there is none, stars stand in for the
 * coils of the group, and what it does to zero sequence is stated. Without a group: earthed stars, and deltas where the shift is an odd hour.
 */
function wiringOf(row: Row, reading: Reading, shifts_deg: readonly number[]): Wiring {
  const hours = shifts_deg.map((shift) => Math.round(shift / 30));
  const isWhole = shifts_deg.every((shift, k) => Math.abs(shift - 30 * hours[k]) < 1e-9);
  const isDelta = isWhole && Math.abs(hours[0] % 2) === 1;
  const first = isDelta ? delta : star;
  const byShift = [first, ...hours.map((hour) => (isWhole && (Math.abs(hour % 2) === 1) !== isDelta ? delta : star))];
  const stated = coilsOf(wordOf(row, 'vector_group'));
  const what = `${row.table} ${row.index}`;
  if (stated === undefined && has(row, 'vector_group'))
    reading.approximated(
      what,
      row,
      `its vector group ${JSON.stringify(row.cells.get('vector_group')).slice(0, 30)} is not known: chosen by its shift`,
    );
  if (stated !== undefined && stated.length !== byShift.length) {
    reading.approximated(what, row, 'its vector group does not fit the number of windings: chosen by its shift');
  }
  const group = stated?.length === byShift.length ? stated : byShift;
  const turns = group.slice(1).map((coil, k) => turnOf(shifts_deg[k], isOdd(group[0]) !== isOdd(coil)));
  if (turns.every(({ turn_deg }, k) => turn_deg === undefined || group[k + 1].connection === 'wye')) return { coils: group, turns };
  if (group.length === 2) return { coils: [star, star], turns: [turnOf(shifts_deg[0], false)], group };
  reading.approximated(what, row, `its vector group cannot shift by ${shifts_deg.join('° and ')}°: the nearest hours`);
  return { coils: group, turns: turns.map(({ clock }) => ({ clock })) };
}

/** The nearest hour that the coils can give, and the rest. */
function turnOf(shift_deg: number, isOddHour: boolean): Pick<WindingPart, 'clock' | 'turn_deg'> {
  const hour = isOddHour ? 2 * Math.round((shift_deg / 30 - 1) / 2) + 1 : 2 * Math.round(shift_deg / 60);
  const turn_deg = shift_deg - 30 * hour;
  return { clock: ((hour % 12) + 12) % 12, ...(Math.abs(turn_deg) < 1e-9 ? {} : { turn_deg }) };
}

/** pandapower lets an unearthed winding float; this much keeps it from being undetermined and is not seen. */
const antifloat_frac = 1e-11;

const reactance = (z: number, r: number): number => Math.sign(z) * Math.sqrt(Math.max(0, z * z - r * r));

interface End {
  readonly bus: string;
  readonly isClosed: boolean;
}

function endOf(row: Row, reading: Reading, column: string, open: ReadonlySet<string>): End {
  const kind = row.table === 'trafo' ? 't' : 't3';
  return { bus: reading.bus(row, column).id, isClosed: !open.has(`${kind} ${row.index} ${numberOf(row, column)}`) };
}

function winding(end: End, coil: Coil, side: string, v_rated_kV: number, s_rated_kVA: number, r_frac: number, taps: Taps): WindingPart {
  const range = taps.range?.side === side ? taps.range : undefined;
  return {
    connection: coil.connection,
    terminal: { bus: end.bus, conductors: coil.isEarthed && coil.connection !== 'delta' ? [1, 2, 3, 0] : [1, 2, 3] },
    v_rated_kV,
    s_rated_kVA,
    r_frac,
    tap_pu: taps.turnsOf(side),
    ...(range === undefined ? {} : { tapMin_pu: range.min_pu, tapMax_pu: range.max_pu, tapSteps_count: range.steps_count }),
    ...(end.isClosed ? {} : { closed: false }),
  };
}

/** The one neutral impedance belongs to the star with the higher voltage, unless only the other is earthed. */
function neutralOf(row: Row, coils: readonly Coil[], w: number): Partial<WindingPart> {
  const isThis = coils[w].isEarthed && (w === 0 || !coils[0].isEarthed);
  const [r, x] = [numberOf(row, 'rn_ohm', 0), numberOf(row, 'xn_ohm', 0)];
  if (!isThis) return {};
  return { ...(r === 0 ? {} : { rNeutral_ohm: r }), ...(x === 0 ? {} : { xNeutral_ohm: x }) };
}

/** A T with half of its impedance on each side and the magnetising branch in the middle. */
export function readTrafo(row: Row, reading: Reading, open: ReadonlySet<string>): TransformerPart | undefined {
  const id = reading.idOf(row, 'transformer');
  if (!reading.bus(row, 'hv_bus').inService || !reading.bus(row, 'lv_bus').inService) return undefined;
  const ends = [endOf(row, reading, 'hv_bus', open), endOf(row, reading, 'lv_bus', open)];
  const taps = readTaps(row, reading, ['hv', 'lv']);
  const { coils, group, turns } = wiringOf(row, reading, [numberOf(row, 'shift_degree', 0) + taps.shift_deg]);
  const sn_kVA = numberOf(row, 'sn_mva') * 1000;
  const r_frac = taps.vkr_frac ?? numberOf(row, 'vkr_percent') / 100;
  const vk_frac = taps.vk_frac ?? numberOf(row, 'vk_percent') / 100;
  if (Math.abs(r_frac) > Math.abs(vk_frac) * (1 + 1e-9)) throw wrong(row, 'vkr_percent', 'at most vk_percent, of which it is a part');
  const loss_frac = numberOf(row, 'pfe_kw', 0) / sn_kVA;
  const zeroSequence = zeroSequenceOf(row, group ?? coils, group !== undefined);
  const s_kVA = sn_kVA * parallelOf(row);
  return {
    id,
    cores_count: 3,
    windings: [
      { ...winding(ends[0], coils[0], 'hv', numberOf(row, 'vn_hv_kv'), s_kVA, r_frac / 2, taps), ...neutralOf(row, coils, 0) },
      { ...winding(ends[1], coils[1], 'lv', numberOf(row, 'vn_lv_kv'), s_kVA, r_frac / 2, taps), ...turns[0], ...neutralOf(row, coils, 1) },
    ],
    x_frac: [reactance(vk_frac, r_frac)],
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
 * that is not earthed leaves it open; an earthed zigzag has vk0 to itself.
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
  const zigzag = coils.findIndex(({ connection, isEarthed }) => connection === 'zigzag' && isEarthed);
  if (zigzag >= 0) {
    // it couples to nothing: vk0 is its own
    const own = inverse([r0, x0]);
    return zigzag === 0 ? matrixOf(own, [0, 0], [0, 0]) : matrixOf([0, 0], [0, 0], own);
  }
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

/** Pairs of windings are tested on the smaller rating of the two; the magnetising branch stands in the leg on the side of the losses. */
export function readTrafo3w(row: Row, reading: Reading, open: ReadonlySet<string>): TransformerPart | undefined {
  const id = reading.idOf(row, 'transformer');
  const sides = ['hv', 'mv', 'lv'] as const;
  if (sides.some((side) => !reading.bus(row, `${side}_bus`).inService)) return undefined;
  const ends = sides.map((side) => endOf(row, reading, `${side}_bus`, open));
  const taps = readTaps(row, reading, sides);
  const { coils, turns } = wiringOf(
    row,
    reading,
    ['shift_mv_degree', 'shift_lv_degree'].map((name) => numberOf(row, name, 0) + taps.shift_deg),
  );
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
  if ((lossSide === 'mv' || lossSide === 'lv') && numberOf(row, 'i0_percent', 0) !== 0) {
    reading.approximated(
      `trafo3w ${row.index}`,
      row,
      `its magnetising branch stands at the ${lossSide} bus instead of in the middle of that leg`,
    );
  }
  return {
    id,
    cores_count: 3,
    windings: sides.map((side, w) => ({
      ...winding(ends[w], coils[w], side, numberOf(row, `vn_${side}_kv`), s_kVA[w], legs[w], taps),
      ...(w === 0 ? {} : turns[w - 1]),
    })),
    x_frac: pairs.map(({ x }) => x),
    noLoadLoss_frac: loss_frac,
    magnetising_frac: reactance(numberOf(row, 'i0_percent', 0) / 100, loss_frac),
    // in the middle of the leg of that side, which half at its two ends is to second order
    magnetisingAt: lossSide === 'star' ? 'star' : lossSide === 'mv' ? 'second' : lossSide === 'lv' ? 'last' : 'split',
    antifloat_frac,
    inService: flagOf(row, 'in_service', true),
  };
}
