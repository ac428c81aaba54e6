/**
 * Several payloads for one subject in one message of a broker, because a message costs by the piece and hardly by the byte. What
 * one agent says to another without a word to anybody else in between, within one turn of the event loop, travels together.
 * A payload that travels alone is sent as it is, so that a foreign client need not know about bundles to be heard.
 *
 * | byte | what |
 * | --- | --- |
 * | 0 | 0x62, the letter b |
 * | 1 | version, 1 |
 * | 2 | payloads, u16 little-endian |
 * | 4 | per payload: its bytes, u32 little-endian, and itself |
 */
const letter = 0x62;
const version = 1;
const header_bytes = 4;
const length_bytes = 4;
/** A bundle is sent before it would grow beyond this; what is larger travels alone. */
const bundleSize_max_bytes = 1 << 16;
const payloads_max_count = 0xffff;

/** Gathers what is said to one agent in one turn. Everything leaves in the order in which it was added. */
export class Bundler {
  private readonly say: (subject: string, payload: Uint8Array) => void;
  private readonly pass = (): void => this.endTurn();
  private isTurnEnding = false;
  private subject = '';
  private payloads: Uint8Array[] = [];
  private size_bytes = header_bytes;

  /** @param say - sends one message of the broker */
  constructor(say: (subject: string, payload: Uint8Array) => void) {
    this.say = say;
  }

  /** Bytes that wait for the end of the turn. */
  get waiting_bytes(): number {
    return this.payloads.length === 0 ? 0 : this.size_bytes;
  }

  add(subject: string, payload: Uint8Array): void {
    if (!this.isTurnEnding) {
      this.isTurnEnding = true;
      queueMicrotask(this.pass);
    }
    const size_bytes = this.size_bytes + length_bytes + payload.length;
    if (subject !== this.subject || size_bytes > bundleSize_max_bytes || this.payloads.length === payloads_max_count) {
      this.flush();
      this.subject = subject;
    }
    this.payloads.push(payload);
    this.size_bytes += length_bytes + payload.length;
  }

  /** Sends what waits. */
  flush(): void {
    const { subject, payloads, size_bytes } = this;
    if (payloads.length === 0) return;
    this.size_bytes = header_bytes;
    if (payloads.length === 1 && isPlain(payloads[0]!)) {
      this.say(subject, payloads.pop()!);
      return;
    }
    this.payloads = [];
    this.say(subject, bundleOf(payloads, size_bytes));
  }

  private endTurn(): void {
    this.isTurnEnding = false;
    this.flush();
  }
}

/** Bytes of the message that carries a payload alone. */
export const sizeAlone_bytes = (payload: Uint8Array): number =>
  isPlain(payload) ? payload.length : header_bytes + length_bytes + payload.length;

/** What looks like a bundle must not be taken for one. */
const isPlain = (payload: Uint8Array): boolean => payload[0] !== letter;

function bundleOf(payloads: readonly Uint8Array[], size_bytes: number): Uint8Array {
  const bundle = new Uint8Array(size_bytes);
  const view = new DataView(bundle.buffer);
  bundle[0] = letter;
  bundle[1] = version;
  view.setUint16(2, payloads.length, true);
  let at = header_bytes;
  for (const payload of payloads) {
    view.setUint32(at, payload.length, true);
    bundle.set(payload, at + length_bytes);
    at += length_bytes + payload.length;
  }
  return bundle;
}

/** Hears each payload of a bundle. What is no bundle, or a broken one, is heard whole: who reads it will say what it thinks of it. */
export function unbundle<Arrival>(message: Uint8Array, hear: (payload: Uint8Array, arrival: Arrival) => void, arrival: Arrival): void {
  if (!isBundle(message)) return void hear(message, arrival);
  let at = header_bytes;
  while (at < message.length) {
    const begin = at + length_bytes;
    at = begin + lengthAt(message, at);
    hear(message.subarray(begin, at), arrival);
  }
}

function isBundle(message: Uint8Array): boolean {
  if (message.length < header_bytes || message[0] !== letter || message[1] !== version) return false;
  let left_count = message[2]! | (message[3]! << 8);
  if (left_count === 0) return false;
  let at = header_bytes;
  while (at + length_bytes <= message.length && left_count > 0) {
    at += length_bytes + lengthAt(message, at);
    left_count--;
  }
  return at === message.length && left_count === 0;
}

const lengthAt = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
