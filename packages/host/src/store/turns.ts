/** One after the other, in the order of asking: work that must not overlap. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work, work);
    this.last = turn.catch(() => undefined);
    return turn;
  }

  /** When all that was asked for until now is done. */
  async done(): Promise<void> {
    await this.last;
  }
}
