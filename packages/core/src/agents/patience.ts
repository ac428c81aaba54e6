import type { Outbox } from './role.ts';

/**
 * How long to wait before repeating oneself: the first time a given span, then twice as long each time, up to 16 spans.
 * On a slow network repetitions thin out instead of piling up.
 */
export class Patience {
  private readonly first_s: number;
  private span_s: number;

  constructor(first_s: number) {
    this.first_s = first_s;
    this.span_s = first_s;
  }

  /** Something new was heard. */
  renew(out: Outbox): void {
    this.span_s = this.first_s;
    out.wakeAfter(this.span_s);
  }

  /** Silence: the last words have just been repeated. */
  stretch(out: Outbox): void {
    this.span_s = Math.min(2 * this.span_s, 16 * this.first_s);
    out.wakeAfter(this.span_s);
  }
}
