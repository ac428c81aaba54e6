/**
 * How long somebody who has put a question to many waits for each of them. What is counted are repetitions of the question, g of which a
 * silent one is granted:
 *
 *   no word at all for more than g repetitions                                          given up
 *   an old word, said again because the speaker itself waits for somebody               a sign of life: silence counts from there
 *   in all, for one question over which k links of a chain may stand between            at most (2 + k)·g repetitions
 *   in all questions, beyond g for each                                                 at most 12·g repetitions, and 1 for each answer
 *
 * So whoever waits at the far end of a chain is borne with for longer than the one whom all wait for, link by link, and a liar who lives on signs
 * of life gains a bounded time once: then its signs count no more.
 */
export class Forbearance {
  private readonly giveUp_count: number;
  private links_count = 0;
  /** By place: repetitions since its last sign of life, repetitions of this question, and what it may still draw beyond g. */
  private readonly silent_count: Int32Array;
  private readonly asked_count: Int32Array;
  private readonly credit_count: Int32Array;

  /** @param giveUp_count - g; 0: everybody is waited for without end */
  constructor(places_count: number, giveUp_count: number) {
    this.giveUp_count = giveUp_count;
    this.silent_count = new Int32Array(places_count);
    this.asked_count = new Int32Array(places_count);
    this.credit_count = new Int32Array(places_count).fill(this.credit_max_count);
  }

  /** A new question to all. @param links_count - k: over how many others, one after the other, the answer may be waiting for somebody else */
  ask(links_count: number): void {
    this.links_count = links_count;
    this.silent_count.fill(0);
    this.asked_count.fill(0);
  }

  /** The question is put to one who was not asked before. */
  askOne(place: number): void {
    this.silent_count[place] = this.asked_count[place] = 0;
  }

  /** It is there, and has no answer yet. */
  hear(place: number): void {
    if (this.credit_count[place] > 0) this.silent_count[place] = 0;
  }

  answer(place: number): void {
    this.silent_count[place] = 0;
    if (this.credit_count[place] < this.credit_max_count) this.credit_count[place]++;
  }

  /** The question is to be said again to one. @returns false where it has been said often enough */
  bears(place: number): boolean {
    const { giveUp_count, silent_count, asked_count, credit_count, links_count } = this;
    if (giveUp_count === 0) return true;
    asked_count[place]++;
    if (++silent_count[place] > giveUp_count) return false;
    if (asked_count[place] <= giveUp_count) return true;
    if (credit_count[place] === 0 || asked_count[place] > (2 + links_count) * giveUp_count) return false;
    credit_count[place]--;
    return true;
  }

  private get credit_max_count(): number {
    return 12 * this.giveUp_count;
  }
}
