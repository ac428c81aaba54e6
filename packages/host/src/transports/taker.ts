import type { Letter } from './contract.ts';

const again_ms = 1000;
const known_max_count = 100_000;

/** Hands letters over one after another, each once, and again after a second where that fails. */
export class Taker {
  private readonly take: (letter: Letter, subject: string) => Promise<void> | void;
  /** Ids of what has been taken, by subject; the oldest are forgotten. */
  private readonly taken = new Set<string>();
  private last: Promise<unknown> = Promise.resolve();
  private stopped = false;

  constructor(take: (letter: Letter, subject: string) => Promise<void> | void) {
    this.take = take;
  }

  /** @returns whether the letter has been taken, now or before; false when it was stopped first */
  offer(letter: Letter, subject: string): Promise<boolean> {
    const offered = this.last.then(() => this.insist(letter, subject));
    this.last = offered;
    return offered;
  }

  /** Nothing is handed over any more. Resolves when the letter in hand is done with. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.last;
  }

  private async insist(letter: Letter, subject: string): Promise<boolean> {
    const name = `${subject}/${letter.id}`;
    while (!this.taken.has(name)) {
      if (this.stopped) return false;
      try {
        await this.take(letter, subject);
        this.remember(name);
      } catch {
        await new Promise((resolve) => setTimeout(resolve, again_ms));
      }
    }
    return true;
  }

  private remember(name: string): void {
    this.taken.add(name);
    if (this.taken.size > known_max_count) {
      for (const oldest of this.taken) {
        this.taken.delete(oldest);
        break;
      }
    }
  }
}
