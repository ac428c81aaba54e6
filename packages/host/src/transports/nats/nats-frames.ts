import { BugError } from '@gridflock/core';

/** How much is gathered before it is handed over: every piece is a system call, and wakes the server. */
const piece_bytes = 1 << 18;
const verb_bytes = 4;
/** A space, at most ten digits, and two ends of lines. */
const rest_bytes = 15;
const lineEnd_bytes = 2;

/**
 * What is published, spelled as a NATS server reads it, all of a turn of the event loop in one piece:
 * `PUB <subject> <bytes>\r\n<payload>\r\n`. The client's own `publish` makes three pieces of each message, of which one has been
 * a string, and puts them together afterwards; that is half of what a message costs at the sender.
 */
export class NatsFrames {
  private readonly hand: (piece: Uint8Array) => void;
  private readonly pass = (): void => this.endTurn();
  private isTurnEnding = false;
  /** A slab of which pieces are cut. What has been handed over is never written again. */
  private slab: Uint8Array = new Uint8Array(0);
  private begin = 0;
  private end = 0;

  /** @param hand - passes a piece on to the server; it may keep it */
  constructor(hand: (piece: Uint8Array) => void) {
    this.hand = hand;
  }

  add(subject: string, payload: Uint8Array): void {
    if (!this.isTurnEnding) {
      this.isTurnEnding = true;
      queueMicrotask(this.pass);
    }
    this.makeRoom(verb_bytes + subject.length + rest_bytes + payload.length);
    const { slab } = this;
    let at = this.end;
    slab[at++] = 0x50;
    slab[at++] = 0x55;
    slab[at++] = 0x42;
    slab[at++] = 0x20;
    at = writeSubject(subject, slab, at);
    slab[at++] = 0x20;
    at = writeLineEnd(slab, writeCount(payload.length, slab, at));
    slab.set(payload, at);
    this.end = writeLineEnd(slab, at + payload.length);
  }

  /** Hands over what waits. */
  flush(): void {
    if (this.begin === this.end) return;
    const piece = this.slab.subarray(this.begin, this.end);
    this.begin = this.end;
    this.hand(piece);
  }

  private endTurn(): void {
    this.isTurnEnding = false;
    this.flush();
  }

  private makeRoom(most_bytes: number): void {
    if (this.end + most_bytes <= this.slab.length) return;
    this.flush();
    this.slab = Buffer.allocUnsafeSlow(Math.max(piece_bytes, most_bytes));
    this.begin = this.end = 0;
  }
}

/** @throws {BugError} where a subject holds what would end it: ids are escaped before they come here */
function writeSubject(subject: string, slab: Uint8Array, at: number): number {
  for (let i = 0; i < subject.length; i++) {
    const code = subject.charCodeAt(i);
    if (code <= 0x20 || code >= 0x7f) throw new BugError({ code: 'BUG_UNEXPECTED', message: `No subject: ${JSON.stringify(subject)}` });
    slab[at++] = code;
  }
  return at;
}

function writeCount(count: number, slab: Uint8Array, at: number): number {
  let end = at + 1;
  for (let left = count; left > 9; left = Math.floor(left / 10)) end++;
  for (let place = end - 1, left = count; place >= at; place--, left = Math.floor(left / 10)) slab[place] = 0x30 + (left % 10);
  return end;
}

function writeLineEnd(slab: Uint8Array, at: number): number {
  slab[at] = 0x0d;
  slab[at + 1] = 0x0a;
  return at + lineEnd_bytes;
}
