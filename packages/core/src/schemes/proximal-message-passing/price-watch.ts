import type { Snapshot } from '../../agents/role.ts';

interface Range {
  readonly first: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** How prices have moved over the last reports: lowest and highest of each, newest report first. */
export class PriceWatch {
  private readonly watched_count: number;
  private ranges: Range[] = [];

  /** @param watched_count - reports that are watched */
  constructor(watched_count: number, price: Float64Array) {
    this.watched_count = watched_count;
    this.open(price);
  }

  /** A report has been judged: what follows belongs to the next. */
  open(price: Float64Array): void {
    this.ranges.unshift({ first: price.slice(), low: price.slice(), high: price.slice() });
    if (this.ranges.length > this.watched_count) this.ranges.pop();
  }

  /** Forgets all there was: the problem has become another one. */
  restart(price: Float64Array): void {
    this.ranges = [];
    this.open(price);
  }

  widen(price: Float64Array): void {
    const { low, high } = this.ranges[0];
    for (let i = 0; i < price.length; i++) {
      if (price[i] < low[i]) low[i] = price[i];
      if (price[i] > high[i]) high[i] = price[i];
    }
  }

  /** Largest distance between two prices of the watched rounds; Infinity until that many have passed. */
  swing(price: Float64Array): number {
    if (this.ranges.length < this.watched_count) return Number.POSITIVE_INFINITY;
    let swing = 0;
    for (let i = 0; i < price.length; i++) {
      let low = price[i];
      let high = low;
      for (const range of this.ranges) {
        low = Math.min(low, range.low[i]);
        high = Math.max(high, range.high[i]);
      }
      swing = Math.max(swing, high - low);
    }
    return swing;
  }

  /** Where the price has been heading over the watched rounds. */
  heading(price: Float64Array): Float64Array {
    const { first } = this.ranges[this.ranges.length - 1];
    return price.map((value, i) => value - first[i]);
  }

  remember(): Snapshot {
    return { watched_cur_per_kWh: Float64Array.from(this.ranges.flatMap(({ first, low, high }) => [...first, ...low, ...high])) };
  }

  resume(snapshot: Snapshot, width: number): void {
    const all = snapshot['watched_cur_per_kWh'] as Float64Array;
    this.ranges = Array.from({ length: all.length / (3 * width) }, (_, r) => {
      const row = (k: number): Float64Array => all.slice((3 * r + k) * width, (3 * r + k + 1) * width);
      return { first: row(0), low: row(1), high: row(2) };
    });
  }
}
