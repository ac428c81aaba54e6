import type { Transformer, Winding } from '../../network/feeder/feeder.ts';
import { pairImpedance } from '../../network/feeder/transformer-admittance.ts';
import { clockOf } from '../../network/feeder/transformer-wiring.ts';
import { starOf, zeroSequenceOf } from './transformers.ts';
import type { Component, Writing } from './writing.ts';

export function writeTransformers(writing: Writing): void {
  for (const transformer of writing.feeder.transformers) {
    const { windings, id } = transformer;
    const reason = whyNot(transformer);
    if (reason !== undefined) {
      writing.losses.add('transformer', id, `${reason}: left out`);
      continue;
    }
    listLosses(writing, transformer);
    if (windings.length === 2) writing.add('transformer', twoWindings(writing, transformer));
    else writing.add('three_winding_transformer', threeWindings(writing, transformer));
  }
}

/** power-grid-model has banks of three cores on the phases a, b, c. */
function whyNot({ windings, cores_count }: Transformer): string | undefined {
  if (cores_count !== 3 || windings.length > 3) return 'it has not three cores with two or three windings';
  const fits = ({ connection, terminal: { conductors } }: Winding): boolean =>
    connection !== 'coils' &&
    conductors.slice(0, 3).join() === '1,2,3' &&
    (conductors.length === 3 || (conductors.length === 4 && connection !== 'delta' && (conductors[3] === 0 || conductors[3] === 4)));
  return windings.every(fits) ? undefined : 'its windings are no star, delta or zigzag on the phases a, b, c';
}

function listLosses({ losses }: Writing, transformer: Transformer): void {
  const { id, windings, magnetisingAt = 'last', noLoadLoss_frac = 0, magnetising_frac = 0, zeroSequence } = transformer;
  if (windings.some(({ terminal }) => terminal.conductors[3] === 4))
    losses.add('transformer', id, 'its neutral conductor is taken as earth');
  if (magnetisingAt !== 'split' && (noLoadLoss_frac !== 0 || magnetising_frac !== 0)) {
    const where = windings.length === 2 ? 'half at each end' : 'half at the first winding, half at the star';
    losses.add('transformer', id, `its magnetising branch stands ${where}`);
  }
  const turned = windings.find(({ turn_deg = 0 }) => turn_deg !== 0);
  if (turned !== undefined) losses.add('transformer', id, `its shift of ${turned.turn_deg}° beyond whole hours is left out`);
  const ratings = new Set(windings.map(({ s_rated_kVA }) => s_rated_kVA));
  if (windings.length === 2 && ratings.size > 1) losses.add('transformer', id, 'its windings have one rating: that of the first');
  const own = windings.length === 2 ? zeroSequenceOf([typeOf(windings[0]), typeOf(windings[1])], ...admittances(transformer)) : undefined;
  const same = (a: readonly number[] | undefined, b: readonly number[] | undefined): boolean =>
    a === undefined || b === undefined ? a === b : a.every((value, k) => Math.abs(value - b[k]) <= 1e-9 * Math.max(1e-3, Math.abs(value)));
  if (!same(zeroSequence?.g_frac, own?.g_frac) || !same(zeroSequence?.b_frac, own?.b_frac)) {
    losses.add('transformer', id, 'what zero sequence meets follows from its connections, as power-grid-model has it');
  }
}

const typeOf = ({ connection, terminal }: Winding): 0 | 1 | 2 | 3 | 4 => {
  const hasStar = terminal.conductors.length === 4;
  if (connection === 'delta') return 2;
  if (connection === 'wye') return hasStar ? 1 : 0;
  return hasStar ? 4 : 3;
};

function admittances(transformer: Transformer): [readonly [number, number], readonly [number, number]] {
  const [r, x] = pairImpedance(transformer, 0, 1);
  const z2 = r * r + x * x;
  return [
    [r / z2, -x / z2],
    [transformer.noLoadLoss_frac ?? 0, -(transformer.magnetising_frac ?? 0)],
  ];
}

interface TapRecord {
  readonly u_V: readonly number[];
  readonly tap: Component;
}

