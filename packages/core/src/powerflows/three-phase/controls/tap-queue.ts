import type { ControlClock } from './control-clock.ts';

/**
 * When a regulator moves, over the steps of a series: the moments at which it takes one step of the tap if some are missing then.
 *
 * | event | moment |
 * |---|---|
 * | out of its band, and not armed | now + delay; it is armed |
 * | back in its band | that moment is crossed out; it is not armed |
 * | moved, more steps missing | now + delay between taps; it stays armed |
 * | moved, none missing | it is not armed |
 *
 * The moment after a tap is not crossed out in the band: a regulator that reached its band early and is thrown out of it before that moment moves then.
 * @source OpenDSS's control mode `time`, found by measuring; IEEE 13 and 34 move in the same steps through 400 steps of 1 s and of 15 s
 */
export class TapQueue {
  private readonly clock: ControlClock;
  private moments_s: number[] = [];
  private isArmed = false;
  private afterDelay_s: number | undefined;

  constructor(clock: ControlClock) {
    this.clock = clock;
  }

  /** In the band; what has come passes without a move. */
  rest(): void {
    if (this.moments_s.length === 0) return;
    if (this.afterDelay_s !== undefined) this.cross(this.afterDelay_s);
    this.moments_s = this.moments_s.filter((moment_s) => !this.clock.hasCome(moment_s));
    this.afterDelay_s = undefined;
    this.isArmed = false;
  }

  /** Out of the band. @returns how many moments have come */
  waiting_count(delay_s: number): number {
    if (!this.isArmed) {
      this.afterDelay_s = this.clock.now_s + delay_s;
      this.moments_s.push(this.afterDelay_s);
      this.isArmed = true;
    }
    return this.come_count();
  }

  /** Moved by so many of the steps that were missing: as many of the moments that have come are over. */
  moved(count: number, missing_count: number, tapDelay_s: number): void {
    const come = this.moments_s.filter((moment_s) => this.clock.hasCome(moment_s)).slice(0, count);
    for (const moment_s of come) this.cross(moment_s);
    for (let step = 1; step <= come.length && tapDelay_s > 0; step++)
      if (step < missing_count) this.moments_s.push(this.clock.now_s + tapDelay_s);
    this.isArmed = tapDelay_s > 0 && count < missing_count;
  }

  /** Out of the band at the end of the range of taps: what it has begun goes on, as if it moved, but nothing begins. */
  atEnd(missing_count: number, tapDelay_s: number): void {
    const come_count = this.isArmed ? this.come_count() : 0;
    if (come_count > 0) this.moved(Math.min(come_count, missing_count), missing_count, tapDelay_s);
  }

  clear(): void {
    this.moments_s = [];
    this.isArmed = false;
    this.afterDelay_s = undefined;
  }

  private come_count(): number {
    return this.moments_s.filter((moment_s) => this.clock.hasCome(moment_s)).length;
  }

  private cross(moment_s: number): void {
    const at = this.moments_s.indexOf(moment_s);
    if (at >= 0) this.moments_s.splice(at, 1);
  }
}
