import type { Message } from '../role.ts';

/** Words of a row: ten are used, and a row is one line of cache. */
const width = 16;

/**
 * What is known of each ordered pair of agents that has talked. Agents are numbers here. A row is words of 32 bits side by
 * side; rows are found by open addressing. A million entries of a `Map` would cost three times the memory.
 */
export class PairTable {
  count = 0;
  /** What was said last, where somebody may ask for it. */
  private readonly messages: (Message | undefined)[] | undefined;
  private readonly kinds: string[] = [];
  private readonly kindNumbers = new Map<string, number>();
  private lastKind: string | undefined;
  private lastKindNumber = -1;
  /** from, to, sent, unanswered, luck, luck, plan, way back, round and kind of what was said last */
  private words = new Int32Array(64 * width);
  private places = new Int32Array(128).fill(-1);

  /** @param keepsMessages - whether `said` will be asked for */
  constructor(keepsMessages: boolean) {
    this.messages = keepsMessages ? [] : undefined;
  }

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

  round(row: number): number {
    return this.words[row * width + 8];
  }

  kind(row: number): string {
    return this.kinds[this.words[row * width + 9]] ?? '';
  }

  said(row: number): Message | undefined {
    return this.messages?.[row];
  }

  /** Messages that went this way so far. */
  sent_count(row: number): number {
    return this.words[row * width + 2];
  }

  /** Notes what is said; returns whether it is something else than before. */
  say(row: number, message: Message): boolean {
    const at = row * width;
    const { words } = this;
    if (this.messages !== undefined) this.messages[row] = message;
    const kind = this.kindNumber(message.kind);
    const isNew = words[at + 8] !== message.round || words[at + 9] !== kind;
    words[at + 2]++;
    words[at + 3]++;
    words[at + 8] = message.round;
    words[at + 9] = kind;
    return isNew;
  }

  private kindNumber(kind: string): number {
    if (kind === this.lastKind) return this.lastKindNumber;
    let number = this.kindNumbers.get(kind);
    if (number === undefined) {
      number = this.kinds.push(kind) - 1;
      this.kindNumbers.set(kind, number);
    }
    this.lastKind = kind;
    this.lastKindNumber = number;
    return number;
  }

  /** Something of a round came this way: what had been said the other way is answered, unless that was of a later round. */
  hear(row: number, round: number): void {
    const { words } = this;
    const back = words[row * width + 7];
    if (back >= 0 && words[back * width + 8] <= round) words[back * width + 3] = 0;
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
    this.words.set([from, to, 0, 0, luck0, luck1, plan, from === to ? row : back, 0, -1], at);
    if (back >= 0) this.words[back * width + 7] = row;
    this.messages?.push(undefined);
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
