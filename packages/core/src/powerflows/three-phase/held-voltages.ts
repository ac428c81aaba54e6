import type { Feeder, PhaseGenerator } from '../../network/feeder/feeder.ts';
import type { Injections } from './injections.ts';
import type { HeldVoltage } from './newton.ts';

/** Rounds of putting generators at their limits and taking them back. */
const ROUNDS_MAX_COUNT = 20;
/** A voltage that misses its set point by less has reached it. */
const V_SAME_PU = 1e-9;

interface Holder {
  readonly generator: PhaseGenerator;
  readonly held: HeldVoltage;
  /** 0 free; 1 at the upper, −1 at the lower reactive limit. */
  at: -1 | 0 | 1;
}

/**
 * Generators that hold a voltage: which of them are free, and which stand at a limit of their reactive power.
 *
 * A generator whose reactive power leaves its range is held at the limit with its voltage let go; it is taken back when the voltage passes the set point from
 * the other side, which says that less than the limit would do.
 */
export class HeldVoltages {
  private readonly holders: Holder[] = [];

  constructor(feeder: Feeder, injections: Injections) {
    feeder.generators.forEach((generator, owner) => {
      if (!generator.inService || generator.v_set_pu === undefined) return;
      const elements: number[] = [];
      injections.list.forEach((one, e) => {
        if (one.kind === 'generators' && one.owner === owner) elements.push(e);
      });
      // Positive sequence of the elements' voltages, by the conductor at which each begins.
      const weights = new Float64Array(2 * elements.length);
      elements.forEach((e, k) => {
        const { fromAt } = injections.list[e];
        const turn = ((generator.terminal.conductors[fromAt] - 1) * 2 * Math.PI) / 3;
        weights[2 * k] = Math.cos(turn) / elements.length;
        weights[2 * k + 1] = Math.sin(turn) / elements.length;
      });
      const v_set_pu = generator.v_set_pu * injections.list[elements[0]].v_rated_pu;
      this.holders.push({ generator, held: { elements, weights, v_set_pu }, at: 0 });
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

  /**
   * Moves generators to and from their limits after a solution; true when any moved. The reactive powers of those at a limit are set.
   * @param round - how often this was asked; nobody is taken back after ROUNDS_MAX_COUNT, so that it ends
   */
  moveToLimits(injections: Injections, voltage_pu: (held: HeldVoltage) => number, round: number): boolean {
    let moved = false;
    for (const holder of this.holders) {
      const { generator, held } = holder;
      const q_max_kvar = generator.q_max_kvar ?? Number.POSITIVE_INFINITY;
      const q_min_kvar = generator.q_min_kvar ?? Number.NEGATIVE_INFINITY;
      const before = holder.at;
      if (before === 0) {
        const q_kvar = -injections.q_kvar[held.elements[0]] * held.elements.length;
        if (q_kvar > q_max_kvar) holder.at = 1;
        else if (q_kvar < q_min_kvar) holder.at = -1;
      } else if (round < ROUNDS_MAX_COUNT && before * (voltage_pu(held) - held.v_set_pu) > V_SAME_PU) holder.at = 0;
      if (holder.at === before) continue;
      moved = true;
      if (holder.at === 0) continue;
      for (const e of held.elements) injections.q_kvar[e] = -(holder.at === 1 ? q_max_kvar : q_min_kvar) / held.elements.length;
    }
    return moved;
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
