import { speedName } from '../../controllers/tuned-law.ts';
import { type DelaySystem, delayRoots, delaySystemOf } from '../../simulation/delay-spectrum.ts';
import { modesAt } from '../../simulation/modes.ts';
import { findOperatingPoint, type OperatingPointResult } from '../../simulation/operating-point.ts';
import type { Plant } from '../../simulation/plant.ts';
import type { Group } from './groups.ts';
import { closeGroups, type Prepared } from './prepare.ts';

/** Chebyshev nodes per delayed channel: six digits of the rightmost root. */
export const NODES = 8;
/** Roots up to here count as at rest: what a law conserves. */
export const NEUTRAL_PER_S = 1e-4;

/** Order³ of the matrix whose eigenvalues are the roots of a loop with delays. */
export function rootCost(plant: Plant, x: Float64Array): number {
  const { n, channels_count } = delaySystemOf(plant, x);
  return (n + NODES * channels_count) ** 3;
}

/**
 * The loop at many speeds of one group and many delays of its measurements, linearised once per speed at the point of rest that belongs to it.
 */
export class LateLoop {
  readonly parameter: string;
  /** The delay at which systems are built; others are in proportion. */
  private static readonly unit_s = 0.05;
  private readonly plant: Plant;
  private readonly prompt: Plant;
  private readonly x: Float64Array;
  private readonly systems = new Map<number, DelaySystem>();
  private readonly scratch: Float64Array;

  constructor(prepared: Prepared, group: Group, x: Float64Array) {
    this.parameter = `${group.name}.${speedName}`;
    this.plant = closeGroups(prepared.build().plant, prepared.groups, { measureDelay_s: LateLoop.unit_s });
    this.prompt = closeGroups(prepared.build().plant, prepared.groups, {});
    this.x = x;
    this.scratch = x.slice();
  }

  /** Real part of the rightmost root, but for those that rest at zero because the law conserves something. */
  rightmost_per_s(speed_frac: number, delay_s: number): number {
    const roots = delay_s === 0 ? this.promptRoots(speed_frac) : delayRoots(this.systemAt(speed_frac), delay_s / LateLoop.unit_s, NODES).re;
    let rightmost_per_s = Number.NEGATIVE_INFINITY;
    for (const re_per_s of roots) if (Math.abs(re_per_s) > NEUTRAL_PER_S && re_per_s > rightmost_per_s) rightmost_per_s = re_per_s;
    return rightmost_per_s;
  }

  isStable(speed_frac: number, delay_s: number): boolean {
    return this.rightmost_per_s(speed_frac, delay_s) < 0;
  }

  private promptRoots(speed_frac: number): readonly number[] {
    const { x, u } = this.restAt(speed_frac);
    return modesAt(this.prompt, x, u).map(({ re_per_s }) => re_per_s);
  }

  /** Laws whose gains are multiplied rest where they did; others are followed. */
  private restAt(speed_frac: number): OperatingPointResult {
    this.prompt.change(this.parameter, speed_frac, this.scratch);
    return findOperatingPoint(this.prompt, { x: this.x, settle_s: 0 });
  }

  private systemAt(speed_frac: number): DelaySystem {
    let system = this.systems.get(speed_frac);
    if (system === undefined) {
      this.plant.change(this.parameter, speed_frac, this.scratch);
      system = delaySystemOf(this.plant, this.restAt(speed_frac).x);
      this.systems.set(speed_frac, system);
    }
    return system;
  }

  /**
   * The largest delay that is borne, by bisection to two parts in a thousand.
   * @param guess_s - where to look first: the margin of a near speed
   * @returns undefined when it is unstable without delay, `limit_s` when none up to there is too much
   */
  margin_s(speed_frac: number, guess_s: number, limit_s: number): number | undefined {
    if (!this.isStable(speed_frac, 0)) return undefined;
    let [low, high] = [0, Math.min(guess_s, limit_s)];
    while (this.isStable(speed_frac, high)) {
      if (high >= limit_s) return limit_s;
      low = high;
      high = Math.min(1.6 * high, limit_s);
    }
    while (high - low > 2e-3 * high) {
      // near zero by ratios, else by halves
      const middle = low < high / 4 ? high / 2 : (low + high) / 2;
      if (this.isStable(speed_frac, middle)) low = middle;
      else high = middle;
    }
    return low;
  }
}
