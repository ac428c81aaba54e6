import type { Transformer, Winding } from '../../network/feeder/feeder.ts';
import { pairImpedance } from '../../network/feeder/transformer-admittance.ts';
import { clockOf } from '../../network/feeder/transformer-wiring.ts';
import type { Values, Writing } from './writing.ts';

export function writeTransformers(writing: Writing): void {
  for (const transformer of writing.feeder.transformers) {
    const reason = whyNot(transformer);
    if (reason !== undefined) {
      writing.losses.add('transformer', transformer.id, `${reason}: left out`);
      continue;
    }
    const table = transformer.windings.length === 2 ? 'trafo' : 'trafo3w';
    writing.add(table, transformer.id, table === 'trafo' ? twoWindings(writing, transformer) : threeWindings(writing, transformer));
    writeOpenWindings(writing, transformer, table);
  }
}

const shiftOf = (transformer: Transformer, w: number): number => 30 * clockOf(transformer, w) + (transformer.windings[w].turn_deg ?? 0);

/** Switches that hold windings open. */
function writeOpenWindings(writing: Writing, { id, windings }: Transformer, table: 'trafo' | 'trafo3w'): void {
  windings.forEach(({ closed = true, terminal }, w) => {
    if (closed) return;
    const element = writing.indexOf(table, id) ?? 0;
    writing.add('switch', `${id} open ${w + 1}`, {
      bus: terminal.bus,
      element,
      et: table === 'trafo' ? 't' : 't3',
      type: 'CB',
      closed: false,
      z_ohm: 0,
    });
  });
}

function whyNot({ windings, cores_count }: Transformer): string | undefined {
  if (cores_count !== 3 || windings.length > 3) return 'it has not three cores with two or three windings';
  const fits = ({ connection, terminal: { conductors } }: Winding): boolean =>
    connection !== 'coils' &&
    conductors.slice(0, 3).join() === '1,2,3' &&
    (conductors.length === 3 || (conductors.length === 4 && connection !== 'delta' && (conductors[3] === 0 || conductors[3] === 4)));
  return windings.every(fits) ? undefined : 'its windings are no star, delta or zigzag on the phases a, b, c';
}

/** `YN`, `D`, `Zn`, in the case of its place. */
function letters({ connection, terminal }: Winding, isFirst: boolean): string {
  const letter = connection === 'wye' ? 'y' : connection === 'delta' ? 'd' : 'z';
  const text = letter + (terminal.conductors.length === 4 ? 'n' : '');
  return isFirst ? text.toUpperCase() : text;
}

/** The first changer with its range, and what another winding has off its nominal turns as a second one without range. */
function taps({ losses }: Writing, { id, windings }: Transformer, sides: readonly string[]): Values {
  const cells: Record<string, string | number | null> = {};
  const hasRange = ({ tapSteps_count = 0, tapMin_pu, tapMax_pu }: Winding): boolean =>
    tapSteps_count > 0 && tapMin_pu !== undefined && tapMax_pu !== undefined;
  const order = windings.map((_, w) => w).sort((a, b) => Number(hasRange(windings[b])) - Number(hasRange(windings[a])));
  const used = order.filter((w) => hasRange(windings[w]) || windings[w].tap_pu !== 1);
  used.forEach((w, k) => {
    const { tap_pu, tapMin_pu = 1, tapMax_pu = 1, tapSteps_count = 1 } = windings[w];
    const t = k === 0 ? '' : '2';
    if (k > 1 || (k === 1 && sides.length === 3)) {
      losses.add('transformer', id, 'more windings are off their nominal turns than pandapower has changers for: they stand at nominal');
      return;
    }
    const step_pu = hasRange(windings[w]) ? (tapMax_pu - tapMin_pu) / tapSteps_count : 0;
    const position = (turns: number): number => Math.round((turns - 1) / step_pu);
    const isOnSteps =
      step_pu > 0 && [tapMin_pu, tapMax_pu, tap_pu].every((turns) => Math.abs((turns - 1) / step_pu - position(turns)) < 1e-6);
    if (hasRange(windings[w]) && !isOnSteps)
      losses.add('transformer', id, 'its taps are no whole steps from nominal: its range is left out');
    Object.assign(cells, {
      [`tap${t}_side`]: sides[w],
      [`tap${t}_neutral`]: 0,
      [`tap${t}_changer_type`]: 'Ratio',
      [`tap${t}_step_degree`]: 0,
      ...(isOnSteps
        ? {
            [`tap${t}_min`]: position(tapMin_pu),
            [`tap${t}_max`]: position(tapMax_pu),
            [`tap${t}_pos`]: position(tap_pu),
            [`tap${t}_step_percent`]: step_pu * 100,
          }
        : { [`tap${t}_pos`]: 1, [`tap${t}_step_percent`]: (tap_pu - 1) * 100 }),
    });
  });
  return cells;
}

