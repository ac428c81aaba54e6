import { complexReordered, kronReduced } from '../../linalg/complex-dense.ts';
import { approximate, type BalancedDraft } from './balanced-branches.ts';
import type { Terminal, Transformer, Winding } from './feeder.ts';
import { coilsOfCore, pairImpedance } from './transformer-admittance.ts';
import { clockOf, wireTransformer } from './transformer-wiring.ts';

/** Three windings: a star of branches about a bus of its own. Else a branch between every two, with what is left to earth as shunts; both are exact. */
export function addTransformer(draft: BalancedDraft, transformer: Transformer): void {
  const { windings, inService, id, cores_count } = transformer;
  if (windings.every(({ terminal }) => terminal.bus === windings[0].terminal.bus)) {
    approximate(draft, 'Transformers with all windings at one bus have no balanced equivalent and are left out', id);
    return;
  }
  if (windings.some((winding) => isInSeries(draft, winding))) {
    approximate(
      draft,
      'Transformers with a coil in series (autotransformers joined by wires) have no balanced equivalent and are left out',
      id,
    );
    return;
  }
  const ends = windings.map((_, w) => endOf(draft, transformer, w));
  const perUnit = draft.s_base_kVA / windings[0].s_rated_kVA;
  const bank: Bank = {
    branch(name, from, to, r, x) {
      if (from.bus === to.bus) return;
      const scale = perUnit * to.ratio ** 2;
      const part = {
        id: name,
        from: from.bus,
        to: to.bus,
        r_pu: r * scale,
        x_pu: x * scale,
        ratio: from.ratio / to.ratio,
        shift_deg: ((to.lag_deg - from.lag_deg + 540) % 360) - 180,
        s_max_kVA: windings[0].s_rated_kVA,
        inService: inService && from.isClosed && to.isClosed,
      };
      draft.branches.push({ part, element: id, phases: cores_count === 1 ? [`${from.phases}>${to.phases}`] : [] });
    },
    shunt(at, g, b) {
      const scale = 1 / perUnit / at.ratio ** 2;
      if (inService && (g !== 0 || b !== 0)) draft.shunts.push({ bus: at.bus, g_pu: g * scale, b_pu: b * scale });
    },
  };
  if (cores_count < 3) {
    approximate(draft, 'Transformers of one or two cores stand as three-phase transformers of the same rating', id);
  }
  // two windings at one bus, as of a split-phase service, need no bus between
  const legs = windings.length === 3 && new Set(ends.map(({ bus }) => bus)).size === 3 ? starLegs(transformer) : [];
  if (legs.length > 0 && legs.every(([r, x]) => Math.hypot(r, x) > 1e-9)) {
    const star = { bus: starOf(draft, transformer, ends), ratio: 1, lag_deg: ends[0].lag_deg, isClosed: true, phases: '' };
    legs.forEach(([r, x], w) => bank.branch(`${id} ${w + 1}`, ends[w], star, r, x));
    magnetiseStar(bank, transformer, ends, star, legs);
    approximate(draft, 'Transformers of three windings stand as a star about a bus of their own', id);
  } else {
    addMesh(bank, transformer, ends);
    if (new Set(ends.map(({ bus }) => bus)).size > 2)
      approximate(draft, 'Transformers of many windings stand as a branch between every two', id);
  }
}

/** From a phase to a middle that wires make a phase of another bus: what flows through such a coil goes on there, past the other windings. */
function isInSeries({ feeder }: BalancedDraft, { connection, terminal }: Winding): boolean {
  const middles = connection === 'coils' ? terminal.conductors.filter((c) => c > 3) : [];
  if (middles.length === 0) return false;
  const leads = (near: Terminal, far: Terminal): boolean =>
    near.bus === terminal.bus && near.conductors.some((c, k) => middles.includes(c) && far.conductors[k] > 0 && far.conductors[k] <= 3);
  return [...feeder.lines, ...feeder.switches].some(({ from, to }) => leads(from, to) || leads(to, from));
}