/** One winding may have the changer; what another has off its nominal turns goes into its rated voltage, which is the same. */
function tapsOf({ losses }: Writing, { id, windings }: Transformer): TapRecord {
  const u_V = windings.map(({ v_rated_kV }) => v_rated_kV * 1000);
  const side = windings.findIndex(({ tapSteps_count, tapMin_pu, tapMax_pu }) => {
    return tapSteps_count !== undefined && tapSteps_count > 0 && tapMin_pu !== undefined && tapMax_pu !== undefined;
  });
  const none = { tap_side: 0, tap_pos: 0, tap_min: 0, tap_max: 0, tap_nom: 0, tap_size: 0 };
  let tap: Component = none;
  windings.forEach((winding, w) => {
    if (w !== side) {
      u_V[w] *= winding.tap_pu;
      if (winding.tapSteps_count !== undefined && winding.tapSteps_count > 0 && side >= 0)
        losses.add('transformer', id, 'it has one tap changer: the first');
      return;
    }
    const { tapMin_pu = 1, tapMax_pu = 1, tapSteps_count = 1 } = winding;
    const step_pu = (tapMax_pu - tapMin_pu) / tapSteps_count;
    const position = (turns: number): number => Math.round((turns - 1) / step_pu);
    const isOnStep = (turns: number): boolean => Math.abs((turns - 1) / step_pu - position(turns)) < 1e-6;
    if (![tapMin_pu, tapMax_pu, winding.tap_pu].every(isOnStep)) {
      losses.add('transformer', id, 'its taps are no whole steps from nominal: the changer stands still where it is');
      u_V[w] *= winding.tap_pu;
      return;
    }
    tap = {
      tap_side: w,
      tap_pos: position(winding.tap_pu),
      tap_min: position(tapMin_pu),
      tap_max: position(tapMax_pu),
      tap_nom: 0,
      tap_size: step_pu * u_V[w],
    };
  });
  return { u_V, tap };
}

const grounding = ({ rNeutral_ohm = 0, xNeutral_ohm = 0 }: Winding, side: string): Component => ({
  ...(rNeutral_ohm === 0 ? {} : { [`r_grounding_${side}`]: rNeutral_ohm }),
  ...(xNeutral_ohm === 0 ? {} : { [`x_grounding_${side}`]: xNeutral_ohm }),
});

function twoWindings(writing: Writing, transformer: Transformer): Component {
  const { id, windings, noLoadLoss_frac = 0, magnetising_frac = 0, inService } = transformer;
  const { u_V, tap } = tapsOf(writing, transformer);
  const sn_VA = windings[0].s_rated_kVA * 1000;
  const [r, x] = pairImpedance(transformer, 0, 1);
  const statusOf = ({ closed }: Winding): number => (inService && closed !== false ? 1 : 0);
  return {
    ...writing.identity('transformer', id),
    from_node: writing.node(windings[0].terminal),
    to_node: writing.node(windings[1].terminal),
    from_status: statusOf(windings[0]),
    to_status: statusOf(windings[1]),
    u1: u_V[0],
    u2: u_V[1],
    sn: sn_VA,
    uk: Math.sign(x || 1) * Math.hypot(r, x),
    pk: r * sn_VA,
    i0: Math.hypot(noLoadLoss_frac, magnetising_frac),
    p0: noLoadLoss_frac * sn_VA,
    winding_from: typeOf(windings[0]),
    winding_to: typeOf(windings[1]),
    clock: clockOf(transformer, 1),
    ...tap,
    ...grounding(windings[0], 'from'),
    ...grounding(windings[1], 'to'),
  };
}

function threeWindings(writing: Writing, transformer: Transformer): Component {
  const { id, windings, noLoadLoss_frac = 0, magnetising_frac = 0, inService } = transformer;
  const { u_V, tap } = tapsOf(writing, transformer);
  const s_VA = windings.map(({ s_rated_kVA }) => s_rated_kVA * 1000);
  const pairs = [
    [0, 1],
    [0, 2],
    [1, 2],
  ] as const;
  const r = windings.map(({ r_frac }) => r_frac);
  const z = starOf(transformer.x_frac).map((x, w) => Math.sign(x || 1) * Math.hypot(r[w], x));
  const tests = pairs.map(([w, k]): Component => {
    const rated_VA = Math.min(s_VA[w], s_VA[k]);
    const scale = rated_VA / s_VA[0];
    return { [`uk_${w + 1}${k + 1}`]: (z[w] + z[k]) * scale, [`pk_${w + 1}${k + 1}`]: (r[w] + r[k]) * scale * rated_VA };
  });
  const perWinding = windings.map(
    (winding, w): Component => ({
      [`node_${w + 1}`]: writing.node(winding.terminal),
      [`status_${w + 1}`]: inService && winding.closed !== false ? 1 : 0,
      [`u${w + 1}`]: u_V[w],
      [`sn_${w + 1}`]: s_VA[w],
      [`winding_${w + 1}`]: typeOf(winding),
      ...(w === 0 ? {} : { [`clock_1${w + 1}`]: clockOf(transformer, w) }),
      ...grounding(winding, `${w + 1}`),
    }),
  );
  return Object.assign(
    writing.identity('transformer', id),
    ...perWinding,
    ...tests,
    { i0: Math.hypot(noLoadLoss_frac, magnetising_frac), p0: noLoadLoss_frac * s_VA[0] },
    tap,
  );
}