function listLosses({ losses }: Writing, transformer: Transformer): void {
  const { id, windings } = transformer;
  if (windings.some(({ terminal }) => terminal.conductors[3] === 4))
    losses.add('transformer', id, 'its neutral conductor is taken as earth');
}

const isMagnetised = ({ noLoadLoss_frac = 0, magnetising_frac = 0 }: Transformer): boolean =>
  noLoadLoss_frac !== 0 || magnetising_frac !== 0;

function twoWindings(writing: Writing, transformer: Transformer): Values {
  const { losses } = writing;
  const { id, windings, noLoadLoss_frac = 0, magnetising_frac = 0, inService } = transformer;
  listLosses(writing, transformer);
  if ((transformer.magnetisingAt ?? 'last') !== 'star' && isMagnetised(transformer))
    losses.add('transformer', id, 'its magnetising branch stands in the middle');
  if (windings[0].s_rated_kVA !== windings[1].s_rated_kVA) losses.add('transformer', id, 'its windings have one rating: that of the first');
  if (
    windings.some(({ r_frac }) => Math.abs(r_frac - windings[0].r_frac) > 1e-9 * Math.abs(windings[0].r_frac)) &&
    isMagnetised(transformer)
  ) {
    losses.add('transformer', id, 'its losses are shared equally by its windings');
  }
  const s_kVA = windings[0].s_rated_kVA;
  const [r, x] = pairImpedance(transformer, 0, 1);
  const earthed = windings.filter(({ rNeutral_ohm = 0, xNeutral_ohm = 0 }) => rNeutral_ohm !== 0 || xNeutral_ohm !== 0);
  const neutralAt = earthedWinding(windings);
  if (earthed.some((winding) => winding !== windings[neutralAt]))
    losses.add('transformer', id, 'the impedance of one of its neutrals is left out');
  const { group, zero } = zeroSequence(writing, transformer, r, x);
  return {
    ...{
      hv_bus: windings[0].terminal.bus,
      lv_bus: windings[1].terminal.bus,
      sn_mva: s_kVA / 1000,
      parallel: 1,
      df: 1,
      in_service: inService,
    },
    ...{ vn_hv_kv: windings[0].v_rated_kV, vn_lv_kv: windings[1].v_rated_kV },
    ...{ vk_percent: 100 * Math.sign(x || 1) * Math.hypot(r, x), vkr_percent: 100 * r },
    ...{
      pfe_kw: noLoadLoss_frac * s_kVA,
      i0_percent: 100 * Math.sign(magnetising_frac || 1) * Math.hypot(noLoadLoss_frac, magnetising_frac),
    },
    shift_degree: shiftOf(transformer, 1),
    ...taps(writing, transformer, ['hv', 'lv']),
    vector_group: group,
    ...zero,
    rn_ohm: windings[neutralAt].rNeutral_ohm ?? null,
    xn_ohm: windings[neutralAt].xNeutral_ohm ?? null,
  };
}

/** pandapower has one neutral impedance: of the star with the higher voltage, unless only the other is earthed. */
const earthedWinding = (
  windings: readonly { readonly connection: string; readonly terminal: { readonly conductors: readonly number[] } }[],
): 0 | 1 => (windings[0].connection !== 'delta' && windings[0].terminal.conductors.length === 4 ? 0 : 1);

/** A magnetising impedance that is none, in percent of the short-circuit impedance. */
const unmagnetised_percent = 1e12;
const hvShare = 0.9;

type Complex = readonly [re: number, im: number];
const minus = (a: Complex, b: Complex): Complex => [a[0] - b[0], a[1] - b[1]];
const plus = (a: Complex, b: Complex): Complex => [a[0] + b[0], a[1] + b[1]];
const times = (a: Complex, b: Complex): Complex => [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]];
const inverse = ([re, im]: Complex): Complex => [re / (re * re + im * im), -im / (re * re + im * im)];
const size = (a: Complex): number => Math.hypot(a[0], a[1]);

interface ZeroSequence {
  readonly group: string;
  readonly zero: Values;
}

