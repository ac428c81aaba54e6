/**
 * Several payloads for one subject in one message of a broker, because a message costs by the piece and hardly by the byte. What
 * agents say to one of them within one turn of the event loop travels together; each subject still hears only what is its own.
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
/** A bundle is sent when it would grow beyond this; what is larger than a quarter of it travels alone. */
const bundleSize_max_bytes = 1 << 16;
const aloneFrom_bytes = bundleSize_max_bytes / 4;
const payloads_max_count = 0xffff;

/** What waits for one subject. */
interface Waiting {
  payloads: Uint8Array[];
  size_bytes: number;
}

/** Gathers what is said in one turn. In order for each subject; between subjects the order may change. */
export class Bundler {
  private readonly say: (subject: string, payload: Uint8Array) => void;
  private readonly waiting = new Map<string, Waiting>();
  private readonly pass = (): void => this.flush();
  /** Bytes that wait for the end of the turn. */
  waiting_bytes = 0;

  /** @param say - sends one message of the broker */
  constructor(say: (subject: string, payload: Uint8Array) => void) {
    this.say = say;
  }

  add(subject: string, payload: Uint8Array): void {
    let waiting = this.waiting.get(subject);
    if (waiting === undefined) {
      if (this.waiting.size === 0) queueMicrotask(this.pass);
      this.waiting.set(subject, (waiting = { payloads: [], size_bytes: header_bytes }));
    }
    const size_bytes = length_bytes + payload.length;
    const isFull = waiting.size_bytes + size_bytes > bundleSize_max_bytes || waiting.payloads.length === payloads_max_count;
    if (payload.length > aloneFrom_bytes || isFull) this.send(subject, waiting);
    waiting.payloads.push(payload);
    waiting.size_bytes += size_bytes;
    this.waiting_bytes += size_bytes;
    if (payload.length > aloneFrom_bytes) this.send(subject, waiting);
  }

  /** Sends what waits. */
  flush(): void {
    for (const [subject, waiting] of this.waiting) this.send(subject, waiting);
    this.waiting.clear();
  }

  private send(subject: string, waiting: Waiting): void {
    const { payloads, size_bytes } = waiting;
    if (payloads.length === 0) return;
    waiting.payloads = [];
    waiting.size_bytes = header_bytes;
    this.waiting_bytes -= size_bytes - header_bytes;
    const isPlain = payloads.length === 1 && payloads[0]![0] !== letter;
    this.say(subject, isPlain ? payloads[0]! : bundleOf(payloads, size_bytes));
  }
}

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
