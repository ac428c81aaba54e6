const shortest_ms = 50;
const longest_ms = 5000;

/**
 * How long to wait before the next attempt to connect: half as long as the connection has been lost already, between 50 ms
 * and 5 s, and a random quarter more or less so that a thousand processes do not return in one moment.
 */
export class BackOff {
  private lost_ms: number | undefined;

  lost(): void {
    this.lost_ms ??= performance.now();
  }

  found(): void {
    this.lost_ms = undefined;
  }

  wait_ms(): number {
    const away_ms = this.lost_ms === undefined ? 0 : performance.now() - this.lost_ms;
    return Math.min(longest_ms, Math.max(shortest_ms, away_ms / 2)) * (0.75 + 0.5 * Math.random());
  }
}
