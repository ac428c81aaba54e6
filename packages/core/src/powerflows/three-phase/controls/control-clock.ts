/** A time that is a hair away from another, by rounding, is the same. */
const rounding_s = 1e-6;

/**
 * The time that controls go by: a step of a series, or no time at all (a snapshot, in which every delay passes).
 *
 * A delay that is shorter than the step is over within it. A longer one has to be waited for in later steps, unless `isStatic` says that every step settles.
 */
export class ControlClock {
  now_s = 0;
  /** Length of the present step; infinite in a snapshot. */
  step_s = Number.POSITIVE_INFINITY;
  isStatic = false;
  /** Hour of the day, undefined in a snapshot. */
  hour_h: number | undefined;

  /** To the step that begins at now_s. */
  moveTo(now_s: number, step_s: number): void {
    this.now_s = now_s;
    this.step_s = step_s;
    this.hour_h = (now_s / 3600) % 24;
  }

  /** Whether a delay is over within the present step. */
  passes(delay_s: number): boolean {
    return this.isStatic || delay_s < this.step_s - rounding_s;
  }

  hasCome(moment_s: number): boolean {
    return moment_s <= this.now_s + rounding_s;
  }
}

/** What one control waits for, over the steps of a series. */
export class ControlTimer {
  private readonly clock: ControlClock;
  private due_s: number | undefined;

  constructor(clock: ControlClock) {
    this.clock = clock;
  }

  /** Starts to wait, unless it does already. @returns whether the time has come */
  isDue(delay_s: number): boolean {
    this.due_s ??= this.clock.now_s + delay_s;
    return this.clock.hasCome(this.due_s);
  }

  stop(): void {
    this.due_s = undefined;
  }
}