/** The bus in the middle; the cores of a bank of single cores share one. */
function starOf(draft: BalancedDraft, { id, cores_count, windings }: Transformer, ends: readonly WindingEnd[]): string {
  const same = cores_count === 1 ? ends.map(({ bus }) => bus) : [];
  const key = JSON.stringify([...same, windings[0].v_rated_kV]);
  const phases = ends[0].phases;
  const bank = draft.banks.get(key);
  if (cores_count === 1 && bank !== undefined && !bank.phases.includes(phases)) {
    bank.phases.push(phases);
    return bank.star;
  }
  const star = `${id} star`;
  draft.buses.push({ id: star, v_base_kV: windings[0].v_rated_kV, v_min_pu: 0, v_max_pu: 2 });
  if (cores_count === 1) draft.banks.set(key, { star, phases: [phases] });
  return star;
}

/** Takes branches and shunts per unit of the transformer's rating. */
interface Bank {
  branch(name: string, from: WindingEnd, to: WindingEnd, r: number, x: number): void;
  shunt(at: WindingEnd, g: number, b: number): void;
}

/** Branches from the entries of a core's admittance, shunts from the sums of its rows, once open windings are eliminated. */
function addMesh(bank: Bank, transformer: Transformer, ends: readonly WindingEnd[]): void {
  const whole = coilsOfCore(transformer);
  const closed = ends.flatMap(({ isClosed }, w) => (isClosed ? [w] : []));
  const reduced = kronReduced(
    complexReordered(whole, [...closed, ...ends.flatMap(({ isClosed }, w) => (isClosed ? [] : [w]))]),
    closed.length,
  );
  const count = ends.length;
  for (let w = 0; w < count; w++) {
    for (let k = w + 1; k < count; k++) {
      const [i, j] = [closed.indexOf(w), closed.indexOf(k)];
      const [y, at] = i >= 0 && j >= 0 ? [reduced, i * closed.length + j] : [whole, w * count + k];
      const size2 = y.re[at] ** 2 + y.im[at] ** 2;
      const name = count === 2 ? transformer.id : `${transformer.id} ${w + 1}${k + 1}`;
      if (size2 > 0) bank.branch(name, ends[w], ends[k], -y.re[at] / size2, y.im[at] / size2);
    }
  }
  closed.forEach((w, i) => {
    let [g, b] = [0, 0];
    for (let j = 0; j < closed.length; j++) {
      g += reduced.re[i * closed.length + j];
      b += reduced.im[i * closed.length + j];
    }
    bank.shunt(ends[w], g, b);
  });
}

/** The magnetising branch of a star; at an open winding it stands behind its leg at the star's middle: y/(1 + z·y). */
function magnetiseStar(
  bank: Bank,
  { noLoadLoss_frac = 0, magnetising_frac = 0, magnetisingAt = 'last' }: Transformer,
  ends: readonly WindingEnd[],
  star: WindingEnd,
  legs: readonly (readonly [r: number, x: number])[],
): void {
  const put = (w: number, share: number): void => {
    const [g, b] = [share * noLoadLoss_frac, -share * magnetising_frac];
    if (ends[w].isClosed) {
      bank.shunt(ends[w], g, b);
      return;
    }
    const [r, x] = legs[w];
    const [re, im] = [1 + r * g - x * b, r * b + x * g];
    const size2 = re * re + im * im;
    bank.shunt(star, (g * re + b * im) / size2, (b * re - g * im) / size2);
  };
  if (magnetisingAt === 'star' || magnetisingAt === 'split') {
    const share = magnetisingAt === 'star' ? 1 : 0.5;
    bank.shunt(star, share * noLoadLoss_frac, -share * magnetising_frac);
    if (magnetisingAt === 'split') put(0, 0.5);
  } else put(magnetisingAt === 'first' ? 0 : magnetisingAt === 'second' ? 1 : 2, 1);
}

interface WindingEnd {
  readonly bus: string;
  /** Rated voltage over the nominal voltage of the bus, taps included. */
  readonly ratio: number;
  /** Behind winding 1. */
  readonly lag_deg: number;
  readonly isClosed: boolean;
  /** Its conductors that have a voltage, in rising order. */
  readonly phases: string;
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
    phases: winding.terminal.conductors
      .filter((_, k) => Math.hypot(u[k].re, u[k].im) > 0.5)
      .sort()
      .join(),
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
