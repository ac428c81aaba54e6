/** What a role heard and would not use, counted by reason. */
export class Drops {
  readonly counts: ReadonlyMap<string, number>;
  private readonly byReason = new Map<string, number>();

  constructor() {
    this.counts = this.byReason;
  }

  count(reason: string): void {
    this.byReason.set(reason, (this.byReason.get(reason) ?? 0) + 1);
  }
}
