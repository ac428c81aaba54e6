import type { Envelope, Message } from '../agents/role.ts';
import { TransportError } from '../base/errors.ts';
import { KnownTexts, readUtf8, writeUtf8 } from './utf8.ts';

/**
 * An envelope as bytes, version 1. All numbers are little-endian; a double keeps its bits.
 *
 * | byte | what |
 * | --- | --- |
 * | 0 | 0x67, the letter g |
 * | 1 | version, 1 |
 * | 2 | how many fields, u16 |
 * | 4 | bytes of the whole envelope, u32 |
 * | 8 | round, u32 |
 * | 12 | bytes of `from`, `to` and `kind`, u8 each; then a zero |
 * | 16 | `from`, `to`, `kind` in UTF-8 |
 * | … | per field: sort u8, bytes of its name u8, its name, its value |
 *
 * A value is a double (sort 1), a u32 count of bytes and UTF-8 (2), or a u32 count and doubles (3). There is no nesting, no
 * null, no boolean: nothing else can be sent.
 */
export const envelopeVersion = 1;

/** What brokers take by default (NATS: 1 MiB). */
export const envelopeSize_max_count = 1 << 20;
const fields_max_count = 256;
const header_count = 16;
/** Doubles in a slab of the reader. */
const slab_count = 8192;
/** An array of so few doubles is cheapest on a heap of its own. */
const few_count = 8;
/** From here on bytes are copied as bytes, which costs two views whatever the length; below, double by double. */
const many_count = 24;
const hostIsLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
const sortNumber = 1;
const sortText = 2;
const sortDoubles = 3;

/** Why bytes were dropped. */
export type EnvelopeFault =
  | 'oversized'
  | 'not an envelope'
  | 'foreign version'
  | 'wrong length'
  | 'too many fields'
  | 'broken text'
  | 'broken field'
  | 'forbidden field name'
  | 'duplicate field';

/** `{ __proto__: … }` is no field to anybody but an attacker. */
const forbidden = '__proto__';

/**
 * Writes envelopes. Bytes are cut from slabs and never written again, so that a transport may keep them as long as it likes.
 */
export class EnvelopeWriter {
  private bytes = new Uint8Array(0);
  private view = new DataView(this.bytes.buffer);
  private free = 0;
  private readonly size_max_count: number;

  /** @param size_max_count - above what brokers take only for what stays at home, such as a snapshot */
  constructor(size_max_count = envelopeSize_max_count) {
    this.size_max_count = size_max_count;
  }

  /** @throws {TransportError} ENVELOPE_UNSENDABLE: too large, an id too long, a value that is no number, text or array of doubles */
  write(from: string, to: string, message: Message): Uint8Array {
    const { kind, round, body } = message;
    const names = Object.keys(body);
    this.makeRoom(mostBytesOf(from, to, message, names), from, message);
    const { bytes, view, free: begin } = this;
    const refuse = (why: string): never => refuseToSend(from, message, why);
    if (!(Number.isInteger(round) && round >= 0 && round <= 0xffffffff)) refuse(`its round is ${round}`);
    if (names.length > fields_max_count) refuse(`it has ${names.length} fields`);

    bytes[begin] = 0x67;
    bytes[begin + 1] = envelopeVersion;
    view.setUint16(begin + 2, names.length, true);
    view.setUint32(begin + 8, round, true);
    let at = begin + header_count;
    at = shortText(bytes, at, from, begin + 12) || refuse('the id of its sender is too long or not well-formed');
    at = shortText(bytes, at, to, begin + 13) || refuse('the id of its receiver is too long or not well-formed');
    at = shortText(bytes, at, kind, begin + 14) || refuse('its kind is too long or not well-formed');
    bytes[begin + 15] = 0;
    for (const name of names) {
      const value = body[name];
      const sort = at;
      at = shortText(bytes, at + 2, name, at + 1) || refuse(`the name of a field is too long or not well-formed`);
      if (name === forbidden) refuse(`a field is called ${forbidden}`);
      if (typeof value === 'number') {
        bytes[sort] = sortNumber;
        view.setFloat64(at, value, true);
        at += 8;
      } else if (typeof value === 'string') {
        bytes[sort] = sortText;
        const end = writeUtf8(value, bytes, at + 4);
        if (end < 0) refuse(`the text "${name}" is not well-formed`);
        view.setUint32(at, end - at - 4, true);
        at = end;
      } else if (value instanceof Float64Array) {
        bytes[sort] = sortDoubles;
        view.setUint32(at, value.length, true);
        at += 4;
        if (value.length < many_count || !hostIsLittleEndian) {
          for (let i = 0; i < value.length; i++) view.setFloat64(at + 8 * i, value[i], true);
        } else bytes.set(new Uint8Array(value.buffer, value.byteOffset, value.byteLength), at);
        at += value.byteLength;
      } else refuse(`"${name}" is no number, text or array of doubles`);
    }
    view.setUint32(begin + 4, at - begin, true);
    if (at - begin > this.size_max_count) refuse(`it takes ${at - begin} bytes, at most ${this.size_max_count}`);
    this.free = at;
    return bytes.subarray(begin, at);
  }

  private makeRoom(most_count: number, from: string, message: Message): void {
    if (most_count > 4 * this.size_max_count) refuseToSend(from, message, `it is larger than ${this.size_max_count} bytes`);
    if (this.free + most_count <= this.bytes.length) return;
    this.bytes = new Uint8Array(Math.max(1 << 16, most_count));
    this.view = new DataView(this.bytes.buffer);
    this.free = 0;
  }
}

