import type { Message } from '../role.ts';

/** Words of a row. */
const width = 8;

/**
 * What is known of each ordered pair of agents that has talked. Agents are numbers here. A row is eight words of 32 bits side by side, half
 * a line of cache; rows are found by open addressing. A million entries of a `Map` would cost three times the memory.
 */
export class PairTable {
  count = 0;
  /** What was said last. */
  readonly said: (Message | undefined)[] = [];
  /** from, to, sent, unanswered, luck, luck, plan, way back */
  private words = new Int32Array(64 * width);
  private places = new Int32Array(128).fill(-1);

  from(row: number): number {
    return this.words[row * width];
  }

  to(row: number): number {
    return this.words[row * width + 1];
  }

  /** Messages that have been handed to the network and not been answered by a word from the other. */
  unanswered_count(row: number): number {
    return this.words[row * width + 3];
  }

  luck0(row: number): number {
    return this.words[row * width + 4];
  }

  luck1(row: number): number {
    return this.words[row * width + 5];
  }

  /** Which faults meet this pair: the number that was given with `add`. */
  plan(row: number): number {
    return this.words[row * width + 6];
  }

  /** Notes what is said; returns how many messages went this way before. */
  say(row: number, message: Message): number {
    const at = row * width;
    this.said[row] = message;
    this.words[at + 3]++;
    return this.words[at + 2]++;
  }

  /** Something came this way: what had been said the other way is answered. */
  hear(row: number): void {
    const back = this.words[row * width + 7];
    if (back >= 0) this.words[back * width + 3] = 0;
  }

  /** The row of a pair, or −1. */
  find(from: number, to: number): number {
    const { places, words } = this;
    const mask = places.length - 1;
    for (let h = placeOf(from, to) & mask; ; h = (h + 1) & mask) {
      const row = places[h];
      if (row < 0 || (words[row * width] === from && words[row * width + 1] === to)) return row;
    }
  }

  /** A new row; call only where `find` says −1. */
  add(from: number, to: number, plan: number, [luck0, luck1]: readonly [number, number]): number {
    if (2 * (this.count + 1) > this.places.length) this.rehash();
    const back = this.find(to, from);
    const row = this.count++;
    const at = row * width;
    if (at === this.words.length) {
      const words = new Int32Array(2 * at);
      words.set(this.words);
      this.words = words;
    }
    this.words.set([from, to, 0, 0, luck0, luck1, plan, from === to ? row : back], at);
    if (back >= 0) this.words[back * width + 7] = row;
    this.said.push(undefined);
    this.place(row);
    return row;
  }

  private place(row: number): void {
    const mask = this.places.length - 1;
    let h = placeOf(this.from(row), this.to(row)) & mask;
    while (this.places[h] >= 0) h = (h + 1) & mask;
    this.places[h] = row;
  }

  private rehash(): void {
    this.places = new Int32Array(2 * this.places.length).fill(-1);
    for (let row = 0; row < this.count; row++) this.place(row);
  }
}

const placeOf = (from: number, to: number): number => {
  const h = Math.imul(from, 0x9e3779b1) ^ Math.imul(to, 0x85ebca77);
  return Math.imul(h ^ (h >>> 15), 0x2c1b3c6d) >>> 1;
};