/** The T that pandapower has for zero sequence, from what the transformer states; where it states nothing, that of its coils. */
function zeroSequence(writing: Writing, transformer: Transformer, r: number, x: number): ZeroSequence {
  const { windings, zeroSequence: stated, id } = transformer;
  const own = letters(windings[0], true) + letters(windings[1], false);
  if (stated === undefined) {
    if (!writing.isUnbalanced) return { group: own, zero: {} };
    const magnetising = inverse([transformer.noLoadLoss_frac ?? 0, -(transformer.magnetising_frac ?? 0)]);
    const three: Complex = isMagnetised(transformer) ? magnetising : [0, (unmagnetised_percent / 100) * Math.hypot(r, x)];
    return { group: own, zero: cells([r / 2, x / 2], [r / 2, x / 2], three) };
  }
  const at = (k: number): Complex => [stated.g_frac[k], stated.b_frac[k]];
  const isNone = (k: number): boolean => size(at(k)) === 0;
  const isStars = windings.every(({ connection, terminal }) => connection === 'wye' && terminal.conductors.length === 4);
  // stars that stand for a group whose own coils cannot shift so
  const group = !isStars || (!isNone(0) && !isNone(3)) ? own : isNone(0) && isNone(3) ? 'Yy' : isNone(0) ? 'Dyn' : 'YNd';
  if (isNone(0) && isNone(3)) return { group, zero: {} };
  if (!isNone(1)) {
    // Z = Y⁻¹: z₁₂ is the middle, what is left of z₁₁ and z₂₂ are the legs
    const determinant = inverse(minus(times(at(0), at(3)), times(at(1), at(2))));
    const middle = times([-at(1)[0], -at(1)[1]], determinant);
    const one = minus(times(at(3), determinant), middle);
    const two = minus(times(at(0), determinant), middle);
    const total = plus(one, two);
    const share = times(one, inverse(total));
    if (Math.abs(share[1]) > 1e-6) writing.losses.add('transformer', id, 'the legs of its zero sequence have one R/X');
    return { group, zero: cells(one, two, middle) };
  }
  const seen = inverse(isNone(0) ? at(3) : at(0));
  const scaled = (share: number): Complex => [share * seen[0], share * seen[1]];
  return { group, zero: cells(scaled(hvShare), scaled(1 - hvShare), [0, (unmagnetised_percent / 100) * size(seen)]) };
}

function cells(one: Complex, two: Complex, three: Complex): Values {
  const total = plus(one, two);
  return {
    vk0_percent: 100 * size(total),
    vkr0_percent: 100 * total[0],
    mag0_percent: (100 * size(three)) / size(total),
    mag0_rx: three[0] / three[1],
    si0_hv_partial: times(one, inverse(total))[0],
  };
}

const sides = ['hv', 'mv', 'lv'] as const;

function threeWindings(writing: Writing, transformer: Transformer): Values {
  const { losses } = writing;
  const { id, windings, noLoadLoss_frac = 0, magnetising_frac = 0, magnetisingAt = 'last', zeroSequence: stated, inService } = transformer;
  listLosses(writing, transformer);
  if (magnetisingAt === 'split' && isMagnetised(transformer))
    losses.add('transformer', id, 'its magnetising branch stands at the first winding');
  if (stated !== undefined) losses.add('transformer', id, 'its stated zero sequence is left out: three windings have none');
  if (windings.some(({ rNeutral_ohm = 0, xNeutral_ohm = 0 }) => rNeutral_ohm !== 0 || xNeutral_ohm !== 0))
    losses.add('transformer', id, 'the impedances of its neutrals are left out');
  const s_kVA = windings.map(({ s_rated_kVA }) => s_rated_kVA);
  const test = (w: number, k: number, name: string): Values => {
    const [r, x] = pairImpedance(transformer, w, k);
    const scale = (100 * Math.min(s_kVA[w], s_kVA[k])) / s_kVA[0];
    return { [`vk_${name}_percent`]: Math.sign(x || 1) * Math.hypot(r, x) * scale, [`vkr_${name}_percent`]: r * scale };
  };
  return Object.assign(
    {},
    ...windings.map((winding, w) => ({
      [`${sides[w]}_bus`]: winding.terminal.bus,
      [`sn_${sides[w]}_mva`]: winding.s_rated_kVA / 1000,
      [`vn_${sides[w]}_kv`]: winding.v_rated_kV,
    })),
    test(0, 1, 'hv'),
    test(0, 2, 'lv'),
    test(1, 2, 'mv'),
    taps(writing, transformer, sides),
    {
      pfe_kw: noLoadLoss_frac * s_kVA[0],
      i0_percent: 100 * Math.sign(magnetising_frac || 1) * Math.hypot(noLoadLoss_frac, magnetising_frac),
      shift_mv_degree: shiftOf(transformer, 1),
      shift_lv_degree: shiftOf(transformer, 2),
      in_service: inService,
      vector_group: windings.map((winding, w) => letters(winding, w === 0)).join(''),
      loss_side: { first: 'hv', split: 'hv', second: 'mv', last: 'lv', star: 'star' }[magnetisingAt],
    },
  ) as Values;
}