function mostBytesOf(from: string, to: string, { kind, body }: Message, names: readonly string[]): number {
  let most_count = header_count + 3 * (from.length + to.length + kind.length);
  for (const name of names) {
    const value = body[name];
    most_count += 2 + 3 * name.length + 8;
    if (typeof value === 'string') most_count += 3 * value.length;
    else if (typeof value !== 'number') most_count += 8 * (value?.length ?? 0);
  }
  return most_count;
}

/** @returns the place after the text; 0 when it does not fit into 255 bytes or is not well-formed */
function shortText(bytes: Uint8Array, at: number, text: string, lengthAt: number): number {
  const end = writeUtf8(text, bytes, at);
  if (end < 0 || end - at > 255) return 0;
  bytes[lengthAt] = end - at;
  return end;
}

function refuseToSend(from: string, { kind, round }: Message, why: string): never {
  throw new TransportError({
    code: 'ENVELOPE_UNSENDABLE',
    message: `A message "${kind.slice(0, 40)}" of round ${round} from "${from.slice(0, 80)}" cannot be sent: ${why}`,
    hint: 'Bodies are flat: numbers, texts and arrays of doubles, 1 MiB in all; ids and names take up to 255 bytes.',
  });
}

/**
 * Reads envelopes; whatever bytes arrive, the answer is an envelope or the reason why it is none. Arrays of doubles are cut
 * from slabs of 64 KiB, because a middling array of its own costs more than all the rest of a message.
 */
export class EnvelopeReader {
  private readonly known = new KnownTexts();
  /** A double and its bytes: a view of each payload would cost more than copying eight of its bytes. */
  private readonly double = new Float64Array(1);
  private readonly scratch = new Uint8Array(this.double.buffer);
  private slab = new Float64Array(0);
  private used_count = 0;
  private readonly size_max_count: number;

  constructor(size_max_count = envelopeSize_max_count) {
    this.size_max_count = size_max_count;
  }

  read(bytes: Uint8Array): Envelope | EnvelopeFault {
    const size_count = bytes.length;
    if (size_count > this.size_max_count) return 'oversized';
    if (size_count < header_count || bytes[0] !== 0x67 || bytes[15] !== 0) return 'not an envelope';
    if (bytes[1] !== envelopeVersion) return 'foreign version';
    const fields_count = bytes[2] | (bytes[3] << 8);
    if (u32At(bytes, 4) !== size_count) return 'wrong length';
    if (fields_count > fields_max_count) return 'too many fields';

    const toAt = header_count + bytes[12];
    const kindAt = toAt + bytes[13];
    let at = kindAt + bytes[14];
    if (at > size_count) return 'wrong length';
    const from = this.known.read(bytes, header_count, toAt);
    const to = this.known.read(bytes, toAt, kindAt);
    const kind = this.known.read(bytes, kindAt, at);
    if (from === undefined || to === undefined || kind === undefined) return 'broken text';

    const body: Record<string, number | string | Float64Array> = {};
    for (let field = 0; field < fields_count; field++) {
      if (at + 2 > size_count) return 'wrong length';
      const sort = bytes[at];
      const valueAt = at + 2 + bytes[at + 1];
      if (valueAt + (sort === sortNumber ? 8 : 4) > size_count) return 'wrong length';
      const name = this.known.read(bytes, at + 2, valueAt);
      if (name === undefined) return 'broken text';
      if (name === forbidden) return 'forbidden field name';
      if (Object.hasOwn(body, name)) return 'duplicate field';
      if (sort === sortNumber) {
        body[name] = this.doubleAt(bytes, valueAt);
        at = valueAt + 8;
        continue;
      }
      if (sort !== sortText && sort !== sortDoubles) return 'broken field';
      const values_count = u32At(bytes, valueAt);
      const begin = valueAt + 4;
      const end = begin + (sort === sortText ? values_count : 8 * values_count);
      if (end > size_count) return 'wrong length';
      if (sort === sortText) {
        const text = readUtf8(bytes, begin, end);
        if (text === undefined) return 'broken text';
        body[name] = text;
      } else body[name] = this.doublesAt(bytes, begin, values_count);
      at = end;
    }
    if (at !== size_count) return 'wrong length';
    return { from, to, message: { kind, round: u32At(bytes, 8), body } };
  }

  /** Who says it, of bytes that begin like an envelope and may be none: for looking before reading. */
  senderOf(bytes: Uint8Array): string | undefined {
    const end = header_count + bytes[12];
    return end <= bytes.length ? this.known.read(bytes, header_count, end) : undefined;
  }

  private doubleAt(bytes: Uint8Array, at: number): number {
    const { scratch } = this;
    if (hostIsLittleEndian) for (let i = 0; i < 8; i++) scratch[i] = bytes[at + i];
    else for (let i = 0; i < 8; i++) scratch[i] = bytes[at + 7 - i];
    return this.double[0];
  }

  private doublesAt(bytes: Uint8Array, at: number, values_count: number): Float64Array {
    const values = this.roomFor(values_count);
    if (values_count < many_count || !hostIsLittleEndian) {
      for (let i = 0; i < values_count; i++) values[i] = this.doubleAt(bytes, at + 8 * i);
    } else {
      const length_bytes = 8 * values_count;
      new Uint8Array(values.buffer, values.byteOffset, length_bytes).set(new Uint8Array(bytes.buffer, bytes.byteOffset + at, length_bytes));
    }
    return values;
  }

  private roomFor(values_count: number): Float64Array {
    if (values_count <= few_count || values_count > slab_count / 16) return new Float64Array(values_count);
    if (this.used_count + values_count > this.slab.length) {
      this.slab = new Float64Array(slab_count);
      this.used_count = 0;
    }
    const begin = this.used_count;
    this.used_count += values_count;
    return this.slab.subarray(begin, this.used_count);
  }
}

const u32At = (bytes: Uint8Array, at: number): number =>
  (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
