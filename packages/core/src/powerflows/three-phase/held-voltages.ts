import type { Feeder, PhaseGenerator } from '../../network/feeder/feeder.ts';
import type { Injections } from './injections.ts';
import type { HeldVoltage } from './newton.ts';

/** Rounds of putting generators at their limits and taking them back. */
const ROUNDS_MAX_COUNT = 20;
/** A voltage that misses its set point by less has reached it. */
const V_SAME_PU = 1e-9;

interface Member {
  readonly elements: readonly number[];
  readonly q_min_kvar: number;
  readonly q_max_kvar: number;
}

/** One voltage, and the generators at these conductors that hold it together; the first one's set point counts. */
interface Holder {
  readonly members: Member[];
  /** Of the first member, which stands for all while the equations are solved. */
  readonly held: HeldVoltage;
  /** 0 free; 1 at the upper, −1 at the lower reactive limit of all. */
  at: -1 | 0 | 1;
}

/**
 * Generators that hold a voltage: which of them are free, and which stand at a limit of their reactive power.
 *
 * Generators whose reactive power leaves its range are held at the limit with their voltage let go; they are taken back when the voltage passes the set point from
 * the other side, which says that less than the limit would do. Several at the same conductors share equally, as far as their ranges go.
 */
export class HeldVoltages {
  private readonly holders: Holder[] = [];

  constructor(feeder: Feeder, injections: Injections) {
    const byPlace = new Map<string, Holder>();
    feeder.generators.forEach((generator, owner) => {
      if (!generator.inService || generator.v_set_pu === undefined) return;
      const elements: number[] = [];
      injections.list.forEach((one, e) => {
        if (one.kind === 'generators' && one.owner === owner) elements.push(e);
      });
      // none of it is fed: there is no voltage to hold
      if (elements.every((e) => injections.from[e] === injections.to[e])) return;
      const member = {
        elements,
        q_min_kvar: generator.q_min_kvar ?? Number.NEGATIVE_INFINITY,
        q_max_kvar: generator.q_max_kvar ?? Number.POSITIVE_INFINITY,
      };
      const place = elements.map((e) => `${injections.from[e]} ${injections.to[e]}`).join(' ');
      const other = byPlace.get(place);
      if (other) {
        other.members.push(member);
        return;
      }
      const holder: Holder = { members: [member], held: heldVoltageOf(generator, elements, injections), at: 0 };
      byPlace.set(place, holder);
      this.holders.push(holder);
    });
  }

  get count(): number {
    return this.holders.length;
  }

  /** Those that hold their voltage now. */
  free(): HeldVoltage[] {
    return this.holders.filter(({ at }) => at === 0).map(({ held }) => held);
  }

  reset(): void {
    for (const holder of this.holders) holder.at = 0;
  }

  /** The first of each group takes the reactive power of all. */
  gather(injections: Injections): void {
    for (const { members, at } of this.holders) {
      if (at !== 0) continue;
      const total_kvar = members.reduce((sum, member) => sum + given(injections, member), 0);
      members.forEach((member, k) => {
        give(injections, member, k === 0 ? total_kvar : 0);
      });
    }
  }

  /** The reactive power of each group to its members. */
  share(injections: Injections): void {
    for (const { members, at } of this.holders) {
      if (at !== 0) continue;
      const total_kvar = members.reduce((sum, member) => sum + given(injections, member), 0);
      giveEqually(injections, members, total_kvar);
    }
  }

  /**
   * Moves groups to and from their limits after a solution; true when any moved. The reactive powers of those at a limit are set.
   * @param round - how often this was asked; nobody is taken back after ROUNDS_MAX_COUNT, so that it ends
   */
  moveToLimits(injections: Injections, voltage_pu: (held: HeldVoltage) => number, round: number): boolean {
    let moved = false;
    for (const holder of this.holders) {
      const { members, held } = holder;
      const q_max_kvar = members.reduce((sum, member) => sum + member.q_max_kvar, 0);
      const q_min_kvar = members.reduce((sum, member) => sum + member.q_min_kvar, 0);
      const before = holder.at;
      if (before === 0) {
        const q_kvar = members.reduce((sum, member) => sum + given(injections, member), 0);
        if (q_kvar > q_max_kvar) holder.at = 1;
        else if (q_kvar < q_min_kvar) holder.at = -1;
      } else if (round < ROUNDS_MAX_COUNT && before * (voltage_pu(held) - held.v_set_pu) > V_SAME_PU) holder.at = 0;
      if (holder.at === before) continue;
      moved = true;
      if (holder.at !== 0) for (const member of members) give(injections, member, holder.at === 1 ? member.q_max_kvar : member.q_min_kvar);
    }
    if (moved) this.gather(injections);
    return moved;
  }
}

/** Positive sequence of the elements' voltages, by the conductor at which each begins. */
function heldVoltageOf(generator: PhaseGenerator, elements: readonly number[], injections: Injections): HeldVoltage {
  const weights = new Float64Array(2 * elements.length);
  elements.forEach((e, k) => {
    const { fromAt } = injections.list[e];
    const turn = ((generator.terminal.conductors[fromAt] - 1) * 2 * Math.PI) / 3;
    weights[2 * k] = Math.cos(turn) / elements.length;
    weights[2 * k + 1] = Math.sin(turn) / elements.length;
  });
  return { elements, weights, v_set_pu: (generator.v_set_pu ?? 1) * injections.list[elements[0]].v_rated_pu };
}

const given = (injections: Injections, { elements }: Member): number => elements.reduce((sum, e) => sum - injections.q_kvar[e], 0);

function give(injections: Injections, { elements }: Member, q_kvar: number): void {
  for (const e of elements) injections.q_kvar[e] = -q_kvar / elements.length;
}

/** Equal shares within the ranges: whoever cannot take his gives or takes what his range allows, and the others share the rest. */
function giveEqually(injections: Injections, members: readonly Member[], total_kvar: number): void {
  let open = [...members];
  let rest_kvar = total_kvar;
  while (open.length > 0) {
    const share_kvar = rest_kvar / open.length;
    const above = open.filter(({ q_max_kvar }) => q_max_kvar < share_kvar);
    const below = open.filter(({ q_min_kvar }) => q_min_kvar > share_kvar);
    const excess_kvar = above.reduce((sum, { q_max_kvar }) => sum + share_kvar - q_max_kvar, 0);
    const lack_kvar = below.reduce((sum, { q_min_kvar }) => sum + q_min_kvar - share_kvar, 0);
    // The side that is farther out stays at its ends whatever becomes of the other.
    const bound = excess_kvar >= lack_kvar ? above : below;
    for (const member of bound.length > 0 ? bound : open) {
      const q_kvar = Math.min(member.q_max_kvar, Math.max(member.q_min_kvar, share_kvar));
      give(injections, member, q_kvar);
      rest_kvar -= q_kvar;
    }
    open = bound.length > 0 ? open.filter((member) => !bound.includes(member)) : [];
  }
}

/** |Σ weight·U|. */
export function heldVoltage(held: HeldVoltage, injections: Injections, u: Float64Array): number {
  let re = 0;
  let im = 0;
  held.elements.forEach((e, k) => {
    const ur = u[2 * injections.from[e]] - u[2 * injections.to[e]];
    const ui = u[2 * injections.from[e] + 1] - u[2 * injections.to[e] + 1];
    re += held.weights[2 * k] * ur - held.weights[2 * k + 1] * ui;
    im += held.weights[2 * k] * ui + held.weights[2 * k + 1] * ur;
  });
  return Math.hypot(re, im);
}
