import { isCount } from '../../agents/shapes.ts';
import { CombinationError } from '../../base/errors.ts';
import { digits_count, reach_kW, readDigits, writeDigits } from '../../base/fixed-point.ts';
import type { TerminalLimits } from '../contract.ts';
import type { Body } from './messages.ts';

/** What a terminal is enrolled with at a net. */
export interface EnrolledTerminal {
  readonly id: string;
  /** How many terminals speak through it; 1 unless somebody adds up for several. */
  readonly terminals_count: number;
  /** Limits of their sum. Without them a terminal has an equal share of what the net can add up. */
  readonly limits?: TerminalLimits | undefined;
}

/** What is beyond a limit by less than this, relative and in kW, is a solver's rounding. */
const slack_frac = 1e-6;
/** A claim about squares may not be beyond what this many times all limits together would give. */
const generous = 4;

/** Largest value that each terminal may add at a net, so that the sum stays within the reach of fixed point. */
function largestOf(terminals: readonly EnrolledTerminal[]): number[] {
  const wanted = terminals.map((terminal) => (terminal.limits ? sizeOf(terminal.limits) : shareOf(terminal, terminals)));
  return fits(wanted) ? wanted : wanted.map((value, k) => Math.min(value, shareOf(terminals[k], terminals)));
}

/** Largest value that each terminal may say at all: beyond it, its schedule could not be summed, and would not be what it means. */
export function sayableOf(terminals: readonly EnrolledTerminal[]): number[] {
  const within = fits(terminals.map((terminal) => (terminal.limits ? sizeOf(terminal.limits) : shareOf(terminal, terminals))));
  return terminals.map((terminal) => (terminal.limits && within ? reach_kW : shareOf(terminal, terminals)));
}

const fits = (values_kW: readonly number[]): boolean => values_kW.reduce((sum, value) => sum + value, 0) <= reach_kW * (1 + 1e-12);

/** An equal share of the reach for every terminal behind it. */
const shareOf = ({ terminals_count }: EnrolledTerminal, all: readonly EnrolledTerminal[]): number =>
  (terminals_count * reach_kW) / all.reduce((sum, each) => sum + each.terminals_count, 0);

const sizeOf = ({ p_min_kW, p_max_kW, q_max_kvar }: TerminalLimits): number =>
  (1 + slack_frac) * Math.max(Math.abs(p_min_kW), Math.abs(p_max_kW), q_max_kvar) + slack_frac;

/**
 * What a net lets a terminal do to others: its schedule is projected onto its enrolled limits, and its claims about squares may not be
 * absurd. So a terminal that lies is to the others like one that means what it says, within its limits.
 */
export class Limits {
  private readonly low: Float64Array;
  private readonly high: Float64Array;
  private readonly reactive: Float64Array;
  private readonly terminals: readonly EnrolledTerminal[];
  private readonly channels_count: number;
  private readonly steps_count: number;
  private readonly squares_max_kW2: number;
  private readonly power: Float64Array;
  private readonly power2: Float64Array;

  /** @throws {CombinationError} SCHEME_LIMITS_EMPTY */
  constructor(terminals: readonly EnrolledTerminal[], channels_count: number, steps_count: number) {
    const largest = largestOf(terminals);
    this.terminals = terminals;
    this.channels_count = channels_count;
    this.steps_count = steps_count;
    this.low = Float64Array.from(terminals, ({ limits }, k) => (limits ? Math.max(limits.p_min_kW, -largest[k]) : -largest[k]));
    this.high = Float64Array.from(terminals, ({ limits }, k) => (limits ? Math.min(limits.p_max_kW, largest[k]) : largest[k]));
    this.reactive = Float64Array.from(terminals, ({ limits }, k) => (limits ? Math.min(limits.q_max_kvar, largest[k]) : largest[k]));
    terminals.forEach(({ id }, k) => {
      if (this.low[k] <= this.high[k] && this.reactive[k] >= 0) return;
      throw new CombinationError({
        code: 'SCHEME_LIMITS_EMPTY',
        message: `"${id}" is enrolled with limits that leave nothing: ${this.low[k]} to ${this.high[k]} kW, ${this.reactive[k]} kvar`,
        where: id,
        hint: 'Enrol it with p_min_kW ≤ p_max_kW and q_max_kvar ≥ 0.',
      });
    });
    const all = largest.reduce((sum, value) => sum + value, 0);
    this.squares_max_kW2 = channels_count * steps_count * (generous * all) ** 2;
    this.power = new Float64Array(channels_count * steps_count);
    this.power2 = new Float64Array(digits_count);
  }

  /** Why the numbers of a well-shaped schedule cannot be meant; undefined when they can. */
  faultOf(k: number, schedule: Body<'schedule'>): string | undefined {
    const { terminals_count, refusing_count } = schedule;
    if (!(isCount(terminals_count) && terminals_count >= 1 && terminals_count <= this.terminals[k].terminals_count)) return 'out of range';
    if (!(isCount(refusing_count) && refusing_count <= terminals_count)) return 'out of range';
    if (!this.areSquares(schedule.power2_kW2, 1) || !this.areSquares(schedule.distance2_kW2, this.channels_count)) return 'out of range';
    return undefined;
  }

  /**
   * The schedule within the limits. Views on room that the next call takes again.
   * @returns the schedule itself where it keeps them
   */
  project(k: number, schedule: Body<'schedule'>): { readonly schedule: Body<'schedule'>; readonly isClipped: boolean } {
    const { power, steps_count } = this;
    let isClipped = false;
    let power2_kW2 = 0;
    for (let i = 0; i < power.length; i++) {
      const active = i < steps_count;
      const low = active ? this.low[k] : -this.reactive[k];
      const high = active ? this.high[k] : this.reactive[k];
      const value = schedule.power_kW[i];
      const beyond = value < low ? low - value : value > high ? value - high : 0;
      const clip = beyond > slack_frac * (1 + Math.abs(value < low ? low : high));
      isClipped ||= clip;
      power[i] = clip ? (value < low ? low : high) : value;
      power2_kW2 += power[i] * power[i];
    }
    // The square of one terminal need not be believed; that of a sum of several must be.
    if (!isClipped && schedule.terminals_count > 1) return { schedule, isClipped };
    if (schedule.terminals_count > 1) return { schedule: { ...schedule, power_kW: power }, isClipped };
    writeDigits(power2_kW2, this.power2);
    return { schedule: { ...schedule, power_kW: power, power2_kW2: this.power2 }, isClipped };
  }

  private areSquares(digits: Float64Array, squares_count: number): boolean {
    for (const digit of digits) if (!isCount(digit) || digit >= 2 ** 52) return false;
    for (let c = 0; c < squares_count; c++) if (!(readDigits(digits, c * digits_count) <= this.squares_max_kW2)) return false;
    return true;
  }
}
