import type { AgentId } from '../agents/role.ts';
import { TransportError } from '../base/errors.ts';
import { envelopeSize_max_count } from './envelope.ts';
import { KnownTexts, writeUtf8 } from './utf8.ts';

/**
 * A sealed envelope, version 1: the envelope's bytes, then 80 more that say which key vouches for them. All numbers are
 * little-endian.
 *
 * | byte after the envelope | what |
 * | --- | --- |
 * | 0 | 0x73, the letter s |
 * | 1 | version, 1 |
 * | 2 | number of the key, 6 bytes |
 * | 8 | counter, u64: microseconds since 1970 by the sender's clock, and larger than his counter before |
 * | 16 | signature, 64 bytes (Ed25519) |
 *
 * What is signed is more than what travels: "gridflock seal 1" and a line feed, the length of the run's name as u16, its name
 * in UTF-8, the envelope, and the first 16 bytes of the seal. So a signature is worth nothing in another run, under another
 * counter, or as a signature of anything else. Who makes and checks signatures lives in host: core knows bytes, no keys.
 */
export const sealVersion = 1;

/** By how many bytes a seal lengthens an envelope. */
export const sealSize_count = 80;
const signature_count = 64;
const stub_count = sealSize_count - signature_count;
const domain = 'gridflock seal 1\n';

/** Why sealed bytes were dropped. */
export type SealFault =
  | 'oversized'
  | 'unsealed'
  | 'foreign seal'
  | 'unknown sender'
  | 'unknown key'
  | 'not valid yet'
  | 'expired'
  | 'revoked'
  | 'stale'
  | 'from the future'
  | 'replayed'
  | 'too fast'
  | 'wrong signature';

/** Makes what leaves trustworthy, and lets nothing else in. */
export interface Seal {
  /** @returns bytes that are not written again; @throws {TransportError} SEAL_NO_KEY, ENVELOPE_UNSENDABLE */
  close(from: AgentId, envelope: Uint8Array): Uint8Array;
  /** @returns the envelope, whose sender is who it says; or why it is not to be believed */
  open(sealed: Uint8Array): Uint8Array | SealFault;
}

/** An envelope laid out with its seal, of which the signature is still to be filled in. */
export interface UnsignedSeal {
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  readonly sealed: Uint8Array;
}

/** A sealed envelope taken apart. Nothing of it has been believed yet. */
export interface SealParts {
  readonly from: AgentId;
  readonly key: number;
  readonly counter: number;
  readonly envelope: Uint8Array;
  readonly signature: Uint8Array;
}

/** Lays out and takes apart sealed envelopes of one run. */
export class SealCodec {
  /** What is signed before the envelope. */
  private readonly prefix: Uint8Array;
  private readonly senders = new KnownTexts();
  private bytes = new Uint8Array(0);
  private free = 0;
  private scratch = new Uint8Array(0);

  constructor(run: string) {
    const bytes = new Uint8Array(domain.length + 2 + 3 * run.length);
    const nameAt = writeUtf8(domain, bytes, 0) + 2;
    const end = writeUtf8(run, bytes, nameAt);
    if (end < 0 || end - nameAt > 0xffff) {
      throw new TransportError({ code: 'ENVELOPE_UNSENDABLE', message: `The name of the run is too long or not well-formed`, where: run });
    }
    new DataView(bytes.buffer).setUint16(nameAt - 2, end - nameAt, true);
    this.prefix = bytes.slice(0, end);
  }

  /**
   * @param key - at most 2⁴⁸ − 1
   * @param counter - at most 2⁵³ − 1
   * @throws {TransportError} ENVELOPE_UNSENDABLE when the seal makes it larger than brokers take
   */
  lay(envelope: Uint8Array, key: number, counter: number): UnsignedSeal {
    const sealed_count = envelope.length + sealSize_count;
    if (sealed_count > envelopeSize_max_count) {
      throw new TransportError({
        code: 'ENVELOPE_UNSENDABLE',
        message: `A message takes ${sealed_count} bytes with its seal, at most ${envelopeSize_max_count}`,
        hint: 'Send less at once.',
      });
    }
    const begin = this.roomFor(this.prefix.length + sealed_count);
    const { bytes } = this;
    const sealedAt = begin + this.prefix.length;
    const stubAt = sealedAt + envelope.length;
    const signatureAt = stubAt + stub_count;
    bytes.set(this.prefix, begin);
    bytes.set(envelope, sealedAt);
    bytes[stubAt] = 0x73;
    bytes[stubAt + 1] = sealVersion;
    const view = new DataView(bytes.buffer);
    view.setUint16(stubAt + 2, Math.floor(key / 2 ** 32), true);
    view.setUint32(stubAt + 4, key >>> 0, true);
    view.setUint32(stubAt + 8, counter >>> 0, true);
    view.setUint32(stubAt + 12, Math.floor(counter / 2 ** 32), true);
    return {
      signed: bytes.subarray(begin, signatureAt),
      signature: bytes.subarray(signatureAt, signatureAt + signature_count),
      sealed: bytes.subarray(sealedAt, signatureAt + signature_count),
    };
  }

  /** Takes sealed bytes apart, whatever they are. */
  read(sealed: Uint8Array): SealParts | SealFault {
    if (sealed.length > envelopeSize_max_count) return 'oversized';
    const end = sealed.length - sealSize_count;
    // the header of an envelope takes 16 bytes, and says how long it is
    if (end < 16 || sealed[0] !== 0x67) return 'unsealed';
    const view = new DataView(sealed.buffer, sealed.byteOffset, sealed.length);
    if (view.getUint32(4, true) !== end || sealed[end] !== 0x73) return 'unsealed';
    if (sealed[end + 1] !== sealVersion) return 'foreign seal';
    const fromEnd = 16 + sealed[12];
    const from = fromEnd > end ? undefined : this.senders.read(sealed, 16, fromEnd);
    if (from === undefined) return 'unsealed';
    return {
      from,
      key: view.getUint16(end + 2, true) * 2 ** 32 + view.getUint32(end + 4, true),
      counter: view.getUint32(end + 8, true) + view.getUint32(end + 12, true) * 2 ** 32,
      envelope: sealed.subarray(0, end),
      signature: sealed.subarray(end + stub_count),
    };
  }

  /** What the signature of sealed bytes must be of; good until the next call. */
  signedOf(sealed: Uint8Array): Uint8Array {
    const signed_count = this.prefix.length + sealed.length - signature_count;
    if (this.scratch.length < signed_count) {
      this.scratch = new Uint8Array(2 * signed_count);
      this.scratch.set(this.prefix);
    }
    this.scratch.set(sealed.subarray(0, sealed.length - signature_count), this.prefix.length);
    return this.scratch.subarray(0, signed_count);
  }

  /** Bytes are cut from slabs and never written again: a transport may keep them. @returns where they begin */
  private roomFor(wanted_count: number): number {
    if (this.free + wanted_count > this.bytes.length) {
      this.bytes = new Uint8Array(Math.max(1 << 16, wanted_count));
      this.free = 0;
    }
    const begin = this.free;
    this.free += wanted_count;
    return begin;
  }
}
