/** What may come at once: enough for one message of the largest size. */
const burst_min_count = 80;

/** Lets so much through per second, and as much at once as in one second. */
export class TokenBucket {
  private readonly rate_per_s: number;
  private readonly burst_count: number;
  private tokens_count: number;
  private filled_ms: number;

  constructor(rate_per_s: number, now_ms: number) {
    this.rate_per_s = rate_per_s;
    this.burst_count = Math.max(burst_min_count, rate_per_s);
    this.tokens_count = this.burst_count;
    this.filled_ms = now_ms;
  }

  /** @returns whether there was enough; then it is gone */
  draw(wanted_count: number, now_ms: number): boolean {
    const passed_s = Math.max(0, now_ms - this.filled_ms) / 1000;
    this.filled_ms = now_ms;
    this.tokens_count = Math.min(this.burst_count, this.tokens_count + this.rate_per_s * passed_s);
    if (this.tokens_count < wanted_count) return false;
    this.tokens_count -= wanted_count;
    return true;
  }
}
