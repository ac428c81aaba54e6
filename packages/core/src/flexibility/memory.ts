/**
 * What a plain law remembers, and which powers of the next step leave it a future.
 *
 * Backwards from the end, the values of the remembered quantity from which everything later can be kept are an interval:
 *
 *   store   V_T = (−∞, ∞),  V_{t−1} = [lower, upper]_{t−1} ∩ { x: φ·x + γ·(g + w) ∈ V_t for some g between its extremes on step t }
 *   ramp    V_{t−1} = Y_{t−1} ∩ [ min V_t − up, max V_t + down ],  Y the range of y by itself
 *
 * so that on step t a power is allowed exactly when it leads into V_t: again an interval, because h is monotone.
 * @source Bertsekas, Rhodes, On the minimax reachability of target sets and target tubes, Automatica 7 (1971), for one dimension
 */
import type { RampLaw, StoreLaw } from './law.ts';

/** A range of active power; empty when low > high. */
export interface ActiveRange {
  low_kW: number;
  high_kW: number;
}

export interface Memory {
  /** Narrows a range of power of step t to what leaves a future. */
  narrow(t: number, range: ActiveRange): void;
  /** Power that was injected on step t. */
  move(t: number, p_kW: number): void;
  /** What is remembered; undefined while nothing is. */
  value(): number | undefined;
  copy(): Memory;
}

/** Values at the end of each step from which the law can be kept. @shape (steps) */
export interface Viable {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** h on one step. */
const along = ({ rise, fall, base_kW }: StoreLaw, t: number, p_kW: number): number => {
  const above = p_kW - base_kW[t];
  return above > 0 ? rise[t] * above : fall[t] * above;
};

/** The first step from which nothing leads on: its interval is empty, by more than rounding. */
export function firstDeadEnd({ low, high }: Viable): number | undefined {
  for (let t = 0; t < low.length; t++) if (low[t] - high[t] > 1e-7 * (1 + Math.abs(high[t]))) return t;
  return undefined;
}

/** @param ranges - low and high power of each step by itself */
export function viableStore(law: StoreLaw, ranges: readonly ActiveRange[]): Viable {
  const nT = ranges.length;
  const { keep, gain, drift, freeLow, freeHigh } = law;
  const low = Float64Array.from(law.lower);
  const high = Float64Array.from(law.upper);
  for (let t = nT - 1; t > 0; t--) {
    const ends = [along(law, t, ranges[t].low_kW), along(law, t, ranges[t].high_kW)];
    const most = Math.max(...ends) + freeHigh[t] + drift[t];
    const least = Math.min(...ends) + freeLow[t] + drift[t];
    low[t - 1] = Math.max(low[t - 1], (low[t] - gain[t] * most) / keep[t]);
    high[t - 1] = Math.min(high[t - 1], (high[t] - gain[t] * least) / keep[t]);
  }
  return { low, high };
}

export class StoreMemory implements Memory {
  private readonly law: StoreLaw;
  private readonly viable: Viable;
  private x: number;

  constructor(law: StoreLaw, viable: Viable, x = law.start) {
    this.law = law;
    this.viable = viable;
    this.x = x;
  }

  narrow(t: number, range: ActiveRange): void {
    const { keep, gain, drift, rise, fall, base_kW, freeLow, freeHigh } = this.law;
    const rest = keep[t] * this.x;
    let least = (this.viable.low[t] - rest) / gain[t] - drift[t] - freeHigh[t];
    let most = (this.viable.high[t] - rest) / gain[t] - drift[t] - freeLow[t];
    let up = rise[t];
    let down = fall[t];
    if (up < 0 || down < 0) {
      [least, most] = [-most, -least];
      up = -up;
      down = -down;
    }
    // Smallest and largest p with least ≤ h(p) ≤ most, h rising.
    const base = base_kW[t];
    const low = least > 0 ? (up > 0 ? base + least / up : Infinity) : down > 0 ? base + least / down : -Infinity;
    const high = most < 0 ? (down > 0 ? base + most / down : -Infinity) : up > 0 ? base + most / up : Infinity;
    range.low_kW = Math.max(range.low_kW, low);
    range.high_kW = Math.min(range.high_kW, high);
  }

  move(t: number, p_kW: number): void {
    const { keep, gain, drift, freeLow, freeHigh } = this.law;
    const rest = keep[t] * this.x;
    const made = along(this.law, t, p_kW) + drift[t];
    // Free inputs are used as little as the future allows.
    let free = Math.min(Math.max(0, freeLow[t]), freeHigh[t]);
    if (freeLow[t] < freeHigh[t]) {
      const least = (this.viable.low[t] - rest) / gain[t] - made;
      const most = (this.viable.high[t] - rest) / gain[t] - made;
      free = Math.min(Math.max(Math.max(Math.min(free, most), least), freeLow[t]), freeHigh[t]);
    }
    this.x = rest + gain[t] * (made + free);
  }

  value(): number {
    return this.x;
  }

  copy(): StoreMemory {
    return new StoreMemory(this.law, this.viable, this.x);
  }
}

/** Ranges of y that leave a future. */
export function viableRamp({ slope, offset, up, down }: RampLaw, ranges: readonly ActiveRange[]): Viable {
  const nT = ranges.length;
  const low = new Float64Array(nT);
  const high = new Float64Array(nT);
  for (let t = nT - 1; t >= 0; t--) {
    const ends = [slope[t] * ranges[t].low_kW + offset[t], slope[t] * ranges[t].high_kW + offset[t]];
    low[t] = Math.min(...ends);
    high[t] = Math.max(...ends);
    if (t + 1 === nT) continue;
    low[t] = Math.max(low[t], low[t + 1] - up);
    high[t] = Math.min(high[t], high[t + 1] + down);
  }
  return { low, high };
}

export class RampMemory implements Memory {
  private readonly law: RampLaw;
  private readonly viable: Viable;
  private y: number | undefined;

  constructor(law: RampLaw, viable: Viable, y = law.before) {
    this.law = law;
    this.viable = viable;
    this.y = y;
  }

  narrow(t: number, range: ActiveRange): void {
    const { slope, offset, up, down } = this.law;
    const low = this.y === undefined ? this.viable.low[t] : Math.max(this.viable.low[t], this.y - down);
    const high = this.y === undefined ? this.viable.high[t] : Math.min(this.viable.high[t], this.y + up);
    const ends = [(low - offset[t]) / slope[t], (high - offset[t]) / slope[t]];
    range.low_kW = Math.max(range.low_kW, slope[t] > 0 ? ends[0] : ends[1]);
    range.high_kW = Math.min(range.high_kW, slope[t] > 0 ? ends[1] : ends[0]);
  }

  move(t: number, p_kW: number): void {
    this.y = this.law.slope[t] * p_kW + this.law.offset[t];
  }

  value(): number | undefined {
    return this.y;
  }

  copy(): RampMemory {
    return new RampMemory(this.law, this.viable, this.y);
  }
}
