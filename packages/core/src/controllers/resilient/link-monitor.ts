/**
 * Residuals of what neighbours say: the innovation over where their last two words lead.
 *
 * r = s_k − (s_{k−1} + (s_{k−1} − s_{k−2})·Δt_k/Δt_{k−1}),   m ← max(0, m + |r|/usual − allowed),   alarm where m ≥ alarm
 *
 * Finds jumps, replays and noise that is put on top; what drifts as slowly as consensus itself looks like consensus, and trimming is the answer to that.
 * @source the sum: Page, Continuous inspection schemes, Biometrika 41 (1954)
 */
export class LinkMonitor {
  private readonly options: LinkMonitorOptions;
  private readonly before = [
    { at_s: Number.NaN, value: Number.NaN },
    { at_s: Number.NaN, value: Number.NaN },
  ];
  /** m: above the alarm something is wrong. */
  sum = 0;

  constructor(options: LinkMonitorOptions) {
    this.options = options;
  }

  get isAlarmed(): boolean {
    return this.sum >= this.options.alarm;
  }

  /** @returns the innovation; 0 while too little was heard to expect anything */
  hear(at_s: number, value: number): number {
    const { usual, allowed } = this.options;
    const [older, old] = this.before;
    const slope = (old.value - older.value) / (old.at_s - older.at_s);
    const innovation = Number.isFinite(slope) ? value - (old.value + slope * (at_s - old.at_s)) : 0;
    this.sum = Math.max(0, this.sum + Math.abs(innovation) / usual - allowed);
    this.before[0] = { ...old };
    this.before[1] = { at_s, value };
    return innovation;
  }
}

export interface LinkMonitorOptions {
  /** Size of innovations without attack, in the unit of what is said. */
  readonly usual: number;
  /** What one word may add in usual sizes without being counted; about 2. */
  readonly allowed: number;
  /** Sum at which it is alarmed; about 10. */
  readonly alarm: number;
}
