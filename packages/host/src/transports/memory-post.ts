import type { Letter, Mailbox } from './contract.ts';
import { checkLetter, closedMailbox } from './letter.ts';
import { Taker } from './taker.ts';

interface Kept {
  readonly letter: Letter;
  readonly subject: string;
}

/** Letters within this process, kept in its memory and gone with it: where agents talk in a loop or over threads. */
export class MemoryPost {
  /** By place, then by subject and id. */
  private readonly kept = new Map<string, Map<string, Kept>>();
  private readonly known = new Set<string>();
  private readonly takers = new Map<string, Taker>();

  openMailbox(): Mailbox {
    const ours = new Map<string, Taker>();
    let closed = false;
    return {
      post: async (subject, letter) => {
        if (closed) throw closedMailbox(subject);
        checkLetter(subject, letter);
        this.leave(subject, letter);
      },
      collect: async (place, take) => {
        const taker = new Taker(take);
        ours.set(place, taker);
        this.takers.set(place, taker);
        for (const [name, kept] of this.kept.get(place) ?? []) void this.hand(place, name, kept);
        return () => this.stop(place, taker);
      },
      close: async () => {
        closed = true;
        await Promise.all([...ours].map(([place, taker]) => this.stop(place, taker)));
      },
    };
  }

  private leave(subject: string, { id, payload }: Letter): void {
    const name = `${subject}/${id}`;
    if (this.known.has(name)) return;
    this.known.add(name);
    const place = subject.slice(0, subject.lastIndexOf('.'));
    const kept: Kept = { letter: { id, payload: payload.slice() }, subject };
    const letters = this.kept.get(place);
    if (letters === undefined) this.kept.set(place, new Map([[name, kept]]));
    else letters.set(name, kept);
    void this.hand(place, name, kept);
  }

  private async hand(place: string, name: string, { letter, subject }: Kept): Promise<void> {
    if (await this.takers.get(place)?.offer(letter, subject)) this.kept.get(place)?.delete(name);
  }

  private async stop(place: string, taker: Taker): Promise<void> {
    if (this.takers.get(place) === taker) this.takers.delete(place);
    await taker.stop();
  }
}
